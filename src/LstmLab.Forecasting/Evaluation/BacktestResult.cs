using System.Globalization;

namespace LstmLab.Forecasting;

/// <summary>A model's forecasts of the test.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Forecasts">One for each origin.</param>
/// <param name="Fitted">What forecast last.</param>
public sealed record EvaluatedModel(string Name, IReadOnlyList<Forecast> Forecasts, IFittedForecaster Fitted);

/// <summary>How one model did, at the last step of the task.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Scores">One for each metric.</param>
/// <param name="Low">Lower end of the first metric's 95 % block-bootstrap interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="Members">Mean and standard deviation of the first metric over an ensemble's members; null without an ensemble.</param>
/// <param name="Skill">1 − mean loss / mean loss of the reference, by the first metric; NaN for the reference itself.</param>
/// <param name="Test">Against the reference, on the losses of the first metric; null for the reference itself.</param>
/// <param name="Coverage">Measured coverage of the outermost quantiles; NaN without quantiles.</param>
/// <param name="Shift">At which lag it fits best.</param>
/// <param name="OnPersistence">Against persistence, whether that is among the models or not.</param>
public sealed record Score(
    string Model, IReadOnlyList<double> Scores, double Low, double High, (double Mean, double Deviation)? Members, double Skill,
    DieboldMariano? Test, double Coverage, Shift Shift, DieboldMariano OnPersistence)
{
    /// <summary>Significance that a verdict needs.</summary>
    internal const double Significance = 0.05;

    /// <summary>Is it persistence? True of a model that fits the series best as many steps late as it looks ahead, and is no better than
    /// the last value.</summary>
    public bool Copies => Shift.Best == Shift.Step && !(OnPersistence is { P: < Significance, Difference: < 0 });

    /// <summary>better, worse or tie against the reference, at 5 %; reference for itself. A model that copies the last value is named
    /// so.</summary>
    public string Verdict => (Test is null ? "reference" : Test.P >= Significance ? "tie" : Test.Difference < 0 ? "better" : "worse")
        + (Copies ? ", copies the last value" : "");
}

/// <summary>What a backtest found. Shown by itself it is the table of scores.</summary>
public sealed class BacktestResult
{
    private readonly Dictionary<(string, int), Outcome[]> _outcomes = [];

    internal BacktestResult(ForecastTask task, IReadOnlyList<Metric> metrics, IReadOnlyList<ForecastContext> origins,
        IReadOnlyList<EvaluatedModel> models) =>
        (Task, Metrics, Origins, Models) = (task, metrics, origins, models);

    /// <summary>The task.</summary>
    public ForecastTask Task { get; }

    /// <summary>What was measured; the first decides.</summary>
    public IReadOnlyList<Metric> Metrics { get; }

    /// <summary>The origins of the forecasts, series after series.</summary>
    public IReadOnlyList<ForecastContext> Origins { get; }

    /// <summary>The models, in the order given.</summary>
    public IReadOnlyList<EvaluatedModel> Models { get; }

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

    /// <summary>A metric of a model.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="model">Its name.</param>
    /// <param name="step">Steps ahead; the task's last by default.</param>
    public double Of(Metric metric, string model, int? step = null) => metric.Of(Outcomes(model, step));

    /// <summary>Tests whether a model differs from another in the mean loss of a metric; a negative difference favors the model.</summary>
    public DieboldMariano Compare(string model, string with, Metric? metric = null) =>
        DieboldMariano.Test(Losses(model, metric ?? Metrics[0]), Losses(with, metric ?? Metrics[0]), Task.Steps[^1]);

    /// <summary>The best baseline: of all models but the first, that of the smallest first metric on the test. Chosen with hindsight, so
    /// it is the hardest to beat.</summary>
    public string Best => Models.Skip(Models.Count > 1 ? 1 : 0).MinBy(model => Of(Metrics[0], model.Name))!.Name;

    /// <summary>A score for each model.</summary>
    /// <param name="reference">What models are compared with; the best baseline by default.</param>
    public IReadOnlyList<Score> Scores(string? reference = null) =>
        [.. Models.Select(model => ScoreOf(model, this[reference ?? Best].Name))];

