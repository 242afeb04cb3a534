namespace LstmLab.Forecasting;

/// <summary>A model with intervals; the settings and their meaning are <see cref="Conformal"/>'s.</summary>
/// <param name="spec">The settings.</param>
/// <param name="model">The model, fitted to the rows of <paramref name="seen"/>.</param>
/// <param name="seen">What the model has seen of each series.</param>
/// <param name="validation">What is known before the test.</param>
internal sealed class FittedConformal(Conformal spec, IFittedForecaster model, IReadOnlyList<ForecastContext> seen,
    IReadOnlyList<ForecastContext> validation) : IFittedForecaster
{
    public int Lookback => model.Lookback;

    public IReadOnlyList<Forecast> Forecast(IReadOnlyList<ForecastContext> origins)
    {
        ArgumentNullException.ThrowIfNull(origins);
        Forecast[] forecasts = new Forecast[origins.Count];
        foreach (var series in origins.Index().GroupBy(o => o.Item.SeriesNumber))
        {
            Func<int, double[]> widths = Widths(series.MaxBy(o => o.Item.Origin).Item);
            foreach (var ((index, context), forecast) in series.Zip(model.Forecast([.. series.Select(o => o.Item)])))
                forecasts[index] = Widened(forecast, widths(context.Origin));
        }

        return forecasts;
    }

    // From an origin to s of each step, [Steps].
    private Func<int, double[]> Widths(ForecastContext last)
    {
        ForecastTask task = last.Task;
        ForecastContext known = validation[last.SeriesNumber];
        if ((spec.Adaptive || spec.Recalibrate is not null) && last.Origin > known.Origin) known = last;
        int first = Math.Max(model.Lookback, seen[last.SeriesNumber].Origin - task.Steps[0] + 1);
        // The first origin of the test: scores known later are not those of calibration.
        int start = validation[last.SeriesNumber].Origin - task.Steps[0] + 1, end = Math.Max(start, last.Origin);
        double[][] scores = Scores(known, first, known.Origin - task.Steps[0] + 1);
        if (!spec.Joint)
        {
            ConformalWidths[] each = [.. task.Steps.Select((k, s) => new ConformalWidths(spec, Known(scores, s, k, known, first), k,
                start - first, end - first))];
            return origin => [.. each.Select(widths => widths[origin - first])];
        }

        double[] deviation = Deviations(known, first, start - first);
        int far = task.Steps[^1];
        double[] largest = [.. Enumerable.Range(0, Math.Max(0, known.Origin - far + 1 - first))
            .Select(n => task.Steps.Select((_, s) => scores[n][s] / deviation[s]).Max())];
        ConformalWidths joint = new(spec, largest, far, start - first, end - first);
        return origin => [.. deviation.Select(sigma => sigma * joint[origin - first])];
    }

    // The scores of one step from the first origin on, as far as its outcome is known.
    private static double[] Known(double[][] scores, int s, int step, ForecastContext known, int first) =>
        [.. scores.Take(Math.Max(0, known.Origin - step + 1 - first)).Select(score => score[s])];

    // The scores of the origins first … end − 1, [origins][Steps]; NaN where the outcome is not known.
    private double[][] Scores(ForecastContext known, int first, int end)
    {
        ForecastContext[] origins = [.. Enumerable.Range(first, Math.Max(0, end - first)).Select(known.At)];
        return [.. origins.Zip(model.Forecast(origins), (context, forecast) => known.Task.Steps.Select((k, s) =>
            context.Origin + k - 1 < known.Origin ? Score(known.Target[context.Origin + k - 1], forecast, s) : double.NaN).ToArray())];
    }

    // Mean |y − ŷ| of each step over the origins whose outcomes lie before the scores; 1 where the model is exact or there are none.
    private double[] Deviations(ForecastContext known, int first, int count)
    {
        IReadOnlyList<int> steps = known.Task.Steps;
        int end = first + steps[0] - steps[^1], from = Math.Max(model.Lookback, end - count);
        ForecastContext[] origins = [.. Enumerable.Range(from, Math.Max(0, end - from)).Select(known.At)];
        double[] sums = new double[steps.Count];
        foreach (var (context, forecast) in origins.Zip(model.Forecast(origins)))
            for (int s = 0; s < sums.Length; s++) sums[s] += Math.Abs(known.Target[context.Origin + steps[s] - 1] - forecast.Point[s]);
        return Array.ConvertAll(sums, sum => sum == 0 ? 1 : sum / origins.Length);
    }

    private static double Score(double actual, Forecast forecast, int s) => forecast.Quantiles.Length == 0
        ? Math.Abs(actual - forecast.Point[s])
        : Math.Max(forecast.Quantiles[s][0] - actual, actual - forecast.Quantiles[s][^1]);

    private Forecast Widened(Forecast forecast, double[] width) => forecast with
    {
        Levels = [(1 - spec.Level) / 2, (1 + spec.Level) / 2],
        Quantiles = [.. width.Select((w, s) => forecast.Quantiles.Length == 0
            ? Ends(forecast.Point[s] - w, forecast.Point[s] + w)
            : Ends(forecast.Quantiles[s][0] - w, forecast.Quantiles[s][^1] + w))],
    };

    // Quantiles made narrower by more than their distance meet in the middle.
    private static double[] Ends(double low, double high) => low <= high ? [low, high] : [(low + high) / 2, (low + high) / 2];
}
