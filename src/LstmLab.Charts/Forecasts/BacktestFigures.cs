using LstmLab.Charts.Rendering;
using LstmLab.Forecasting;

namespace LstmLab.Charts;

/// <summary>Figures and the table of a backtest. <c>quantity</c> names the target with its unit, for instance
/// <c>("mean temperature, °C", "平均气温，°C")</c>; without it the column's name stands there.</summary>
public static partial class BacktestFigures
{
    private const int Wide = 680;

    /// <summary>What came, what the model forecast, and what the reference did, at the end of the test; a band where the model has
    /// quantiles.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="rows">How many forecasts, from the last one back.</param>
    /// <param name="model">The model; the first by default.</param>
    /// <param name="step">Steps ahead; the task's last by default.</param>
    /// <param name="quantity">The target with its unit.</param>
    public static XyFigure Chart(
        this BacktestResult result, int rows = 90, string? model = null, int? step = null, Bilingual? quantity = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Compared(result, new Stretch(result, rows, step), model ?? result.Models[0].Name, quantity ?? result.Task.Target);
    }

    /// <summary>Truth and forecasts above, and below them, over the same rows, the errors of the model and of the reference: forecast
    /// − truth.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="rows">How many forecasts, from the last one back.</param>
    /// <param name="model">The model; the first by default.</param>
    /// <param name="step">Steps ahead; the task's last by default.</param>
    /// <param name="quantity">The target with its unit.</param>
    /// <param name="title">The one message of the figure.</param>
    public static PanelFigure Errors(
        this BacktestResult result, int rows = 90, string? model = null, int? step = null, Bilingual? quantity = null,
        Bilingual? title = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        var stretch = new Stretch(result, rows, step);
        Bilingual what = quantity ?? result.Task.Target;
        string trial = model ?? result.Models[0].Name;
        string unit = Quantity.Unit(what.English), chinese = Quantity.Unit(what.In(Language.Chinese));
        XyFigure errors = Figure.New(("Errors: forecast − truth", "误差：预测 − 真值")).Size(Wide, 240)
            .Axes(
                x: stretch.Axis,
                y: (unit.Length == 0 ? "error" : $"error, {unit}", chinese.Length == 0 ? "误差" : $"误差，{chinese}"));
        foreach (string name in new[] { result.Reference, trial }.Distinct())
        {
            Bilingual of = BacktestWords.Model(name);
            errors = stretch.Line(errors, stretch.Forecasts(name).Zip(stretch.Truth, (forecast, truth) => forecast - truth),
                ($"error of {of}", $"{of.In(Language.Chinese)}的误差"), name == trial ? Role.Forecast : Role.Baseline);
        }

        return PanelFigure.Stacked(title ?? Title(result, trial, what, step), null,
        [
            Compared(result, stretch, trial, what).Retitled(("Truth and forecasts", "真值与预测")).Size(Wide, 320),
            errors.HorizontalLine(0, role: Role.Truth, dash: Dash.Dot),
        ]);
    }

    /// <summary>A fan: the series up to an origin, and from there what was forecast for every step, with its quantiles, and what
    /// came.</summary>
    /// <param name="result">The backtest; of several steps.</param>
    /// <param name="origin">Number of the origin within the test.</param>
    /// <param name="history">Rows before the origin.</param>
    /// <param name="model">The model; the first by default.</param>
    /// <param name="quantity">The target with its unit.</param>
    /// <exception cref="ArgumentException">The model has no quantiles.</exception>
    public static XyFigure Fan(this BacktestResult result, int origin, int history = 48, string? model = null, Bilingual? quantity = null)
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
        Bilingual name = BacktestWords.Model(evaluated.Name), what = quantity ?? result.Task.Target, bare = Quantity.Name(what);
        int steps = result.Task.Steps.Count;
        XyFigure figure = Figure.New(($"{name}: {bare} from one origin, {steps} steps",
            $"{name.In(Language.Chinese)}：从一个起点预测{bare.In(Language.Chinese)}，共 {steps} 步"))
            .Axes(x: ("steps ahead", "提前的步数"), y: what).Size(Wide, 340);
        for (int q = 0; q < forecast.Levels.Count / 2; q++)
        {
            figure = figure.Band(Steps(ahead), forecast.Quantiles.Select(levels => levels[q]),
                forecast.Quantiles.Select(levels => levels[^(q + 1)]), BacktestWords.Interval(forecast, q), Role.Forecast);
        }

        return figure.Line(Steps([.. known, .. ahead]), known.Concat(ahead).Select(row => target[row]), ("truth", "真值"), Role.Truth)
            .Line(Steps(ahead), forecast.Point, name, Role.Forecast).VerticalLine(0.5, ("origin", "起点"));

