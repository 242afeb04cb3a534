using System.Numerics;
using System.Runtime.CompilerServices;
using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>A figure with two axes: lines, points, bars, histograms and bands. Each call gives a new figure.</summary>
public sealed partial class XyFigure : Figure
{
    private readonly XyState state;

    internal XyFigure(XyState state)
        : base(state.Title, state.Alt) => this.state = state;

    /// <summary>Names the axes, with units, and sets their kind.</summary>
    /// <param name="x">Quantity and unit along x.</param>
    /// <param name="y">Quantity and unit along y.</param>
    /// <param name="xLog">Logarithmic x axis; values ≤ 0 are left out and counted beneath the figure.</param>
    /// <param name="yLog">Logarithmic y axis, likewise.</param>
    /// <param name="xRange">Ends of the x axis; taken from the data if null.</param>
    /// <param name="yRange">Ends of the y axis; taken from the data if null.</param>
    /// <exception cref="ArgumentException">A range is empty, not finite, or not positive on a log axis.</exception>
    public XyFigure Axes(
        Bilingual? x = null, Bilingual? y = null, bool xLog = false, bool yLog = false,
        (double Min, double Max)? xRange = null, (double Min, double Max)? yRange = null)
    {
        CheckRange("x", xRange, xLog);
        CheckRange("y", yRange, yLog);
        return new(state with
        {
            X = x ?? state.X,
            Y = y ?? state.Y,
            XLog = xLog,
            YLog = yLog,
            XRange = xRange,
            YRange = yRange,
        });
    }

