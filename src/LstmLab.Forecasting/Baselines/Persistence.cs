namespace LstmLab.Forecasting;

/// <summary>Tomorrow is like today: <c>ŷ(o + k) = y(o)</c>. The bar of every price series.</summary>
public sealed class Persistence() : Baseline("persistence")
{
    /// <inheritdoc/>
    protected override Func<Past, double[]> Fit(Past training) => past =>
    {
        double last = past.Target[^1];
        return Each(past, _ => last);
    };
}
