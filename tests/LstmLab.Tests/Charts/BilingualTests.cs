using LstmLab.Charts;
using Xunit;

namespace LstmLab.Tests.Charts;

/// <summary>How notebooks write texts in two languages, and how they are shown.</summary>
public class BilingualTests
{
    private static readonly string[] Names = ["a", "b"];

    [Fact]
    public void A_string_serves_both_languages_and_a_pair_has_each()
    {
        Bilingual plain = "i", pair = ("epoch", "轮次"), written = ($"{1:0.0} °C", $"{1:0.0} 摄氏度");

        Assert.Equal(new Bilingual("i"), plain);
        Assert.Equal(new Bilingual("epoch", "轮次"), pair);
        Assert.Equal("1.0 摄氏度", written.Chinese);
        Assert.Null((Bilingual?)(string?)null);
        Assert.Equal("epoch", $"{pair}");
    }

    [Fact]
    public void A_paragraph_holds_both_languages_and_hides_the_Chinese()
    {
        Bilingual text = ("better < worse", "更好");

        Assert.Equal("<p><span lang=\"en\">better &lt; worse</span><span lang=\"zh\" hidden>更好</span></p>", text.ToHtml());
        Assert.Equal("better < worse\n更好", text.ToMimeBundle()["text/plain"]);
        Assert.Equal("<p>same</p>", new Bilingual("same").ToHtml());
    }

    [Fact]
    public void Every_text_of_a_figure_takes_either()
    {
        XyFigure figure = Figure.New(("Loss", "损失")).Axes(x: ("epoch", "轮次"), y: "c(t−1)")
            .Line([1.0, 2], "plain").Line([1.0, 3], ("pair", "一对"), Role.Train).Points([1, 2], [1.0, 2], ("points", "点"))
            .Band([1, 2], [1.0, 2], [2.0, 3], ("band", "带")).HorizontalLine(1, ("line", "线")).Note(1, 1, ("note", "注"))
            .Line([new DateTime(2007, 3, 5), new DateTime(2007, 3, 6)], [1.0, 2], ("dates", "日期"))
            .Alt(("Says it.", "说明。"));
        XyFigure bars = Figure.New("Bars").Bars(Names, [1.0, 2]).GroupedBars([("a", "甲"), "b"], null, (("one", "一"), [1.0, 2], Role.Train),
            ("two", [1.0, 2], Role.HeldOut));
        Figure.Heatmap(("h", "热图"), [[1.0, 2], [3, 4]], Names, [("x", "甲"), "y"], x: ("x", "列"));
        Figure.Graph(("g", "图"), [new Node("a", ("A", "甲"), 0, 0), new Node("b", "B", 1, 0)], [new Edge("a", "b", ("to", "到"))]);
        Table table = Table.Of(("t", "表"), [("unit", "隐藏单元"), "n"], [("one", "一"), 1.5]).Format("0.00", "n").Note(("n", "注"));

        Assert.Equal("损失", figure.Title.Chinese);
        Assert.Equal("说明。", figure.AltText!.Chinese);
        Assert.Contains("line 'plain'", figure.ToString(), StringComparison.Ordinal);
        Assert.Contains("bars 'one'", bars.ToString(), StringComparison.Ordinal);
        Assert.Contains("<span lang=\"zh\" hidden>一</span>", table.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("one   1.50", table.ToString(), StringComparison.Ordinal);
    }
}
