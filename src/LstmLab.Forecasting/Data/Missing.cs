using System.Globalization;
using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>What becomes of missing values.</summary>
public sealed class Missing
{
    private readonly Action<Gaps>? _fill;

    private Missing(Action<Gaps>? fill = null) => _fill = fill;

    /// <summary>An error, which names the first and says how many there are.</summary>
    public static Missing Throw { get; } = new();

    /// <summary>They stay missing.</summary>
    public static Missing Keep { get; } = new();

    /// <summary>Rows that hold one are left out; dates then have gaps.</summary>
    /// <remarks>A column without any value, in the whole file or in one series, would leave no row: it is an error, which names
    /// it.</remarks>
    public static Missing Drop { get; } = new();

    /// <summary>The last value present comes again.</summary>
    public static Missing Forward { get; } = new(gaps =>
    {
        for (int n = 0; n < gaps.Rows.Length; n++)
            gaps.Column[gaps.Rows[n]] ??= n > 0 ? gaps.Column[gaps.Rows[n - 1]]
                : throw gaps.Error(0, "is missing and the first of its series, so there is nothing to carry forward.");
    });

    /// <summary>A straight line over time between the values present on both sides; over rows where there are no dates. It looks ahead:
    /// not for rows whose future must be unknown.
    /// <code>
    /// y(t) = y(a) + (y(b) − y(a)) · (t − a) / (b − a)       a, b the times of the values before and after the gap
    /// </code></summary>
    public static Missing Interpolate { get; } = new(gaps =>
    {
        gaps.RequireNumbers("interpolated");
        int last = -1;
        for (int n = 0; n < gaps.Rows.Length; n++)
        {
            if (gaps.Column[gaps.Rows[n]] is null) continue;
            for (int hole = last + 1; hole < n; hole++)
            {
                if (last < 0) throw gaps.Error(hole, "is missing and lies before the first value, so it cannot be interpolated.");
                double low = gaps.Number(last), high = gaps.Number(n), start = gaps.Time(last), end = gaps.Time(n);
                double share = (gaps.Time(hole) - start) / (end - start);
                if (!(share > 0 && share < 1))
                    throw gaps.Error(hole, "is missing, and its date does not lie between those of its neighbors.");
                gaps.Column[gaps.Rows[hole]] = low + ((high - low) * share);
            }

            last = n;
        }

        if (last < gaps.Rows.Length - 1)
            throw gaps.Error(last + 1, "is missing and lies after the last value, so it cannot be interpolated.");
    });

    /// <summary>Numbers become a value.</summary>
    /// <param name="value">The value.</param>
    public static Missing Value(double value) => new(gaps =>
    {
        gaps.RequireNumbers(value.ToString(CultureInfo.InvariantCulture));
        foreach (int row in gaps.Rows) gaps.Column[row] ??= value;
    });

    /// <summary>The frame treated; the one given stays as it is.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="series">Column that names the series, which do not fill one another; null for one.</param>
    /// <param name="time">Column of dates; null for the only one, or for rows at equal steps.</param>
    /// <param name="columns">Columns to treat.</param>
    /// <param name="place">Where a value of a column is, for errors.</param>
    internal DataFrame Apply(
        DataFrame frame, string? series, string? time, IReadOnlyList<string> columns, Func<string, int, string> place)
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

        IGrouping<string?, int>[] groups = [.. rows.GroupBy(row =>
            series is null ? null : Convert.ToString(frame.Columns[series][row], CultureInfo.InvariantCulture))];
        if (this == Drop) return Complete(frame, holed, groups, place);
        DateTime[]? dates = this == Interpolate ? Dates(frame, time) : null;
        DataFrame filled = frame.Clone();
        foreach (string name in holed)
            foreach (IGrouping<string?, int> group in groups)
                _fill!(new(filled.Columns[name], [.. group], dates, row => place(name, row)));
        return filled;
    }

    private static DataFrame Complete(
        DataFrame frame, string[] holed, IGrouping<string?, int>[] groups, Func<string, int, string> place)
    {
        foreach (IGrouping<string?, int> group in groups)
        {
            string[] empty = [.. holed.Where(name => group.All(row => frame.Columns[name][row] is null))];
            if (empty.Length == 0) continue;
            string names = string.Join(", ", empty.Select(name => $"'{name}'"));
            string where = group.Key is null ? "" : $" of series '{group.Key}'";
            throw new InvalidDataException($"{place(empty[0], group.First())}: Missing.Drop would leave no row{where}, since "
                + $"{(empty.Length == 1 ? "column" : "columns")} {names} {(empty.Length == 1 ? "holds" : "hold")} no value there. "
                + "Csv.Ignore names columns that are not read.");
        }

        IEnumerable<int> rows = Enumerable.Range(0, checked((int)frame.Rows.Count));
        int[] kept = [.. rows.Where(row => holed.All(name => frame.Columns[name][row] is not null))];
        return kept.Length > 0 ? frame[kept]
            : throw new InvalidDataException($"{place(holed[0], 0)}: Missing.Drop would leave no row, since each lacks a value of one of "
                + $"the columns {string.Join(", ", holed.Select(name => $"'{name}'"))}.");
    }

    private static DateTime[]? Dates(DataFrame frame, string? time)
    {
        if (time is not null) return frame.Dates(time);
        string[] all = [.. frame.Columns.Where(column => column.DataType == typeof(DateTime)).Select(column => column.Name)];
        string[] names = [.. all.Except(all.Select(name => name + FrameExtensions.Local))];
        return names.Length switch
        {
            0 => null,
            1 => frame.Dates(names[0]),
            _ => throw new ArgumentException("Values are interpolated over time, but the frame has the columns of dates "
                + $"{string.Join(", ", names.Select(name => $"'{name}'"))}: name the one that is meant."),
        };
    }

    /// <summary>The values of one series in one column.</summary>
    private sealed record Gaps(DataFrameColumn Column, int[] Rows, DateTime[]? Dates, Func<int, string> Place)
    {
        /// <summary>When a row was measured, in ticks from the first; its number where there are no dates.</summary>
        public double Time(int n) => Dates is null ? n : (Dates[Rows[n]] - Dates[Rows[0]]).Ticks;

        public double Number(int n) => Convert.ToDouble(Column[Rows[n]], CultureInfo.InvariantCulture);

        public void RequireNumbers(string what)
        {
            if (Column.IsNumericColumn()) return;
            int hole = Array.FindIndex(Rows, row => Column[row] is null);
            if (hole >= 0) throw Error(hole, $"is missing; only numbers can be{(what == "interpolated" ? "" : "come")} {what}.");
        }

        public InvalidDataException Error(int n, string what) => new($"{Place(Rows[n])} {what}");
    }
}
