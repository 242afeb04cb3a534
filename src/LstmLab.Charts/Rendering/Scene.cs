namespace LstmLab.Charts.Rendering;

/// <summary>One or several scenes on one sheet, with what assistive technology reads aloud.</summary>
internal sealed record Picture(Bilingual Title, Bilingual Alt, double Width, double Height, IReadOnlyList<PlacedScene> Scenes)
{
    /// <summary>Lines above the scenes; empty where the scene's own title is the picture's.</summary>
    public Words Heading { get; init; } = Words.None;

    /// <summary>True if the scenes stand above one another on one x axis.</summary>
    public bool SharesX { get; init; }
}

/// <summary>A picture as a page shows it: its parts, each a chart of its own, which the page places as it has room.</summary>
internal sealed record Sheet(Picture Whole, IReadOnlyList<Part> Parts);

/// <summary>A chart of a page; <paramref name="Narrow"/> is it for a telephone, null where it has one width only.</summary>
internal sealed record Part(Picture Wide, Picture? Narrow)
{
    /// <summary>Width of a picture for a telephone.</summary>
    public const int NarrowWidth = 380;
}

/// <summary>A figure with nothing left to decide: both renderers draw it as it stands. Lengths are pixels, data is data.</summary>
internal sealed record Scene(
    Words Title,
    double Width,
    double Height,
    Box Plot,
    Scale X,
    Scale Y,
    IReadOnlyList<Mark> Marks,
    IReadOnlyList<LegendEntry> Legend,
    IReadOnlyList<EndLabel> Labels,
    Words Footnotes,
    ColorBar? Bar = null);

/// <summary>A rectangle in pixels, measured from the picture's left upper corner.</summary>
internal sealed record Box(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;
}

/// <summary>One axis. Its ends and ticks are logarithms to base 10 if <paramref name="Log"/>.</summary>
internal sealed record Scale(
    Words Title, double Min, double Max, bool Log, Tick[] Ticks, bool Named = false, bool Hidden = false, bool Dates = false)
{
    /// <summary>Place of a value along the axis, 0 at its start, 1 at its end.</summary>
    public double Fraction(double value) => ((Log ? Math.Log10(value) : value) - Min) / (Max - Min);
}

/// <summary>A tick at <paramref name="At"/> on the axis (a logarithm on a log axis).</summary>
internal sealed record Tick(double At, Words Label);

/// <summary>A swatch and its name, placed by its left end and the middle of its line.</summary>
internal sealed record LegendEntry(Bilingual Name, Style Style, bool Line, bool Marker, double Left, double Middle);

/// <summary>A name in the right margin: where it stands, and the height of what it names, both in pixels.</summary>
internal sealed record EndLabel(Words Lines, string Color, double Middle, double Target);

/// <summary>The key of a heatmap. Ticks are on the scale of the cells.</summary>
internal sealed record ColorBar(Words Title, double Min, double Max, bool Signed, Tick[] Ticks, Box Place);

/// <summary>A scene and where its left upper corner lies in the picture.</summary>
internal sealed record PlacedScene(double Left, double Top, Scene Scene);

/// <summary>Something drawn in the plot, in data coordinates. NaN is missing and breaks a line.</summary>
internal abstract record Mark;

/// <summary>Points joined by a line, marked, or both.</summary>
internal sealed record Curve(Bilingual? Name, double[] X, double[] Y, Style Style, bool Line, bool Markers) : Mark;

/// <summary>Upright bars from <paramref name="Base"/> to <paramref name="Top"/>, with optional whiskers, printed values and colors of
/// their own; one for each category, or for each bin of a histogram.</summary>
internal sealed record Bars(
    Bilingual? Name, double[] Left, double[] Right, double[] Top, double Base, Style Style, double Opacity,
    double[]? Low = null, double[]? High = null, string[]? Labels = null, string[]? Colors = null, Texts? Categories = null) : Mark;

/// <summary>The area between two curves.</summary>
internal sealed record Area(Bilingual? Name, double[] X, double[] Low, double[] High, Style Style) : Mark;

/// <summary>A straight line across the whole plot; the label of a vertical one stands in row <paramref name="Row"/> from the top.</summary>
internal sealed record ReferenceLine(
    bool Horizontal, double Value, Bilingual? Label, Style Style, int Row = 0, bool LabelLeft = false) : Mark;

/// <summary>Text joined to a point by a leader; the offset goes from the point to the text's near edge.</summary>
internal sealed record Annotation(double X, double Y, Words Lines, double Dx = 0, double Dy = 0) : Mark;

/// <summary>A grid of cells; row 0 is drawn on top. <paramref name="Values"/> are logarithms if the color bar's are.</summary>
internal sealed record Cells(double[][] Values, string[][] Texts, double Min, double Max, bool Signed, bool Print) : Mark
{
    /// <summary>What is printed in place of <see cref="Texts"/>; null for these.</summary>
    public string[][]? Written { get; init; }
}

/// <summary>A polygon or an open path, in the coordinates of a plot without axes.</summary>
internal sealed record Path(double[] X, double[] Y, bool Closed, string? Fill, string? Stroke, double Width, Dash Dash) : Mark;

/// <summary>Text centered on a point.</summary>
internal sealed record Text(double X, double Y, Words Lines, string Color, double Size, bool Bold) : Mark;
