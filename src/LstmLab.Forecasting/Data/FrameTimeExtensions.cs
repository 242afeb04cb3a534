using System.Globalization;
using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>Columns made of other rows, under the names of pandas. Each call gives a new frame and leaves the one it was given as it
/// was.</summary>
/// <example><code>
/// frame.Shift("load", 48, "yesterday")                          // df["yesterday"] = df["load"].shift(48)
/// frame.Rolling("load", 48).Mean("level")                       // df["level"] = df["load"].rolling(48).mean()
/// frame.Resample("time", Frequency.Every(TimeSpan.FromDays(1))).Mean("load")      // df.resample("D")["load"].mean()
/// </code></example>
public static class FrameTimeExtensions
{
    /// <summary>The frame with a column moved by some rows, y(t − periods); rows that nothing moves to are missing.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="column">Column of numbers to move.</param>
    /// <param name="periods">How many rows later each value comes. A negative number brings values of later rows: it looks ahead.</param>
    /// <param name="name">Name of the new column.</param>
    /// <param name="series">Column that names the series, which do not mix; null for one.</param>
    public static DataFrame Shift(this DataFrame frame, string column, int periods, string name, string? series = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        double[] values = Values(frame, column), moved = new double[values.Length];
        foreach (int[] rows in Groups(frame, series))
        {
            for (int n = 0; n < rows.Length; n++)
                moved[rows[n]] = n - periods >= 0 && n - periods < rows.Length ? values[rows[n - periods]] : double.NaN;
        }

        return frame.With(name, Missing(moved));
    }

    /// <summary>Trailing windows of a column: of each row and those before it.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="column">Column of numbers.</param>
    /// <param name="window">N, rows of a window, at least 1.</param>
    /// <param name="minPeriods">How many values must be present for a result that is not missing, 1 … N; N by default.</param>
    /// <param name="series">Column that names the series, which do not mix; null for one.</param>
    public static Rolling Rolling(this DataFrame frame, string column, int window, int? minPeriods = null, string? series = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new(frame, column, window, minPeriods ?? window, series);
    }

    /// <summary>Rows gathered into intervals of time.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="time">Column of dates, which must not fall within a series.</param>
    /// <param name="rule">From the beginning of an interval to the next: a fixed time, counted from midnight before the first row as in
    /// pandas' <c>"6h"</c> or <c>"7D"</c>; months from the first of a month, <c>"MS"</c>; weekdays, <c>"B"</c>.</param>
    /// <param name="label">The end of an interval that dates it. By default its beginning, as in pandas; but what it says is known only at
    /// its end, so beside rows of finer steps it would look ahead: there, take <see cref="IntervalEnd.Right"/>.</param>
    /// <param name="closed">The end that belongs to an interval. By default its beginning, as in pandas; its end for measurements that are
    /// dated by the end of the time they cover.</param>
    /// <param name="series">Column that names the series, which do not mix; null for one.</param>
    /// <exception cref="ArgumentException">Dates are missing or fall.</exception>
    public static Resampler Resample(
        this DataFrame frame, string time, Frequency rule, IntervalEnd label = IntervalEnd.Left, IntervalEnd closed = IntervalEnd.Left,
        string? series = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(rule);
        return new(frame, time, rule, label, closed, series);
    }

    /// <summary>A column of numbers, NaN where one is missing.</summary>
    internal static double[] Values(DataFrame frame, string name)
    {
        DataFrameColumn column = TimeSeries.Column(frame, name);
        if (!column.IsNumericColumn() && column.DataType != typeof(bool))
            throw new ArgumentException($"Column '{name}' must hold numbers, but holds {column.DataType.Name}; name a column of numbers.");
        return [.. Enumerable.Range(0, checked((int)frame.Rows.Count)).Select(row =>
            Convert.ToDouble(column[row] ?? double.NaN, CultureInfo.InvariantCulture))];
    }

    /// <summary>The rows of each series in their order.</summary>
    internal static int[][] Groups(DataFrame frame, string? series)
    {
        IEnumerable<int> rows = Enumerable.Range(0, checked((int)frame.Rows.Count));
        if (series is null) return [[.. rows]];
        DataFrameColumn names = TimeSeries.Column(frame, series);
        return [.. rows.GroupBy(row => Convert.ToString(names[row], CultureInfo.InvariantCulture)).Select(group => group.ToArray())];
    }

    internal static IEnumerable<double?> Missing(IEnumerable<double> values) =>
        values.Select(value => double.IsNaN(value) ? (double?)null : value);
}
