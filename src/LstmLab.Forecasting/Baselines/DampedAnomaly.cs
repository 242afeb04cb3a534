namespace LstmLab.Forecasting;

/// <summary>The last anomaly, shrunk towards the cycle by its own autocorrelation: <c>ŷ(o + k) = cycle(o + k) + ρ(k) a(o)</c>,
/// a the anomaly, ρ(k) the least-squares slope of a(t + k) on a(t) in training.</summary>
/// <param name="cycle">Period and harmonics of the cycle.</param>
public sealed class DampedAnomaly(Harmonics cycle) : Baseline("damped anomaly")
{
    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training)
    {
        FittedScaler fitted = cycle.Fit(training.Target, training);
        double[] anomalies = Anomalies(training);
        Dictionary<int, double> slopes = training.Task.Steps.ToDictionary(k => k, k => Slope(anomalies, k));
        return context =>
        {
            double last = fitted.Forward(context.Target[^1], context.Origin - 1);
            return Each(context, k => fitted.Inverse(slopes[k] * last, context.Origin + k - 1));
        };

        double[] Anomalies(ForecastContext rows)
        {
            double[] values = rows.Target.ToArray();
            return [.. values.Select((value, n) => fitted.Forward(value, n))];
        }
    }

    private static double Slope(double[] a, int lag)
    {
        (double products, double squares) = (0, 0);
        for (int t = 0; t + lag < a.Length; t++) (products, squares) = (products + (a[t] * a[t + lag]), squares + (a[t] * a[t]));
        return squares == 0 ? 0 : products / squares;
    }
}
