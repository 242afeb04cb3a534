using System.Globalization;
using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>Other futures of the same past.</summary>
internal static class Future
{
    /// <summary>Several futures of a column, each from the column and its first row that changes. What chooses by the future may choose
    /// alike in one of them by accident, hardly in all.</summary>
    public static IReadOnlyList<Func<double[], int, double[]>> Kinds { get; } =
    [
        (column, from) => Map(column, from, (value, row) => (double)Scaled(value, row, from, Typical(column.Select(v => (object)v)))),
        // The last value for ever: the best forecast is persistence.
        (column, from) => Map(column, from, (_, _) => column[from - 1]),
        // Strong noise: the best forecast is a constant.
        (column, from) => Map(column, from, (_, row) => Noise(column, row)),
        // Nothing at all: whatever reads it has no number to go on.
        (column, from) => Map(column, from, (_, _) => double.NaN),
    ];

    /// <summary>The frame with all numbers and booleans from a row on changed, but those known ahead. Dates are the calendar and stay.
    /// </summary>
    public static DataFrame Perturb(DataFrame frame, int from, IReadOnlyList<string> knownFuture)
    {
        DataFrame perturbed = frame.Clone();
        foreach (DataFrameColumn column in perturbed.Columns.Where(column => CanChange(column) && !knownFuture.Contains(column.Name)))
        {
            double typical = Typical(Cells(column, 0));
            for (int row = from; row < frame.Rows.Count; row++)
                if (column[row] is { } value) column[row] = Scaled(value, row, from, typical);
        }

        return perturbed;
    }

    /// <summary>The task with target and covariates changed from a row of each series on.</summary>
    /// <param name="task">The task.</param>
    /// <param name="from">First row that changes.</param>
    /// <param name="kind">One of <see cref="Kinds"/>; the first by default.</param>
    public static ForecastTask Perturb(ForecastTask task, Func<TimeSeries, int> from, Func<double[], int, double[]>? kind = null) =>
        task.Of([.. task.Series.Select(series => series with
        {
            Target = (kind ?? Kinds[0])(series.Target, from(series)),
            PastCovariates = [.. series.PastCovariates.Select(column => (kind ?? Kinds[0])(column, from(series)))],
        })]);

    /// <summary>Whether the cells of a column can be changed: all kinds of numbers and booleans.</summary>
    public static bool CanChange(DataFrameColumn column) => column.IsNumericColumn() || column.DataType == typeof(bool);

    /// <summary>The values that are there, from a row on.</summary>
    public static IEnumerable<object> Cells(DataFrameColumn column, int from)
    {
        for (long row = from; row < column.Length; row++)
            if (column[row] is { } value) yield return value;
    }

    // The size of a column's values; NaN for one of nothing but zeros, ones and booleans, which must stay so.
    private static double Typical(IEnumerable<object> cells)
    {
        (double sum, int count, bool events) = (0, 0, true);
        foreach (double value in cells.Select(cell => Convert.ToDouble(cell, CultureInfo.InvariantCulture)).Where(double.IsFinite))
        {
            sum += Math.Abs(value);
            count++;
            events &= value is 0 or 1;
        }

        return events ? double.NaN : sum / count;
    }

    // Keeps the type and the sign, so that logarithms stay possible. The first row always changes: what looks one row ahead must show.
    private static object Scaled(object cell, int row, int from, double typical)
    {
        bool flips = (row - from) % 3 != 1;
        if (cell is bool truth) return flips ? !truth : truth;
        double factor = 1.5 + (0.25 * (row % 3)), value = Convert.ToDouble(cell, CultureInfo.InvariantCulture);
        if (double.IsNaN(typical)) return flips ? Convert.ChangeType(1 - value, cell.GetType(), CultureInfo.InvariantCulture) : cell;
        if (cell is double or float)
            return Convert.ChangeType(value == 0 ? typical * factor : value * factor, cell.GetType(), CultureInfo.InvariantCulture);
        return Integer(Convert.ToDecimal(cell, CultureInfo.InvariantCulture), (decimal)factor, (decimal)typical, cell.GetType());
    }

    private static object Integer(decimal value, decimal factor, decimal typical, Type type)
    {
        decimal grown = decimal.Round((value == 0 ? typical : value) * factor + (value < 0 ? -0.5m : 0.5m));
        try
        {
            return Convert.ChangeType(grown, type, CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            return Convert.ChangeType(decimal.Truncate(value / 2), type, CultureInfo.InvariantCulture);
        }
    }

    private static double Noise(double[] column, int row)
    {
        double typical = Typical(column.Select(value => (object)value)), up = row * 7 % 5;
        if (double.IsNaN(typical)) return up % 2;
        return column.Min() < 0 ? 4 * typical * (up - 2) : typical * (0.1 + (2 * up));
    }

    private static double[] Map(double[] column, int from, Func<double, int, double> change) =>
        [.. column.Select((value, row) => row < from ? value : change(value, row))];
}
