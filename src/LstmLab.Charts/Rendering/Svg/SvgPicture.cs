using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using OxyPlot;

namespace LstmLab.Charts.Rendering.Svg;

/// <summary>A picture as one SVG element that scales down, names itself to assistive technology and shares a page with others.</summary>
internal static partial class SvgPicture
{
    public static string Draw(Picture picture)
    {
        string body = Body(picture);
        // Clip paths are numbered from 1 in every picture; on one page their names would collide.
        byte[] contents = Encoding.UTF8.GetBytes($"{body}{picture.Alt.English}{picture.Alt.Chinese}");
        string id = Convert.ToHexStringLower(SHA256.HashData(contents))[..12];
        body = ClipName().Replace(body, "clip-" + id + "-$1")
            .Replace("<image ", "<image style=\"image-rendering:pixelated\" ", StringComparison.Ordinal);
        string size = string.Create(CultureInfo.InvariantCulture,
            $"width=\"{picture.Width}\" height=\"{picture.Height}\" viewBox=\"0 0 {picture.Width} {picture.Height}\"");
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" {size} role=\"img\" "
            + $"aria-labelledby=\"title-{id} desc-{id}\" style=\"max-width:100%;height:auto;background:#FFFFFF\">"
            + Said("title", picture.Title, id) + Said("desc", picture.Alt, id) + body + "</svg>";
    }

    private static string Said(string element, Bilingual text, string id)
    {
        string shown = $"<{element} id=\"{element}-{id}\">{Html.Encode(text.In(BilingualHtml.Shown))}</{element}>";
        return text.Chinese is null || BilingualHtml.Shown == Language.Chinese ? shown
            : $"{shown}<{element} lang=\"zh\">{Html.Encode(text.Chinese)}</{element}>";
    }

    [GeneratedRegex("clipPath([0-9]+)")]
    private static partial Regex ClipName();

    private static string Body(Picture picture)
    {
        using var stream = new MemoryStream();
        var measurer = new PdfRenderContext(picture.Width, picture.Height, OxyColors.Undefined);
        using (var surface = new SvgRenderContext(stream, picture.Width, picture.Height, false, measurer, OxyColors.White, false))
        {
            var sheet = new SvgCanvas(surface, 0, 0);
            sheet.Write(14, 20, picture.Heading, new Pen(XyLayout.TitleSize + 1, XyLayout.TitleLine, Bold: true));
            foreach (var placed in picture.Scenes)
                new ScenePainter(placed.Scene, new SvgCanvas(surface, placed.Left, placed.Top)).Paint();
            surface.Complete();
            surface.Flush();
        }

        string svg = Encoding.UTF8.GetString(stream.ToArray()).ReplaceLineEndings("\n");
        int start = svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal)) + 1;
        return SvgLanguages.Tag(svg[start..svg.LastIndexOf("</svg>", StringComparison.Ordinal)]);
    }
}

/// <summary>OxyPlot's SVG surface with an origin that moves, so that panels share one sheet.</summary>
internal sealed class SvgCanvas(SvgRenderContext surface, double left, double top)
{
    private const EdgeRenderingMode Exact = EdgeRenderingMode.PreferGeometricAccuracy;

    public void Line(IReadOnlyList<(double X, double Y)> points, string color, double width, Dash dash = Dash.Solid)
    {
        if (points.Count > 1)
            surface.DrawLine(At(points), Color(color), width, Exact, Strokes(dash), LineJoin.Round);
    }

    public void Polygon(IReadOnlyList<(double X, double Y)> points, string? fill, string? stroke, double width = 1, double opacity = 1) =>
        surface.DrawPolygon(At(points), Color(fill, opacity), Color(stroke), stroke is null ? 0 : width, Exact, null, LineJoin.Round);

    public void Rectangle(Box box, string? fill, string? stroke = null, double width = 1, double opacity = 1) =>
        surface.DrawRectangle(Place(box), Color(fill, opacity), Color(stroke), stroke is null ? 0 : width, Exact);

    public void Disc(double x, double y, double radius, string fill) =>
        surface.DrawEllipse(new OxyRect(x + left - radius, y + top - radius, 2 * radius, 2 * radius), Color(fill), OxyColors.Undefined, 0,
        Exact);

    /// <summary>Lines of text, one under the other, in each language that the words have.</summary>
    public void Write(double x, double y, Words words, Pen pen)
    {
        foreach (var language in words.Chinese is null ? [Language.English] : Enum.GetValues<Language>())
        {
            string[] lines = words.In(language);
            double first = y - (lines.Length - 1) * pen.Leading * pen.Anchor switch { Anchor.First => 0, Anchor.Middle => 0.5, _ => 1 };
            for (int k = 0; k < lines.Length; k++)
            {
                (double dx, double dy) = pen.Upright ? (k * pen.Leading, -k * pen.Leading) : (0, 0);
                string text = words.Chinese is null ? lines[k] : SvgLanguages.Mark(lines[k], language);
                surface.DrawText(
                    new ScreenPoint(x + dx + left, first + k * pen.Leading + dy + top), text, Color(pen.Color), TextMetrics.Font, pen.Size,
                    pen.Bold ? FontWeights.Bold : FontWeights.Normal, pen.Upright ? -90 : 0, pen.Align, VerticalAlignment.Middle, null);
            }
        }
    }

    /// <summary>A grid of colors stretched over the box, row 0 on top.</summary>
    public void Image(Box box, string[][] colors)
    {
        OxyImage image = Raster.Png(colors);
        surface.DrawImage(image, 0, 0, image.Width, image.Height, box.Left + left, box.Top + top, box.Width, box.Height, 1, false);
    }

    public void Clip(Box box) => surface.PushClip(Place(box));

    public void Unclip() => surface.PopClip();

    private static OxyColor Color(string? hex, double opacity = 1)
    {
        if (hex is null)
            return OxyColors.Undefined;
        var (r, g, b) = Palette.Rgb(hex);
        return OxyColor.FromArgb((byte)Math.Round(255 * opacity), (byte)r, (byte)g, (byte)b);
    }

    private static double[]? Strokes(Dash dash) => Palette.Strokes(dash) is { Length: > 0 } strokes ? strokes : null;

    private OxyRect Place(Box box) => new(box.Left + left, box.Top + top, box.Width, box.Height);

    private ScreenPoint[] At(IReadOnlyList<(double X, double Y)> points) =>
        [.. points.Select(p => new ScreenPoint(p.X + left, p.Y + top))];
}
