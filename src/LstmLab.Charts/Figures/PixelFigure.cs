using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>A small picture, enlarged.</summary>
public sealed class PixelFigure : Figure
{
    private readonly Pixels pixels;

    internal PixelFigure(Bilingual title, Bilingual? alt, Pixels pixels)
        : base(title, alt) => this.pixels = pixels;

    /// <summary>Says what the figure shows to a reader who cannot see it.</summary>
    public PixelFigure Alt(Bilingual text) => new(Title, text, pixels);

    internal override Picture Compose() => PictureOf(PixelLayout.Scene(Title, pixels));

    internal override IEnumerable<string> Describe()
    {
        yield return $"picture of {pixels.Width} × {pixels.Height} pixels";
    }
}
