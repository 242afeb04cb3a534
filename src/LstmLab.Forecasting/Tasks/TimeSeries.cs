using System.Globalization;
using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>One series: N rows in the order of time, all of them finite numbers.</summary>
/// <param name="Name">Its name; that of the target when there is only one series.</param>
/// <param name="Times">When each row was measured, rising; null for rows that are only numbered.</param>
/// <param name="Target">What is forecast, [N].</param>
/// <param name="PastCovariates">What is known up to the origin, a column of [N] each.</param>
/// <param name="KnownFuture">What is known for the steps to be forecast too, a column of [N] each.</param>
public sealed record TimeSeries(string Name, DateTime[]? Times, double[] Target, double[][] PastCovariates, double[][] KnownFuture)
{
    /// <summary>N.</summary>
    public int Count => Target.Length;

    internal static IReadOnlyList<TimeSeries> From(
        DataFrame frame, string target, string? time, IReadOnlyList<string> pastCovariates, IReadOnlyList<string> knownFuture,
        string? series)
    {
        DataFrameColumn? names = series is null ? null : Column(frame, series), times = time is null ? null : Column(frame, time);
        IEnumerable<IGrouping<string, long>> groups = Enumerable.Range(0, checked((int)frame.Rows.Count)).Select(row => (long)row)
            .GroupBy(row => names is null ? target : Convert.ToString(names[row], CultureInfo.InvariantCulture) ?? "");
        return
        [
            .. groups.Select(rows => new TimeSeries(
                rows.Key, times is null ? null : Dates(times, rows), Numbers(frame, target, rows),
                [.. pastCovariates.Select(name => Numbers(frame, name, rows))],
                [.. knownFuture.Select(name => Numbers(frame, name, rows))])),
        ];
    }

    internal static DataFrameColumn Column(DataFrame frame, string name) =>
        frame.Columns.FirstOrDefault(column => column.Name == name)
        ?? throw new ArgumentException($"The frame has no column "
        + $"'{name}'; its columns are {string.Join(", ", frame.Columns.Select(column => $"'{column.Name}'"))}.");

    internal static double[] Numbers(DataFrame frame, string name, IEnumerable<long> rows)
    {
        DataFrameColumn column = Column(frame, name);
        if (!column.IsNumericColumn() && column.DataType != typeof(bool))
            throw new ArgumentException($"Column '{name}' must hold numbers, but holds {column.DataType.Name}.");
        return [.. rows.Select(row =>
            Convert.ToDouble(column[row] ?? double.NaN, CultureInfo.InvariantCulture) is var value && double.IsFinite(value) ? value
            : throw new ArgumentException($"Column '{name}', row "
            + $"{row} is {(column[row] is null ? "missing" : column[row])}; every value must be a finite number: clean the frame first."))];
    }

    private static DateTime[] Dates(DataFrameColumn column, IEnumerable<long> rows)
    {
        if (column.DataType != typeof(DateTime))
            throw new ArgumentException($"Column '{column.Name}' must hold dates, but holds {column.DataType.Name}.");
        List<DateTime> dates = [];
        foreach (long row in rows)
        {
            if (column[row] is not DateTime date)
                throw new ArgumentException($"Column '{column.Name}', row {row} is missing; every row needs its date.");
            if (dates.Count > 0 && date <= dates[^1])
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"Column '{column.Name}', row {row} is {date:s}, which does not follow "
                    + $"{dates[^1]:s}: sort the frame and remove duplicates first."));
            dates.Add(date);
        }

        return [.. dates];
    }
}
