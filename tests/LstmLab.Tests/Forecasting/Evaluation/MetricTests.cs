using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting.Evaluation;

/// <summary>What is good of a metric, and what may be said of it.</summary>
public class MetricTests
{
    // A wave whose direction a linear model knows and a constant misses half of the time.
    private static readonly ForecastTask Wave = new(Frames.Of([.. Enumerable.Range(0, 300).Select(t => Math.Sin(t))]), "y");
    private static readonly LinearLags Good = new(2);
    private static readonly Constant Bad = new(-2);

    [Fact]
    public void Of_a_metric_whose_large_values_are_good_the_larger_is_better_in_verdict_skill_and_reference()
    {
        BacktestResult result = new Backtest { Metrics = [Metric.Direction] }.Evaluate(Wave, Good, Bad, new Drift(), new LinearLags(3));
        string[] verdicts = [.. result.Scores().Select(score => score.Verdict)];
        Assert.Equal(("linear, lags 1–3", "linear, lags 1–3"), (result.Best, result.Reference));
        Assert.StartsWith("worse", verdicts[1], StringComparison.Ordinal);
        BacktestResult other = new Backtest { Metrics = [Metric.Direction], Reference = Bad.Name }.Evaluate(Wave, Good, Bad);
        Assert.Equal("better", other.Scores()[0].Verdict);
        Assert.Equal(1, other.Scores()[0].Skill, 1e-12);
        Assert.True(other.Compare(Good.Name, Bad.Name) is { Difference: < 0, P: < 0.05 });
        Assert.Equal(double.NaN, result.Scores()[1].Skill);
    }

    [Fact]
    public void Skill_of_a_share_is_measured_from_one() =>
        Assert.Equal(0.5, Metric.Direction.SkillOf([1, 1, 1, 0], [1, 1, 0, 0]), 1e-12);

    [Theory]
    [InlineData(1)]
    [InlineData(1e-4)]
    [InlineData(1e4)]
    public void Qlike_has_no_skill_and_its_verdict_does_not_depend_on_the_unit(double unit)
    {
        double[] squares = [.. Frames.AutoRegressive(600, 0.9).Select(z => unit * ((z * z) + 0.01))];
        BacktestResult result = new Backtest { Metrics = [Metric.Qlike] }
            .Evaluate(new ForecastTask(Frames.Of(squares), "y"), new Ewma(0.5), new Constant());
        Score score = result.Scores()[0];
        Assert.Equal(double.NaN, score.Skill);
        Assert.Equal("better", score.Verdict);
        Assert.Equal(-0.505979853629, score.Test!.Difference, 1e-9);
        Assert.Equal(double.NaN, result.Skill("EWMA 0.5", "mean of training"));
    }

    [Fact]
    public void A_ratio_is_not_formed_of_losses_below_their_perfect_value_or_on_a_perfect_reference()
    {
        Assert.Equal(double.NaN, Metric.Mae.SkillOf([-1, 2], [1, 2]));
        Assert.Equal(double.NaN, Metric.Mae.SkillOf([1, 2], [0, 0]));
        Assert.Equal(0.25, Metric.Mae.SkillOf([1, 2], [2, 2]), 1e-12);
    }

    [Fact]
    public void A_loss_without_an_answer_is_no_verdict()
    {
        // MAPE at a target of 0 is infinite.
        double[] y = [.. Enumerable.Range(0, 100).Select(t => t % 10 == 0 ? 0.0 : t)];
        BacktestResult result = new Backtest { Metrics = [Metric.Mape] }
            .Evaluate(new ForecastTask(Frames.Of(y), "y"), new Drift(), new Persistence());
        Assert.Equal("undecided", result.Scores()[0].Verdict);
        Assert.Equal(double.PositiveInfinity, result.Scores()[0].Scores[0]);
    }
}
