using System.Globalization;

namespace LstmLab.Forecasting;

/// <summary>A model's forecasts of the test.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Forecasts">One for each origin.</param>
/// <param name="Fitted">What forecast last.</param>
/// <param name="Validation">The first metric on the rows of validation, at the last step; NaN of the model on trial, of models that are no
/// <see cref="Baseline"/> and may have used these rows, and where there are none.</param>
public sealed record EvaluatedModel(
    string Name, IReadOnlyList<Forecast> Forecasts, IFittedForecaster Fitted, double Validation = double.NaN);

/// <summary>What a backtest found. Shown by itself it is the table of scores.</summary>
public sealed class BacktestResult
{
    private readonly Dictionary<(string, int), Outcome[]> _outcomes = [];
    private readonly long[] _times;
    private IReadOnlyList<Score>? _scores;

    internal BacktestResult(ForecastTask task, IReadOnlyList<Metric> metrics, IReadOnlyList<ForecastContext> origins,
        IReadOnlyList<EvaluatedModel> models, string? reference)
    {
        (Task, Metrics, Origins, Models) = (task, metrics, origins, models);
        (Reference, ReferenceRule) = Referee.Choose(this, reference);
        _times = [.. Rows().Zip(origins, (row, context) => task.Series[context.SeriesNumber].Times?[row].Ticks ?? row)];
    }

    /// <summary>The task.</summary>
    public ForecastTask Task { get; }

    /// <summary>What was measured; the first decides.</summary>
    public IReadOnlyList<Metric> Metrics { get; }

    /// <summary>The origins of the forecasts, series after series.</summary>
    public IReadOnlyList<ForecastContext> Origins { get; }

    /// <summary>The models, in the order given.</summary>
    public IReadOnlyList<EvaluatedModel> Models { get; }

    /// <summary>What every verdict compares with, fixed before the test: the baseline that <see cref="Backtest.Reference"/> names, else the
    /// best on the rows of validation.</summary>
    public string Reference { get; }

    /// <summary>How the reference was chosen, as a clause for a note under a table.</summary>
    public string ReferenceRule { get; }

    /// <summary>The best baseline of the test: of all models but the first, that of the best first metric. Known only with hindsight, so no
    /// verdict rests on it.</summary>
    public string Best => Models.Skip(Models.Count > 1 ? 1 : 0).Select(model => (model.Name, Loss: MeanLoss(model.Name)))
        .Aggregate((best, next) => Metrics[0].IsBetter(next.Loss, best.Loss) || double.IsNaN(best.Loss) ? next : best).Name;

    /// <summary>A model by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public EvaluatedModel this[string name] => Models.FirstOrDefault(model => model.Name == name)
        ?? throw new ArgumentException($"No model is named '{name}'; there are "
        + $"{string.Join(", ", Models.Select(model => $"'{model.Name}'"))}.");

    /// <summary>The row of the forecast of each origin.</summary>
    /// <param name="step">Steps ahead; the task's last by default.</param>
    public int[] Rows(int? step = null) => [.. Origins.Select(context => context.Origin + (step ?? Task.Steps[^1]) - 1)];

    /// <summary>What came, at each origin.</summary>
    /// <param name="step">Steps ahead; the task's last by default.</param>
    public double[] Actual(int? step = null) =>
        [.. Rows(step).Zip(Origins, (row, context) => Task.Series[context.SeriesNumber].Target[row])];

    /// <summary>What a model forecast and what came, at each origin.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="step">Steps ahead; the task's last by default.</param>
    public IReadOnlyList<Outcome> Outcomes(string model, int? step = null)
    {
        int at = IndexOf(step);
        if (!_outcomes.TryGetValue((model, at), out Outcome[]? found))
            _outcomes[(model, at)] = found = Outcomes(this[model].Forecasts.Select(forecast => forecast.Point[at]), step);
        return found;
    }

    /// <summary>A metric of a model, over the origins that it has a forecast from.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="model">Its name.</param>
    /// <param name="step">Steps ahead; the task's last by default.</param>
    public double Of(Metric metric, string model, int? step = null) => metric.Of(Outcomes(model, step));

