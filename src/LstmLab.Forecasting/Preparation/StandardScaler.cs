namespace LstmLab.Forecasting;

/// <summary>Mean 0 and standard deviation 1 on the rows of training.
/// <code>
/// scaled = (value − μ) / σ        σ = 1 for a constant column
/// </code></summary>
public sealed record StandardScaler : IScaler
{
    /// <inheritdoc/>
    public FittedScaler Fit(ReadOnlySpan<double> column, int end)
    {
        // Summed from the first value on, a constant column has its value as mean, exactly.
        (double mean, double squares) = (column[0], 0);
        for (int n = 0; n < end; n++) mean += (column[n] - column[0]) / end;
        for (int n = 0; n < end; n++) squares += (column[n] - mean) * (column[n] - mean);
        return new Fitted(mean, squares == 0 ? 1 : Math.Sqrt(squares / end), end);
    }

    private sealed record Fitted(double Mean, double Deviation, int End) : FittedScaler(End)
    {
        public override double Forward(double value, int row) => (value - Mean) / Deviation;

        public override double Inverse(double scaled, int row) => Mean + (Deviation * scaled);
    }
}
