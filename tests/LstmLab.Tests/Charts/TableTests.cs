using System.Xml.Linq;
using LstmLab.Charts;
using Xunit;

namespace LstmLab.Tests.Charts;

public class TableTests
{
    private static Table Claims() => Table.Of(
            "Claims <of> the document",
            ["claim", "stated", "measured", "verdict"],
            ["A19 损失", 0.0099, 0.5714, Verdict.Fails],
            ["A22", 4, null, Verdict.CannotBeSettled],
            ["A21", -43, new Marked(43.0, Verdict.Holds), Verdict.Holds])
        .Format("0.000", "measured")
        .Note("2,000 seeds.");

    [Fact]
    public void Text_is_aligned_and_says_what_is_missing() => Assert.Equal(
        """
        Claims <of> the document
        claim     stated  measured  verdict
        ────────  ──────  ────────  ───────────────────
        A19 损失  0.0099     0.571  ✗ fails
        A22            4         –  ? cannot be settled
        A21          −43  ✓ 43.000  ✓ holds
        2,000 seeds.
        """,
        Claims().ToString());

    [Fact]
    public void Html_is_a_semantic_table_with_verdicts_in_words()
    {
        var html = XElement.Parse(Claims().ToHtml().Replace(" hidden>", " hidden=\"\">", StringComparison.Ordinal));
        var cells = html.Descendants("tbody").Descendants("tr").Select(r => r.Elements().Select(c => c.Value).ToArray()).ToArray();

        Assert.Equal("Claims <of> the document", html.Descendants("caption").Single().Value);
        Assert.All(html.Descendants("thead").Descendants("th"), th => Assert.Equal("col", th.Attribute("scope")!.Value));
        Assert.All(html.Descendants("tbody").Descendants("th"), th => Assert.Equal("row", th.Attribute("scope")!.Value));
        Assert.Equal(["A22", "4", "–", "? cannot be settled? 无法判定"], cells[1]);
        Assert.Contains("text-align:right;font-variant-numeric:tabular-nums", html.Descendants("td").First().Attribute("style")!.Value,
            StringComparison.Ordinal);
        Assert.Contains("#FBE3D3", html.Descendants("td").ElementAt(2).Attribute("style")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_is_an_image_in_html_and_its_size_in_text()
    {
        var table = Table.Of(null, ["name", "picture"], ["red", new Pixels(2, 1, [255, 0, 0, 0, 0, 255])]);
        string html = table.ToHtml(), start = "src=\"data:image/png;base64,";
        int at = html.IndexOf(start, StringComparison.Ordinal) + start.Length;
        byte[] png = Convert.FromBase64String(html[at..html.IndexOf('"', at)]);

        Assert.Equal("name  picture\n────  ──────────────\nred   [2 × 1 pixels]", table.ToString());
        Assert.Contains("width=\"64\" height=\"32\"", html, StringComparison.Ordinal);
        Assert.Contains("image-rendering:pixelated", html, StringComparison.Ordinal);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], png[..4]);
        Assert.Equal([0, 0, 0, 2, 0, 0, 0, 1], png[16..24]);
    }

    [Fact]
    public void Objects_become_rows_and_properties_columns()
    {
        var table = Table.Of(new[] { (Name: "f", W: 1) }.Select(p => new { p.Name, Weight = p.W / 3.0 })).Format("0.00", "Weight")
            .Named("gate", "weight");

        Assert.Equal("gate  weight\n────  ──────\nf       0.33", table.ToString());
    }
}
