using System.Text.Json.Nodes;
using System.Xml.Linq;
using LstmLab.Charts;
using LstmLab.Charts.Rendering.Plotly;
using Xunit;

namespace LstmLab.Tests.Charts;

/// <summary>Both languages in pictures, charts and pages.</summary>
public class LanguageTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_picture_has_every_text_twice_and_draws_the_English_one()
    {
        var texts = XElement.Parse(Both().ToSvg()).Descendants(Svg + "text").Where(t => t.Attribute("lang") is not null)
            .ToLookup(t => t.Attribute("lang")!.Value);

        Assert.Equal(["The loss falls", "early stop", "epoch", "held out", "loss", "middle 80 %", "note", "the document"],
            texts["en"].Select(t => t.Value).Order(StringComparer.Ordinal));
        Assert.Equal(["中间 80 %", "损失", "损失下降", "提前停止", "文档", "注释", "留出数据", "轮次"],
            texts["zh"].Select(t => t.Value).Order(StringComparer.Ordinal));
        Assert.All(texts["en"], t => Assert.Null(t.Attribute("display")));
        Assert.All(texts["zh"], t => Assert.Equal("none", t.Attribute("display")!.Value));
    }

    [Fact]
    public void A_text_that_serves_both_languages_stands_once()
    {
        var texts = XElement.Parse(Figure.New("c(t)").Axes(x: "t").Line([1.0, 2], "i").ToSvg()).Descendants(Svg + "text").ToArray();

        Assert.Single(texts, t => t.Value == "c(t)");
        Assert.All(texts, t => Assert.Null(t.Attribute("lang")));
    }

    [Fact]
    public void The_other_language_is_shown_where_the_notebook_asks_for_it()
    {
        try
        {
            Notebook.Language = Language.Chinese;
            var texts = XElement.Parse(Both().ToSvg()).Descendants(Svg + "text").ToArray();

            Assert.All(texts.Where(t => (string?)t.Attribute("lang") == "zh"), t => Assert.Null(t.Attribute("display")));
            Assert.All(texts.Where(t => (string?)t.Attribute("lang") == "en"), t => Assert.NotNull(t.Attribute("display")));
            Assert.Contains("损失下降", Both().ToPlotlyJson(), StringComparison.Ordinal);
            Assert.Equal("<p><span lang=\"en\" hidden>a</span><span lang=\"zh\">甲</span></p>", new Bilingual("a", "甲").ToHtml());
        }
        finally
        {
            Notebook.Language = Language.English;
        }
    }

    [Fact]
    public void Charts_of_two_languages_differ_in_texts_alone()
    {
        JsonNode english = Chart(Both(), Language.English), chinese = Chart(Both(), Language.Chinese);
        (string Path, JsonNode? A, JsonNode? B)[] changes = [.. Differences("", english, chinese)];

        Assert.NotEmpty(changes);
        Assert.All(changes, change => Assert.True(change.A is JsonValue a && a.TryGetValue(out string? _), change.Path));
        Assert.All(changes, change => Assert.Matches(@"(text|name|hovertemplate)$", change.Path));
        Assert.Contains(changes, change => $"{change.B}" == "轮次");
        Assert.DoesNotContain("损失", english.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_carries_the_Chinese_of_a_chart()
    {
        string script = Both().ToHtml().Split("<script>")[1];

        Assert.Contains("\"languages\":2", script, StringComparison.Ordinal);
        Assert.Contains("\"留出数据\"", script, StringComparison.Ordinal);
    }

    [Fact]
    public void The_picture_leaves_room_for_the_longer_language()
    {
        double PlotOf(Bilingual name) => Figure.New("t").Line([1.0, 2], name).Compose().Scenes[0].Scene.Plot.Width;

        Assert.Equal(PlotOf("a name that is long"), PlotOf(new Bilingual("short", "a name that is long")));
        Assert.True(PlotOf("short") > PlotOf(("short", "一个相当长的名字")));
    }

    private static XyFigure Both() => Figure.New(("The loss falls", "损失下降")).Axes(x: ("epoch", "轮次"), y: ("loss", "损失"))
        .Band([1.0, 2], [1.0, 2], [2.0, 3], ("middle 80 %", "中间 80 %"), Role.Train).Line([1.0, 2], [1.0, 2], ("held out", "留出数据"))
        .HorizontalLine(1, ("the document", "文档")).VerticalLine(1.5, ("early stop", "提前停止")).Note(1, 1, ("note", "注释"));

    private static JsonNode Chart(Figure figure, Language language) =>
        JsonNode.Parse(PlotlyChart.Json(PlotlyChart.Of(figure.Compose(), language)))!;

    private static IEnumerable<(string Path, JsonNode? A, JsonNode? B)> Differences(string path, JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (JsonObject one, JsonObject other) when one.Select(p => p.Key).SequenceEqual(other.Select(p => p.Key)) =>
            one.SelectMany(p => Differences($"{path}.{p.Key}", p.Value, other[p.Key])),
        (JsonArray one, JsonArray other) when one.Count == other.Count =>
            Enumerable.Range(0, one.Count).SelectMany(k => Differences($"{path}[{k}]", one[k], other[k])),
        _ => JsonNode.DeepEquals(a, b) ? [] : [(path, a, b)],
    };
}
