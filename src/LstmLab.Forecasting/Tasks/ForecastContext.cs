namespace LstmLab.Forecasting;

/// <summary>What may be known when a forecast is made: the rows before the origin, and of columns known ahead the steps to be forecast too.
/// A model sees nothing else, so it cannot look into the future.</summary>
public readonly record struct ForecastContext
{
    private readonly TimeSeries _series;

    internal ForecastContext(ForecastTask task, int series, int origin)
    {
        _series = task.Series[series];
        if (origin < 1 || origin > _series.Count)
            throw new ArgumentOutOfRangeException(nameof(origin), origin,
                $"The origin is the first row not known; in series '{_series.Name}' it must lie in 1 … {_series.Count}.");
        (Task, SeriesNumber, Origin) = (task, series, origin);
    }

    /// <summary>The task.</summary>
    public ForecastTask Task { get; }

    /// <summary>Number of the series within the task.</summary>
    public int SeriesNumber { get; }

    /// <summary>The first row that is not known; step 1 is the forecast of this row.</summary>
    public int Origin { get; }

    /// <summary>The target up to the origin, [Origin].</summary>
    public ReadOnlySpan<double> Target => _series.Target.AsSpan(0, Origin);

    /// <summary>Covariate k up to the origin, [Origin].</summary>
    public ReadOnlySpan<double> PastCovariate(int k) => _series.PastCovariates[k].AsSpan(0, Origin);

    /// <summary>Column k of those known ahead, up to the last step to be forecast, [Origin + Horizon] or all there is.</summary>
    public ReadOnlySpan<double> KnownFuture(int k) => _series.KnownFuture[k].AsSpan(0, Math.Min(Origin + Task.Horizon, _series.Count));

    /// <summary>When each row up to the last step to be forecast was or will be measured; empty for rows that are only numbered.</summary>
    public ReadOnlySpan<DateTime> Times =>
        _series.Times is null ? [] : _series.Times.AsSpan(0, Math.Min(Origin + Task.Horizon, _series.Count));

    /// <summary>The dates of all rows, which no model needs to wait for; null for rows that are only numbered.</summary>
    internal DateTime[]? Calendar => _series.Times;

    /// <summary>What was known at an earlier origin.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The origin is a later one.</exception>
    public ForecastContext At(int origin) => origin <= Origin ? new(Task, SeriesNumber, origin)
        : throw new ArgumentOutOfRangeException(nameof(origin), origin, $"Only origins up to {Origin} are in the past.");
}
