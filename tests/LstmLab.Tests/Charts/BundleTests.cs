using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using LstmLab.Charts;
using Xunit;

namespace LstmLab.Tests.Charts;

public class BundleTests
{
    public static TheoryData<string> Kinds => [.. Samples.All().Select(f => f.Title.English)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_bundle_holds_plotly_html_svg_and_text(string title)
    {
        var bundle = Find(title).ToMimeBundle();

        Assert.Equal(["application/vnd.plotly.v1+json", "image/svg+xml", "text/html", "text/plain"],
            bundle.Keys.Order(StringComparer.Ordinal));
        var plotly = Assert.IsType<JsonObject>(bundle["application/vnd.plotly.v1+json"]);
        Assert.IsType<JsonArray>(plotly["data"]);
        Assert.IsType<JsonObject>(plotly["layout"]);
        Assert.Equal(2, plotly.Count);
        Assert.Contains("Figure: " + title, Assert.IsType<string>(bundle["text/plain"]), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_picture_is_well_formed_and_names_itself(string title)
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        var picture = XElement.Parse(Find(title).ToSvg());

        Assert.Equal(svg + "svg", picture.Name);
        Assert.Equal("img", picture.Attribute("role")!.Value);
        Assert.Equal(title, picture.Element(svg + "title")!.Value);
        Assert.Contains(title, picture.Element(svg + "desc")!.Value, StringComparison.Ordinal);
        Assert.StartsWith("0 0 ", picture.Attribute("viewBox")!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", picture.ToString(), StringComparison.Ordinal);
        Assert.All(picture.Descendants(svg + "text"), t =>
            Assert.EndsWith("sans-serif", t.Attribute("font-family")!.Value.TrimEnd(';'), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_same_figure_gives_the_same_bytes_in_any_culture(string title)
    {
        var (svg, html, text) = (Find(title).ToSvg(), Find(title).ToHtml(), Find(title).ToString());
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (comma.NumberFormat.NumberDecimalSeparator, comma.NumberFormat.NumberGroupSeparator, comma.NumberFormat.NegativeSign) = (",", ".",
            "~");
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(svg, Find(title).ToSvg());
            Assert.Equal(html, Find(title).ToHtml());
            Assert.Equal(text, Find(title).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Html_holds_the_picture_and_a_script_that_nothing_in_the_data_can_end()
    {
        string html = Figure.New("</script><script>alert(1)").Line([1.0, 2.0], "</script>").ToHtml();

        Assert.Equal(1, html.Split("</script").Length - 1);
        Assert.Matches("^<div id=\"figure-[0-9a-f]{12}\"", html);
        Assert.Contains("<svg ", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Clip_paths_of_two_figures_on_a_page_differ() =>
        Assert.NotEqual(ClipPath(Samples.Lines().ToSvg()), ClipPath(Samples.Bars().ToSvg()));

    [Fact]
    public void Alt_text_replaces_the_default() =>
        Assert.Contains("Two falling lines.</desc>", Samples.Lines().Alt("Two falling lines.").ToSvg(), StringComparison.Ordinal);

    [Fact]
    public void The_library_hides_define_from_plotly_and_ends_its_script_once()
    {
        string html = new PlotlyLibrary().ToHtml();

        Assert.InRange(html.Length, 3_000_000, 5_000_000);
        Assert.Equal(4, html.Split("</script>").Length - 1);
        Assert.Contains("window.define = undefined", html, StringComparison.Ordinal);
        Assert.Contains("<script>window.define = window.lstmlabDefine; delete window.lstmlabDefine;", html, StringComparison.Ordinal);
    }

    private static Figure Find(string title) => Samples.All().Single(f => f.Title.English == title);

    private static string ClipPath(string svg) => svg[svg.IndexOf("clip-", StringComparison.Ordinal)..][..17];
}
