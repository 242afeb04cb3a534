namespace LstmLab.Forecasting;

/// <summary>Evaluates models on the test rows of a task: rolling origin, each forecast made from what was known at its origin.</summary>
/// <example><code>
/// var result = Backtest.Run(task, new LstmForecaster(hiddenSize: 32), new Persistence(), new SeasonalNaive(365), new LinearLags(7));
/// </code></example>
public sealed record Backtest
{
    /// <summary>What is measured; the first decides. RMSE, MAE and MASE by default.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>The model that all verdicts compare with; null for the baseline that is best on the rows of validation. A reference chosen
    /// on the test would have been chosen by the rows that judge.</summary>
    public string? Reference { get; init; }

    /// <summary>Rows after which models are fitted again, to the rows known by then; null fits once, before the test.</summary>
    public int? RefitEvery { get; init; }

    /// <summary>Fits every model once and evaluates it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="models">The first is on trial, the others are its baselines.</param>
    public static BacktestResult Run(ForecastTask task, params IForecaster[] models) => new Backtest().Evaluate(task, models);

    /// <summary>Fits and evaluates every model.</summary>
    /// <param name="task">The task.</param>
    /// <param name="models">The first is on trial, the others are its baselines.</param>
    /// <exception cref="ArgumentException">There is no model, two have the same name, or none that of the reference.</exception>
    public BacktestResult Evaluate(ForecastTask task, params IForecaster[] models)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(models);
        if (models.Length == 0) throw new ArgumentException("A backtest needs at least one model.", nameof(models));
        if (models.CountBy(model => model.Name).FirstOrDefault(name => name.Value > 1) is { Key: { } twice })
            throw new ArgumentException($"Two models are named '{twice}'; give one of them another name.", nameof(models));
        IReadOnlyList<ForecastContext> origins = Origins(task);
        IReadOnlyList<Metric> metrics = Metrics.Count > 0 ? Metrics : [Metric.Rmse, Metric.Mae, Metric.Mase(task)];
        return new(task, metrics, origins, [.. models.Select((model, n) =>
            Forecast(task, model, origins, n > 0 && model is Baseline ? metrics[0] : null))], Reference);
    }

    /// <summary>The origins whose forecasts all fall on rows of the test.</summary>
    private static ForecastContext[] Origins(ForecastTask task) =>
        [.. task.Series.SelectMany((series, k) =>
        task.Origins(task.Split.TestStart(series), series.Count).Select(origin => task.ContextAt(origin, k)))];

    private EvaluatedModel Forecast(ForecastTask task, IForecaster model, IReadOnlyList<ForecastContext> origins, Metric? validation)
    {
        Forecast[] forecasts = new Forecast[origins.Count];
        double validated = double.NaN;
        IFittedForecaster? fitted = null;
        // Rows since the test began count alike in every series, so one fit serves them all.
        foreach (var part in origins.Index().GroupBy(o => RefitEvery is { } every ? (o.Item.Origin - First(o.Item)) / every : 0))
        {
            int passed = part.Key * (RefitEvery ?? 0);
            fitted = model.Fit(Later(task.Training, passed), Later(task.Validation, passed));
            if (part.Key == 0 && validation is not null) validated = Referee.Validate(task, validation, fitted);
            IReadOnlyList<Forecast> made = fitted.Forecast([.. part.Select(o => o.Item)]);
            foreach (var (forecast, at) in made.Zip(part)) forecasts[at.Index] = forecast;
        }

        return new(model.Name, forecasts, fitted!, validated);

        int First(ForecastContext context) => task.Split.TestStart(task.Series[context.SeriesNumber]) - task.Steps[0] + 1;
        ForecastContext[] Later(IReadOnlyList<ForecastContext> ends, int rows) =>
            [.. ends.Select(end =>
            task.ContextAt(Math.Min(end.Origin + rows, task.Series[end.SeriesNumber].Count - ends[0].Task.Steps[^1]), end.SeriesNumber))];
    }
}
