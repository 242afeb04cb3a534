namespace LstmLab.Forecasting;

/// <summary>0 at the smallest and 1 at the largest row of training; what lies beyond them later lies beyond [0, 1].
/// <code>
/// scaled = (value − min) / (max − min)        max − min = 1 for a constant column
/// </code></summary>
public sealed record MinMaxScaler : IScaler
{
    /// <inheritdoc/>
    public FittedScaler Fit(ReadOnlySpan<double> column, int end)
    {
        (double min, double max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (double value in column[..end]) (min, max) = (Math.Min(min, value), Math.Max(max, value));
        return new Fitted(min, max > min ? max - min : 1, end);
    }

    private sealed record Fitted(double Min, double Range, int End) : FittedScaler(End)
    {
        public override double Forward(double value, int row) => (value - Min) / Range;

        public override double Inverse(double scaled, int row) => Min + (Range * scaled);
    }
}
