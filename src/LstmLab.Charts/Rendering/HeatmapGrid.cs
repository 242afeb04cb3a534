using System.Globalization;

namespace LstmLab.Charts.Rendering;

/// <summary>The values of a heatmap, checked, on the scale their colors follow.</summary>
internal sealed record HeatmapGrid(
    double[][] Values, double[][] Colored, Texts Rows, Texts Columns, bool Signed, bool Log, double Min, double Max,
    Bilingual X, Bilingual Y, Bilingual Scale, int Lost)
{
    /// <summary>What stands in the cells in place of their values; null for the values.</summary>
    public string[][]? Written { get; init; }

    public static HeatmapGrid Of(
        Bilingual title, double[][] values, Texts? rowLabels, Texts? columnLabels, bool signed, bool log, Bilingual? x, Bilingual? y,
        Bilingual? scale)
    {
        ArgumentNullException.ThrowIfNull(values);
        string name = $"Heatmap '{title}'";
        if (signed && log)
            throw new ArgumentException($"{name}: a log scale needs magnitudes; set signed or logScale, not both.");
        int columns = values.Length == 0 ? 0 : values[0].Length;
        if (columns == 0)
            throw new ArgumentException($"{name}: at least one cell is needed, but the grid is empty.");
        for (int row = 0; row < values.Length; row++)
        {
            if (values[row].Length != columns)
                throw new ArgumentException($"{name}: row {row} must hold {columns} values as row 0 does, but holds {values[row].Length}.");
        }

        double[][] colored = [.. values.Select(r =>
            r.Select(v => !double.IsFinite(v) || (log && v <= 0) ? double.NaN : log ? Math.Log10(v) : v).ToArray())];
        var drawn = colored.SelectMany(r => r).Where(v => !double.IsNaN(v)).ToArray();
        if (drawn.Length == 0)
            throw new ArgumentException($"{name}: no value can be drawn of "
                + $"{values.Length * columns}: all are missing{(log ? " or ≤ 0" : "")}.");
        var (min, max) = Ends(drawn, signed);
        int missing = values.SelectMany(r => r).Count(double.IsNaN);
        return new HeatmapGrid(
            values, colored, Labels(name, "row", rowLabels, values.Length), Labels(name, "column", columnLabels, columns), signed, log,
            min, max, x ?? "", y ?? "", scale ?? "", values.Length * columns - drawn.Length - missing);
    }

    private static (double Min, double Max) Ends(double[] values, bool signed)
    {
        double min = values.Min(), max = values.Max();
        if (signed)
        {
            double reach = Math.Max(Math.Abs(min), Math.Abs(max));
            return reach == 0 ? (-1, 1) : (-reach, reach);
        }

        return min < max ? (min, max) : (min - 0.5, max + 0.5);
    }

    private static Texts Labels(string name, string what, Texts? labels, int count)
    {
        if (labels is not null && labels.Count != count)
            throw new ArgumentException($"{name}: {count} {what} labels are needed, but there are {labels.Count}.");
        return labels ?? [.. Enumerable.Range(0, count).Select(k => new Bilingual(k.ToString(CultureInfo.InvariantCulture)))];
    }

    public Bilingual[] Footnotes => Lost == 0 ? [] :
    [
        ($"{Lost} of {Values.Length * Values[0].Length} values infinite{(Log ? " or ≤ 0" : "")}, left white",
        $"{Values.Length * Values[0].Length} 个值中有 {Lost} 个为无穷大{(Log ? "或 ≤ 0" : "")}，留白"),
    ];

    /// <summary>A cell's value as printed: three digits of the largest magnitude, or four of its own on a log scale.</summary>
    public string Text(int row, int column)
    {
        double reach = Math.Max(Math.Abs(Min), Math.Abs(Max)), value = Values[row][column];
        if (double.IsNaN(value))
            return "";
        if (Log || reach is < 1e-3 or >= 1e5)
            return Ticks.Short(value);
        return Ticks.Format(value, "F" + Math.Clamp(2 - (int)Math.Floor(Math.Log10(reach)), 0, 5).ToString(CultureInfo.InvariantCulture));
    }
}
