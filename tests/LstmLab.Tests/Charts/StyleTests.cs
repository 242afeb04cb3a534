using System.Text.Json.Nodes;
using LstmLab.Charts;
using Xunit;

namespace LstmLab.Tests.Charts;

/// <summary>No two series of a figure look alike.</summary>
public class StyleTests
{
    [Fact]
    public void A_series_without_a_role_takes_no_color_of_a_role_before_or_after_it()
    {
        var data = Plotly(Figure.New("t").Line([1.0, 2], "auto").Line([1.0, 3], "LSTM", Role.Forecast)
            .Line([1.0, 4], "document", Role.Document).Line([1.0, 5], "more"));

        Assert.Equal(["#D55E00", "#0072B2", "#E69F00", "#009E73"], data.Select(t => (string?)t!["line"]!["color"]));
    }

    [Fact]
    public void A_role_that_is_repeated_gets_another_dash()
    {
        var figure = Enumerable.Range(0, 12).Aggregate(Figure.New("t"), (f, k) => f.Line([k, k + 1.0], $"{k}", Role.Baseline));
        string[] looks = [.. Plotly(figure).Select(t => $"{t!["line"]!["color"]} {t["line"]!["dash"]}")];

        Assert.Equal(12, looks.Distinct().Count());
        Assert.Equal(5, looks.Take(5).Count(look => look.StartsWith("#767676", StringComparison.Ordinal)));
    }

    [Fact]
    public void Parts_of_one_series_and_series_without_names_may_look_alike()
    {
        var data = Plotly(Figure.New("t").Line([1.0, 2], role: Role.Train).Line([2.0, 3], role: Role.Train)
            .Line([1.0, 2], "truth", Role.Truth).Line([5.0, 6], "truth", Role.Truth).Line([1.0, 2], "chosen", Role.Truth, Dash.Solid));

        Assert.All(data, trace => Assert.Equal("solid", (string?)trace!["line"]!["dash"]));
    }

    [Fact]
    public void Groups_of_bars_and_points_differ_too()
    {
        var bars = Plotly(Figure.New("t").GroupedBars(["a"], null, ("one", [1.0], Role.Forecast), ("two", [1.0], Role.Baseline),
            ("three", [1.0], Role.Auto), ("four", [1.0], Role.Baseline)));
        var points = Plotly(Figure.New("t").Points([1.0], [1.0], "one", Role.Truth).Points([1.0], [2.0], "two", Role.Truth));

        Assert.Equal(["#0072B2", "#767676", "#D55E00", "#009E73"], bars.Select(t => (string?)t!["marker"]!["color"]));
        Assert.Equal(2, points.Select(t => $"{t!["marker"]!["symbol"]}").Distinct().Count());
    }

    private static JsonArray Plotly(Figure figure) => JsonNode.Parse(figure.ToPlotlyJson())!["data"]!.AsArray();
}
