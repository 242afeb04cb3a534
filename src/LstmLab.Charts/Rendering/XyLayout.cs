namespace LstmLab.Charts.Rendering;

/// <summary>Gives every part of a figure with two axes its place.</summary>
internal sealed class XyLayout
{
    public const double TitleSize = 16, AxisSize = 13, TickSize = 12, LabelSize = 12.5, NoteSize = 11.5;
    public const double TitleLine = 21, LegendRow = 20, TextLine = 15;

    private readonly XyState state;
    private readonly XyData data;
    private readonly Words title;
    private readonly Words footnotes;

    public XyLayout(XyState state)
    {
        this.state = state = Styles.Apart(state);
        data = new XyData(state);
        title = TitleLines(state.Title, state.Width);
        footnotes = Words.Join(data.Omissions.Select(l => Words.Wrap(l, state.Width - 24, NoteSize)));
    }

    public static Words TitleLines(Bilingual title, double width) => Words.Wrap(title, width - 24, TitleSize, bold: true);

    public Scene Scene()
    {
        var (yMin, yMax) = Extent.OfY(state, data.Marks);
        var (xMin, xMax) = Extent.OfX(state, data.Marks);
        Bilingual yTitle = state.Y.English.Length == 0 && state.Samples.Count > 0 ? ("count", "个数") : state.Y;
        var named = EndLabels.Wanted(data.Marks);
        bool direct = named.Count is > 0 and <= 10;
        // Names end at the edge of the picture, where a wider font than Helvetica, as DejaVu Sans is by 20 %, would lose the last letters.
        double right = direct ? 14 + 1.15 * named.Max(n => n.Lines.Width(LabelSize)) : 18;
        var legend = Legends.Place(data.Marks, direct, state.Width, 10 + title.Count * TitleLine, out int rows);
        double top = 10 + title.Count * TitleLine + rows * LegendRow + 6;
        double guess = state.Height - top - 50;
        var upright = Words.Wrap(yTitle, guess, AxisSize);
        right = Math.Max(right, state.Right);
        double left = 10 + YTicks(yMin, yMax, guess).Max(t => t.Label.Width(TickSize)) + (upright.Empty ? 4 : 7 + upright.Count * TextLine);
        left = Math.Max(left, state.Left);
        var xTicks = XTicks(xMin, xMax, state.Width - left - right);
        var level = Words.Wrap(state.X, state.Width - left - right, AxisSize);
        double bottom = 12 + (xTicks.Max(t => t.Label.Count) + footnotes.Count) * TextLine + (level.Empty ? 2 : 5 + level.Count * TextLine);
        var plot = new Box(left, top, state.Width - left - right, state.Height - top - bottom);

        var marks = Rows(data.Marks, xMin, xMax, plot, out int labelRows);
        (yMin, yMax) = WithRoom(yMin, yMax, marks.OfType<Bars>().Where(b => b.Labels is not null).ToArray(), labelRows * 17, plot.Height);
        var x = new Scale(level, xMin, xMax, state.XLog, xTicks, Named: state.Categories is not null, Dates: state.XDates);
        var y = new Scale(upright, yMin, yMax, state.YLog, YTicks(yMin, yMax, plot.Height));
        return new Scene(
            title, state.Width, state.Height, plot, x, y, [.. marks.Select(m => Aimed(m, x, y))], legend,
            direct ? EndLabels.Place(named, y, plot) : [], footnotes);
    }

    /// <summary>The y axis, longer by what printed values and labels of vertical lines take; a range that was asked for grows only where
    /// a printed value would be cut off.</summary>
    private (double Min, double Max) WithRoom(double min, double max, Bars[] printed, double labels, double height)
    {
        const double Line = 18;
        double Along(double value) => state.YLog ? Math.Log10(value) : value;
        double highest = printed.SelectMany(b => b.Top.Concat(b.High ?? [])).Where(v => v > 0).Select(Along).DefaultIfEmpty(min).Max();
        double lowest = printed.SelectMany(b => b.Top.Concat(b.Low ?? [])).Where(v => v < 0 && !state.YLog).DefaultIfEmpty(max).Min();
        double Missing(double room) => Math.Clamp(Line - room / (max - min) * height, 0, Line);
        double above = state.YRange is not null ? Missing(max - highest) : labels + (highest > min ? Line : 0);
        double below = state.YRange is not null ? Missing(lowest - min) : lowest < max ? Line : 0;
        double perPixel = (max - min) / (height - above - below);
        return (min - below * perPixel, max + above * perPixel);
    }

    private Tick[] YTicks(double min, double max, double height)
    {
        int about = Math.Max(2, (int)(height / 45));
        var ticks = state.YLog ? Ticks.Logarithmic(min, max, about) : Ticks.Linear(min, max, about);
        return ticks.Length > 0 ? ticks : [new Tick(min, Words.Of(Ticks.Short(state.YLog ? Math.Pow(10, min) : min)))];
    }

