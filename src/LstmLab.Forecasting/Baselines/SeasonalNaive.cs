namespace LstmLab.Forecasting;

/// <summary>As it was a season ago.
/// <code>
/// ŷ(t) = y(t − m)                                   t = o + k, m the smallest multiple of the period ≥ k
/// ŷ(t) = y(t − m) + y(o) − y(o − m)                 with the last error added
/// </code></summary>
public sealed class SeasonalNaive : Baseline
{
    private readonly int _period;
    private readonly bool _addLastError;

    /// <summary>Chooses the season.</summary>
    /// <param name="period">Its length in rows, e.g. 7 of a daily series with a week.</param>
    /// <param name="addLastError">Whether to add what the same forecast misses now.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is below 1.</exception>
    public SeasonalNaive(int period, bool addLastError = false) : base($"seasonal naive {period}{(addLastError ? " + last error" : "")}")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        (_period, _addLastError) = (period, addLastError);
    }

    /// <inheritdoc/>
    protected override Func<Past, double[]> Fit(Past training) => past => Each(past, k =>
    {
        int back = (k + _period - 1) / _period * _period, last = past.Origin - 1;
        if (back - k + (_addLastError ? k : 0) > last)
            throw new ArgumentException($"{Name} needs {back} rows before row {past.Origin + k - 1}, but only {past.Origin} are known: test later, or choose a shorter period.");
        double then = past.Target[last + k - back];
        return _addLastError ? then + past.Target[last] - past.Target[last - back] : then;
    });
}
