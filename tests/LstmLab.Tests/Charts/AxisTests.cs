using System.Text.Json.Nodes;
using LstmLab.Charts;
using Xunit;

namespace LstmLab.Tests.Charts;

/// <summary>Ticks, dates, printed values and the sentence beside the pointer.</summary>
public class AxisTests
{
    private static readonly DateTime[] Days = [.. Enumerable.Range(0, 600).Select(k => new DateTime(2007, 1, 1).AddDays(k))];
    private static readonly double[] Values = [.. Days.Select((_, k) => 30_000 + 10.0 * k)];

    [Fact]
    public void Both_painters_write_the_same_ticks()
    {
        var figure = Figure.New("Load").Line(Values, "load");
        string?[] labels = [.. Axis(figure, "yaxis")["ticktext"]!.AsArray().Select(t => (string?)t)];

        Assert.Contains("35,000", labels);
        Assert.All(labels, label => Assert.Contains($">{label}<", figure.ToSvg(), StringComparison.Ordinal));
        Assert.Equal(labels.Length, Axis(figure, "yaxis")["tickvals"]!.AsArray().Count);
    }

    [Fact]
    public void An_axis_that_counts_has_ticks_at_whole_numbers() =>
        Assert.Equal(["0", "1", "2"], Labels(Figure.New("Shifts").Line([1.0, 2, 3], "a")));

    [Theory]
    [InlineData(600, "Jan<br>2007 Jul Jan<br>2008 Jul")]
    [InlineData(400, "Jan<br>2007 Apr Jul Oct Jan<br>2008")]
    [InlineData(45, "Jan 1<br>2007 Jan 11 Jan 21 Feb 1 Feb 11")]
    [InlineData(6, "Jan 1<br>2007 Jan 2 Jan 3 Jan 4 Jan 5 Jan 6")]
    public void Dates_have_round_ticks_with_the_year_where_it_changes(int days, string labels) =>
        Assert.Equal(labels, string.Join(' ', Labels(Figure.New("Dates").Line(Days[..days], Values[..days]))));

    [Fact]
    public void Hours_have_the_day_where_it_changes_and_years_stand_alone()
    {
        DateTime[] hours = [.. Enumerable.Range(0, 30).Select(k => new DateTime(2007, 3, 5).AddHours(k))];
        DateTime[] years = [new DateTime(1980, 1, 1), new DateTime(2012, 12, 31)];

        Assert.Equal("00:00<br>Mar 5, 2007 06:00 12:00 18:00 00:00<br>Mar 6, 2007",
            string.Join(' ', Labels(Figure.New("Hours").Line(hours, Values[..30]))));
        Assert.Equal(["1980", "1990", "2000", "2010"], Labels(Figure.New("Years").Line(years, [1.0, 2])));
        Assert.Contains(">2000年<", Figure.New("Years").Line(years, [1.0, 2]).ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_has_dates_for_dates()
    {
        var figure = Figure.New("Dates").Line(Days, Values, "load").VerticalLine(new DateTime(2007, 6, 1, 12, 0, 0), "noon").Note(
            (new DateTime(2007, 6, 1) - DateTime.UnixEpoch).TotalDays, 31_000, "note");
        var layout = Plotly(figure)["layout"]!;

        Assert.Equal("date", (string?)layout["xaxis"]!["type"]);
        Assert.Equal("2007-01-02", (string?)Plotly(figure)["data"]![0]!["x"]![1]);
        Assert.Equal("2007-06-01 12:00", (string?)layout["shapes"]![0]!["x0"]);
        Assert.Contains(layout["annotations"]!.AsArray(), a => $"{a!["x"]}" == "2007-06-01");
    }

    [Fact]
    public void Beside_the_pointer_stands_a_sentence()
    {
        var dated = Figure.New("t").Axes(y: ("temperature, °C", "气温，°C")).Line(Days[..9], [.. Enumerable.Range(0, 9)], "LSTM forecast");
        var plain = Figure.New("t").Axes(x: "epoch", y: "loss").Line([0.5, 0.25], "training");
        var bars = Figure.New("t").Axes(y: "error (MW)").Bars(["night"], [2.5], "LSTM", low: [2.0], high: [3.0]);
        var counted = Figure.New("t").Histogram([1.0, 2, 3, 4], 2, "seeds");

        Assert.Equal("LSTM forecast on %{x|%Y-%m-%d}: %{y:,.2f} °C<extra></extra>", Hover(dated));
        Assert.Equal("training at epoch %{x:,d}: %{y:,.3f}<extra></extra>", Hover(plain));
        Assert.Equal("LSTM, night: 2.5 MW (2 to 3)", (string?)Plotly(bars)["data"]![0]!["hovertext"]![0]);
        Assert.Equal("seeds: 2 between 1 and 2.5", (string?)Plotly(counted)["data"]![0]!["hovertext"]![0]);
        Assert.Equal("gate %{y}, unit %{x}: weight %{hovertext}<extra></extra>",
            Hover(Figure.Heatmap("t", [[1.0]], x: "unit", y: "gate", scale: "weight")));
        Assert.Equal(-1, (int)Plotly(plain)["layout"]!["hoverlabel"]!["namelength"]!);
    }

    [Fact]
    public void Printed_numbers_of_a_heatmap_have_a_size_of_their_own() =>
        Assert.Equal(12, (double)Plotly(Figure.Heatmap("Printed", [[0.0, 1]]))["data"]![0]!["textfont"]!["size"]!);

    [Fact]
    public void A_printed_value_is_never_cut_off()
    {
        var figure = Figure.New("Bars").Axes(yRange: (0, 1.7)).Bars(["a", "b"], [0.5, 1.7], format: "0.0");
        var scene = figure.Compose().Scenes[0].Scene;

        Assert.InRange((1 - scene.Y.Fraction(1.7)) * scene.Plot.Height, 17.9, 18.1);
        Assert.Equal(2, Figure.New("Bars").Axes(yRange: (0, 2)).Bars(["a"], [1.0], format: "0").Compose().Scenes[0].Scene.Y.Max);
    }

    [Fact]
    public void Printed_values_have_the_decimals_that_tell_them_apart()
    {
        string svg = Figure.New("Bars").Bars(["a", "b", "c"], [0.951, 0.996, 0.97], format: "0.0").ToSvg();

        foreach (string value in new[] { "0.95", "1.00", "0.97" })
            Assert.Contains($">{value}<", svg, StringComparison.Ordinal);
        Assert.Contains(">1.0<", Figure.New("Bars").Bars(["a", "b"], [1.0, 1.001], format: "0.0").ToSvg(), StringComparison.Ordinal);
    }

    private static string?[] Labels(Figure figure) => [.. Axis(figure, "xaxis")["ticktext"]!.AsArray().Select(t => (string?)t)];

    private static string? Hover(Figure figure) => (string?)Plotly(figure)["data"]![0]!["hovertemplate"];

    private static JsonNode Axis(Figure figure, string name) => Plotly(figure)["layout"]![name]!;

    private static JsonNode Plotly(Figure figure) => JsonNode.Parse(figure.ToPlotlyJson())!;
}
