namespace LstmLab.Sequences;

/// <summary>Sums of numbers that are given by their logarithms: no product of probabilities is too small, however long a sequence is.
/// <code>ln (eᵃ + eᵇ) = m + ln (e^(a − m) + e^(b − m)),    m = max(a, b)</code></summary>
/// <remarks>The logarithm of 0 is −∞. NaN stays NaN.</remarks>
internal static class LogSpace
{
    /// <summary>ln (eᵃ + eᵇ).</summary>
    public static double Add(double a, double b)
    {
        double largest = Math.Max(a, b);
        return double.IsInfinity(largest) ? largest : largest + DeterministicMath.Log(Power(a - largest) + Power(b - largest));
    }

    /// <summary>ln (eᵃ + eᵇ + eᶜ).</summary>
    public static double Add(double a, double b, double c)
    {
        double largest = Math.Max(a, Math.Max(b, c));
        if (double.IsInfinity(largest)) return largest;
        return largest + DeterministicMath.Log(Power(a - largest) + Power(b - largest) + Power(c - largest));
    }

    /// <summary>ln Σ exp(x), upwards.</summary>
    /// <param name="logs">The logarithms; overwritten.</param>
    public static double Sum(Span<double> logs)
    {
        double largest = SoftmaxRow.Largest<double>(logs);
        return double.IsInfinity(largest) ? largest : largest + DeterministicMath.Log(SoftmaxRow.Exponentials(logs, largest));
    }

    // Of a path that cannot be, and of the largest term, without computing them.
    private static double Power(double x) => x == 0 ? 1 : double.IsNegativeInfinity(x) ? 0 : DeterministicMath.Exp(x);
}
