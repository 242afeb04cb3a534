using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting.Evaluation;

/// <summary>What models are compared with is fixed before the test, and how many outcomes stand behind a figure is said.</summary>
public class ReferenceTests
{
    // Rows up to validation repeat those of 10 rows before, rows of the test the last one.
    private static readonly ForecastTask Changing = new(Frames.Of([.. Frames.AutoRegressive(160, 1).Take(100),
        .. Enumerable.Range(0, 60).Select(t => 10 + (5.0 * (t % 10))), .. Enumerable.Range(0, 40).Select(t => 40.0 + (t / 100.0))]), "y");

    [Fact]
    public void The_reference_is_the_best_baseline_of_validation_even_where_the_test_prefers_another()
    {
        BacktestResult result = Backtest.Run(Changing, new Drift(), new Persistence(), new Frames.Plain("as ten rows ago",
            context => context.Target[^10]));
        Assert.Equal(("as ten rows ago", "persistence"), (result.Reference, result.Best));
        Assert.Equal("the baseline of the best RMSE on the rows of validation", result.ReferenceRule);
        Assert.True(result["as ten rows ago"].Validation < result["persistence"].Validation);
        Assert.Equal(double.NaN, result["drift"].Validation);
        Assert.Equal("reference", result.Scores()[2].Verdict[..9]);
    }

    [Fact]
    public void What_comes_after_validation_does_not_change_the_reference()
    {
        double[] y = Changing.Series[0].Target;
        for (ulong seed = 0; seed < 5; seed++)
        {
            double[] other = [.. y[..160], .. Frames.AutoRegressive(40, 0.5, seed)];
            Assert.Equal("as ten rows ago", Backtest.Run(new ForecastTask(Frames.Of(other), "y"), new Drift(), new Persistence(),
                new Frames.Plain("as ten rows ago", context => context.Target[^10])).Reference);
        }
    }

    [Fact]
    public void A_named_reference_is_used_and_one_that_is_not_there_is_refused()
    {
        Backtest named = new() { Reference = "persistence" };
        BacktestResult result = named.Evaluate(Changing, new Drift(), new Persistence(), new Constant());
        Assert.Equal(("persistence", "which was named before the test"), (result.Reference, result.ReferenceRule));
        Assert.Contains("'persistence'", Assert.Throws<ArgumentException>(() => named.Evaluate(Changing, new Drift())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Without_rows_of_validation_or_without_a_baseline_the_first_given_is_the_reference()
    {
        ForecastTask none = new(Frames.Of(Changing.Series[0].Target), "y", split: new Split(0.8, 0.8));
        Assert.Equal("persistence", Backtest.Run(none, new Drift(), new Persistence(), new Constant()).Reference);
        BacktestResult wrapped = Backtest.Run(Changing, new Drift(), new Conformal(new Constant()), new Conformal(new Persistence()));
        Assert.Equal("mean of training", wrapped.Reference);
        Assert.StartsWith("the first baseline given", wrapped.ReferenceRule, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_forecasts_are_counted_and_left_out_of_both_sides_of_a_test()
    {
        Frames.Plain gaps = new("gaps", context => context.Origin % 4 == 0 ? double.NaN : context.Target[^1] + 1);
        BacktestResult result = new Backtest { Reference = "persistence" }.Evaluate(Changing, gaps, new Persistence());
        Score score = result.Scores()[0];
        Assert.Equal((30, 40), (score.Counts[0], result.Scores()[1].Counts[0]));
        double[] kept = [.. result.Outcomes("persistence").Where((_, n) => (160 + n) % 4 != 0).Select(Metric.Rmse.Loss)];
        double[] own = [.. result.Outcomes("gaps").Select(Metric.Rmse.Loss).Where(loss => !double.IsNaN(loss))];
        Assert.Equal(own.Average() - kept.Average(), score.Test!.Difference, 1e-12);
        Assert.Equal(1 - (own.Average() / kept.Average()), score.Skill, 1e-12);
        Assert.Equal(Math.Sqrt(own.Average()), score.Scores[0], 1e-12);
    }

    [Fact]
    public void A_model_without_any_forecast_is_undecided()
    {
        Score score = Backtest.Run(Changing, new Frames.Plain("none", _ => double.NaN), new Persistence()).Scores()[0];
        Assert.Equal((0, "undecided", double.NaN), (score.Counts[0], score.Verdict, score.Low));
    }
}
