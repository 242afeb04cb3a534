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
        string id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body + picture.Alt)))[..12];
        body = ClipName().Replace(body, "clip-" + id + "-$1").Replace("<image ", "<image style=\"image-rendering:pixelated\" ", StringComparison.Ordinal);
        string size = string.Create(CultureInfo.InvariantCulture, $"width=\"{picture.Width}\" height=\"{picture.Height}\" viewBox=\"0 0 {picture.Width} {picture.Height}\"");
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" {size} role=\"img\" "
            + $"aria-labelledby=\"title-{id} desc-{id}\" style=\"max-width:100%;height:auto;background:#FFFFFF\">"
            + $"<title id=\"title-{id}\">{Xml.Escape(picture.Title)}</title><desc id=\"desc-{id}\">{Xml.Escape(picture.Alt)}</desc>"
            + body + "</svg>";
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
            sheet.Lines(14, 20, picture.Heading, XyLayout.TitleSize + 1, XyLayout.TitleLine, bold: true);
            foreach (var placed in picture.Scenes)
                new ScenePainter(placed.Scene, new SvgCanvas(surface, placed.Left, placed.Top)).Paint();
            surface.Complete();
            surface.Flush();
        }

        string svg = Encoding.UTF8.GetString(stream.ToArray()).ReplaceLineEndings("\n");
        int start = svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal)) + 1;
        return svg[start..svg.LastIndexOf("</svg>", StringComparison.Ordinal)];
    }
}
