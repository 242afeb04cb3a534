namespace LstmLab.Forecasting;

/// <summary>The continuous ranked probability score of one forecast, in the target's unit; 0 is perfect, and of a single point it is the
/// absolute error.
/// <code>
/// CRPS = ∫ (F(x) − 1[y ≤ x])² dx = E|X − y| − ½ E|X − X′|         X, X′ drawn from the forecast F
/// </code></summary>
/// <remarks>Strictly proper: the true distribution has the smallest mean. T. Gneiting, A. Raftery, J. American Statistical Association
/// 102, 2007.</remarks>
public static class Crps
{
    /// <summary>Of a normal distribution: <c>σ (z (2 Φ(z) − 1) + 2 φ(z) − 1/√π)</c>, z = (y − μ) / σ.</summary>
    /// <param name="mean">μ.</param>
    /// <param name="deviation">σ, at least 0; 0 gives |y − μ|.</param>
    /// <param name="actual">y.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is negative or NaN.</exception>
    public static double Gaussian(double mean, double deviation, double actual)
    {
        if (deviation is not >= 0) throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "A deviation must be at least 0.");
        if (deviation == 0) return Math.Abs(actual - mean);
        double z = (actual - mean) / deviation;
        double density = DeterministicMath.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
        return deviation * ((z * DeterministicMath.Erf(z / Math.Sqrt(2))) + (2 * density) - (1 / Math.Sqrt(Math.PI)));
    }

    /// <summary>Of an ensemble: <c>Σ |xᵢ − y| / M − Σ Σ |xᵢ − xⱼ| / (2 D)</c>, D = M (M − 1) fair, M² plain.</summary>
    /// <param name="members">x, [M].</param>
    /// <param name="actual">y.</param>
    /// <param name="fair">True for the distribution that the members are draws of, which needs two or more; false for the step function
    /// of the members itself, whose score favors members drawn too close to one another. C. Ferro, Q. J. Royal Meteorological Society 140,
    /// 2014.</param>
    /// <exception cref="ArgumentException">There are too few members.</exception>
    public static double Ensemble(IReadOnlyList<double> members, double actual, bool fair = true)
    {
        ArgumentNullException.ThrowIfNull(members);
        int count = members.Count, fewest = fair ? 2 : 1;
        if (count < fewest)
            throw new ArgumentException($"A{(fair ? " fair" : "")} CRPS needs at least {fewest} members, but there are {count}.",
                nameof(members));
        double[] sorted = [.. members.Order()];
        double error = 0, spread = 0;
        for (int n = 0; n < count; n++)
        {
            error += Math.Abs(sorted[n] - actual);
            // Half of Σ Σ |xᵢ − xⱼ|: in rising order each value is added once for each below it and taken once for each above.
            spread += ((2 * n) - count + 1) * sorted[n];
        }

        return (error / count) - (spread / ((double)count * (fair ? count - 1 : count)));
    }

    /// <summary>Of quantiles, by their mean pinball loss: <c>2/K Σ (τ − 1[y &lt; q]) (y − q)</c>.</summary>
    /// <param name="levels">τ, [K], rising, each in (0, 1).</param>
    /// <param name="quantiles">q, [K].</param>
    /// <param name="actual">y.</param>
    /// <remarks>At levels (k − ½)/K it is the CRPS of K members at the quantiles, exactly; at others an approximation, better with more
    /// levels. Compare forecasts of the same levels only.</remarks>
    /// <exception cref="ArgumentException">There are no levels, they do not rise within (0, 1), or they and the quantiles differ in
    /// number.</exception>
    public static double Quantiles(IReadOnlyList<double> levels, IReadOnlyList<double> quantiles, double actual)
    {
        RequireLevels(levels, quantiles);
        double sum = 0;
        for (int k = 0; k < levels.Count; k++) sum += (levels[k] - (actual < quantiles[k] ? 1 : 0)) * (actual - quantiles[k]);
        return 2 * sum / levels.Count;
    }

    /// <summary>Throws unless levels rise within (0, 1) and each has its quantile.</summary>
    internal static void RequireLevels(IReadOnlyList<double> levels, IReadOnlyList<double> quantiles)
    {
        ArgumentNullException.ThrowIfNull(levels);
        ArgumentNullException.ThrowIfNull(quantiles);
        if (levels.Count == 0 || levels.Count != quantiles.Count)
            throw new ArgumentException($"Each level needs its quantile, but there are {levels.Count} levels and {quantiles.Count} "
                + "quantiles.");
        if (levels.Any(level => level is not (> 0 and < 1)) || levels.Zip(levels.Skip(1), (a, b) => a < b).Contains(false))
            throw new ArgumentException($"Levels must rise within (0, 1), but are {string.Join(", ", levels)}.", nameof(levels));
    }
}
