namespace LstmLab.Forecasting;

/// <summary>Chooses what models are compared with, before the test: never by the rows that judge.</summary>
internal static class Referee
{
    /// <summary>The reference of a backtest and the rule it was chosen by.</summary>
    /// <param name="result">Its models, with what baselines scored on validation.</param>
    /// <param name="named">The reference that was named; null for none.</param>
    /// <exception cref="ArgumentException">No model has that name.</exception>
    public static (string Name, string Rule) Choose(BacktestResult result, string? named)
    {
        if (named is not null) return (result[named].Name, "which was named before the test");
        Metric metric = result.Metrics[0];
        EvaluatedModel[] baselines = [.. result.Models.Skip(1)];
        EvaluatedModel? best = baselines.Where(model => !double.IsNaN(model.Validation))
            .Aggregate((EvaluatedModel?)null, (best, next) =>
            best is null || metric.IsBetter(next.Validation, best.Validation) ? next : best);
        if (best is not null) return (best.Name, $"the baseline of the best {metric.Name} on the rows of validation");
        return (baselines.FirstOrDefault(result.Models[0]).Name, "the first baseline given, as no rows of validation can choose one");
    }

    /// <summary>The first metric of a baseline on the rows of validation, at the last step; NaN where it cannot forecast all of them, as
    /// then it could not be compared with the others.</summary>
    /// <param name="task">The task.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="fitted">The baseline, fitted to training rows alone.</param>
    public static double Validate(ForecastTask task, Metric metric, IFittedForecaster fitted)
    {
        ForecastContext[] origins = [.. task.Series.SelectMany((series, k) =>
            task.Origins(task.Split.TrainEnd(series), task.Split.TestStart(series)).Select(origin => task.ContextAt(origin, k)))];
        if (origins.Length == 0 || origins.Any(context => context.Origin < fitted.Lookback)) return double.NaN;
        return metric.Of(origins.Zip(fitted.Forecast(origins), (context, forecast) => new Outcome(
            task.Series[context.SeriesNumber].Target[context.Origin + task.Steps[^1] - 1], forecast.Point[^1], context.Target[^1])));
    }
}
