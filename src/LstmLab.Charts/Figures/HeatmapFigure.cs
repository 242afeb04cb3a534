using System.Globalization;
using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>A grid of colored cells with its color bar.</summary>
public sealed class HeatmapFigure : Figure
{
    private readonly HeatmapGrid grid;
    private readonly int? width;
    private readonly int? height;

    internal HeatmapFigure(string title, string? alt, HeatmapGrid grid, int? width = null, int? height = null)
        : base(title, alt) => (this.grid, this.width, this.height) = (grid, width, height);

    /// <summary>Says what the figure shows to a reader who cannot see it.</summary>
    public HeatmapFigure Alt(string text) => new(Title, text, grid, width, height);

    /// <summary>Size of the picture in pixels; chosen by the grid by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 240 wide or 160 high.</exception>
    public HeatmapFigure Size(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 240);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 160);
        return new(Title, AltText, grid, width, height);
    }

    internal override Picture Compose() => Picture.Of(this, HeatmapLayout.Scene(Title, grid, width, height));

    internal override IEnumerable<string> Describe()
    {
        var values = grid.Values.SelectMany(r => r).Where(double.IsFinite).DefaultIfEmpty(double.NaN).ToArray();
        yield return $"heatmap of {grid.Values.Length} rows{Named(grid.Y)} and {grid.Values[0].Length} columns{Named(grid.X)}";
        yield return $"values{Named(grid.Scale)} from {Ticks.Short(values.Min())} to {Ticks.Short(values.Max())}"
            + (grid.Log ? ", log scale" : grid.Signed ? ", colours symmetric around 0" : "");
        foreach (var loss in grid.Footnotes)
            yield return "! " + loss;
    }

    private static string Named(string name) => name.Length == 0 ? "" : $" ({name})";
}

/// <summary>The values of a heatmap, checked, on the scale their colors follow.</summary>
internal sealed record HeatmapGrid(
    double[][] Values, double[][] Colored, string[] Rows, string[] Columns, bool Signed, bool Log, double Min, double Max,
    string X, string Y, string Scale, int Lost)
{
    public static HeatmapGrid Of(
        string title, double[][] values, string[]? rowLabels, string[]? columnLabels, bool signed, bool log, string? x, string? y, string? scale)
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

        double[][] colored = [.. values.Select(r => r.Select(v => !double.IsFinite(v) || (log && v <= 0) ? double.NaN : log ? Math.Log10(v) : v).ToArray())];
        var drawn = colored.SelectMany(r => r).Where(v => !double.IsNaN(v)).ToArray();
        if (drawn.Length == 0)
            throw new ArgumentException($"{name}: no value can be drawn of {values.Length * columns}: all are missing{(log ? " or ≤ 0" : "")}.");
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

    private static string[] Labels(string name, string what, string[]? labels, int count)
    {
        if (labels is not null && labels.Length != count)
            throw new ArgumentException($"{name}: {count} {what} labels are needed, but there are {labels.Length}.");
        return labels ?? [.. Enumerable.Range(0, count).Select(k => k.ToString(CultureInfo.InvariantCulture))];
    }

    public string[] Footnotes => Lost == 0 ? [] : [$"{Lost} of {Values.Length * Values[0].Length} values infinite{(Log ? " or ≤ 0" : "")}, left white"];

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
