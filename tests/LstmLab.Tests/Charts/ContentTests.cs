using System.Text.Json.Nodes;
using LstmLab.Charts;
using Xunit;

namespace LstmLab.Tests.Charts;

public class ContentTests
{
    [Theory]
    [InlineData(Role.InputGate, "#0072B2")]
    [InlineData(Role.ForgetGate, "#D55E00")]
    [InlineData(Role.Candidate, "#009E73")]
    [InlineData(Role.OutputGate, "#CC79A7")]
    [InlineData(Role.CellState, "#000000")]
    [InlineData(Role.HiddenState, "#595959")]
    [InlineData(Role.Truth, "#000000")]
    [InlineData(Role.Forecast, "#0072B2")]
    public void A_role_has_its_color_in_both_pictures(Role role, string color)
    {
        var figure = Figure.New("Role").Line([1.0, 2.0], "line", role);

        Assert.Equal(color, Plotly(figure)["data"]![0]!["line"]!["color"]!.GetValue<string>());
        var (r, g, b) = (Convert.ToInt32(color[1..3], 16), Convert.ToInt32(color[3..5], 16), Convert.ToInt32(color[5..7], 16));
        Assert.Contains(r + g + b == 0 ? "stroke:black" : $"stroke:rgb({r},{g},{b})", figure.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_baseline_is_dashed_and_truth_is_solid()
    {
        var data = Plotly(Figure.New("Dashes").Line([1.0, 2.0], role: Role.Baseline).Line([1.0, 2.0], role: Role.Truth))["data"]!;

        Assert.Equal("7px,4px", data[0]!["line"]!["dash"]!.GetValue<string>());
        Assert.Equal("solid", data[1]!["line"]!["dash"]!.GetValue<string>());
    }

    [Fact]
    public void Series_without_a_role_differ_in_color_dash_and_marker()
    {
        var figure = Enumerable.Range(0, 5).Aggregate(Figure.New("Many"), (f, k) => f.Line([k, k + 1.0], $"{k}", markers: true));
        var data = Plotly(figure)["data"]!.AsArray();

        Assert.Equal(5, data.Select(t => t!["line"]!["color"]!.ToString()).Distinct().Count());
        Assert.Equal(5, data.Select(t => t!["line"]!["dash"]!.ToString()).Distinct().Count());
        Assert.Equal(5, data.Select(t => t!["marker"]!["symbol"]!.ToString()).Distinct().Count());
    }

    [Fact]
    public void A_missing_value_breaks_the_line()
    {
        var figure = Figure.New("Gap").Axes(yRange: (0, 5)).Line([1.0, 2.0, double.NaN, 3.0, 4.0], "gap", Role.Forecast);

        Assert.Null(Plotly(figure)["data"]![0]!["y"]![2]);
        Assert.Equal(2, figure.ToSvg().Split("stroke-dasharray:14,4").Length - 1);
        Assert.Contains("5 values, 1 missing", figure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_a_log_axis_cannot_hold_are_left_out_and_counted()
    {
        var figure = Figure.New("Log").Axes(yLog: true).Line([1.0, 0.0, -2.0, 4.0, double.PositiveInfinity], "loss");

        Assert.Contains("! loss: 2 of 5 values ≤ 0, not drawn on the log axis", figure.ToString(), StringComparison.Ordinal);
        Assert.Contains("! loss: 1 of 5 values infinite, not drawn", figure.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 of 5 values ≤ 0, not drawn on the log axis", figure.ToSvg(), StringComparison.Ordinal);
        Assert.Equal([1.0, null, null, 4.0, null], Plotly(figure)["data"]![0]!["y"]!.AsArray().Select(v => (double?)v));
        Assert.Equal("log", Plotly(figure)["layout"]!["yaxis"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public void A_log_axis_has_the_same_round_ticks_in_both_pictures()
    {
        var figure = Figure.New("Decades").Axes(yLog: true).Line([1.0, 1e-42], "steep");
        var axis = Plotly(figure)["layout"]!["yaxis"]!;

        Assert.Equal(["10⁻⁴⁰", "10⁻³⁰", "10⁻²⁰", "10⁻¹⁰", "1"], axis["ticktext"]!.AsArray().Select(t => (string?)t));
        Assert.Equal([1e-40, 1e-30, 1e-20, 1e-10, 1], axis["tickvals"]!.AsArray().Select(v => (double)v!), (a, b) =>
            Math.Abs((a / b) - 1) < 1e-12);
        Assert.Contains("10⁻³⁰", figure.ToSvg(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 1024, "10 100 1,000")]
    [InlineData(0.2, 4, "0.2 0.5 1 2")]
    public void A_narrow_log_axis_has_two_ticks_at_least(double from, double to, string ticks)
    {
        var figure = Figure.New("Narrow").Size(380, 300).Axes(xLog: true).Line([from, to], [1.0, 2], "the name of this line takes room");

        Assert.Equal(ticks.Split(' '), Plotly(figure)["layout"]!["xaxis"]!["ticktext"]!.AsArray().Select(t => (string?)t));
    }

    [Fact]
    public void A_histogram_counts_every_finite_value_once_in_shared_bins()
    {
        var figure = Figure.New("Bins").Histogram([0.0, 1, 1, 2, double.NaN], 4, "a").Histogram([3.0, 4], 4, "b");
        var data = Plotly(figure)["data"]!;

        Assert.Equal([1, 2, 1, 0], data[0]!["y"]!.AsArray().Select(v => (double)v!));
        Assert.Equal([0, 0, 0, 2], data[1]!["y"]!.AsArray().Select(v => (double)v!));
        Assert.Contains("! a: 1 of 5 values not finite, left out", figure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Signed_heatmaps_are_symmetric_around_white()
    {
        var trace = Plotly(Samples.Signed())["data"]![0]!;

        Assert.Equal((-2.0, 2.0), ((double)trace["zmin"]!, (double)trace["zmax"]!));
        Assert.Equal(["#0072B2", "#FFFFFF", "#D55E00"], trace["colorscale"]!.AsArray().Select(s => s![1]!.ToString()));
        Assert.Null(trace["z"]![1]![0]);
        Assert.Contains(">−1.00<", Samples.Signed().ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void Printed_values_are_black_or_white_in_both_pictures()
    {
        var figure = Figure.Heatmap("Printed", [[0.0, 1]]);
        var data = Plotly(figure)["data"]![0]!;

        Assert.Equal(["<span style=\"color:#FFFFFF\">0.00</span>", "<span style=\"color:#000000\">1.00</span>"],
            data["text"]![0]!.AsArray().Select(t => (string?)t));
        Assert.Equal("0.00", (string?)data["hovertext"]![0]![0]);
    }

    [Fact]
    public void Texts_written_into_a_heatmap_stand_in_its_cells_however_many_there_are()
    {
        double[][] values = [.. Enumerable.Range(0, 20).Select(row => Enumerable.Range(0, 40).Select(column => (double)(row - column)).ToArray())];
        string[][] texts = [.. values.Select(row => row.Select((_, column) => column % 2 == 0 ? "<" : "q").ToArray())];
        var figure = Figure.Heatmap("Letters", values, signed: true).Write(texts);

        Assert.Equal(400, figure.ToSvg().Split(">&lt;</text>").Length - 1);
        Assert.Contains("&lt;</span>", (string)System.Text.Json.Nodes.JsonNode.Parse(figure.ToPlotlyJson())!["data"]![0]!["text"]![0]![0]!, StringComparison.Ordinal);
        Assert.Contains("20 rows of 40 texts", Assert.Throws<ArgumentException>(() => figure.Write(texts[1..])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_heatmap_counts_what_it_leaves_out()
    {
        var figure = Figure.Heatmap("Lag", new double[,] { { 1, 0 }, { 100, -1 } }, logScale: true);

        Assert.Contains("! 2 of 4 values infinite or ≤ 0, left white", figure.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, (double)Plotly(figure)["data"]![0]!["zmax"]!);
    }

    [Fact]
    public void Plotly_text_shows_reserved_characters_as_they_are()
    {
        string json = Plotly(Samples.Lines())["layout"]!["annotations"]!.AsArray()
            .First(a => a!["text"]!.ToString().Contains("stalls", StringComparison.Ordinal))!["text"]!.ToString();

        Assert.Equal("<b>Loss falls, then &lt;stalls&gt; &amp; \"rests\" 遗忘门</b>", json);
    }

    [Fact]
    public void Labels_at_line_ends_do_not_overlap()
    {
        var figure = Enumerable.Range(0, 6).Aggregate(Figure.New("Close"), (f, k) => f.Line([0, 1 + k * 1e-3], $"line {k}"));
        var heights = Plotly(figure)["layout"]!["annotations"]!.AsArray()
            .Where(a => a!["text"]!.ToString().StartsWith("line ", StringComparison.Ordinal)).Select(a => (double)a!["y"]! * 400).Order()
            .ToArray();

        Assert.Equal(6, heights.Length);
        Assert.All(heights.Zip(heights.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 14.9));
    }

    private static JsonNode Plotly(Figure figure) => JsonNode.Parse(figure.ToPlotlyJson())!;
}
