namespace LstmLab.Forecasting;

/// <summary>AR(p), fitted by least squares and iterated: <c>z(t) = w₀ + Σᵢ wᵢ z(t − i)</c>, each forecast the input of the next.</summary>
/// <param name="order">p.</param>
/// <param name="cycle">A cycle taken out first; null for none.</param>
public sealed class AutoRegression(int order, Harmonics? cycle = null) : Baseline($"AR({order}){(cycle is null ? "" : " on anomalies")}")
{
    private protected override int Lookback(ForecastTask task) => order;

    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training)
    {
        FittedScaler? scaler = cycle?.Fit(training.Target, training);
        double[] z = Scaled(training, 0);
        int[] rows = [.. Enumerable.Range(order, Math.Max(0, z.Length - order))];
        double[] weights = LeastSquares.Solve([.. rows.Select(row => Regressors(z, row))], [.. rows.Select(row => z[row])], Name);
        return context =>
        {
            List<double> path = [.. Scaled(context, context.Origin - order)];
            for (int k = 1; k <= context.Task.Steps[^1]; k++) path.Add(Regressors(path, path.Count).Zip(weights, (x, w) => x * w).Sum());
            return Each(context, k => scaler?.Inverse(path[order + k - 1], context.Origin + k - 1) ?? path[order + k - 1]);
        };

        double[] Scaled(ForecastContext context, int from) =>
            [.. context.Target[from..].ToArray().Select((value, n) => scaler?.Forward(value, from + n) ?? value)];
        double[] Regressors(IReadOnlyList<double> values, int row) => [1, .. Enumerable.Range(1, order).Select(lag => values[row - lag])];
    }
}
