namespace LstmLab.Forecasting;

/// <summary>The last value, moved by the mean step of the whole past: <c>ŷ(o + k) = y(o) + k (y(o) − y(0)) / o</c>.</summary>
public sealed class Drift() : Baseline("drift")
{
    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training) => context =>
    {
        (double first, double last, int steps) = (context.Target[0], context.Target[^1], Math.Max(1, context.Origin - 1));
        return Each(context, k => last + (k * (last - first) / steps));
    };
}
