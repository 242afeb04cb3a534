using System.Text.RegularExpressions;
using OxyPlot;

namespace LstmLab.Charts.Rendering.Svg;

/// <summary>How a text is written.</summary>
internal sealed record Pen(
    double Size, double Leading = XyLayout.TextLine, string Color = Palette.Ink, bool Bold = false,
    HorizontalAlignment Align = HorizontalAlignment.Left, Anchor Anchor = Anchor.First, bool Upright = false);

/// <summary>Which line of several stands at the place that is given.</summary>
internal enum Anchor
{
    First,
    Middle,
    Last,
}

/// <summary>Text elements of one language: OxyPlot's surface writes text alone, so a sign before it, which no text has, becomes the
/// element's <c>lang</c>. One language is drawn, the other waits for the page to switch.</summary>
internal static partial class SvgLanguages
{
    private const char English = '\uE000', Chinese = '\uE001';

    public static string Mark(string text, Language language) => (language == Language.Chinese ? Chinese : English) + text;

    public static string Tag(string svg) => Marked().Replace(svg, match =>
    {
        Language language = match.Groups[2].Value[0] == Chinese ? Language.Chinese : Language.English;
        return $"<text lang=\"{(language == Language.Chinese ? "zh" : "en")}\""
            + $"{(language == BilingualHtml.Shown ? "" : " display=\"none\"")} {match.Groups[1].Value}>";
    });

    [GeneratedRegex("<text ([^>]*)>([\uE000\uE001])")]
    private static partial Regex Marked();
}
