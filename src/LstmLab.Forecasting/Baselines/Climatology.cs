namespace LstmLab.Forecasting;

/// <summary>What the calendar alone says: the cycle of the training rows, whatever happened lately.</summary>
/// <param name="cycle">Its period and harmonics.</param>
public sealed class Climatology(Harmonics cycle) : Baseline($"climatology, {cycle.Count} harmonics")
{
    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training)
    {
        FittedScaler fitted = cycle.Fit(training.Target, training);
        return context => Each(context, k => fitted.Inverse(0, context.Origin + k - 1));
    }
}
