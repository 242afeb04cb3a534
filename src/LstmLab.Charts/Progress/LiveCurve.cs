namespace LstmLab.Charts;

/// <summary>Lines that grow in place while a cell runs. However often it was redrawn, the last picture depends on the points
/// alone. <c>using</c> draws it even if the loop fails.</summary>
/// <example><code>
/// using (var curve = new LiveCurve(Figure.New("Loss falls").Axes(x: "epoch", y: "mean squared error", yLog: true),
///     ("training", Role.Train), ("held out", Role.HeldOut)))
///     for (int epoch = 1; epoch &lt;= 100; epoch++)
///         curve.Add(epoch, trainLoss, heldOutLoss);
/// </code></example>
public sealed class LiveCurve : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    private readonly XyFigure empty;
    private readonly (Bilingual Name, Role Role)[] series;
    private readonly TimeProvider time;
    private readonly Func<object, LiveOutput> show;
    private readonly List<double> xs = [];
    private readonly List<double>[] ys;
    private LiveOutput? output;
    private long shown;
    private bool drawn;

    /// <summary>What is shown instead of the bare figure until the last picture.</summary>
    internal Func<XyFigure, object> Wrap { get; set; } = figure => figure;

    /// <summary>Prepares the figure; it is shown with the first point.</summary>
    /// <param name="empty">Title and axes.</param>
    /// <param name="series">Name and role of each line.</param>
    /// <exception cref="ArgumentException">There is no line.</exception>
    public LiveCurve(XyFigure empty, params (Bilingual Name, Role Role)[] series)
        : this(empty, series, TimeProvider.System, Live.Show)
    {
    }

    internal LiveCurve(XyFigure empty, (Bilingual Name, Role Role)[] series, TimeProvider time, Func<object, LiveOutput> show)
    {
        ArgumentNullException.ThrowIfNull(empty);
        ArgumentNullException.ThrowIfNull(series);
        if (series.Length == 0)
            throw new ArgumentException("LiveCurve: at least one line is needed, but there is none.");
        (this.empty, this.series, this.time, this.show) = (empty, series, time, show);
        ys = [.. series.Select(_ => new List<double>())];
    }

    /// <summary>Appends one point to each line, and redraws if half a second has passed since the last time.</summary>
    /// <param name="x">Place along x.</param>
    /// <param name="y">One value for each line; NaN where there is none.</param>
    /// <exception cref="ArgumentException">The number of values is not that of the lines.</exception>
    public void Add(double x, params double[] y)
    {
        ArgumentNullException.ThrowIfNull(y);
        if (y.Length != series.Length)
        {
            string names = string.Join(", ", series.Select(s => s.Name));
            throw new ArgumentException($"LiveCurve: {series.Length} values are needed, one for each of "
                + $"'{names}', but there are {y.Length}.");
        }

        xs.Add(x);
        for (int k = 0; k < y.Length; k++)
            ys[k].Add(y[k]);
        drawn = false;
        if (output is null || time.GetElapsedTime(shown) >= Pause)
            Draw(Wrap(Figure));
    }

    /// <summary>Shows the points that came since the last redraw. Call it when the loop ends.</summary>
    /// <returns>The final figure, for use in other cells.</returns>
    public XyFigure Done()
    {
        XyFigure final = Figure;
        if (!drawn)
            Draw(final);
        return final;
    }

    /// <summary>Shows the points that came since the last redraw, if there is any.</summary>
    public void Dispose()
    {
        if (xs.Count > 0)
            Done();
    }

    private XyFigure Figure => series.Zip(ys).Aggregate(empty, (figure, s) => figure.Line(xs, s.Second, s.First.Name, s.First.Role));

    private void Draw(object picture)
    {
        if (output is null)
            output = show(picture);
        else
            output.Update(picture);
        shown = time.GetTimestamp();
        drawn = picture is XyFigure;
    }
}
