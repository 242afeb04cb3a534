using LstmLab.Charts;
using LstmLab.Forecasting;
using LstmLab.Tests.Forecasting;
using Xunit;

namespace LstmLab.Tests.Charts;

public class BacktestFigureTests
{
    private static readonly BacktestResult Result = Backtest.Run(
        new ForecastTask(Frames.Of([.. Frames.AutoRegressive(300, 0.8)]), "y", horizon: 3), new Conformal(new LinearLags(2)),
        new Persistence(), new AutoRegression(1));

    [Fact]
    public void The_table_has_a_row_for_each_model_and_marks_its_verdict()
    {
        string text = Result.Table().ToString(), html = Result.Table().ToHtml();
        foreach (string word in new[] { "linear, lags 1–2", "persistence", "AR(1)", "RMSE", "MASE",
            "80 % intervals of “linear, lags 1–2” cover", "skill %", "reference" }) Assert.Contains(word, text, StringComparison.Ordinal);
        Assert.Contains("with that of “AR(1)”, the baseline of the best RMSE on the rows of validation.", text, StringComparison.Ordinal);
        Assert.Contains("Each figure rests on 58 origins, and no forecast is missing.", text, StringComparison.Ordinal);
        Assert.Contains("background:", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_differences_names_missing_forecasts_and_the_best_with_hindsight()
    {
        double[] squares = [.. Frames.AutoRegressive(300, 0.9).Select(z => (z * z) + 0.01)];
        string text = new Backtest { Metrics = [Metric.Qlike], Reference = "mean of training" }.Evaluate(
            new ForecastTask(Frames.Of(squares), "y"),
            new Frames.Plain("gaps", context => context.Origin % 10 == 0 ? double.NaN : context.Target[^1]),
            new Constant(), new Ewma(0.5)).Table().ToString();
        foreach (string word in new[] { "difference", "a ratio would depend on the unit",
            "“mean of training”, which was named before the test", "missing are 6 of “gaps” for QLIKE",
            "With hindsight “EWMA 0.5” does best of the others on the test; against it “gaps” has p " })
            Assert.Contains(word, text, StringComparison.Ordinal);
        Assert.DoesNotContain("skill", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chart_shows_truth_forecast_baseline_and_the_interval_of_the_last_rows()
    {
        string words = Result.Chart(rows: 40).ToString();
        Assert.Contains("line 'truth': 40 values", words, StringComparison.Ordinal);
        Assert.Contains("line 'linear, lags 1–2': 40 values", words, StringComparison.Ordinal);
        Assert.Contains("line 'AR(1)': 40 values", words, StringComparison.Ordinal);
        Assert.Contains("band '80 %'", words, StringComparison.Ordinal);
    }

    [Fact]
    public void The_fan_opens_at_the_origin()
    {
        string words = Result.Fan(origin: 5, history: 20).ToString();
        Assert.Contains("line 'truth': 23 values", words, StringComparison.Ordinal);
        Assert.Contains("line 'linear, lags 1–2': 3 values", words, StringComparison.Ordinal);
        Assert.Contains("band '80 %'", words, StringComparison.Ordinal);
        Assert.Contains("has no quantiles", Assert.Throws<ArgumentException>(() => Result.Fan(5, model: "persistence")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_are_shown_by_model_by_kind_of_row_and_by_shift()
    {
        Assert.Contains("persistence", Result.Bars().ToString(), StringComparison.Ordinal);
        Assert.Contains("odd", Result.By(["even", "odd"], row => row % 2, "Odd rows are no harder").ToString(), StringComparison.Ordinal);
        Assert.Contains("line 'persistence': 5 values, from 0", Result.Shifts().ToString(), StringComparison.Ordinal);
    }
}
