using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting.Evaluation;

/// <summary>The test of equal losses on several series: how often it rejects what is true.</summary>
public class DieboldMarianoTests
{
    private const int Times = 50, Series = 10, Repeats = 400;

    [Fact]
    public void Losses_are_averaged_over_the_series_of_a_time_whatever_their_order()
    {
        DieboldMariano panel = DieboldMariano.Test([2, 3, 4, 7, 1, 5], [0, 0, 0, 0, 0, 0], [10, 20, 30, 30, 10, 20]);
        // Means of 1.5, 4 and 5.5.
        Assert.Equal(DieboldMariano.Test([1.5, 4, 5.5], [0, 0, 0]), panel);
    }

    [Fact]
    public void The_difference_is_the_mean_of_all_losses_where_series_are_of_unequal_length()
    {
        DieboldMariano panel = DieboldMariano.Test([1, 2, 3, 10], [0, 0, 0, 0], [1, 2, 3, 3]);
        Assert.Equal(4, panel.Difference, 1e-12);
        Assert.Throws<ArgumentException>(() => DieboldMariano.Test([1, 2], [0, 0], [1, 1]));
        Assert.Throws<ArgumentException>(() => DieboldMariano.Test([1, 2], [0, 0], [1]));
    }

    [Fact]
    public void Losses_that_are_not_finite_leave_the_test_without_an_answer() =>
        Assert.Equal(double.NaN, DieboldMariano.Test([1, double.PositiveInfinity, 2], [0, 0, 0]).P);

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void Equal_forecasts_of_series_that_err_together_are_told_apart_as_often_as_the_level_says(double own)
    {
        int rejected = Enumerable.Range(0, Repeats).Count(seed => Test((ulong)seed, own).Panel.P < 0.05);
        Assert.InRange(rejected, 8, 33);
    }

    [Fact]
    public void Pooled_as_if_independent_they_would_be_told_apart_most_of_the_time()
    {
        int rejected = Enumerable.Range(0, Repeats).Count(seed => Test((ulong)seed, own: 0).Pooled.P < 0.05);
        Assert.True(rejected > Repeats / 3, $"{rejected} of {Repeats}");
    }

    [Fact]
    public void A_backtest_of_copies_of_a_series_is_no_surer_than_that_of_one()
    {
        DieboldMariano one = Compare(1), ten = Compare(Series);
        Assert.Equal(one.P, ten.P, 1e-9);
        Assert.Equal(one.Difference, ten.Difference, 1e-12);

        static DieboldMariano Compare(int series) =>
            Backtest.Run(Panels.Task(300, series, own: 0), new LinearLags(1), new Persistence()).Compare("linear, lags 1–1", "persistence");
    }

    [Fact]
    public void The_interval_of_copies_of_a_series_is_that_of_one()
    {
        Score one = Backtest.Run(Panels.Task(300, 1, own: 0), new Persistence()).Scores()[0];
        Score ten = Backtest.Run(Panels.Task(300, Series, own: 0), new Persistence()).Scores()[0];
        Assert.Equal(one.Low, ten.Low, 1e-9);
        Assert.Equal(one.High, ten.High, 1e-9);
    }

    [Fact]
    public void The_interval_of_a_panel_covers_the_mean_as_often_as_it_says()
    {
        // The mean square of persistence on y = common AR(1) + own noise is 2 (1 − 0.5) / (1 − 0.25) + 2.
        double truth = (2 * (1 - 0.5) / (1 - 0.25)) + 2;
        int covered = Enumerable.Range(0, 150).Count(seed =>
        {
            Score score = new Backtest { Metrics = [new("MSE", Metric.Rmse.Loss, mean => mean)] }
                .Evaluate(Panels.Task(400, 5, own: 1, (ulong)seed), new Persistence()).Scores()[0];
            return score.Low <= truth && truth <= score.High;
        });
        Assert.InRange(covered, 128, 150);
    }

    // Two forecasts of ten series with losses of the same mean, that move together but for a share of their own.
    private static (DieboldMariano Panel, DieboldMariano Pooled) Test(ulong seed, double own)
    {
        RandomStream random = new(seed, "panel");
        double[] shared = [.. Enumerable.Range(0, 2 * Times).Select(_ => random.NextNormal())];
        (double First, double Second, long Time)[] losses = [.. Enumerable.Range(0, Series).SelectMany(_ => Enumerable.Range(0, Times)
            .Select(t => (shared[t] + (own * random.NextNormal()), shared[Times + t] + (own * random.NextNormal()), (long)t)).ToArray())];
        double[] first = [.. losses.Select(loss => loss.First)], second = [.. losses.Select(loss => loss.Second)];
        return (DieboldMariano.Test(first, second, [.. losses.Select(loss => loss.Time)]), DieboldMariano.Test(first, second));
    }
}
