using System.Globalization;

namespace LstmLab.Forecasting;

/// <summary>The exponentially weighted mean of the past: <c>v(t + 1) = λ v(t) + (1 − λ) y(t)</c>, the same for every step; of squared
/// returns it is the variance of RiskMetrics (1996), λ = 0.94.</summary>
/// <param name="decay">λ, in (0, 1).</param>
public sealed class Ewma(double decay = 0.94) : Baseline(string.Create(CultureInfo.InvariantCulture, $"EWMA {decay}"))
{
    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training)
    {
        double start = MathNet.Numerics.Statistics.Statistics.Mean(training.Target.ToArray());
        return context =>
        {
            double mean = start;
            foreach (double value in context.Target) mean = (decay * mean) + ((1 - decay) * value);
            return Each(context, _ => mean);
        };
    }
}
