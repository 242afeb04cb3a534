namespace LstmLab.Forecasting;

/// <summary>Least squares on lags, a model of its own for each step: <c>ŷ(o + k) = w(k) · x</c>, x the regressors at the origin.</summary>
/// <remarks>The linear direct model: what an LSTM must beat to be worth its training.</remarks>
public sealed class LinearLags : LagModel
{
    /// <summary>The last rows before the origin.</summary>
    /// <param name="count">How many, at least 1.</param>
    public LinearLags(int count) : base("linear", count)
    {
    }

    /// <summary>Chosen lags, counted back from the row to be forecast.</summary>
    /// <param name="lags">Each at least the number of steps ahead.</param>
    public LinearLags(int[] lags) : base("linear", lags)
    {
    }

    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training)
    {
        Regressors regressors = new(this, training);
        Dictionary<int, double[]> weights = training.Task.Steps.ToDictionary(k => k, Weights);
        return context =>
            Each(context, k =>
            regressors.Inverse(regressors.Of(context, k).Zip(weights[k], (x, w) => x * w).Sum(), context.Origin + k - 1));

        double[] Weights(int k)
        {
            int[] origins = [.. regressors.Origins(training, k)];
            ReadOnlySpan<double> target = training.Target;
            double[] y = new double[origins.Length];
            for (int n = 0; n < y.Length; n++) y[n] = regressors.Forward(target[origins[n] + k - 1], origins[n] + k - 1);
            return LeastSquares.Solve([.. origins.Select(origin => regressors.Of(training.At(origin), k))], y, Name);
        }
    }
}
