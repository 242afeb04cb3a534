namespace LstmLab.Forecasting;

/// <summary>Scores of the distributions that a backtest's models forecast: quantiles, intervals or ensembles. Losses, one for each origin
/// in the order of <see cref="BacktestResult.Origins"/>, go into <see cref="DieboldMariano"/> and <see cref="BlockBootstrap"/>.</summary>
public static class ProbabilityScores
{
    /// <summary>The CRPS of each origin: of the quantiles a model forecasts, of its members by the fair form if it has none, and of its
    /// points, as the absolute error, if it has neither.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="model">Its name.</param>
    /// <param name="step">Steps ahead; the task's last by default.</param>
    /// <remarks>Members that differ in their seeds alone are far closer to one another than to what comes.</remarks>
    public static double[] Crps(this BacktestResult result, string model, int? step = null) =>
        Each(result, model, step, (forecast, s, actual) =>
            forecast.Levels.Count > 0 ? Forecasting.Crps.Quantiles(forecast.Levels, forecast.Quantiles[s], actual)
            : forecast.Members.Length > 1 ? Forecasting.Crps.Ensemble(Array.ConvertAll(forecast.Members, member => member[s]), actual)
            : Math.Abs(actual - forecast.Point[s]));

    /// <summary>Winkler's score of each origin, of the outermost interval.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="model">Its name.</param>
    /// <param name="step">Steps ahead; the task's last by default.</param>
    /// <exception cref="ArgumentException">The model has no interval.</exception>
    public static double[] Winkler(this BacktestResult result, string model, int? step = null) =>
        Each(result, model, step, (forecast, s, actual) =>
            IntervalScore.Winkler(Outermost(forecast, model), forecast.Quantiles[s][0], forecast.Quantiles[s][^1], actual));

    /// <summary>Sharpness: the mean width of each central interval, the widest first. Of calibrated forecasts the sharpest is
    /// best.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="model">Its name.</param>
    /// <param name="step">Steps ahead; the task's last by default.</param>
    /// <exception cref="ArgumentException">The model has no interval.</exception>
    public static IReadOnlyList<(double Level, double Width)> Sharpness(this BacktestResult result, string model, int? step = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        Forecast first = result[model].Forecasts[0];
        Outermost(first, model);
        return [.. Enumerable.Range(0, first.Levels.Count / 2).Select(q => (first.Levels[^(q + 1)] - first.Levels[q],
            Each(result, model, step, (forecast, s, _) => forecast.Quantiles[s][^(q + 1)] - forecast.Quantiles[s][q]).Average()))];
    }

    /// <summary>Where the values fell in the distributions forecast. Every k-th is tested, k the step, as forecasts of k steps
    /// overlap.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="model">Its name.</param>
    /// <param name="step">Steps ahead; the task's last by default.</param>
    /// <param name="bins">Bins of the histogram, at least 2.</param>
    /// <exception cref="ArgumentException">The model forecasts points alone, or the test is too short for so many bins.</exception>
    public static Pit Pit(this BacktestResult result, string model, int? step = null, int bins = 10)
    {
        List<(double, double)> intervals = [];
        Each(result, model, step, (forecast, s, actual) =>
        {
            intervals.Add(forecast.Levels.Count > 0 ? Forecasting.Pit.OfQuantiles(forecast.Levels, forecast.Quantiles[s], actual)
                : forecast.Members.Length > 1 ? Forecasting.Pit.OfEnsemble(Array.ConvertAll(forecast.Members, member => member[s]), actual)
                : throw new ArgumentException($"'{model}' forecasts points, which have no PIT: give it levels, or wrap it in Conformal."));
            return 0;
        });
        return Forecasting.Pit.Of(intervals, bins, step ?? result.Task.Steps[^1]);
    }

    /// <summary>Share of the origins at which the outermost interval held the value at every one of the task's steps.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="model">Its name.</param>
    /// <exception cref="ArgumentException">The model has no interval.</exception>
    public static double JointCoverage(this BacktestResult result, string model)
    {
        ArgumentNullException.ThrowIfNull(result);
        bool[] held = [.. result.Origins.Select(_ => true)];
        foreach (int step in result.Task.Steps)
        {
            double[] misses = Each(result, model, step, (forecast, s, actual) => Outermost(forecast, model) > 0
                && actual >= forecast.Quantiles[s][0] && actual <= forecast.Quantiles[s][^1] ? 0 : 1);
            for (int n = 0; n < held.Length; n++) held[n] &= misses[n] == 0;
        }

        return held.Average(all => all ? 1.0 : 0);
    }

    private static double Outermost(Forecast forecast, string model) =>
        forecast.Levels.Count >= 2 ? forecast.Levels[^1] - forecast.Levels[0]
        : throw new ArgumentException($"'{model}' has no intervals: give it two levels or more, or wrap it in Conformal.");

    private static double[] Each(BacktestResult result, string model, int? step, Func<Forecast, int, double, double> score)
    {
        ArgumentNullException.ThrowIfNull(result);
        // Throws if the step is not forecast.
        double[] actual = [.. result.Outcomes(model, step).Select(outcome => outcome.Actual)];
        int s = step is null ? result.Task.Steps.Count - 1 : result.Task.Steps.ToList().IndexOf(step.Value);
        return [.. result[model].Forecasts.Zip(actual, (forecast, y) => score(forecast, s, y))];
    }
}
