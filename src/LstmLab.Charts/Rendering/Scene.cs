namespace LstmLab.Charts.Rendering;

/// <summary>A figure with nothing left to decide: both renderers draw it as it stands. Lengths are pixels, data is data.</summary>
internal sealed record Scene(
    string[] Title,
    double Width,
    double Height,
    Box Plot,
    Scale X,
    Scale Y,
    IReadOnlyList<Mark> Marks,
    IReadOnlyList<LegendEntry> Legend,
    IReadOnlyList<EndLabel> Labels,
    string[] Footnotes,
    ColorBar? Bar = null);

/// <summary>A rectangle in pixels, measured from the picture's left upper corner.</summary>
internal sealed record Box(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;
}

/// <summary>One axis. Its ends and ticks are logarithms to base 10 if <paramref name="Log"/>.</summary>
internal sealed record Scale(string Title, double Min, double Max, bool Log, Tick[] Ticks, bool Named = false, bool Hidden = false)
{
    /// <summary>Place of a value along the axis, 0 at its start, 1 at its end.</summary>
    public double Fraction(double value) => ((Log ? Math.Log10(value) : value) - Min) / (Max - Min);
}

/// <summary>A tick at <paramref name="At"/> on the axis (a logarithm on a log axis).</summary>
internal sealed record Tick(double At, string[] Label);

/// <summary>A swatch and its name, placed by its left end and the middle of its line.</summary>
internal sealed record LegendEntry(string Name, Style Style, bool Line, bool Marker, double Left, double Middle);

/// <summary>A name in the right margin: where it stands, and the height of what it names, both in pixels.</summary>
internal sealed record EndLabel(string[] Lines, string Color, double Middle, double Target);

/// <summary>The key of a heatmap. Ticks are on the scale of the cells.</summary>
internal sealed record ColorBar(string[] Title, double Min, double Max, bool Signed, Tick[] Ticks, Box Place);

/// <summary>A scene and where its left upper corner lies in the picture.</summary>
internal sealed record PlacedScene(double Left, double Top, Scene Scene);
