using System.Globalization;

namespace LstmLab.Forecasting;

/// <summary>Always the same value: 0 for returns, or the mean of training.</summary>
/// <param name="value">The value; the mean of the training rows when null.</param>
public sealed class Constant(double? value = null)
    : Baseline(value is null ? "mean of training" : string.Create(CultureInfo.InvariantCulture, $"always {value}"))
{
    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training)
    {
        double always = value ?? MathNet.Numerics.Statistics.Statistics.Mean(training.Target.ToArray());
        return context => Each(context, _ => always);
    }
}
