namespace LstmLab.Forecasting;

/// <summary>What the calendar alone says: the cycle of the training rows, whatever happened lately.</summary>
/// <param name="cycle">Its period and harmonics.</param>
public sealed class Climatology(Harmonics cycle) : Baseline($"climatology, {cycle.Count} harmonics")
{
    /// <inheritdoc/>
    protected override Func<Past, double[]> Fit(Past training)
    {
        FittedScaler fitted = cycle.Fit(training.Target, training);
        return past => Each(past, k => fitted.Inverse(0, past.Origin + k - 1));
    }
}
