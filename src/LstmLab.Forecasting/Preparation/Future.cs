using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>Other futures of the same past.</summary>
internal static class Future
{
    /// <summary>The frame with all numbers from a row on changed, but those known ahead.</summary>
    public static DataFrame Changed(DataFrame frame, int from, IReadOnlyList<string> ahead)
    {
        DataFrame other = frame.Clone();
        foreach (DataFrameColumn column in other.Columns.Where(column => column.IsNumericColumn() && !ahead.Contains(column.Name)))
            for (int row = from; row < frame.Rows.Count; row++)
                if (column[row] is double value) column[row] = Changed(value, row);
        return other;
    }

    /// <summary>The task with target and covariates changed from a row of each series on.</summary>
    public static ForecastTask Changed(ForecastTask task, Func<TimeSeries, int> from) => task.Of([.. task.Series.Select(series => series with
    {
        Target = Changed(series.Target, from(series)), Covariates = [.. series.Covariates.Select(column => Changed(column, from(series)))],
    })]);

    private static double[] Changed(double[] column, int from) => [.. column.Select((value, row) => row < from ? value : Changed(value, row))];

    private static double Changed(double value, int row) => value * (1.5 + (0.25 * (row % 3)));
}