    /// <summary>Tests whether a model differs from another in the mean of a metric's losses, over the origins that both have a forecast
    /// from; a negative difference favors the model, whether small or large values of the metric are good.</summary>
    /// <remarks>Series count as one at each time, see <see cref="DieboldMariano"/>.</remarks>
    public DieboldMariano Compare(string model, string with, Metric? metric = null)
    {
        Metric by = metric ?? Metrics[0];
        int sign = by.LargeIsGood ? -1 : 1;
        return Test([.. Losses(model, by).Select(loss => sign * loss)], [.. Losses(with, by).Select(loss => sign * loss)]);
    }

    /// <summary>Skill of a model against another, over the origins that both have a forecast from: 1 − mean loss / mean loss of the other,
    /// where 0 is perfect. NaN for a metric without a perfect value.</summary>
    public double Skill(string model, string with, Metric? metric = null)
    {
        Metric by = metric ?? Metrics[0];
        (double First, double Second)[] both = [.. Losses(model, by).Zip(Losses(with, by))
            .Where(pair => !double.IsNaN(pair.First) && !double.IsNaN(pair.Second))];
        return by.SkillOf([.. both.Select(pair => pair.First)], [.. both.Select(pair => pair.Second)]);
    }

    /// <summary>A score for each model, against <see cref="Reference"/>.</summary>
    public IReadOnlyList<Score> Scores() => _scores ??= [.. Models.Select(ScoreOf)];

    /// <summary>Mean loss of a model at each of the task's steps, reported as the metric is, [Steps].</summary>
    public double[] BySteps(string model, Metric? metric = null) => [.. Task.Steps.Select(step => Of(metric ?? Metrics[0], model, step))];

