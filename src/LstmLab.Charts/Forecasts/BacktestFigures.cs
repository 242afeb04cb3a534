using System.Globalization;
using LstmLab.Forecasting;

namespace LstmLab.Charts;

/// <summary>Figures and the table of a backtest.</summary>
public static class BacktestFigures
{
    private const int Wide = 640;

    /// <summary>Scores of the models: verdict, metrics, 95 % interval of the first, seeds, how many outcomes they rest on where that
    /// differs, skill or difference, significance, lateness. Notes say what is compared with what, and by which rule.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="title">Caption; the task in words by default.</param>
    public static Table Table(this BacktestResult result, Bilingual? title = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        Score[] scores = [.. result.Scores()];
        bool members = scores.Any(score => score.Members is not null), ratio = result.Metrics[0].Perfect is not null,
            gaps = BacktestNotes.Missing(result, scores).Any();
        // The verdict stands where a narrow page still shows it.
        string[] headers = ["model", "verdict", .. result.Metrics.Select(metric => metric.Name), "95 %", .. Some(members, "seeds"),
            .. Some(gaps, "n"), ratio ? "skill %" : "difference", "p", "late"];
        IEnumerable<object?[]> rows = scores.Select(score => (object?[])
        [
            score.Model, Mark(score) is { } mark ? new Marked(score.Verdict, mark) : score.Verdict,
            .. score.Scores.Select(value => (object)value), $"{Short(score.Low)}\u00A0–\u00A0{Short(score.High)}",
            .. Some(members,
            score.Members is var (mean, deviation)
            ? string.Create(CultureInfo.InvariantCulture, $"{Short(mean)}\u00A0±\u00A0{Rounded(deviation)}") : null),
            .. Some<object?>(gaps, score.Counts[0]), ratio ? 100 * score.Skill : Signed(score.Test?.Difference),
            score.Test is { P: var p } ? p < 0.0001 ? "< 0.0001" : p.ToString("0.0000", CultureInfo.InvariantCulture) : null,
            score.Shift.Late,
        ]);
        Table table = Charts.Table.Of(title ?? $"{result.Task.Target}, {Ahead(result)}: {result.Origins.Count} forecasts of the test",
            headers, [.. rows]);
        return BacktestNotes.Of(result, scores).Aggregate(ratio ? table.Format("0.0", "skill %") : table, (so, note) => so.Note(note));
    }

    /// <summary>What came, what the model forecast, and what the reference did, at the end of the test; a band where the model has
    /// quantiles.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="rows">How many forecasts, from the last one back.</param>
    /// <param name="model">The model; the first by default.</param>
    /// <param name="step">Steps ahead; the task's last by default.</param>
    public static XyFigure Chart(this BacktestResult result, int rows = 90, string? model = null, int? step = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        EvaluatedModel evaluated = model is null ? result.Models[0] : result[model];
        int from = Math.Max(0, result.Origins.Count - rows);
        (double[] x, string axis) = Places(result, result.Rows(step)[from..], result.Origins[from].SeriesNumber);
        int at = step is null ? result.Task.Steps.Count - 1 : result.Task.Steps.ToList().IndexOf(step.Value);
        XyFigure figure = Figure.New($"{evaluated.Name} beside {result.Reference}: {result.Task.Target}, {Ahead(result, step)}")
            .Axes(x: axis, y: result.Task.Target).Size(Wide, 340);
        Forecast[] forecasts = [.. evaluated.Forecasts.Skip(from)];
        if (forecasts[0].Quantiles.Length > 0)
            figure = figure.Band(x, forecasts.Select(f => f.Quantiles[at][0]), forecasts.Select(f => f.Quantiles[at][^1]),
                Share(forecasts[0]), Role.Forecast);
        figure = figure.Line(x, result.Actual(step)[from..], "truth", Role.Truth)
            .Line(x, forecasts.Select(f => f.Point[at]), evaluated.Name, Role.Forecast);
        return evaluated.Name == result.Reference ? figure
            : figure.Line(x, result[result.Reference].Forecasts.Skip(from).Select(f => f.Point[at]), result.Reference, Role.Baseline);
    }

    /// <summary>A fan: the series up to an origin, and from there what was forecast for every step, with its quantiles, and what
    /// came.</summary>
    /// <param name="result">The backtest; of several steps.</param>
    /// <param name="origin">Number of the origin within the test.</param>
    /// <param name="history">Rows before the origin.</param>
    /// <param name="model">The model; the first by default.</param>
    /// <exception cref="ArgumentException">The model has no quantiles.</exception>
    public static XyFigure Fan(this BacktestResult result, int origin, int history = 48, string? model = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        EvaluatedModel evaluated = model is null ? result.Models[0] : result[model];
        Forecast forecast = evaluated.Forecasts[origin];
        if (forecast.Quantiles.Length == 0)
            throw new ArgumentException($"'{evaluated.Name}' has no quantiles: give it levels, or wrap it in Conformal.");
        ForecastContext context = result.Origins[origin];
        int[] known = [.. Enumerable.Range(Math.Max(0, context.Origin - history), Math.Min(history, context.Origin))],
            ahead = [.. result.Task.Steps.Select(step => context.Origin + step - 1)];
        double[] target = result.Task.Series[context.SeriesNumber].Target;
        XyFigure figure = Figure.New($"{evaluated.Name}: {result.Task.Target} from one origin, {result.Task.Steps.Count} steps")
            .Axes(x: "steps ahead", y: result.Task.Target).Size(Wide, 340);
        for (int q = 0; q < forecast.Levels.Count / 2; q++)
            figure = figure.Band(Steps(ahead), forecast.Quantiles.Select(levels => levels[q]),
                forecast.Quantiles.Select(levels => levels[^(q + 1)]), Share(forecast, q), Role.Forecast);
        return figure.Line(Steps([.. known, .. ahead]), known.Concat(ahead).Select(row => target[row]), "truth", Role.Truth)
            .Line(Steps(ahead), forecast.Point, evaluated.Name, Role.Forecast).VerticalLine(0.5, "origin");

        double[] Steps(int[] rows) => [.. rows.Select(row => row - context.Origin + 1.0)];
    }

