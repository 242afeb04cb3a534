namespace LstmLab.Charts.Rendering;

/// <summary>Something drawn in the plot, in data coordinates. NaN is missing and breaks a line.</summary>
internal abstract record Mark;

/// <summary>Points joined by a line, marked, or both.</summary>
internal sealed record Curve(string? Name, double[] X, double[] Y, Style Style, bool Line, bool Markers) : Mark;

/// <summary>Upright bars from <paramref name="Base"/> to <paramref name="Top"/>, with optional whiskers, printed values and colours of their own.</summary>
internal sealed record Boxes(
    string? Name, double[] Left, double[] Right, double[] Top, double Base, Style Style, double Opacity,
    double[]? Low = null, double[]? High = null, string[]? Labels = null, string[]? Colors = null) : Mark;

/// <summary>The area between two curves.</summary>
internal sealed record Area(string? Name, double[] X, double[] Low, double[] High, Style Style) : Mark;

/// <summary>A straight line across the whole plot; the label of a vertical one stands in row <paramref name="Row"/> from the top.</summary>
internal sealed record Rule(bool Horizontal, double Value, string? Label, Style Style, int Row = 0, bool LabelLeft = false) : Mark;

/// <summary>Text joined to a point by a leader; the offset goes from the point to the text's near edge.</summary>
internal sealed record Callout(double X, double Y, string[] Lines, double Dx = 0, double Dy = 0) : Mark;

/// <summary>A grid of cells; row 0 is drawn on top. <paramref name="Values"/> are logarithms if the colour bar's are.</summary>
internal sealed record Cells(double[][] Values, string[][] Texts, double Min, double Max, bool Signed, bool Print) : Mark;

/// <summary>A polygon or an open path, in the coordinates of a plot without axes.</summary>
internal sealed record Outline(double[] X, double[] Y, bool Closed, string? Fill, string? Stroke, double Width, Dash Dash) : Mark;

/// <summary>Text centred on a point.</summary>
internal sealed record Words(double X, double Y, string[] Lines, string Color, double Size, bool Bold) : Mark;
