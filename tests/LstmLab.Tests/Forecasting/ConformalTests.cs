using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting;

public class ConformalTests
{
    private static readonly IForecaster Zero = new Constant(0);

    [Fact]
    public void The_width_is_the_score_of_its_rank()
    {
        // Validation is rows 70 to 79, whose absolute values are 1 to 10: of 10 scores the ⌈11 · 0.8⌉ = 9th.
        double[] y = [.. Enumerable.Repeat(0.0, 70), 3, -1, 10, 2, 5, -4, 6, 9, -7, 8, .. Enumerable.Repeat(9.0, 20)];
        BacktestResult result = Backtest.Run(new ForecastTask(Frames.Of(y), "y"), new Conformal(Zero));
        Assert.All(result.Models[0].Forecasts, forecast => Assert.Equal([-9, 9], forecast.Quantiles[0]));
        Assert.Equal(1, result.Scores()[0].Coverage);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.95)]
    public void It_covers_a_steady_series_as_often_as_it_says(double level)
    {
        ForecastTask task = new(Frames.Of(Frames.AutoRegressive(6000, 0.5)), "y", horizon: 2);
        Assert.Equal(level, Backtest.Run(task, new Conformal(new LinearLags(1), level)).Scores()[0].Coverage, 0.04);
    }

    [Fact]
    public void Rolling_recalibration_follows_a_series_that_grows_restless()
    {
        double[] y = [.. Frames.AutoRegressive(3000, 0).Select((value, t) => value * (1 + (t / 500.0)))];
        ForecastTask task = new(Frames.Of(y), "y");
        double fixedCoverage = Backtest.Run(task, new Conformal(Zero)).Scores()[0].Coverage;
        double rolling = Backtest.Run(task, new Conformal(Zero) { Recalibrate = 100 }).Scores()[0].Coverage;
        Assert.True(fixedCoverage < 0.78 && Math.Abs(rolling - 0.8) < 0.03, $"{fixedCoverage} and {rolling}");
    }

    [Fact]
    public void Rolling_scores_are_those_known_at_the_origin()
    {
        // Of step 2 the score of the row before an origin is known, that of the origin's own row is not.
        double[] y = [.. Enumerable.Repeat(1.0, 80), .. Enumerable.Repeat(5.0, 20)];
        ForecastTask task = new(Frames.Of(y), "y", horizon: 2, steps: [2]);
        BacktestResult result = Backtest.Run(task, new Conformal(Zero, 0.5) { Recalibrate = 1 });
        Assert.Equal(Enumerable.Range(79, 20), result.Origins.Select(context => context.Origin));
        Assert.Equal([1, 1, 5, 5], result.Models[0].Forecasts.Take(4).Select(forecast => forecast.Quantiles[0][1]));
    }

    [Fact]
    public void Too_few_scores_are_an_error() => Assert.StartsWith("always 0: 1 scores of validation are too few for intervals of 0.8.",
        Assert.Throws<ArgumentException>(() =>
        Backtest.Run(new ForecastTask(Frames.Of([.. Enumerable.Range(0, 10).Select(n => (double)n)]), "y"), new Conformal(Zero))).Message,
        StringComparison.Ordinal);
}
