namespace LstmLab.Forecasting;

/// <summary>The probability integral transform F(y): where in its forecast distribution each value fell, uniform in [0, 1] where forecasts
/// are calibrated. A hump in its histogram means forecasts too wide, a trough too narrow, a slope a bias. A. Dawid, J. Royal Statistical
/// Society A 147, 1984.</summary>
/// <param name="Shares">Share of the values in each of equal bins of [0, 1], [Bins]: 1 / Bins each where forecasts are calibrated. A value
/// known to lie in an interval is spread over it. C. Czado, T. Gneiting, L. Held, Biometrics 65, 2009.</param>
/// <param name="ChiSquared">Pearson's statistic of the counts, with Bins − 1 degrees of freedom; each value is drawn within its
/// interval.</param>
/// <param name="P">Probability of so large a statistic from calibrated forecasts.</param>
public sealed record Pit(double[] Shares, double ChiSquared, double P)
{
    /// <summary>The interval in which F(y) lies, as quantiles tell it: from the level below y to that above.</summary>
    /// <param name="levels">Rising, each in (0, 1).</param>
    /// <param name="quantiles">One for each level, rising or equal.</param>
    /// <param name="actual">y.</param>
    /// <exception cref="ArgumentException">There are no levels, they do not rise within (0, 1), or they and the quantiles differ in
    /// number.</exception>
    public static (double Low, double High) OfQuantiles(IReadOnlyList<double> levels, IReadOnlyList<double> quantiles, double actual)
    {
        Crps.RequireLevels(levels, quantiles);
        int below = quantiles.Count(q => q < actual), upTo = quantiles.Count(q => q <= actual);
        return (below == 0 ? 0 : levels[below - 1], upTo == levels.Count ? 1 : levels[upTo]);
    }

    /// <summary>The interval in which F(y) lies, as an ensemble tells it: that of its rank, <c>[r / (M + 1), (r + 1) / (M + 1)]</c>,
    /// r members below y; wider where members are equal to y.</summary>
    /// <param name="members">[M].</param>
    /// <param name="actual">y.</param>
    /// <exception cref="ArgumentException">There is no member.</exception>
    public static (double Low, double High) OfEnsemble(IReadOnlyList<double> members, double actual)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (members.Count == 0) throw new ArgumentException("An ensemble needs at least one member.", nameof(members));
        double count = members.Count + 1;
        return (members.Count(x => x < actual) / count, (members.Count(x => x <= actual) + 1) / count);
    }

    /// <summary>Histogram and test of uniformity.</summary>
    /// <param name="intervals">In which each F(y) lies; low = high where it is known.</param>
    /// <param name="bins">Bins of the histogram, at least 2.</param>
    /// <param name="every">Only each so many-th value is tested: the step of the forecasts, as those that overlap are dependent. The
    /// histogram holds all.</param>
    /// <param name="seed">Fixes the draws within intervals.</param>
    /// <exception cref="ArgumentException">Fewer than 5 tested values a bin, too few for the statistic's distribution, or an interval
    /// outside [0, 1].</exception>
    public static Pit Of(IReadOnlyList<(double Low, double High)> intervals, int bins = 10, int every = 1, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        if (intervals.Any(interval => !(interval.Low >= 0 && interval.Low <= interval.High && interval.High <= 1)))
            throw new ArgumentException("Each F(y) must lie in an interval within [0, 1].", nameof(intervals));
        int tested = (intervals.Count + every - 1) / every;
        if (tested < 5 * bins)
            throw new ArgumentException($"{bins} bins need at least {5 * bins} values, but {tested} are tested; take fewer bins.",
                nameof(intervals));
        double[] shares = [.. Enumerable.Range(0, bins).Select(bin => intervals.Average(interval => Overlap(interval, bin, bins)))];
        RandomStream random = new(seed, "PIT");
        int[] counts = new int[bins];
        for (int n = 0; n < intervals.Count; n += every)
        {
            double value = intervals[n].Low + (random.NextDouble() * (intervals[n].High - intervals[n].Low));
            counts[Bin(value, bins)]++;
        }

        double expected = (double)tested / bins, statistic = counts.Sum(count => (count - expected) * (count - expected) / expected);
        return new(shares, statistic, 1 - MathNet.Numerics.Distributions.ChiSquared.CDF(bins - 1, statistic));
    }

    // Share of an interval within a bin; a point lies in one.
    private static double Overlap((double Low, double High) interval, int bin, int bins)
    {
        if (interval.Low == interval.High) return Bin(interval.Low, bins) == bin ? 1 : 0;
        double low = Math.Max(interval.Low, (double)bin / bins), high = Math.Min(interval.High, (bin + 1.0) / bins);
        return Math.Max(0, high - low) / (interval.High - interval.Low);
    }

    private static int Bin(double value, int bins) => Math.Min((int)(value * bins), bins - 1);
}
