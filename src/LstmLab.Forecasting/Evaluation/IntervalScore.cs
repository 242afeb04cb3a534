namespace LstmLab.Forecasting;

/// <summary>Scores of intervals.</summary>
public static class IntervalScore
{
    /// <summary>Winkler's score of a central interval, in the target's unit: its width, and a penalty for a value outside.
    /// <code>
    /// S = (u − l) + 2/α · max(l − y, 0) + 2/α · max(y − u, 0)         α = 1 − level
    /// </code>
    /// Proper: its mean is smallest where l and u are the true quantiles α/2 and 1 − α/2. R. Winkler, J. American Statistical Association
    /// 67, 1972; T. Gneiting, A. Raftery, same journal 102, 2007, section 6.2.</summary>
    /// <param name="level">Probability that the interval should hold, in (0, 1).</param>
    /// <param name="low">l.</param>
    /// <param name="high">u, at least l.</param>
    /// <param name="actual">y.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is outside (0, 1).</exception>
    /// <exception cref="ArgumentException">The ends are in the wrong order.</exception>
    public static double Winkler(double level, double low, double high, double actual)
    {
        if (level is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "The level must lie in (0, 1).");
        if (!(low <= high)) throw new ArgumentException($"An interval must rise, but goes from {low} to {high}.", nameof(low));
        return high - low + (2 / (1 - level) * (Math.Max(low - actual, 0) + Math.Max(actual - high, 0)));
    }
}
