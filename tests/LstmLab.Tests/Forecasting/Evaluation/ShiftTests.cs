using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting.Evaluation;

/// <summary>Forecasts whose lateness is known beforehand, and how often one that is not late is called so.</summary>
public class ShiftTests
{
    private const int Known = 20, Count = 200;
    private static readonly double[] Persistent = Frames.AutoRegressive(Known + Count, 0.95);
    private static readonly int[] Rows = [.. Enumerable.Range(Known, Count)];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Persistence_is_late_by_its_step(int step)
    {
        Shift shift = Of(Persistent, row => Persistent[row - step], step);
        Assert.Equal((step, step, 0.0, false), (shift.Best, shift.Late, shift.Ratio, shift.Constant));
        Assert.Equal(step + 2, shift.Errors.Count);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(4, 4)]
    public void A_noisy_truth_that_comes_some_rows_late_is_late_by_these_rows(int late, int step)
    {
        RandomStream random = new(1, "late");
        Assert.Equal(late, Of(Persistent, row => Persistent[row - late] + (0.5 * random.NextNormal()), step).Late);
    }

    [Fact]
    public void A_perfect_forecast_is_neither_late_nor_constant()
    {
        Shift shift = Of(Persistent, row => Persistent[row], 3);
        Assert.Equal((0, 0, false), (shift.Best, shift.Late, shift.Constant));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_constant_is_constant_and_not_late_though_it_lies_below_a_rising_series(double value)
    {
        double[] rising = [.. Persistent.Select((y, t) => y + (0.5 * t) + 20)];
        Shift shift = Of(rising, _ => value, 1);
        Assert.Equal((2, 0, true), (shift.Best, shift.Late, shift.Constant));
    }

    [Fact]
    public void A_forecast_that_lags_behind_the_level_of_a_rising_series_but_does_not_follow_it_is_not_late()
    {
        RandomStream random = new(2, "level");
        double[] rising = [.. Persistent.Select((y, t) => y + (0.5 * t) + 20)];
        Shift shift = Of(rising, _ => random.NextNormal(), 1);
        Assert.True(shift.P < 0.05);
        Assert.Equal(0, shift.Late);
    }

    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(0.9, 1)]
    [InlineData(0.9, 6)]
    public void Noise_is_called_late_no_more_often_than_the_level_says(double slope, int step)
    {
        int late = Enumerable.Range(0, 400).Count(seed =>
        {
            double[] y = Frames.AutoRegressive(Known + Count, slope, (ulong)seed);
            RandomStream random = new((ulong)seed, "noise");
            return Of(y, _ => random.NextNormal(), step).Late > 0;
        });
        // 5 % of 400 and two standard deviations.
        Assert.InRange(late, 0, 29);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.9)]
    public void A_forecast_of_another_series_with_the_same_memory_is_called_late_no_more_often_than_the_level_says(double slope)
    {
        int late = Enumerable.Range(0, 400).Count(seed =>
        {
            double[] y = Frames.AutoRegressive(Known + Count, slope, (ulong)seed);
            double[] other = Frames.AutoRegressive(Known + Count, slope, (ulong)seed + 1000);
            return Of(y, row => other[row], 1).Late > 0;
        });
        Assert.InRange(late, 0, 29);
    }

    [Fact]
    public void A_copy_is_told_from_the_mean_and_from_a_model_that_knows_more()
    {
        double[] wave = [.. Enumerable.Range(0, 300).Select(t => Math.Sin(t))];
        string[] walk = Verdicts([.. Frames.AutoRegressive(300, 1)], new Persistence(), new Constant(), new Constant(0));
        Assert.EndsWith(", copies the last value", walk[0], StringComparison.Ordinal);
        Assert.EndsWith(", constant", walk[1], StringComparison.Ordinal);
        Assert.EndsWith(", constant", walk[2], StringComparison.Ordinal);
        Assert.Equal("better", Verdicts(wave, new LinearLags(2), new Persistence())[0]);
        Assert.Equal("better", Verdicts([.. Frames.AutoRegressive(2000, 0.8)], new LinearLags(1), new Persistence())[0]);
    }

    [Fact]
    public void A_variance_is_no_copy_because_persistence_cannot_be_scored()
    {
        // The last square is 0 now and then, where QLIKE of persistence is not finite.
        RandomStream random = new(3, "squares");
        double[] squares = [.. Enumerable.Range(0, 400).Select(t => random.NextNormal() is var z && t % 9 == 0 ? 0 : z * z)];
        BacktestResult result = new Backtest { Metrics = [Metric.Qlike] }
            .Evaluate(new ForecastTask(Frames.Of(squares), "y"), new Ewma(), new Constant());
        Assert.False(result.Scores()[0].Copies);
        Assert.True(double.IsFinite(result.Scores()[0].OnPersistence.P));
    }

    [Fact]
    public void Several_series_are_moved_each_along_its_own()
    {
        BacktestResult result = Backtest.Run(Panels.Task(300, 4, 0.5), new Persistence());
        Assert.Equal((1, 0.0), (result.Scores()[0].Shift.Late, result.Scores()[0].Shift.Ratio));
    }

    private static Shift Of(double[] series, Func<int, double> forecast, int step) =>
        Shift.Of(series, Rows, [.. Rows.Select(forecast)], step);

    private static string[] Verdicts(double[] y, params IForecaster[] models) =>
        [.. Backtest.Run(new ForecastTask(Frames.Of(y), "y"), models).Scores().Select(score => score.Verdict)];
}
