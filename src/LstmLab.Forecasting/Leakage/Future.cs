using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>Other futures of the same past.</summary>
internal static class Future
{
    /// <summary>The frame with all numbers from a row on changed, but those known ahead.</summary>
    public static DataFrame Perturb(DataFrame frame, int from, IReadOnlyList<string> knownFuture)
    {
        DataFrame perturbed = frame.Clone();
        foreach (DataFrameColumn column in perturbed.Columns.Where(column =>
            column.IsNumericColumn() && !knownFuture.Contains(column.Name)))
            for (int row = from; row < frame.Rows.Count; row++)
                if (column[row] is double value) column[row] = Perturb(value, row);
        return perturbed;
    }

    /// <summary>The task with target and covariates changed from a row of each series on.</summary>
    public static ForecastTask Perturb(ForecastTask task, Func<TimeSeries, int> from) =>
        task.Of([.. task.Series.Select(series => series with
    {
        Target = Perturb(series.Target, from(series)),
        PastCovariates = [.. series.PastCovariates.Select(column => Perturb(column, from(series)))],
    })]);

    private static double[] Perturb(double[] column, int from) =>
        [.. column.Select((value, row) => row < from ? value : Perturb(value, row))];

    private static double Perturb(double value, int row) => value * (1.5 + (0.25 * (row % 3)));
}