        double[] Steps(int[] rows) => [.. rows.Select(row => row - context.Origin + 1.0)];
    }

    /// <summary>The first metric of every model with its 95 % interval.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="quantity">The target with its unit.</param>
    public static XyFigure Bars(this BacktestResult result, Bilingual? quantity = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        Score[] scores = [.. result.Scores()];
        Bilingual what = Quantity.Name(quantity ?? result.Task.Target), metric = BacktestWords.Metric(result.Metrics[0]);
        Bilingual ahead = BacktestWords.Ahead(result);
        return Figure.New(($"{metric} of {what}, {ahead}, with 95 % intervals",
            $"{what.In(Language.Chinese)}的 {metric.In(Language.Chinese)}，{ahead.Chinese}，附 95 % 区间"))
            .Axes(y: InUnit(metric, result.Metrics[0], quantity)).Size(Wide, 340)
            .Bars([.. scores.Select(score => BacktestWords.Model(score.Model))], scores.Select(score => score.Scores[0]),
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
        return Figure.New(title).Axes(y: ("mean absolute error", "平均绝对误差")).Size(Wide, 340).GroupedBars<double>(kinds, null,
            [.. shown.Select((model, m) =>
            (BacktestWords.Model(model), Means(model), m switch { 0 => Role.Forecast, 1 => Role.Baseline, _ => Role.Auto }))]);

        IEnumerable<double> Means(string model) =>
            [.. kinds.Select((_, k) => result.Outcomes(model).Where((_, n) => kind(rows[n]) == k).Select(Metric.Mae.Loss)
            .DefaultIfEmpty(double.NaN).Average())];
    }

    /// <summary>Is it persistence? The error of each model's forecast when it is moved back by 0, 1, 2 … rows.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="quantity">The target with its unit.</param>
    public static XyFigure Shifts(this BacktestResult result, Bilingual? quantity = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        XyFigure figure = Figure.New(("Is it persistence? Error of each forecast when it is moved back",
            "是不是持续性预测？把预测往回移之后的误差"))
            .Axes(x: ("rows moved back", "往回移的行数"), y: InUnit("RMSE", Metric.Rmse, quantity)).Size(Wide, 340);
        return result.Scores().Index().Aggregate(figure, (so, score) => so.Line(score.Item.Shift.Errors,
            BacktestWords.Model(score.Item.Model), score.Index == 0 ? Role.Forecast : Role.Auto, markers: true));
    }

    /// <summary>The report: the table, and the figures of forecasts with their errors, of scores and of shifts, one after
    /// another.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="title">Caption of the table.</param>
    /// <param name="quantity">The target with its unit.</param>
    public static void Report(this BacktestResult result, Bilingual? title = null, Bilingual? quantity = null)
    {
        object[] parts = [result.Table(title), result.Errors(quantity: quantity), result.Bars(quantity), result.Shifts(quantity)];
        foreach (object part in parts)
            Live.Show(part);
    }

    private static XyFigure Compared(BacktestResult result, Stretch stretch, string model, Bilingual what)
    {
        XyFigure figure = Figure.New(Title(result, model, what, stretch.Step)).Axes(x: stretch.Axis, y: what).Size(Wide, 340);
        Forecast[] forecasts = stretch.Of(model);
        if (forecasts[0].Quantiles.Length > 0)
        {
            figure = stretch.Band(figure, forecasts.Select(f => f.Quantiles[stretch.At][0]),
                forecasts.Select(f => f.Quantiles[stretch.At][^1]),
                BacktestWords.Interval(forecasts[0]));
        }

        figure = stretch.Line(figure, stretch.Truth, ("truth", "真值"), Role.Truth);
        if (model != result.Reference)
            figure = stretch.Line(figure, stretch.Forecasts(result.Reference), BacktestWords.Model(result.Reference), Role.Baseline);
        return stretch.Line(figure, stretch.Forecasts(model), BacktestWords.Model(model), Role.Forecast);
    }

    private static Bilingual Title(BacktestResult result, string model, Bilingual what, int? step)
    {
        Bilingual name = BacktestWords.Model(model), reference = BacktestWords.Model(result.Reference);
        Bilingual ahead = BacktestWords.Ahead(result, step), bare = Quantity.Name(what);
        return model == result.Reference
            ? ($"{name}: {bare}, {ahead}", $"{name.In(Language.Chinese)}：{bare.In(Language.Chinese)}，{ahead.Chinese}")
            : ($"{name} beside {reference}: {bare}, {ahead}",
            $"{name.In(Language.Chinese)}与{reference.In(Language.Chinese)}：{bare.In(Language.Chinese)}，{ahead.Chinese}");
    }

    // RMSE and MAE have the target's unit.
    private static Bilingual InUnit(Bilingual name, Metric metric, Bilingual? quantity) =>
        quantity is null || metric.Name is not ("RMSE" or "MAE") || Quantity.Unit(quantity.English) is not { Length: > 0 } unit ? name
        : ($"{name}, {unit}", $"{name.In(Language.Chinese)}，{Quantity.Unit(quantity.In(Language.Chinese))}");
}