    /// <summary>The table of scores as text.</summary>
    public override string ToString()
    {
        string[] head = ["model", .. Metrics.Select(metric => metric.Name), "95 %", "members", "n", $"skill on {Reference}", "p",
            "coverage", "late", "verdict"];
        IEnumerable<string[]> rows = Scores().Select(score => new[] { score.Model }.Concat(score.Scores.Select(Number)).Concat(
            [$"{Number(score.Low)} – {Number(score.High)}",
            score.Members is var (mean, deviation) ? $"{Number(mean)} ± {Number(deviation)}" : "",
            $"{score.Counts[0]}",
            double.IsNaN(score.Skill) ? "" : score.Skill.ToString("0.0 %", CultureInfo.InvariantCulture),
            score.Test?.P.ToString("0.0000", CultureInfo.InvariantCulture) ?? "",
            double.IsNaN(score.Coverage) ? "" : score.Coverage.ToString("0.00", CultureInfo.InvariantCulture), $"{score.Shift.Late}",
            score.Verdict]).ToArray());
        return TextTable.Write(head, rows);
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private Score ScoreOf(EvaluatedModel model)
    {
        Metric first = Metrics[0];
        (double low, double high) = IntervalOf(model.Name);
        int last = Task.Steps.Count - 1;
        double[] members = [.. Enumerable.Range(0, model.Forecasts[0].Members.Length).Select(m =>
            first.Of(Outcomes(model.Forecasts.Select(forecast => forecast.Members[m][last]))))];
        return new(
            model.Name, [.. Metrics.Select(metric => Of(metric, model.Name))], low, high,
            members.Length < 2 ? null : MathNet.Numerics.Statistics.Statistics.MeanStandardDeviation(members),
            model.Name == Reference ? double.NaN : Skill(model.Name, Reference),
            model.Name == Reference ? null : Compare(model.Name, Reference), CoverageOf(model), ShiftOf(model),
            OnPersistence(model.Name),
            [.. Metrics.Select(metric => Losses(model.Name, metric).Count(loss => !double.IsNaN(loss)))]);
    }

    // A copy is no better than persistence by any measure: the first metric may have no answer where the last value is 0, as QLIKE has
    // none, and squared error may be ruled by a few outliers. So the test that favors the model more counts.
    private DieboldMariano OnPersistence(string model)
    {
        DieboldMariano[] tests = [.. new[] { Metrics[0], Metric.Rmse }.Select(metric =>
        {
            int sign = metric.LargeIsGood ? -1 : 1;
            return Test([.. Outcomes(model).Select(o => sign * metric.Loss(o))],
                [.. Outcomes(model).Select(o => sign * metric.Loss(o with { Forecast = o.Last }))]);
        })];
        return tests.Where(test => test.Difference < 0).OrderBy(test => double.IsNaN(test.P) ? 1 : test.P).FirstOrDefault(tests[1]);
    }

    // Whole times are drawn, with all series at them: what happens to all at once is no independent repetition.
    private (double Low, double High) IntervalOf(string model)
    {
        (double Sum, int Count)[] times = [.. Losses(model, Metrics[0]).Zip(_times).Where(loss => !double.IsNaN(loss.First))
            .GroupBy(loss => loss.Second).OrderBy(time => time.Key).Select(time => (time.Sum(loss => loss.First), time.Count()))];
        return times.Length == 0 ? (double.NaN, double.NaN)
            : BlockBootstrap.Interval(times.Length, BlockBootstrap.Length(times.Length, Task.Steps[^1]), drawn =>
        {
            double sum = 0;
            int count = 0;
            for (int n = 0; n < drawn.Count; n++)
            {
                sum += times[drawn[n]].Sum;
                count += times[drawn[n]].Count;
            }

            return Metrics[0].Report(sum / count);
        });
    }

    private DieboldMariano Test(double[] first, double[] second)
    {
        int[] both = [.. Enumerable.Range(0, first.Length).Where(n => !double.IsNaN(first[n]) && !double.IsNaN(second[n]))];
        long[] times = [.. both.Select(n => _times[n])];
        double[] one = [.. both.Select(n => first[n])], other = [.. both.Select(n => second[n])];
        // Forecasts overlap only where their origins lie nearer than the horizon.
        int apart = both.Zip(both.Skip(1)).Where(pair => Origins[pair.First].SeriesNumber == Origins[pair.Second].SeriesNumber)
            .Select(pair => Origins[pair.Second].Origin - Origins[pair.First].Origin).DefaultIfEmpty(1).Min();
        int horizon = (Task.Steps[^1] + apart - 1) / apart;
        return times.Distinct().Count() > horizon ? DieboldMariano.Test(one, other, times, horizon)
            : new(Metric.Mean(one) - Metric.Mean(other), double.NaN, double.NaN);
    }

    private double CoverageOf(EvaluatedModel model)
    {
        int last = Task.Steps.Count - 1;
        return model.Forecasts[0].Quantiles.Length == 0 ? double.NaN
            : Intervals.Coverage(Actual(), [.. model.Forecasts.Select(f => f.Quantiles[last][0])],
            [.. model.Forecasts.Select(f => f.Quantiles[last][^1])]);
    }

    private Shift ShiftOf(EvaluatedModel model)
    {
        int[] rows = Rows();
        return Shift.Of([.. model.Forecasts.Select((forecast, n) => new Shift.Place(
            Task.Series[Origins[n].SeriesNumber].Target, Origins[n].SeriesNumber, rows[n], _times[n], forecast.Point[^1]))],
            Task.Steps[^1]);
    }

    private double MeanLoss(string model) => Metric.Mean(Losses(model, Metrics[0]));

    private double[] Losses(string model, Metric metric) => [.. Outcomes(model).Select(metric.Loss)];

    private Outcome[] Outcomes(IEnumerable<double> forecasts, int? step = null) =>
        [.. Actual(step).Zip(forecasts, Origins).Select(o => new Outcome(o.First, o.Second, o.Third.Target[^1]))];

    private int IndexOf(int? step) => step is null ? Task.Steps.Count - 1
        : Task.Steps.ToList().IndexOf(step.Value) is >= 0 and var at ? at
        : throw new ArgumentException($"Step {step} is not forecast; the task's steps are {string.Join(", ", Task.Steps)}.");
}
