using OxyPlot;

namespace LstmLab.Charts.Rendering;

/// <summary>Colors as #RRGGBB on a grid, row 0 on top.</summary>
internal sealed record Raster(string[][] Colors) : Mark
{
    /// <summary>The colors as a picture file, uncompressed and therefore the same everywhere.</summary>
    public static OxyImage Png(string[][] colors)
    {
        var pixels = new OxyColor[colors[0].Length, colors.Length];
        for (int row = 0; row < colors.Length; row++)
        {
            for (int column = 0; column < colors[row].Length; column++)
            {
                var (r, g, b) = Palette.Rgb(colors[row][column]);
                pixels[column, row] = OxyColor.FromRgb((byte)r, (byte)g, (byte)b);
            }
        }

        return OxyImage.Create(pixels, ImageFormat.Png);
    }
}

/// <summary>Gives a small picture its place under its title.</summary>
internal static class PixelLayout
{
    private const int Side = 256, Margin = 14;

    public static Scene Scene(Bilingual title, Pixels pixels)
    {
        int factor = Math.Max(1, Side / Math.Max(pixels.Width, pixels.Height));
        var plot = new Box(Margin, 0, pixels.Width * factor, pixels.Height * factor);
        double width = Math.Max(240, plot.Width + 2 * Margin);
        var lines = XyLayout.TitleLines(title, width);
        plot = plot with { Top = 10 + lines.Count * XyLayout.TitleLine + 8 };
        return new Scene(
            lines, width, plot.Bottom + Margin, plot, new Scale(Words.None, -0.5, pixels.Width - 0.5, false, [], Hidden: true),
            new Scale(Words.None, pixels.Height - 0.5, -0.5, false, [], Hidden: true), [new Raster(pixels.Colors)], [], [], Words.None);
    }
}
