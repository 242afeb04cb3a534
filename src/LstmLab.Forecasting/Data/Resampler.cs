using System.Globalization;
using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>An end of an interval of time.</summary>
public enum IntervalEnd
{
    /// <summary>Its beginning.</summary>
    Left,

    /// <summary>Its end, which is the beginning of the next.</summary>
    Right,
}

/// <summary>Rows gathered into equal intervals of time, as <c>resample</c> of pandas. Made by
/// <see cref="FrameTimeExtensions.Resample"/>; each method gives a frame of one row for each interval from the first row's to the last
/// row's, with its label and the columns summed up.</summary>
/// <remarks>Missing values are left out. An interval without a value is missing, but its sum is 0, as in pandas, unless
/// <c>minCount</c> asks for more. Without names, all columns but the time and the series are summed up, and must hold numbers.</remarks>
public sealed class Resampler
{
    private readonly DataFrame _frame;
    private readonly string _time;
    private readonly string? _series;
    private readonly List<(DateTime Label, string? Series, int[] Rows)> _intervals = [];

    internal Resampler(DataFrame frame, string time, Frequency frequency, IntervalEnd label, IntervalEnd closed, string? series)
    {
        _frame = frame;
        _time = time;
        _series = series;
        DateTime[] dates = frame.Dates(time);
        foreach (int[] rows in FrameTimeExtensions.Groups(frame, series))
        {
            for (int n = 1; n < rows.Length; n++)
                if (dates[rows[n]] < dates[rows[n - 1]])
                    throw new ArgumentException($"Column '{time}', row {rows[n]}: {Frequency.Text(dates[rows[n]])} comes after "
                        + $"{Frequency.Text(dates[rows[n - 1]])}; sort the rows by time first.");
            Gather(rows, dates, frequency, label, closed);
        }
    }

    /// <summary>The means.</summary>
    /// <param name="columns">Columns to sum up; all when there is none.</param>
    public DataFrame Mean(params string[] columns) => Frame(Aggregate.Mean, columns);

    /// <summary>The standard deviations, with n − 1 in the denominator; missing for one value.</summary>
    /// <inheritdoc cref="Mean"/>
    public DataFrame Std(params string[] columns) => Frame(Aggregate.Std, columns);

    /// <summary>The least values.</summary>
    /// <inheritdoc cref="Mean"/>
    public DataFrame Min(params string[] columns) => Frame(Aggregate.Min, columns);

    /// <summary>The greatest values.</summary>
    /// <inheritdoc cref="Mean"/>
    public DataFrame Max(params string[] columns) => Frame(Aggregate.Max, columns);

    /// <summary>The first values.</summary>
    /// <inheritdoc cref="Mean"/>
    public DataFrame First(params string[] columns) => Frame(Aggregate.First, columns);

    /// <summary>The last values.</summary>
    /// <inheritdoc cref="Mean"/>
    public DataFrame Last(params string[] columns) => Frame(Aggregate.Last, columns);

    /// <summary>The sums.</summary>
    /// <param name="minCount">How many values must be present for a sum that is not missing; by default none, and the sum of none is
    /// 0.</param>
    /// <param name="columns">Columns to sum up; all when there is none.</param>
    public DataFrame Sum(int minCount = 0, params string[] columns) =>
        Frame(values => values.Length < minCount ? double.NaN : Aggregate.Sum(values), columns);

    private void Gather(int[] rows, DateTime[] dates, Frequency frequency, IntervalEnd label, IntervalEnd closed)
    {
        string? name = _series is null ? null : Convert.ToString(_frame.Columns[_series][rows[0]], CultureInfo.InvariantCulture);
        DateTime start = frequency.Floor(dates[rows[0]]);
        // A first row at the beginning of an interval that is open there belongs to the interval before.
        if (closed == IntervalEnd.Right && start == dates[rows[0]]) start = frequency.Previous(start);
        for (int n = 0; n < rows.Length;)
        {
            DateTime end = frequency.Next(start);
            int first = n;
            while (n < rows.Length && (dates[rows[n]] < end || (closed == IntervalEnd.Right && dates[rows[n]] == end))) n++;
            _intervals.Add((label == IntervalEnd.Left ? start : end, name, rows[first..n]));
            start = end;
        }
    }

    private DataFrame Frame(Aggregation aggregation, string[] columns)
    {
        string[] names = columns.Length > 0 ? columns
            : [.. _frame.Columns.Select(column => column.Name).Where(name => name != _time && name != _series)];
        DataFrame resampled = new(new DateTimeDataFrameColumn(_time, _intervals.Select(interval => interval.Label)));
        if (_series is not null)
            resampled.Columns.Insert(0, new StringDataFrameColumn(_series, _intervals.Select(interval => interval.Series)));
        foreach (string name in names)
        {
            double[] values = FrameTimeExtensions.Values(_frame, name);
            resampled.Columns.Add(new DoubleDataFrameColumn(name, FrameTimeExtensions.Missing(_intervals.Select(interval =>
                aggregation(interval.Rows.Select(row => values[row]).Where(value => !double.IsNaN(value)).ToArray())))));
        }

        return resampled;
    }
}
