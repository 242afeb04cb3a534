using System.Text.Json.Nodes;
using Jint;
using LstmLab.Charts;
using LstmLab.Charts.Display;
using LstmLab.Tests.House;
using LstmLab.Tests.Jupyter;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;
using Plotly.NET.Interactive;
using Xunit;
using Figure = LstmLab.Charts.Figure;

namespace LstmLab.Tests.Charts;

/// <summary>Figures as charts of Plotly.NET, and how such a chart is shown.</summary>
[Collection(nameof(RunsCells))]
public class PlotlyTests
{
    // A page without a network: what is drawn, and the addresses that a script asks for.
    private const string Page = """
        var window = globalThis, drawn = [], asked = [];
        window.Plotly = { newPlot: function (place, data) { drawn.push(data.length); } };
        window.document = {
          createElement: function () { return { setAttribute: function (name, value) { if (name === 'src') asked.push(value); } }; },
          getElementsByTagName: function () { return [{ appendChild: function () { } }]; }
        };
        """;

    private const string RequireJs = "window.requirejs = window.require = function () { }; requirejs.config = function (options) { "
        + "asked.push(options.paths.plotly); return function () { }; };";

    public PlotlyTests() => PlotlyDisplay.Register();

    [Fact]
    public void A_figure_goes_on_as_a_chart_of_Plotly()
    {
        var more = new Trace("scatter");
        more.SetProperty("y", new[] { 1.0, 2.0 });
        var figure = Samples.Bars();
        var both = GenericChart.combine([figure.ToPlotly(), GenericChart.ofTraceObject(false, more)]);
        var (before, after) = (JsonNode.Parse(figure.ToPlotlyJson())!, JsonNode.Parse(GenericChart.toFigureJson(both))!);

        Assert.Equal(before["data"]!.AsArray().Count + 1, after["data"]!.AsArray().Count);
        Assert.Equal(before["data"]![0]!.ToJsonString(), after["data"]![0]!.ToJsonString());
        Assert.Equal(before["layout"]!["yaxis"]!.ToJsonString(), after["layout"]!["yaxis"]!.ToJsonString());
    }

    [Fact]
    public void A_picture_keeps_its_colors()
    {
        var chart = JsonNode.Parse(Samples.Picture().ToPlotlyJson())!;

        Assert.Equal("image", (string)chart["data"]![0]!["type"]!);
        Assert.Equal("[[[255,0,0],[0,255,0],[0,0,255]],[[0,0,0],[0,0,0],[0,0,0]]]", chart["data"]![0]!["z"]!.ToJsonString());
    }

    [Fact]
    public void A_chart_is_shown_as_html_and_text_and_offers_its_json()
    {
        var chart = Samples.Bars().ToPlotly();

        Assert.Equal(["text/html", "text/plain"], Formatter.GetPreferredMimeTypesFor(chart.GetType()));
        Assert.Equal(Samples.Bars().ToPlotlyJson(), chart.ToDisplayString("application/vnd.plotly.v1+json"));
        Assert.Equal("Chart of Plotly.NET\n- bar", chart.ToDisplayString("text/plain"));
        Assert.StartsWith("<div id=\"figure-", chart.ToDisplayString("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_of_the_projects_kernel_goes_on_in_Plotly_and_shows_the_chart()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync(
            $"#load \"{Repository.PathOf("notebooks", "lab.csx")}\"\nusing Plotly.NET;\nusing Figure = LstmLab.Charts.Figure;",
            "var chart = Figure.New(\"A line\").Line([1.0, 2.0], \"a\").ToPlotly();\nGenericChart.combine([chart, chart])");
        var shown = run.Outputs(2)[0]!["data"]!.AsObject();

        Assert.Equal(["application/vnd.plotly.v1+json", "text/html", "text/plain"], shown.Select(form => form.Key));
        Assert.Equal(2, shown["application/vnd.plotly.v1+json"]!["data"]!.AsArray().Count);
        Assert.StartsWith("<div id=\"figure-", (string?)shown["text/html"]![0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_gives_the_same_bytes_twice_and_another_chart_another_id()
    {
        string first = Shown(Samples.Bars()), again = Shown(Samples.Bars()), other = Shown(Samples.Points());

        Assert.Equal(first, again);
        Assert.Matches("^<div id=\"figure-[0-9a-f]{12}\"", first);
        Assert.NotEqual(first[..30], other[..30]);
    }

    [Fact]
    public void A_chart_asks_for_nothing_from_the_network_and_nothing_in_it_ends_its_script()
    {
        string html = Shown(Figure.New("</script><b>").Line([1.0, 2], "</script>"));

        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.Equal(1, html.Split("</script").Length - 1);
        Assert.Contains("window.lstmlab = window.lstmlab || []).push({", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(RequireJs)]
    public void What_Plotly_NET_Interactive_writes_draws_offline_beside_the_library(string requireJs)
    {
        string html = Formatters.toInteractiveHTML(Samples.Bars().ToPlotly());
        var page = new Engine();
        page.Execute(Page + requireJs);
        page.Execute(LastScript(new PlotlyLibrary().ToHtml()));
        page.Execute(LastScript(html));

        Assert.Equal("[1]", page.Evaluate("JSON.stringify(drawn)").AsString());
        Assert.Equal("[]", page.Evaluate("JSON.stringify(asked)").AsString());
    }

    private static string Shown(Figure figure) => figure.ToPlotly().ToDisplayString("text/html");

    private static string LastScript(string html)
    {
        int end = html.LastIndexOf("</script>", StringComparison.Ordinal), start = html.LastIndexOf("<script", StringComparison.Ordinal);
        return html[(html.IndexOf('>', start) + 1)..end];
    }
}
