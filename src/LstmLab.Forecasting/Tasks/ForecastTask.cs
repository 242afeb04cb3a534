using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>What is to be forecast from what: a target, its covariates, how far back a model may look and how far ahead it must
/// see.</summary>
/// <example><code>
/// var task = new ForecastTask(frame, target: "temp_max", time: "date", window: 30, horizon: 1, pastCovariates: ["wind"]);
/// var result = Backtest.Run(task, new LstmForecaster(hiddenSize: 32), new Persistence(), new SeasonalNaive(365), new LinearLags(7));
/// </code></example>
public sealed class ForecastTask
{
    /// <summary>States the task.</summary>
    /// <param name="frame">Rows in the order of time, at equal steps; of several series, each in its own order.</param>
    /// <param name="target">Column to forecast.</param>
    /// <param name="time">Column of dates; null for rows that are only numbered.</param>
    /// <param name="window">Rows before the origin a network sees, at least 1.</param>
    /// <param name="horizon">How many steps ahead, at least 1.</param>
    /// <param name="pastCovariates">Columns known up to the origin, as measurements are.</param>
    /// <param name="knownFuture">Columns known for the steps to be forecast too, as the calendar is.</param>
    /// <param name="series">Column that names the series a row belongs to; null for one series.</param>
    /// <param name="split">Where training ends and the test begins; 70 % and 80 % by default.</param>
    /// <param name="steps">Which of the steps 1 … horizon are forecast and evaluated; all by default.</param>
    /// <exception cref="ArgumentException">A column is missing, not numeric, or holds a missing or infinite value; times do not rise; a
    /// series is too short. The message names it.</exception>
    public ForecastTask(
        DataFrame frame, string target, string? time = null, int window = 1, int horizon = 1, IReadOnlyList<string>? pastCovariates = null,
        IReadOnlyList<string>? knownFuture = null, string? series = null, Split? split = null, IReadOnlyList<int>? steps = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        (Target, Window, Horizon, PastCovariates, KnownFuture, Split) = (target, window, horizon, pastCovariates ?? [], knownFuture ?? [],
            split ?? new Split());
        Steps = steps ?? [.. Enumerable.Range(1, horizon)];
        if (Steps.Count == 0 || Steps.Zip(Steps.Skip(1), (a, b) => a < b).Contains(false) || Steps[0] < 1 || Steps[^1] > horizon)
            throw new ArgumentException($"steps must rise within 1 … {horizon}, the horizon, but are {string.Join(", ", Steps)}.",
                nameof(steps));
        Series = TimeSeries.From(frame, target, time, PastCovariates, KnownFuture, series);
        foreach (TimeSeries one in Series) Split.Require(one, window, horizon);
    }

    /// <summary>Name of the column to forecast.</summary>
    public string Target { get; }

    /// <summary>Rows before the origin a network sees.</summary>
    public int Window { get; }

    /// <summary>How many steps ahead the last forecast lies.</summary>
    public int Horizon { get; }

    /// <summary>The steps ahead that are forecast, rising, each in 1 … <see cref="Horizon"/>.</summary>
    public IReadOnlyList<int> Steps { get; }

    /// <summary>Names of the columns known up to the origin.</summary>
    public IReadOnlyList<string> PastCovariates { get; }

    /// <summary>Names of the columns known for the steps to be forecast too.</summary>
    public IReadOnlyList<string> KnownFuture { get; }

    /// <summary>The series; one, unless a column names several.</summary>
    public IReadOnlyList<TimeSeries> Series { get; private set; }

    /// <summary>Where training ends and the test begins.</summary>
    public Split Split { get; }

    /// <summary>What may be known at an origin.</summary>
    /// <param name="origin">The first row that is not known.</param>
    /// <param name="series">Number of the series.</param>
    public ForecastContext ContextAt(int origin, int series = 0) => new(this, series, origin);

    /// <summary>The training rows of every series.</summary>
    public IReadOnlyList<ForecastContext> Training => [.. Series.Select((one, k) => ContextAt(Split.TrainEnd(one), k))];

    /// <summary>The rows before the test of every series: those of <see cref="Training"/>, then those of validation.</summary>
    public IReadOnlyList<ForecastContext> Validation => [.. Series.Select((one, k) => ContextAt(Split.TestStart(one), k))];

    /// <summary>The same task of other series.</summary>
    internal ForecastTask Of(IReadOnlyList<TimeSeries> series)
    {
        ForecastTask other = (ForecastTask)MemberwiseClone();
        other.Series = series;
        return other;
    }

    /// <summary>The origins whose forecasts all fall on rows first … end − 1.</summary>
    /// <param name="first">First row to be forecast.</param>
    /// <param name="end">Row after the last to be forecast.</param>
    public IEnumerable<int> Origins(int first, int end)
    {
        int from = Math.Max(first - Steps[0] + 1, Window);
        return Enumerable.Range(from, Math.Max(0, end - Steps[^1] + 1 - from));
    }
}
