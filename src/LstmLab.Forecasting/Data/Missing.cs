using System.Globalization;
using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>What becomes of missing values.</summary>
public sealed class Missing
{
    private readonly Action<DataFrameColumn, int[], Func<int, string>>? _fill;

    private Missing(Action<DataFrameColumn, int[], Func<int, string>>? fill = null) => _fill = fill;

    /// <summary>An error, which names the first and says how many there are.</summary>
    public static Missing Throw { get; } = new();

    /// <summary>They stay missing.</summary>
    public static Missing Keep { get; } = new();

    /// <summary>Rows that hold one are left out; dates then have gaps.</summary>
    public static Missing Drop { get; } = new();

    /// <summary>The last value present comes again.</summary>
    public static Missing Forward { get; } = new((column, rows, place) =>
    {
        for (int n = 0; n < rows.Length; n++)
            column[rows[n]] ??= n > 0 ? column[rows[n - 1]]
                : throw new InvalidDataException($"{place(rows[0])} is missing and the first of its series, so there is nothing to carry "
                + "forward.");
    });

    /// <summary>A straight line between the values present on both sides. It looks ahead: not for rows whose future must be
    /// unknown.</summary>
    public static Missing Interpolate { get; } = new((column, rows, place) =>
    {
        if (!column.IsNumericColumn())
            throw new InvalidDataException($"{place(Array.Find(rows, row => column[row] is null))} is missing; only numbers can be "
                + "interpolated.");
        int last = -1;
        for (int n = 0; n < rows.Length; n++)
        {
            if (column[rows[n]] is null) continue;
            for (int hole = last + 1; hole < n; hole++)
            {
                if (last < 0)
                    throw new InvalidDataException($"{place(rows[hole])} is missing and lies before the first value, so it cannot be "
                        + "interpolated.");
                (double low, double high) = (At(rows[last]), At(rows[n]));
                column[rows[hole]] = low + ((high - low) * (hole - last) / (n - last));
            }

            last = n;
        }

        if (last < rows.Length - 1)
            throw new InvalidDataException($"{place(rows[last + 1])} is missing and lies after the last value, so it cannot be "
                + "interpolated.");

        double At(int row) => Convert.ToDouble(column[row], CultureInfo.InvariantCulture);
    });

    /// <summary>Numbers become a value.</summary>
    /// <param name="value">The value.</param>
    public static Missing Value(double value) => new((column, rows, place) =>
    {
        if (!column.IsNumericColumn())
            throw new InvalidDataException($"{place(Array.Find(rows, row => column[row] is null))} is missing; only numbers can become "
                + $"{value.ToString(CultureInfo.InvariantCulture)}.");
        foreach (int row in rows) column[row] ??= value;
    });

    /// <summary>The frame treated; the one given stays as it is.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="series">Column that names the series, which do not fill one another; null for one.</param>
    /// <param name="columns">Columns to treat.</param>
    /// <param name="place">Where a value of a column is, for errors.</param>
    internal DataFrame Apply(DataFrame frame, string? series, IReadOnlyList<string> columns, Func<string, int, string> place)
    {
        string[] holed = [.. columns.Where(name => frame.Columns[name].NullCount > 0)];
        if (holed.Length == 0 || this == Keep) return frame;
        int[] rows = [.. Enumerable.Range(0, checked((int)frame.Rows.Count))];
        if (this == Throw)
        {
            int first = Array.FindIndex(rows, row => holed.Any(name => frame.Columns[name][row] is null));
            string column = holed.First(name => frame.Columns[name][first] is null);
            throw new InvalidDataException($"{place(column, first)}: expected a value, but it is missing, as are "
                + $"{holed.Sum(name => frame.Columns[name].NullCount) - 1} more. Missing states what becomes of them.");
        }

        if (this == Drop) return frame[rows.Where(row => holed.All(name => frame.Columns[name][row] is not null))];
        DataFrame filled = frame.Clone();
        foreach (string name in holed)
            foreach (IGrouping<string?,
                int> group in rows.GroupBy(row =>
                series is null ? null : Convert.ToString(frame.Columns[series][row], CultureInfo.InvariantCulture)))
                _fill!(filled.Columns[name], [.. group], row => place(name, row));
        return filled;
    }
}
