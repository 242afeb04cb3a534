namespace LstmLab.Forecasting;

/// <summary>How hydrologists judge a simulated flow against the observed one.</summary>
public static class FlowScore
{
    /// <summary>Nash–Sutcliffe efficiency: J. Nash, J. Sutcliffe, J. Hydrology 10, 1970.
    /// <code>NSE = 1 − Σ (o − s)² / Σ (o − ō)²</code></summary>
    /// <param name="observed">o, [N].</param>
    /// <param name="simulated">s, [N].</param>
    /// <returns>1 for a perfect flow, 0 for the observed mean, below 0 for worse than it.</returns>
    /// <exception cref="ShapeException">The lengths differ or are 0.</exception>
    /// <exception cref="ArgumentException">The observed flow never changes.</exception>
    public static double Nse(IReadOnlyList<double> observed, IReadOnlyList<double> simulated)
    {
        Moments moments = Of(observed, simulated);
        double errors = 0;
        for (int n = 0; n < observed.Count; n++) errors += (observed[n] - simulated[n]) * (observed[n] - simulated[n]);
        return 1 - (errors / observed.Count / moments.Observed);
    }

    /// <summary>Kling–Gupta efficiency: H. Gupta, H. Kling, K. Yilmaz, G. Martinez, J. Hydrology 377, 2009, eq. (9).
    /// <code>KGE = 1 − √((r − 1)² + (α − 1)² + (β − 1)²)        r correlation, α = σ_s / σ_o, β = μ_s / μ_o</code></summary>
    /// <inheritdoc cref="Nse"/>
    /// <returns>1 for a perfect flow; the observed mean has 1 − √2. A simulated flow that never changes has r = 0.</returns>
    public static double Kge(IReadOnlyList<double> observed, IReadOnlyList<double> simulated)
    {
        Moments moments = Of(observed, simulated);
        double r = moments.Simulated > 0 ? moments.Product / Math.Sqrt(moments.Observed * moments.Simulated) : 0;
        double alpha = Math.Sqrt(moments.Simulated / moments.Observed);
        double beta = moments.SimulatedMean / moments.ObservedMean;
        return 1 - Math.Sqrt(((r - 1) * (r - 1)) + ((alpha - 1) * (alpha - 1)) + ((beta - 1) * (beta - 1)));
    }

    /// <summary>The error in the timing of floods: the mean of |day of the simulated peak − day of the observed peak|, where the simulated
    /// peak is the largest flow within <paramref name="window"/> days of the observed one (the first, of equal ones).</summary>
    /// <param name="observed">o, [N].</param>
    /// <param name="simulated">s, [N].</param>
    /// <param name="window">Days on either side within which the simulated peak is looked for.</param>
    /// <param name="apart">An observed peak is the largest flow within so many days on either side, and at least one standard deviation
    /// above the mean.</param>
    /// <returns>Days, 0 … window; NaN if there is no peak.</returns>
    /// <exception cref="ShapeException">The lengths differ or are 0.</exception>
    /// <exception cref="ArgumentException">The observed flow never changes.</exception>
    public static double PeakTiming(IReadOnlyList<double> observed, IReadOnlyList<double> simulated, int window = 3, int apart = 15)
    {
        Moments moments = Of(observed, simulated);
        double least = moments.ObservedMean + Math.Sqrt(moments.Observed);
        int[] peaks = [.. Enumerable.Range(window, Math.Max(0, observed.Count - (2 * window)))
            .Where(day => observed[day] >= least && Largest(observed, day, apart) == day)];
        return peaks.Length == 0 ? double.NaN : peaks.Average(day => Math.Abs(Largest(simulated, day, window) - day));
    }

    // The day of the largest value within so many days.
    private static int Largest(IReadOnlyList<double> flow, int day, int within)
    {
        int best = Math.Max(0, day - within);
        for (int n = best; n <= Math.Min(flow.Count - 1, day + within); n++)
            if (flow[n] > flow[best]) best = n;
        return best;
    }

    private static Moments Of(IReadOnlyList<double> observed, IReadOnlyList<double> simulated)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(simulated);
        if (observed.Count != simulated.Count || observed.Count == 0)
            throw new ShapeException(
                $"'simulated' must hold one value a day, [N] = {observed.Count} as 'observed' and at least 1, but holds "
                + $"{simulated.Count}.");
        double observedMean = observed.Average(), simulatedMean = simulated.Average();
        double squares = 0, simulatedSquares = 0, products = 0;
        for (int n = 0; n < observed.Count; n++)
        {
            double o = observed[n] - observedMean, s = simulated[n] - simulatedMean;
            squares += o * o;
            simulatedSquares += s * s;
            products += o * s;
        }

        if (squares == 0) throw new ArgumentException("The observed flow never changes, so nothing can be explained.", nameof(observed));
        int days = observed.Count;
        return new(observedMean, simulatedMean, squares / days, simulatedSquares / days, products / days);
    }

    private readonly record struct Moments(double ObservedMean, double SimulatedMean, double Observed, double Simulated, double Product);
}
