namespace LstmLab.Forecasting;

/// <summary>The last value, moved by the mean step of the whole past: <c>ŷ(o + k) = y(o) + k (y(o) − y(0)) / o</c>.</summary>
public sealed class Drift() : Baseline("drift")
{
    /// <inheritdoc/>
    protected override Func<Past, double[]> Fit(Past training) => past =>
    {
        (double first, double last, int steps) = (past.Target[0], past.Target[^1], Math.Max(1, past.Origin - 1));
        return Each(past, k => last + (k * (last - first) / steps));
    };
}