    /// <summary>The first metric of every model with its 95 % interval.</summary>
    /// <param name="result">The backtest.</param>
    public static XyFigure Bars(this BacktestResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Score[] scores = [.. result.Scores()];
        return Figure.New($"{result.Metrics[0].Name} of {result.Task.Target}, {Ahead(result)}, with 95 % intervals")
            .Axes(y: result.Metrics[0].Name).Size(Wide, 340)
            .Bars([.. scores.Select(score => score.Model)], scores.Select(score => score.Scores[0]),
            low: [.. scores.Select(score => score.Low)], high: [.. scores.Select(score => score.High)],
                roles: [.. scores.Select((_, n) => n == 0 ? Role.Forecast : Role.Baseline)]);
    }

    /// <summary>Mean loss of models by a kind of row, e.g. its hour or its season.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="kinds">Name of each kind, in the order of the axis.</param>
    /// <param name="kind">Number of the kind of a row.</param>
    /// <param name="title">The one message of the figure.</param>
    /// <param name="models">The models; the first and the reference by default.</param>
    public static XyFigure By(this BacktestResult result, Texts kinds, Func<int, int> kind, Bilingual title, params string[] models)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(models);
        string[] shown = models.Length > 0 ? models : [.. new[] { result.Models[0].Name, result.Reference }.Distinct()];
        int[] rows = result.Rows();
        XyFigure figure = Figure.New(title).Axes(y: Metric.Mae.Name).Size(Wide, 340);
        return figure.GroupedBars<double>(kinds, null,
            [.. shown.Select((model, m) => (model, Means(model), m switch { 0 => Role.Forecast, 1 => Role.Baseline, _ => Role.Auto }))]);

        IEnumerable<double> Means(string model) =>
            [.. kinds.Select((_, k) =>
            result.Outcomes(model).Where((_, n) => kind(rows[n]) == k).Select(Metric.Mae.Loss).DefaultIfEmpty(double.NaN).Average())];
    }

    /// <summary>Is it persistence? The error of each model's forecast when it is moved back by 0, 1, 2 … rows.</summary>
    /// <param name="result">The backtest.</param>
    public static XyFigure Shifts(this BacktestResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        XyFigure figure = Figure.New("Is it persistence? Error against the series some rows earlier")
            .Axes(x: "rows the forecast is moved back", y: $"RMSE of {result.Task.Target}").Size(Wide, 340);
        return result.Scores().Index().Aggregate(figure, (so, score) =>
            so.Line(score.Item.Shift.Errors, score.Item.Model, score.Index == 0 ? Role.Forecast : Role.Baseline, markers: true));
    }

    /// <summary>The report: the table, and the figures of forecasts, errors and shifts, shown one after another.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="title">Caption of the table.</param>
    public static void Report(this BacktestResult result, Bilingual? title = null)
    {
        object[] parts = [result.Table(title), result.Chart(), result.Bars(), result.Shifts()];
        foreach (object part in parts) Live.Show(part);
    }

    private static Verdict? Mark(Score score) => score switch
    {
        { Test: null, Copies: false } => null,
        { Copies: true } or { Test: { P: < 0.05, Difference: > 0 } } => Verdict.Fails,
        { Test: { P: < 0.05 } } => Verdict.Holds,
        _ => Verdict.CannotBeSettled,
    };

    private static string Ahead(BacktestResult result, int? step = null) =>
        (step ?? result.Task.Steps[^1]) is var k && k == 1 ? "1 step ahead" : $"{k} steps ahead";

    internal static string Share(Forecast forecast, int q = 0) => $"{100 * (forecast.Levels[^(q + 1)] - forecast.Levels[q]):0} %";

    private static string Short(double value) => Rendering.Ticks.Short(value);

    private static string Rounded(double deviation) =>
        deviation.ToString(deviation < 10 ? "G2" : "#,0", CultureInfo.InvariantCulture);

    private static string? Signed(double? value) => value?.ToString("+0.0000;−0.0000;0", CultureInfo.InvariantCulture);

    private static T[] Some<T>(bool wanted, T value) => wanted ? [value] : [];

    // Days since the first row shown where rows are dated, else their numbers.
    private static (double[] X, string Axis) Places(BacktestResult result, int[] rows, int series)
    {
        if (result.Task.Series[series].Times is not { } times) return ([.. rows.Select(row => (double)row)], "row");
        DateTime first = times[rows[0]];
        return ([.. rows.Select(row => (times[row] - first).TotalDays)],
            string.Create(CultureInfo.InvariantCulture, $"days since {first:yyyy-MM-dd}"));
    }
}
