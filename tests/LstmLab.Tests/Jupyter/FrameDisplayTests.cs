using LstmLab.Jupyter.Display;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Jupyter;

public class FrameDisplayTests
{
    [Fact]
    public void A_frame_shows_its_first_rows_and_its_shape_with_numbers_to_the_right()
    {
        DataFrame frame = new(
            new DateTimeDataFrameColumn("day", Enumerable.Range(1, 12).Select(day => new DateTime(2012, 1, day))),
            new DoubleDataFrameColumn("x", Enumerable.Range(1, 12).Select(n => n == 2 ? (double?)null : 1000.0 / n)),
            new StringDataFrameColumn("s", Enumerable.Range(1, 12).Select(n => n == 1 ? "<rain>" : "sun")));
        var bundle = DisplayRules.Format(frame);
        string text = (string)bundle.Data["text/plain"]!, html = (string)bundle.Data["text/html"]!;
        Assert.StartsWith("day               x  s\n2012-01-01     1000  <rain>\n2012-01-02        –  sun\n2012-01-03  333.333  sun\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n2012-01-10      100  sun\n12 rows × 3 columns", text, StringComparison.Ordinal);
        Assert.Contains("<td style=\"text-align:right\">333.333</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td style=\"text-align:left\">&lt;rain&gt;</td>", html, StringComparison.Ordinal);
    }
}
