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
/// <param name="P">Two-sided probability of such a difference between equal forecasts; NaN where d̄ is not finite.</param>
public sealed record DieboldMariano(double Difference, double Statistic, double P)
{
    /// <summary>Significance that a verdict needs.</summary>
    internal const double Significance = 0.05;

    /// <summary>Compares two forecasts of the same values.</summary>
    /// <param name="first">Losses of the first, in the order of time, [n].</param>
    /// <param name="second">Losses of the second, [n].</param>
    /// <param name="horizon">h, steps ahead.</param>
    /// <exception cref="ArgumentException">Lengths differ, or are not greater than the horizon.</exception>
    /// <remarks>Where the sum V is not positive, which the cut after h − 1 allows, γ(0) stands alone. Equal losses have P = 1.</remarks>
    public static DieboldMariano Test(IReadOnlyList<double> first, IReadOnlyList<double> second, int horizon = 1)
    {
        ArgumentNullException.ThrowIfNull(first);
        return Test(first, second, [.. Enumerable.Range(0, first.Count).Select(row => (long)row)], horizon);
    }

    /// <summary>Compares two forecasts of several series. Series that share their weather, their market or their holidays err together, so
    /// what happens at one time is one observation: losses are averaged over the series, and the test runs over the times.
    /// <code>
    /// d(t) = (T / n) Σᵢ (ℓ₁(i, t) − ℓ₂(i, t))         over the series i that have a row at time t; n losses at T times
    /// </code>
    /// R. Qu, A. Timmermann, Y. Zhu, "Comparing forecasting performance with panel data", Int. J. Forecasting 40, 2024.</summary>
    /// <param name="first">Losses of the first, in any order, [n].</param>
    /// <param name="second">Losses of the second, [n].</param>
    /// <param name="times">When each loss happened, [n]: equal numbers are one time, and their order is that of time.</param>
    /// <param name="horizon">h, steps ahead, in times.</param>
    /// <exception cref="ArgumentException">Lengths differ, or there are not more times than the horizon.</exception>
    /// <remarks>The factor T / n keeps d̄ the mean of all n differences where series are of unequal length.</remarks>
    public static DieboldMariano Test(
        IReadOnlyList<double> first, IReadOnlyList<double> second, IReadOnlyList<long> times, int horizon = 1)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(times);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        if (second.Count != first.Count || times.Count != first.Count)
            throw new ArgumentException($"Losses of two forecasts and their times must be as many, but there are {first.Count}, "
                + $"{second.Count} and {times.Count}.");
        double[] d = Differences(first, second, times);
        return d.Length > horizon ? Of(d, horizon) : throw new ArgumentException($"More times than the horizon {horizon} are needed, "
            + $"but the losses fall on {d.Length}.");
    }

    /// <summary>The same from the differences d, [n].</summary>
    internal static DieboldMariano Of(double[] d, int horizon)
    {
        int n = d.Length;
        double mean = d.Average();
        if (!double.IsFinite(mean)) return new(mean, double.NaN, double.NaN);
        double variance = Autocovariance(0) + (2 * Enumerable.Range(1, horizon - 1).Sum(Autocovariance));
        if (variance <= 0) variance = Autocovariance(0);
        if (variance == 0) return new(mean, mean == 0 ? 0 : double.PositiveInfinity * Math.Sign(mean), mean == 0 ? 1 : 0);
        double correction = Math.Sqrt((n + 1 - (2.0 * horizon) + (horizon * (horizon - 1.0) / n)) / n);
        double statistic = mean / Math.Sqrt(variance / n) * correction;
        return new(mean, statistic, 2 * StudentT.CDF(0, 1, n - 1, -Math.Abs(statistic)));

        double Autocovariance(int lag) => Enumerable.Range(lag, n - lag).Sum(t => (d[t] - mean) * (d[t - lag] - mean)) / n;
    }

    private static double[] Differences(IReadOnlyList<double> first, IReadOnlyList<double> second, IReadOnlyList<long> times)
    {
        SortedDictionary<long, double> sums = [];
        for (int n = 0; n < times.Count; n++) sums[times[n]] = sums.GetValueOrDefault(times[n]) + (first[n] - second[n]);
        double share = sums.Count / (double)times.Count;
        return [.. sums.Values.Select(sum => sum * share)];
    }
}
