using System.Text.Json.Nodes;
using LstmLab.Charts;
using LstmLab.Forecasting;
using LstmLab.Tests.Forecasting;
using Microsoft.Data.Analysis;
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
        Assert.Contains("Each number rests on 58 origins, and no forecast is missing.", text, StringComparison.Ordinal);
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
        Assert.Contains("band '80 % interval'", words, StringComparison.Ordinal);
    }

    [Fact]
    public void The_fan_opens_at_the_origin()
    {
        string words = Result.Fan(origin: 5, history: 20).ToString();
        Assert.Contains("line 'truth': 23 values", words, StringComparison.Ordinal);
        Assert.Contains("line 'linear, lags 1–2': 3 values", words, StringComparison.Ordinal);
        Assert.Contains("band '80 % interval'", words, StringComparison.Ordinal);
        Assert.Contains("has no quantiles", Assert.Throws<ArgumentException>(() => Result.Fan(5, model: "persistence")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_stand_below_truth_and_forecasts_on_one_axis()
    {
        PanelFigure figure = Result.Errors(rows: 40, quantity: ("load, MW", "负荷，MW"));
        var plots = figure.Compose().Scenes.Select(placed => placed.Scene.Plot).ToArray();
        var (truth, forecasts) = (Result.Actual()[^40..], Result.Models[0].Forecasts.TakeLast(40).Select(f => f.Point[^1]));
        var chart = JsonNode.Parse(figure.ToPlotlyJson())!;
        var errors = chart["data"]!.AsArray().Single(trace => $"{trace!["name"]}" == "error of linear, lags 1–2")!["y"]!.AsArray();

        Assert.Equal((plots[0].Left, plots[0].Right), (plots[1].Left, plots[1].Right));
        Assert.Equal("x", (string?)chart["layout"]!["xaxis2"]!["matches"]);
        Assert.Equal(forecasts.Zip(truth, (forecast, value) => forecast - value), errors.Select(e => (double)e!));
        foreach (string word in new[] { "error, MW", "误差，MW", "真值", "线性回归（滞后 1–2）" })
            Assert.Contains($">{word}<", figure.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void Forecasts_of_dated_rows_stand_over_dates()
    {
        var frame = Frames.Of([.. Frames.AutoRegressive(300, 0.8)]);
        frame.Columns.Add(new PrimitiveDataFrameColumn<DateTime>(
            "day", Enumerable.Range(0, 300).Select(k => new DateTime(2007, 1, 1).AddDays(k))));
        string svg = Backtest.Run(new ForecastTask(frame, "y", time: "day"), new LinearLags(2), new Persistence()).Chart().ToSvg();

        foreach (string word in new[] { "date", "日期", "Sep", "9月", "持续性预测" })
            Assert.Contains($">{word}<", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_says_everything_in_Chinese_too()
    {
        string html = Result.Table().ToHtml();

        foreach (string word in new[] { "模型", "判定", "参照模型", "技巧 %", "持续性预测", "每个数都基于 58 个起点", "验证集上 RMSE 最好的基线" })
            Assert.Contains(word, html, StringComparison.Ordinal);
        Assert.Contains("position:sticky", html, StringComparison.Ordinal);
        Assert.DoesNotContain("✗ reference", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_are_shown_by_model_by_kind_of_row_and_by_shift()
    {
        Assert.Contains("persistence", Result.Bars().ToString(), StringComparison.Ordinal);
        Assert.Contains("odd", Result.By(["even", "odd"], row => row % 2, "Odd rows are no harder").ToString(), StringComparison.Ordinal);
        Assert.Contains("line 'persistence': 5 values, from 0", Result.Shifts().ToString(), StringComparison.Ordinal);
    }
}
