namespace LstmLab.Forecasting;

/// <summary>Tomorrow is like today: <c>ŷ(o + k) = y(o)</c>. The bar of every price series.</summary>
public sealed class Persistence() : Baseline("persistence")
{
    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training) => context =>
    {
        double last = context.Target[^1];
        return Each(context, _ => last);
    };
}
