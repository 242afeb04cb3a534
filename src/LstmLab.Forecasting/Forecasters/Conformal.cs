namespace LstmLab.Forecasting;

/// <summary>Puts intervals around any model's forecasts, as wide as its errors on validation were: split conformal prediction, V. Vovk, A.
/// Gammerman, G. Shafer, "Algorithmic learning in a random world", 2005; of quantile forecasts Y. Romano, E. Patterson, E. Candès, NeurIPS
/// 2019.
/// <code>
/// score    = |y − ŷ|, or max(q_low − y, y − q_high) if the model has quantiles
/// interval = ŷ ± s, or [q_low − s, q_high + s]         s the ⌈(n + 1) level⌉-th smallest of n scores, for each step
/// </code></summary>
/// <remarks>Covers <c>level</c> of exchangeable data. A series that drifts is not exchangeable: measure coverage, and let
/// <see cref="Recalibrate"/> follow it.</remarks>
public sealed record Conformal : IForecaster
{
    /// <summary>Wraps a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="level">Coverage aimed at, in (0, 1).</param>
    public Conformal(IForecaster model, double level = 0.8)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (level is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "The level must lie in (0, 1).");
        (Model, Level, Name) = (model, level, model.Name);
    }

    /// <summary>What tables call it; the model's name by default.</summary>
    public string Name { get; init; }

    /// <summary>The model.</summary>
    public IForecaster Model { get; }

    /// <summary>Coverage aimed at.</summary>
    public double Level { get; }

    /// <summary>How many of the latest scores known at an origin are used; null for those of validation, all the time.</summary>
    public int? Recalibrate { get; init; }

    /// <inheritdoc/>
    public IFittedForecaster Fit(IReadOnlyList<ForecastContext> training, IReadOnlyList<ForecastContext> validation) =>
        new Fitted(this, Model.Fit(training, validation), training, validation);

    private sealed class Fitted(Conformal spec, IFittedForecaster model, IReadOnlyList<ForecastContext> training,
        IReadOnlyList<ForecastContext> validation) : IFittedForecaster
    {
        public int Lookback => model.Lookback;

        public IReadOnlyList<Forecast> Forecast(IReadOnlyList<ForecastContext> origins)
        {
            ArgumentNullException.ThrowIfNull(origins);
            Forecast[] forecasts = new Forecast[origins.Count];
            foreach (var series in origins.Index().GroupBy(o => o.Item.SeriesNumber))
            {
                double[][] scores = Scores(series.MaxBy(o => o.Item.Origin).Item, out int first);
                foreach (var ((index, context), forecast) in series.Zip(model.Forecast([.. series.Select(o => o.Item)])))
                    forecasts[index] = Widened(forecast,
                        [.. context.Task.Steps.Select((k, s) => Quantile(Known(scores[s], first, context, k)))]);
            }

            return forecasts;
        }

        // The scores of every origin from validation on whose outcome is known, [Steps][origins].
        private double[][] Scores(ForecastContext last, out int first)
        {
            ForecastTask task = last.Task;
            ForecastContext known = spec.Recalibrate is null ? validation[last.SeriesNumber] : last;
            first = Math.Max(model.Lookback, training[last.SeriesNumber].Origin - task.Steps[0] + 1);
            ForecastContext[] origins = [.. Enumerable.Range(first, Math.Max(0, known.Origin - task.Steps[0] + 1 - first)).Select(last.At)];
            IReadOnlyList<Forecast> made = model.Forecast(origins);
            return [.. task.Steps.Select((k, s) => origins.Zip(made).Where(pair => pair.First.Origin + k - 1 < known.Origin)
                .Select(pair => Score(known.Target[pair.First.Origin + k - 1], pair.Second, s)).ToArray())];
        }

        private double[] Known(double[] scores, int first, ForecastContext context, int step)
        {
            if (spec.Recalibrate is not { } count) return scores;
            int end = Math.Clamp(context.Origin - step + 1 - first, 0, scores.Length);
            return scores[Math.Max(0, end - count)..end];
        }

        private double Quantile(double[] scores)
        {
            int rank = (int)Math.Ceiling((scores.Length + 1) * spec.Level);
            return rank > scores.Length
                ? throw new ArgumentException($"{spec.Name}: "
                + $"{scores.Length} scores of validation are too few for intervals of {spec.Level:0.##}.")
                : scores.Order().ElementAt(rank - 1);
        }

        private static double Score(double actual, Forecast forecast, int s) => forecast.Quantiles.Length == 0
            ? Math.Abs(actual - forecast.Point[s])
            : Math.Max(forecast.Quantiles[s][0] - actual, actual - forecast.Quantiles[s][^1]);

        private Forecast Widened(Forecast forecast, double[] width) => forecast with
        {
            Levels = [(1 - spec.Level) / 2, (1 + spec.Level) / 2],
            Quantiles = [.. width.Select((w, s) => forecast.Quantiles.Length == 0
                ? new[] { forecast.Point[s] - w, forecast.Point[s] + w }
                : [forecast.Quantiles[s][0] - w, forecast.Quantiles[s][^1] + w])],
        };
    }
}
