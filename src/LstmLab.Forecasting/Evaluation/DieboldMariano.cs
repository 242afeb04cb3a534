using MathNet.Numerics.Distributions;

namespace LstmLab.Forecasting;

/// <summary>Whether two forecasts differ in mean loss: F. Diebold, R. Mariano, "Comparing predictive accuracy", JBES 13, 1995, with the
/// small-sample correction of D. Harvey, S. Leybourne, P. Newbold, Int. J. Forecasting 13, 1997.
/// <code>
/// d(t) = ℓ₁(t) − ℓ₂(t)         V = γ(0) + 2 Σ γ(j), j = 1 … h − 1, γ the autocovariances of d
/// DM   = d̄ / √(V / n) · √((n + 1 − 2h + h(h − 1)/n) / n)         Student's t with n − 1 degrees of freedom
/// </code></summary>
/// <param name="Difference">d̄; negative when the first forecast is better.</param>
/// <param name="Statistic">DM.</param>
/// <param name="P">Two-sided probability of such a difference between equal forecasts.</param>
public sealed record DieboldMariano(double Difference, double Statistic, double P)
{
    /// <summary>Compares two forecasts of the same values.</summary>
    /// <param name="first">Losses of the first, in the order of time.</param>
    /// <param name="second">Losses of the second.</param>
    /// <param name="horizon">h, steps ahead.</param>
    /// <exception cref="ArgumentException">Lengths differ, or are not greater than the horizon.</exception>
    /// <remarks>Where the sum V is not positive, which the cut after h − 1 allows, γ(0) stands alone. Equal losses have P = 1.</remarks>
    public static DieboldMariano Test(IReadOnlyList<double> first, IReadOnlyList<double> second, int horizon = 1)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        int n = first.Count;
        if (second.Count != n || n <= horizon)
            throw new ArgumentException($"Two series of equal length above the horizon "
                + $"{horizon} are needed, but they hold {n} and {second.Count} losses.");
        double[] d = [.. first.Zip(second, (a, b) => a - b)];
        double mean = d.Average(), variance = Autocovariance(0) + (2 * Enumerable.Range(1, horizon - 1).Sum(Autocovariance));
        if (variance <= 0) variance = Autocovariance(0);
        if (variance == 0) return new(mean, mean == 0 ? 0 : double.PositiveInfinity * Math.Sign(mean), mean == 0 ? 1 : 0);
        double correction = Math.Sqrt((n + 1 - (2.0 * horizon) + (horizon * (horizon - 1.0) / n)) / n);
        double statistic = mean / Math.Sqrt(variance / n) * correction;
        return new(mean, statistic, 2 * StudentT.CDF(0, 1, n - 1, -Math.Abs(statistic)));

        double Autocovariance(int lag) => Enumerable.Range(lag, n - lag).Sum(t => (d[t] - mean) * (d[t - lag] - mean)) / n;
    }
}
