using LstmLab.Forecasting;
using MathNet.Numerics.Distributions;
using Xunit;

namespace LstmLab.Tests.Forecasting;

public class ProbabilityScoresTests
{
    private static readonly ForecastTask Task = new(Frames.Of(Frames.AutoRegressive(5000, 0)), "y", horizon: 2);

    // Quantiles of a normal distribution, whatever the past.
    private static readonly BacktestResult Result =
        Backtest.Run(Task, Of("truth", 0, 1), Of("narrow", 0, 0.5), Of("shifted", 1, 1), new Constant(0));

    [Fact]
    public void Winklers_score_by_hand_is_smallest_at_the_true_quantiles()
    {
        Assert.Equal(2, IntervalScore.Winkler(0.8, 1, 3, 2));
        Assert.Equal(2 + (10 * 0.5), IntervalScore.Winkler(0.8, 1, 3, 3.5), 1e-12);
        Assert.Equal(2 + (10 * 2), IntervalScore.Winkler(0.8, 1, 3, -1), 1e-12);
        Assert.Throws<ArgumentException>(() => IntervalScore.Winkler(0.8, 3, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => IntervalScore.Winkler(1, 1, 3, 2));

        RandomStream random = new(0, "truth");
        double[] truth = [.. Enumerable.Range(0, 40_000).Select(_ => random.NextNormal())];
        double end = Normal.InvCDF(0, 1, 0.9);
        double Mean(double low, double high) => truth.Average(y => IntervalScore.Winkler(0.8, low, high, y));
        double best = Mean(-end, end);
        Assert.All(new[] { (-end, end + 0.15), (-end, end - 0.15), (-end + 0.15, end), (-end - 0.15, end), (-1.1 * end, 1.1 * end) },
            other => Assert.True(best < Mean(other.Item1, other.Item2), $"{other}"));
    }

    [Fact]
    public void A_score_for_each_origin_tells_models_apart()
    {
        double[] truth = Result.Crps("truth"), narrow = Result.Crps("narrow");
        Assert.Equal(Result.Origins.Count, truth.Length);
        Assert.True(DieboldMariano.Test(truth, narrow, 2) is { Difference: < 0, P: < 0.05 });
        Assert.True(DieboldMariano.Test(Result.Winkler("truth"), Result.Winkler("shifted"), 2) is { Difference: < 0, P: < 0.01 });
        // A point's score is its absolute error.
        Assert.Equal(Result.Of(Metric.Mae, "always 0", 1), Result.Crps("always 0", 1).Average(), 1e-12);
    }

    [Fact]
    public void The_fair_form_scores_ensembles()
    {
        BacktestResult result = Backtest.Run(Task, new Members());
        Outcome first = result.Outcomes("members", 1)[0];
        Assert.Equal(Crps.Ensemble([-1, 0, 1], first.Actual), result.Crps("members", 1)[0]);
    }

    [Fact]
    public void Sharpness_is_the_mean_width_of_each_level()
    {
        (double level, double width) = Result.Sharpness("narrow")[1];
        Assert.Equal(0.5, level, 1e-12);
        Assert.Equal(Normal.InvCDF(0, 0.5, 0.75) - Normal.InvCDF(0, 0.5, 0.25), width, 1e-12);
        Assert.Equal([0.8, 0.5], Result.Sharpness("truth").Select(one => Math.Round(one.Level, 12)));
    }

    [Fact]
    public void The_PIT_tells_calibrated_from_narrow_and_shifted_forecasts()
    {
        Pit truth = Result.Pit("truth"), narrow = Result.Pit("narrow"), shifted = Result.Pit("shifted");
        Assert.True(truth.P > 0.05 && narrow.P < 0.001 && shifted.P < 0.001, $"{truth.P}, {narrow.P}, {shifted.P}");
        Assert.Equal(1, truth.Shares.Sum(), 1e-12);
        // A trough, and a slope.
        Assert.True(narrow.Shares[0] > 0.15 && narrow.Shares[^1] > 0.15 && shifted.Shares[0] > 2 * shifted.Shares[^1]);
    }

    [Fact]
    public void Joint_coverage_counts_whole_paths()
    {
        // Independent steps within 0.8: both in 0.64.
        Assert.Equal(0.64, Result.JointCoverage("truth"), 0.04);
        double[] both = [.. Result.Outcomes("truth", 1).Zip(Result.Outcomes("truth", 2), (one, two) =>
            Math.Max(Math.Abs(one.Actual), Math.Abs(two.Actual)) <= Normal.InvCDF(0, 1, 0.9) ? 1.0 : 0)];
        Assert.Equal(both.Average(), Result.JointCoverage("truth"), 1e-12);
    }

    [Fact]
    public void Points_have_neither_intervals_nor_PIT_and_steps_must_be_forecast()
    {
        foreach (Action action in new Action[]
        {
            () => Result.Winkler("always 0"), () => Result.Sharpness("always 0"), () => Result.Pit("always 0"),
            () => Result.JointCoverage("always 0"),
        })
            Assert.Contains("'always 0'", Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Result.Crps("truth", 3));
        Assert.Throws<ArgumentException>(() => Result.Crps("nobody"));
    }

    private static Made Of(string name, double mean, double deviation)
    {
        double[] levels = [0.1, 0.25, 0.5, 0.75, 0.9];
        double[] quantiles = [.. levels.Select(level => Normal.InvCDF(mean, deviation, level))];
        return new(name, new Forecast([mean, mean]) { Levels = levels, Quantiles = [quantiles, quantiles] });
    }

    private class Made(string name, Forecast forecast) : IForecaster, IFittedForecaster
    {
        public string Name => name;

        public int Lookback => 1;

        public IFittedForecaster Fit(IReadOnlyList<ForecastContext> training, IReadOnlyList<ForecastContext> validation) => this;

        public IReadOnlyList<Forecast> Forecast(IReadOnlyList<ForecastContext> origins) => [.. origins.Select(_ => forecast)];
    }

    private sealed class Members() : Made("members", new Forecast([0, 0]) { Members = [[0, 0], [1, 1], [-1, -1]] });
}
