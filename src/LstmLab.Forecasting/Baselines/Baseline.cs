namespace LstmLab.Forecasting;

/// <summary>A model of one series at a time that forecasts from the past alone.</summary>
/// <param name="name">What tables call it.</param>
public abstract class Baseline(string name) : IForecaster
{
    /// <inheritdoc/>
    public string Name { get; init; } = name;

    /// <summary>Learns from the training rows of one series; the function returned forecasts each of the task's steps, [Steps].</summary>
    protected abstract Func<ForecastContext, double[]> Fit(ForecastContext training);

    /// <summary>Rows that must be known before an origin.</summary>
    private protected virtual int Lookback(ForecastTask task) => 1;

    /// <inheritdoc/>
    /// <remarks>Parameters come from training rows alone; those of validation are left for choosing between models.</remarks>
    public IFittedForecaster Fit(IReadOnlyList<ForecastContext> training, IReadOnlyList<ForecastContext> validation)
    {
        ArgumentNullException.ThrowIfNull(training);
        return new Fitted([.. training.Select(Fit)], Lookback(training[0].Task));
    }

    /// <summary>One value for each of the task's steps.</summary>
    private protected static double[] Each(ForecastContext context, Func<int, double> step) => [.. context.Task.Steps.Select(step)];

    private sealed class Fitted(Func<ForecastContext, double[]>[] series, int lookback) : IFittedForecaster
    {
        public int Lookback => lookback;

        public IReadOnlyList<Forecast> Forecast(IReadOnlyList<ForecastContext> origins) =>
            [.. origins.Select(context => new Forecast(series[context.SeriesNumber](context)))];
    }
}
