namespace LstmLab.Forecasting;

/// <summary>A way to forecast: settings alone, so that one object can be fitted often and side by side.</summary>
public interface IForecaster
{
    /// <summary>What tables and figures call it.</summary>
    string Name { get; }

    /// <summary>Learns from the past.</summary>
    /// <param name="training">The rows parameters are fitted to, one entry for each series.</param>
    /// <param name="validation">The same rows and those after them on which settings are chosen and training is stopped: rows from
    /// training[k].Origin to validation[k].Origin − 1.</param>
    IFittedForecaster Fit(IReadOnlyList<ForecastContext> training, IReadOnlyList<ForecastContext> validation);
}

/// <summary>A forecaster that has learnt.</summary>
public interface IFittedForecaster
{
    /// <summary>Rows that must be known before an origin, at least 1.</summary>
    int Lookback { get; }

    /// <summary>One forecast for each origin.</summary>
    IReadOnlyList<Forecast> Forecast(IReadOnlyList<ForecastContext> origins);
}

/// <summary>A forecast from one origin.</summary>
/// <param name="Point">One value for each of the task's steps, [Steps].</param>
public sealed record Forecast(double[] Point)
{
    /// <summary>Probabilities of <see cref="Quantiles"/>, rising; empty without them.</summary>
    public IReadOnlyList<double> Levels { get; init; } = [];

    /// <summary>The quantile of each level for each step, [Steps][Levels]; empty without them.</summary>
    public double[][] Quantiles { get; init; } = [];

    /// <summary>What each member of an ensemble says, [Members][Steps]; empty without an ensemble.</summary>
    public double[][] Members { get; init; } = [];
}