    /// <summary>Size of the picture in pixels; 640 × 400 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 240 wide or 160 high.</exception>
    public XyFigure Size(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 240);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 160);
        return new(state with { Width = width, Height = height });
    }

    /// <summary>Says what the figure shows to a reader who cannot see it.</summary>
    public XyFigure Alt(Bilingual text) => new(state with { Alt = text });

    /// <summary>A line through the points (x, y). NaN breaks it. Its name stands at its end.</summary>
    /// <param name="x">Places along x.</param>
    /// <param name="y">One value for each x.</param>
    /// <param name="name">What the line is; unnamed lines have no label.</param>
    /// <param name="role">Meaning, which fixes color and dash.</param>
    /// <param name="dash">A dash other than the role's.</param>
    /// <param name="markers">Marks each point too.</param>
    /// <exception cref="ArgumentException">x and y differ in length.</exception>
    public XyFigure Line<TX, TY>(
        IEnumerable<TX> x, IEnumerable<TY> y, Bilingual? name = null, Role role = Role.Auto, Dash dash = Dash.Auto, bool markers = false)
        where TX : INumberBase<TX>
        where TY : INumberBase<TY> =>
        AddCurve(x, y, name, Palette.Of(role, dash), line: true, markers);

    /// <summary>A line through values at x = <paramref name="firstX"/>, firstX + 1, …</summary>
    /// <param name="y">The values.</param>
    /// <param name="name">What the line is; unnamed lines have no label.</param>
    /// <param name="role">Meaning, which fixes color and dash.</param>
    /// <param name="dash">A dash other than the role's.</param>
    /// <param name="markers">Marks each point too.</param>
    /// <param name="firstX">Place of the first value.</param>
    [OverloadResolutionPriority(1)]
    public XyFigure Line<TY>(
        IEnumerable<TY> y, Bilingual? name = null, Role role = Role.Auto, Dash dash = Dash.Auto, bool markers = false, int firstX = 0)
        where TY : INumberBase<TY>
    {
        var values = y as IReadOnlyCollection<TY> ?? [.. y];
        return Line(Enumerable.Range(firstX, values.Count), values, name, role, dash, markers);
    }

    /// <summary>Points without a line; their name stands in the legend.</summary>
    /// <param name="x">Places along x.</param>
    /// <param name="y">One value for each x.</param>
    /// <param name="name">What the points are.</param>
    /// <param name="role">Meaning, which fixes color and marker.</param>
    /// <param name="marker">A marker other than the role's.</param>
    /// <exception cref="ArgumentException">x and y differ in length.</exception>
    public XyFigure Points<TX, TY>(
        IEnumerable<TX> x, IEnumerable<TY> y, Bilingual? name = null, Role role = Role.Auto, Marker marker = Marker.Auto)
        where TX : INumberBase<TX>
        where TY : INumberBase<TY> =>
        AddCurve(x, y, name, Palette.Of(role, marker: marker), line: false, markers: true);

    /// <summary>The area between two curves, as of two quantiles.</summary>
    /// <param name="x">Places along x.</param>
    /// <param name="low">Lower edge, one value for each x.</param>
    /// <param name="high">Upper edge, one value for each x.</param>
    /// <param name="name">What the band is, for the legend.</param>
    /// <param name="role">Meaning, which fixes the color.</param>
    /// <exception cref="ArgumentException">The three differ in length.</exception>
    public XyFigure Band<TX, TY>(
        IEnumerable<TX> x, IEnumerable<TY> low, IEnumerable<TY> high, Bilingual? name = null, Role role = Role.Auto)
        where TX : INumberBase<TX>
        where TY : INumberBase<TY>
    {
        string series = SeriesName("Band", name);
        var xs = Arrays.From(x, series, "x");
        return Add(
            new Area(
                name, xs, Arrays.From(low, series, "low", xs.Length, "x"), Arrays.From(high, series, "high", xs.Length, "x"),
                Palette.Of(role)));
    }

    /// <summary>A line across the plot at one y, with its label in the right margin.</summary>
    /// <exception cref="ArgumentException">The value is not finite.</exception>
    public XyFigure HorizontalLine(double y, Bilingual? label = null, Role role = Role.Baseline, Dash dash = Dash.Auto) =>
        AddReferenceLine(new ReferenceLine(true, y, label, Palette.Of(role, dash)));

    /// <summary>A line across the plot at one x, with its label at the top.</summary>
    /// <exception cref="ArgumentException">The value is not finite.</exception>
    public XyFigure VerticalLine(double x, Bilingual? label = null, Role role = Role.Baseline, Dash dash = Dash.Auto) =>
        AddReferenceLine(new ReferenceLine(false, x, label, Palette.Of(role, dash)));

    /// <summary>A short text that points at (x, y).</summary>
    /// <exception cref="ArgumentException">The place is not finite.</exception>
    public XyFigure Note(double x, double y, Bilingual text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text?.English, nameof(text));
        if (!double.IsFinite(x) || !double.IsFinite(y))
            throw new ArgumentException($"Note '{text}': its place must be finite, but is ({Ticks.Short(x)}, {Ticks.Short(y)}).");
        return Add(new Annotation(x, y, Words.Wrap(text, 180, 12)));
    }

    /// <summary>The same figure under another title.</summary>
    internal XyFigure Retitled(Bilingual title) => new(state with { Title = title });

    /// <summary>The same figure with margins at least as wide.</summary>
    internal XyFigure Within(double left, double right) => new(state with { Left = left, Right = right });

    internal override Picture Compose() => PictureOf(new XyLayout(state).Scene());

    internal override Figure? Narrow() =>
        state.Width <= Part.NarrowWidth ? null : Size(Part.NarrowWidth, Math.Min(state.Height, 340));

    internal override IEnumerable<string> Describe() => XyDescription.Lines(state);

    private static string SeriesName(string kind, Bilingual? name) => name is null ? kind : $"{kind} '{name}'";

    private static void CheckRange(string axis, (double Min, double Max)? range, bool log)
    {
        if (range is not var (min, max))
            return;
        if (!(double.IsFinite(min) && double.IsFinite(max) && min < max) || (log && min <= 0))
        {
            string must = log ? "finite, positive and increasing" : "finite and increasing";
            throw new ArgumentException($"Axes: the range of {axis} must be {must}, but is ({Ticks.Short(min)}, {Ticks.Short(max)}).");
        }
    }

    private XyFigure AddCurve<TX, TY>(
        IEnumerable<TX> x, IEnumerable<TY> y, Bilingual? name, Style style, bool line, bool markers)
        where TX : INumberBase<TX>
        where TY : INumberBase<TY>
    {
        string series = SeriesName(line ? "Line" : "Points", name);
        var xs = Arrays.From(x, series, "x");
        return Add(new Curve(name, xs, Arrays.From(y, series, "y", xs.Length, "x"), style, line, markers));
    }

    private XyFigure AddReferenceLine(ReferenceLine line)
    {
        if (!double.IsFinite(line.Value))
        {
            string kind = SeriesName(line.Horizontal ? "HorizontalLine" : "VerticalLine", line.Label);
            throw new ArgumentException($"{kind}: its value must be finite, but is {Ticks.Short(line.Value)}.");
        }

        return Add(line);
    }

    private XyFigure Add(Mark mark) => new(state with { Marks = state.Marks.Add(mark) });
}