    /// <summary>Mean loss of a model at each of the task's steps, reported as the metric is, [Steps].</summary>
    public double[] BySteps(string model, Metric? metric = null) => [.. Task.Steps.Select(step => Of(metric ?? Metrics[0], model, step))];

    /// <summary>The table of scores as text.</summary>
    public override string ToString()
    {
        string[] head = ["model", .. Metrics.Select(metric => metric.Name), "95 %", "members", $"skill on {Best}", "p", "coverage",
            "fits late", "verdict"];
        IEnumerable<string[]> rows = Scores().Select(score => new[] { score.Model }.Concat(score.Scores.Select(Number)).Concat(
            [$"{Number(score.Low)} – {Number(score.High)}",
            score.Members is var (mean, deviation) ? $"{Number(mean)} ± {Number(deviation)}" : "",
            double.IsNaN(score.Skill) ? "" : score.Skill.ToString("0.0 %", CultureInfo.InvariantCulture),
            score.Test?.P.ToString("0.0000", CultureInfo.InvariantCulture) ?? "",
            double.IsNaN(score.Coverage) ? "" : score.Coverage.ToString("0.00", CultureInfo.InvariantCulture), $"{score.Shift.Best}",
            score.Verdict]).ToArray());
        return TextTable.Write(head, rows);
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private Score ScoreOf(EvaluatedModel model, string reference)
    {
        Metric first = Metrics[0];
        double[] losses = Losses(model.Name, first);
        int horizon = Task.Steps[^1], last = Task.Steps.Count - 1;
        (double low, double high) = BlockBootstrap.Interval(losses.Length, BlockBootstrap.Length(losses.Length, horizon), drawn =>
            first.Report(Mean(losses, drawn)));
        double[] members = [.. Enumerable.Range(0, model.Forecasts[0].Members.Length).Select(m =>
            first.Of(Outcomes(model.Forecasts.Select(forecast => forecast.Members[m][last]))))];
        return new(
            model.Name, [.. Metrics.Select(metric => Of(metric, model.Name))], low, high,
            members.Length < 2 ? null : MathNet.Numerics.Statistics.Statistics.MeanStandardDeviation(members),
            model.Name == reference ? double.NaN : 1 - (losses.Average() / Losses(reference, first).Average()),
            model.Name == reference ? null : Compare(model.Name, reference), CoverageOf(model), ShiftOf(model),
            DieboldMariano.Test(losses, [.. Outcomes(model.Name).Select(o => first.Loss(o with { Forecast = o.Last }))], horizon));
    }

    private double CoverageOf(EvaluatedModel model)
    {
        int last = Task.Steps.Count - 1;
        return model.Forecasts[0].Quantiles.Length == 0 ? double.NaN
            : Intervals.Coverage(Actual(), [.. model.Forecasts.Select(f => f.Quantiles[last][0])],
            [.. model.Forecasts.Select(f => f.Quantiles[last][^1])]);
    }

    // Of several series the first, as shifts do not carry over from one to the next.
    private Shift ShiftOf(EvaluatedModel model)
    {
        int count = Origins.Count(context => context.SeriesNumber == 0);
        return Shift.Of(Task.Series[0].Target, Rows()[..count], [.. model.Forecasts.Take(count).Select(forecast => forecast.Point[^1])],
            Task.Steps[^1]);
    }

    private double[] Losses(string model, Metric metric) => [.. Outcomes(model).Select(metric.Loss)];

    private Outcome[] Outcomes(IEnumerable<double> forecasts, int? step = null) =>
        [.. Actual(step).Zip(forecasts, Origins).Select(o => new Outcome(o.First, o.Second, o.Third.Target[^1]))];

    private int IndexOf(int? step) => step is null ? Task.Steps.Count - 1
        : Task.Steps.ToList().IndexOf(step.Value) is >= 0 and var at ? at
        : throw new ArgumentException($"Step {step} is not forecast; the task's steps are {string.Join(", ", Task.Steps)}.");

    private static double Mean(double[] values, IReadOnlyList<int> rows)
    {
        double sum = 0;
        for (int n = 0; n < rows.Count; n++) sum += values[rows[n]];
        return sum / rows.Count;
    }
}
