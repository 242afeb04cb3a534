using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>A small picture, whose pixels are shown as squares: in a cell of a <see cref="Table"/> or, by <see cref="Figure.Pixels"/>, as
/// a figure of its own.</summary>
public sealed class Pixels
{
    private const int InTable = 64;

    /// <summary>A picture of its colors.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="colors">Red, green and blue of each pixel, 0 to 255, row by row from the top; height · width · 3 bytes.</param>
    /// <exception cref="ArgumentException">There is no pixel, or the number of bytes is another one.</exception>
    public Pixels(int width, int height, byte[] colors)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(colors);
        if (colors.Length != width * height * 3)
        {
            throw new ArgumentException($"A picture of {width} × {height} pixels needs {width * height * 3} bytes, three for each pixel, "
                + $"but there are {colors.Length}.", nameof(colors));
        }

        (Width, Height) = (width, height);
        Colors = [.. Enumerable.Range(0, height).Select(row => Enumerable.Range(0, width).Select(column =>
        {
            int first = (row * width + column) * 3;
            return $"#{colors[first]:X2}{colors[first + 1]:X2}{colors[first + 2]:X2}";
        }).ToArray())];
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary>Colors as #RRGGBB, [rows][columns].</summary>
    internal string[][] Colors { get; }

    /// <summary>The picture in words.</summary>
    public override string ToString() => $"[{Width} × {Height} pixels]";

    /// <summary>An image element that holds the picture, enlarged by a whole number.</summary>
    internal string ToHtml()
    {
        int factor = Math.Max(1, InTable / Math.Max(Width, Height));
        return $"<img alt=\"{Html.Encode(ToString())}\" width=\"{Width * factor}\" height=\"{Height * factor}\" "
            + "style=\"image-rendering:pixelated;max-width:none;margin:0\" "
            + $"src=\"data:image/png;base64,{Convert.ToBase64String(Raster.Png(Colors).GetData())}\">";
    }
}
