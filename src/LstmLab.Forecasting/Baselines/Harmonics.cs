using MathNet.Numerics.LinearRegression;

namespace LstmLab.Forecasting;

/// <summary>A cycle as a mean and a few sine waves, fitted by least squares; as a scaler it turns values into standardized anomalies.
/// <code>
/// cycle(n) = a₀ + Σⱼ aⱼ cos(2π j φ) + bⱼ sin(2π j φ)       j = 1 … harmonics, φ = n / P, or the share of the year
/// scaled   = (value − cycle(n)) / σ                        σ the standard deviation of the training anomalies
/// </code></summary>
/// <remarks>The share of the year is that of <see cref="CalendarFeature.Year"/>, so that a leap year, too, is one whole cycle.</remarks>
public sealed record Harmonics : IScaler
{
    /// <summary>A cycle of a fixed number of rows.</summary>
    /// <param name="period">P, in rows; 336 for the week of a half-hourly series.</param>
    /// <param name="count">Number of sine waves, at least 1.</param>
    public Harmonics(double period, int count = 2) : this(count) => Period = period > 0 ? period
        : throw new ArgumentOutOfRangeException(nameof(period), period, "The period must be a number of rows greater than 0.");

    private Harmonics(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
    }

    /// <summary>P, in rows; null for the year of dated rows.</summary>
    public double? Period { get; }

    /// <summary>Number of sine waves.</summary>
    public int Count { get; }

    /// <summary>The year, by each row's date.</summary>
    /// <param name="count">Number of sine waves, at least 1.</param>
    public static Harmonics Year(int count = 2) => new(count);

    /// <inheritdoc/>
    public FittedScaler Fit(ReadOnlySpan<double> column, int end) => Fit(column, end, null);

    /// <inheritdoc/>
    public FittedScaler Fit(ReadOnlySpan<double> column, ForecastContext training) => Fit(column, training.Origin, training.Calendar);

    /// <summary>1 and the waves of a row, [1 + 2 · Count].</summary>
    internal double[] Features(int row, DateTime[]? times)
    {
        double cycles = Period is { } period ? row / period : CalendarFeature.ShareOfYear(Date(row, times));
        double[] features = new double[1 + (2 * Count)];
        features[0] = 1;
        for (int j = 1; j <= Count; j++)
            (features[(2 * j) - 1], features[2 * j]) = (double.CosPi(2 * j * cycles), double.SinPi(2 * j * cycles));
        return features;
    }

    // The calendar goes on after the last row by the last step.
    private static DateTime Date(int row, DateTime[]? times) => times switch
    {
        null => throw new ArgumentException("The year is told by dates: give the task its time column, or the cycle a period in rows."),
        _ when row < times.Length => times[row],
        _ => times[^1] + ((row - times.Length + 1) * (times[^1] - times[^2])),
    };

    private Fitted Fit(ReadOnlySpan<double> column, int end, DateTime[]? times)
    {
        double[] values = column[..end].ToArray();
        double[] weights = MultipleRegression.QR([.. Enumerable.Range(0, end).Select(row => Features(row, times))], values);
        Fitted cycle = new(this, weights, 1, times, end);
        double squares = values.Select(cycle.Forward).Sum(anomaly => anomaly * anomaly);
        // What rounding leaves of a constant or purely cyclic column is no deviation.
        bool none = squares <= 1e-24 * values.Sum(value => value * value);
        return cycle with { Deviation = none ? 1 : Math.Sqrt(squares / end) };
    }

    private sealed record Fitted(Harmonics Cycle, double[] Weights, double Deviation, DateTime[]? Times, int End) : FittedScaler(End)
    {
        public override double Forward(double value, int row) => (value - At(row)) / Deviation;

        public override double Inverse(double scaled, int row) => At(row) + (Deviation * scaled);

        private double At(int row)
        {
            double[] features = Cycle.Features(row, Times);
            double sum = 0;
            for (int k = 0; k < features.Length; k++) sum += Weights[k] * features[k];
            return sum;
        }
    }
}
