using MathNet.Numerics.LinearRegression;

namespace LstmLab.Forecasting;

/// <summary>A cycle as a mean and a few sine waves, fitted by least squares; as a scaler it turns values into standardised anomalies.
/// <code>
/// cycle(n) = a₀ + Σⱼ aⱼ cos(2π j n / P) + bⱼ sin(2π j n / P)        j = 1 … harmonics
/// scaled   = (value − cycle(n)) / σ                                 σ the standard deviation of the training anomalies
/// </code></summary>
/// <param name="Period">P, in rows: 365.25 for a daily series with a year.</param>
/// <param name="Count">Number of sine waves, at least 1.</param>
public sealed record Harmonics(double Period, int Count = 2) : IScaler
{
    /// <inheritdoc/>
    public FittedScaler Fit(ReadOnlySpan<double> column, int end)
    {
        double[] values = column[..end].ToArray();
        double[] weights = MultipleRegression.QR([.. Enumerable.Range(0, end).Select(Features)], values);
        double squares = values.Select((value, n) => value - At(weights, n)).Sum(anomaly => anomaly * anomaly);
        return new Fitted(this, weights, squares == 0 ? 1 : Math.Sqrt(squares / end), end);
    }

    /// <summary>1 and the waves of a row, [1 + 2 · Count].</summary>
    internal double[] Features(int row) =>
        [1, .. Enumerable.Range(1, Count).SelectMany(j => new[] { Math.Cos(2 * Math.PI * j * row / Period), Math.Sin(2 * Math.PI * j * row / Period) })];

    private double At(double[] weights, int row) => Features(row).Zip(weights, (x, w) => x * w).Sum();

    private sealed record Fitted(Harmonics Cycle, double[] Weights, double Deviation, int End) : FittedScaler(End)
    {
        public override double Forward(double value, int row) => (value - Cycle.At(Weights, row)) / Deviation;

        public override double Inverse(double scaled, int row) => Cycle.At(Weights, row) + (Deviation * scaled);
    }
}
