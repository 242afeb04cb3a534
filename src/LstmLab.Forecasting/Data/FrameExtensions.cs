using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>Cleaning and derived columns. Each call gives a new frame and leaves the one it was given as it was.</summary>
public static class FrameExtensions
{
    /// <summary>What the name of a column of dates ends in that holds the time of the place, where its dates are UTC.</summary>
    internal const string Local = "_local";

    /// <summary>A column as numbers, [N].</summary>
    /// <exception cref="ArgumentException">There is no such column, it holds no numbers, or a value is missing or infinite.</exception>
    public static double[] Numbers(this DataFrame frame, string column)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return TimeSeries.Numbers(frame, column, Enumerable.Range(0, checked((int)frame.Rows.Count)).Select(row => (long)row));
    }

    /// <summary>A column as dates, [N].</summary>
    /// <exception cref="ArgumentException">There is no such column, it holds no dates, or one is missing.</exception>
    public static DateTime[] Dates(this DataFrame frame, string column)
    {
        ArgumentNullException.ThrowIfNull(frame);
        DataFrameColumn dates = TimeSeries.Column(frame, column);
        return [.. Enumerable.Range(0, checked((int)frame.Rows.Count)).Select(row => dates[row] as DateTime? ?? throw new ArgumentException(
            $"Column '{column}', row {row} must be a date, but is {dates[row] ?? "missing"}."))];
    }

    /// <summary>The frame with a column of numbers added, or replaced.</summary>
    /// <exception cref="ArgumentException">Their number is not that of the rows.</exception>
    public static DataFrame With(this DataFrame frame, string column, IEnumerable<double> values) =>
        frame.With(new DoubleDataFrameColumn(column, values));

    internal static DataFrame With(this DataFrame frame, string column, IEnumerable<double?> values) =>
        frame.With(new DoubleDataFrameColumn(column, values));

    /// <summary>The frame with a column of dates added, or replaced: the first and those after it at equal steps.</summary>
    public static DataFrame WithTimes(this DataFrame frame, string column, DateTime start, Frequency frequency)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(frequency);
        List<DateTime> dates = [];
        for (DateTime date = start; dates.Count < frame.Rows.Count; date = frequency.Next(date)) dates.Add(date);
        return frame.With(new DateTimeDataFrameColumn(column, dates));
    }

    /// <summary>The frame with what the dates of a column tell.</summary>
    /// <remarks>Where <see cref="Csv"/> has put a column of the time of the place beside dates that are UTC, the calendar is that of the
    /// place.</remarks>
    public static DataFrame WithCalendar(this DataFrame frame, string time, params CalendarFeature[] features)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(features);
        DateTime[] dates = frame.Dates(frame.Columns.IndexOf(time + Local) >= 0 ? time + Local : time);
        foreach (CalendarFeature feature in features)
        {
            double[][] values = [.. dates.Select(feature.Of)];
            foreach (var (k, name) in feature.Columns.Index()) frame = frame.With(name, values.Select(row => row[k]));
        }

        return frame;
    }

    /// <summary>The frame with a column changed and put beside the others; the first rows, which have no value, are left out.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="column">Column to change.</param>
    /// <param name="transformation">The change.</param>
    /// <param name="name">Name of the new column.</param>
    public static DataFrame Transform(this DataFrame frame, string column, Transformation transformation, string name)
    {
        ArgumentNullException.ThrowIfNull(transformation);
        double[] changed = transformation.Forward(frame.Numbers(column));
        return frame.Slice(transformation.Lag, checked((int)frame.Rows.Count)).With(name, changed);
    }

    /// <summary>Rows first … end − 1.</summary>
    public static DataFrame Slice(this DataFrame frame, int first, int end)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return first >= 0 && first <= end && end <= frame.Rows.Count ? frame[Enumerable.Range(first, end - first)]
            : throw new ArgumentOutOfRangeException(nameof(first),
            $"Rows {first} … {end - 1} do not lie within the frame's 0 … {frame.Rows.Count - 1}.");
    }

    /// <summary>The frame with a column clipped to a range its unit allows. A range read off the data would be fitted to it: give one that
    /// is known.</summary>
    /// <exception cref="ArgumentException">The range is empty.</exception>
    public static DataFrame Clip(this DataFrame frame, string column, double low = double.NegativeInfinity,
        double high = double.PositiveInfinity) =>
        low <= high ? frame.With(column, frame.Numbers(column).Select(value => Math.Clamp(value, low, high)))
        : throw new ArgumentException($"The range of '{column}' must rise, but is {low} … {high}.");

    /// <summary>The frame without the rows that carry a value forward: those where the column equals the row before, as on
    /// holidays.</summary>
    /// <remarks>A true repetition goes too, so it is for values that hardly ever repeat.</remarks>
    public static DataFrame DropRepeated(this DataFrame frame, string column)
    {
        double[] values = frame.Numbers(column);
        return frame[Enumerable.Range(0, values.Length).Where(row => row == 0 || values[row] != values[row - 1])];
    }

    /// <summary>The frame with missing values treated.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="missing">What becomes of them.</param>
    /// <param name="series">Column that names the series, which do not fill one another; null for one.</param>
    /// <param name="time">Column of dates, between which <see cref="Missing.Interpolate"/> draws its lines; null for the only one the
    /// frame has, or for rows at equal steps if it has none.</param>
    /// <param name="columns">Columns to treat; all when there is none.</param>
    /// <exception cref="InvalidDataException">The policy is <see cref="Missing.Throw"/>, or it cannot fill a value.</exception>
    /// <exception cref="ArgumentException">There is no such column, or the time is not given and the frame has several columns of
    /// dates.</exception>
    public static DataFrame Fill(
        this DataFrame frame, Missing missing, string? series = null, string? time = null, params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(missing);
        ArgumentNullException.ThrowIfNull(columns);
        return missing.Apply(frame, series, time,
            [.. columns.Length > 0 ? columns.Select(name => TimeSeries.Column(frame, name).Name)
            : frame.Columns.Select(column => column.Name)],
            (column, row) => $"Column '{column}', row {row}");
    }

    private static DataFrame With(this DataFrame frame, DataFrameColumn column)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (column.Length != frame.Rows.Count)
            throw new ArgumentException($"Column '{column.Name}' must hold "
                + $"{frame.Rows.Count} values, one for each row, but holds {column.Length}.");
        DataFrame wider = frame.Clone();
        int at = wider.Columns.IndexOf(column.Name);
        if (at < 0) wider.Columns.Add(column);
        else wider.Columns[at] = column;
        return wider;
    }
}
