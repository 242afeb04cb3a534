namespace LstmLab.Charts.Rendering;

/// <summary>The stretch of an axis that the data takes, on the axis's own scale.</summary>
internal static class Extent
{
    public static (double Min, double Max) OfX(XyState state, IReadOnlyList<Mark> marks)
    {
        if (state.XRange is var (low, high))
            return (Along(low, state.XLog), Along(high, state.XLog));
        if (state.Categories is { } categories)
            return (-0.5, categories.Length - 0.5);
        return Padded(marks.SelectMany(Xs), state.XLog, 0.02, marks.OfType<Boxes>().Any() ? 0.01 : 0.02);
    }

    public static (double Min, double Max) OfY(XyState state, IReadOnlyList<Mark> marks)
    {
        if (state.YRange is var (low, high))
            return (Along(low, state.YLog), Along(high, state.YLog));
        var (min, max) = Padded(marks.SelectMany(Ys), state.YLog, state.YLog && marks.OfType<Boxes>().Any() ? 0.15 : 0.04, 0.05);
        if (marks.OfType<Boxes>().Any() && !state.YLog)
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
        Boxes b => b.Left.Concat(b.Right),
        Rule { Horizontal: false } r => [r.Value],
        Callout c => [c.X],
        _ => [],
    };

    private static IEnumerable<double> Ys(Mark mark) => mark switch
    {
        Curve c => c.Y,
        Area a => a.Low.Concat(a.High),
        Boxes b => b.Top.Concat(b.Low ?? []).Concat(b.High ?? []).Append(b.Base),
        Rule { Horizontal: true } r => [r.Value],
        Callout c => [c.Y],
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