    private Tick[] XTicks(double min, double max, double width)
    {
        if (state.Categories is { } names)
        {
            double slot = Math.Max(48, width / names.Count - 8);
            int stride = (int)Math.Ceiling(48 * names.Count / width);
            return [.. names.Select((n, k) => new Tick(k, Words.Wrap(n, slot, TickSize))).Where((_, k) => k % stride == 0)];
        }

        int about = Math.Max(2, (int)(width / 85));
        var ticks = state.XDates ? DateTicks.Of(min, max, about)
            : state.XLog ? Ticks.Logarithmic(min, max, about) : Ticks.Linear(min, max, about, Counts());
        return ticks.Length > 0 ? ticks : [new Tick(min, Words.Of(Ticks.Short(state.XLog ? Math.Pow(10, min) : min)))];
    }

    private bool Counts() => data.Marks.OfType<Curve>().Any()
        && data.Marks.OfType<Curve>().SelectMany(curve => curve.X).Where(double.IsFinite).All(x => x == Math.Round(x));

    /// <summary>Puts labels of vertical lines that would overlap into rows of their own.</summary>
    private List<Mark> Rows(IReadOnlyList<Mark> marks, double min, double max, Box plot, out int rows)
    {
        var taken = new List<List<(double Left, double Right)>>();
        var placed = marks.ToList();
        foreach (var line in marks.OfType<ReferenceLine>().Where(r => !r.Horizontal && r.Label is not null).OrderBy(r => r.Value))
        {
            double at = plot.Left + ((state.XLog ? Math.Log10(line.Value) : line.Value) - min) / (max - min) * plot.Width;
            double width = Words.Of(line.Label).Width(LabelSize) + 12;
            bool left = at + width > plot.Right && at - width > plot.Left;
            var span = left ? (Left: at - width, Right: at) : (Left: at, Right: at + width);
            int row = taken.FindIndex(r => r.All(s => s.Right < span.Left || s.Left > span.Right));
            if (row < 0)
            {
                row = taken.Count;
                taken.Add([]);
            }

            taken[row].Add(span);
            placed[placed.IndexOf(line)] = line with { Row = row, LabelLeft = left };
        }

        rows = taken.Count;
        return placed;
    }

    private static Mark Aimed(Mark mark, Scale x, Scale y) => mark is not Annotation note
        ? mark
        : note with { Dx = x.Fraction(note.X) < 0.6 ? 16 : -16, Dy = y.Fraction(note.Y) < 0.75 ? -20 : 20 };
}

/// <summary>The stretch of an axis that the data takes, on the axis's own scale.</summary>
internal static class Extent
{
    public static (double Min, double Max) OfX(XyState state, IReadOnlyList<Mark> marks)
    {
        if (state.XRange is var (low, high))
            return (Along(low, state.XLog), Along(high, state.XLog));
        if (state.Categories is { } categories)
            return (-0.5, categories.Count - 0.5);
        return Padded(marks.SelectMany(Xs), state.XLog, 0.02, marks.OfType<Bars>().Any() ? 0.01 : 0.02);
    }

    public static (double Min, double Max) OfY(XyState state, IReadOnlyList<Mark> marks)
    {
        if (state.YRange is var (low, high))
            return (Along(low, state.YLog), Along(high, state.YLog));
        var (min, max) = Padded(marks.SelectMany(Ys), state.YLog, state.YLog && marks.OfType<Bars>().Any() ? 0.15 : 0.04, 0.05);
        if (marks.OfType<Bars>().Any() && !state.YLog)
        {
            bool below = marks.SelectMany(Ys).Any(v => v < 0);
            bool above = marks.SelectMany(Ys).Any(v => v > 0);
            return (below ? min : 0, above || !below ? max : 0);
        }

        return (min, max);
    }

    private static IEnumerable<double> Xs(Mark mark) => mark switch
    {
        Curve c => c.X,
        Area a => a.X,
        Bars b => b.Left.Concat(b.Right),
        ReferenceLine { Horizontal: false } r => [r.Value],
        Annotation c => [c.X],
        _ => [],
    };

    private static IEnumerable<double> Ys(Mark mark) => mark switch
    {
        Curve c => c.Y,
        Area a => a.Low.Concat(a.High),
        Bars b => b.Top.Concat(b.Low ?? []).Concat(b.High ?? []).Append(b.Base),
        ReferenceLine { Horizontal: true } r => [r.Value],
        Annotation c => [c.Y],
        _ => [],
    };

    private static (double Min, double Max) Padded(IEnumerable<double> values, bool log, double below, double above)
    {
        var places = values.Where(v => double.IsFinite(v) && !(log && v <= 0)).Select(v => Along(v, log)).DefaultIfEmpty(0).ToArray();
        double min = places.Min(), max = places.Max();
        if (max - min <= 1e-12 * Math.Max(Math.Abs(min), Math.Abs(max)))
        {
            double room = min == 0 || log ? 0.5 : Math.Abs(min) * 0.1;
            return (min - room, max + room);
        }

        return (min - (max - min) * below, max + (max - min) * above);
    }

    private static double Along(double value, bool log) => log ? Math.Log10(value) : value;
}
