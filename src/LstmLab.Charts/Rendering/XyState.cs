using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace LstmLab.Charts.Rendering;

/// <summary>The state of a figure with two axes.</summary>
internal sealed record XyState(Bilingual Title)
{
    public Bilingual? Alt { get; init; }

    public Bilingual X { get; init; } = "";

    public Bilingual Y { get; init; } = "";

    public bool XLog { get; init; }

    /// <summary>Places along x are days, <see cref="Dates"/>.</summary>
    public bool XDates { get; init; }

    public bool YLog { get; init; }

    public (double Min, double Max)? XRange { get; init; }

    public (double Min, double Max)? YRange { get; init; }

    public int Width { get; init; } = 640;

    public int Height { get; init; } = 400;

    /// <summary>Least margins, of figures whose plots stand exactly above one another.</summary>
    public double Left { get; init; }

    /// <summary>Least right margin.</summary>
    public double Right { get; init; }

    public Texts? Categories { get; init; }

    public ImmutableList<Mark> Marks { get; init; } = [];

    public ImmutableList<Sample> Samples { get; init; } = [];
}

/// <summary>Values whose histogram is taken once the axis is known, so that all histograms of a figure share their bins.</summary>
internal sealed record Sample(Bilingual? Name, double[] Values, int Bins, Style Style);

/// <summary>A figure with two axes in words.</summary>
internal static class XyDescription
{
    public static IEnumerable<string> Lines(XyState state)
    {
        yield return $"x: {Axis(state.X, state.XLog, state.Categories)}";
        yield return $"y: {Axis(state.Y.English.Length == 0 && state.Samples.Count > 0 ? "count" : state.Y, state.YLog, null)}";
        foreach (var sample in state.Samples)
            yield return $"- histogram {Name(sample.Name)}: {Summary(sample.Values)}";
        foreach (var mark in state.Marks)
        {
            yield return "- " + mark switch
            {
                Curve c => $"{(c.Line ? "line" : "points")} {Name(c.Name)}: "
                    + $"{Summary(c.Y)}, last {Ticks.Short(c.Y.LastOrDefault(double.IsFinite, double.NaN))}",
                Area a => $"band {Name(a.Name)}: {a.X.Length} points, from {Ticks.Short(Least(a.Low))} to {Ticks.Short(Greatest(a.High))}",
                Bars b => $"bars {Name(b.Name)}: {Bars(b, state.Categories!)}",
                ReferenceLine r => $"{(r.Horizontal ? "horizontal" : "vertical")} line {Name(r.Label)}: "
                    + $"at {(r.Horizontal ? Ticks.Short(r.Value) : Place(state, r.Value))}",
                Annotation n => $"note at ({Place(state, n.X)}, {Ticks.Short(n.Y)}): {string.Join(' ', n.Lines.English)}",
                _ => mark.GetType().Name,
            };
        }

        foreach (var omission in new XyData(state).Omissions)
            yield return "! " + omission;
    }

    private static string Place(XyState state, double x) => state.XDates ? Dates.Iso(x) : Ticks.Short(x);

    private static string Axis(Bilingual title, bool log, Texts? categories) =>
        (title.English.Length == 0 ? "unnamed" : title.English) + (log ? ", log scale" : "")
        + (categories is null ? "" : $", {categories.Count} categories");

    private static string Name(Bilingual? name) => name is null ? "without a name" : $"'{name}'";

    private static string Summary(double[] values)
    {
        int missing = values.Count(double.IsNaN);
        string count = values.Length.ToString("N0", CultureInfo.InvariantCulture);
        return $"{count} values{(missing > 0 ? $", {missing} missing" : "")}, from "
            + $"{Ticks.Short(Least(values))} to {Ticks.Short(Greatest(values))}";
    }

    private static double Least(double[] values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();

    private static double Greatest(double[] values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();

    private static string Bars(Bars bars, Texts categories)
    {
        string Interval(int k) => bars.Low is null ? "" : $" [{Ticks.Short(bars.Low[k])}, {Ticks.Short(bars.High![k])}]";
        return string.Join("; ", categories.Select((c, k) => $"{c} {Ticks.Short(bars.Top[k])}{Interval(k)}"));
    }
}

/// <summary>Turns what a cell hands over into arrays of doubles of the length they should have.</summary>
internal static class Arrays
{
    public static double[] From<T>(IEnumerable<T> values, string series, string what)
        where T : INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(values, $"{series}: {what}");
        return [.. values.Select(double.CreateChecked)];
    }

    public static double[] From<T>(IEnumerable<T> values, string series, string what, int expected, string of)
        where T : INumberBase<T>
    {
        var array = From(values, series, what);
        if (array.Length != expected)
        {
            throw new ArgumentException(
                $"{series}: '{what}' must hold {expected} values, one for each of '{of}', but holds {array.Length}.");
        }

        return array;
    }
}
