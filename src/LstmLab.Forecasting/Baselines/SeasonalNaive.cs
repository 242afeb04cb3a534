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

    private protected override int Lookback(ForecastTask task) => task.Steps.Max(k => Seasons(k) + (_addLastError ? 1 : 1 - k));

    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training) => context => Each(context, k =>
    {
        int back = Seasons(k), last = context.Origin - 1;
        if (back + (_addLastError ? 1 : 1 - k) > context.Origin)
            throw new ArgumentException($"{Name} needs {back} rows before row "
                + $"{context.Origin + k - 1}, but only {context.Origin} are known: test later, or choose a shorter period.");
        double then = context.Target[last + k - back];
        return _addLastError ? then + context.Target[last] - context.Target[last - back] : then;
    });

    // The smallest multiple of the period that reaches a known row.
    private int Seasons(int k) => (k + _period - 1) / _period * _period;
}
