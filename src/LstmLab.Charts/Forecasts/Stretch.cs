using LstmLab.Forecasting;

namespace LstmLab.Charts;

/// <summary>The last forecasts of a test, over their dates or, where rows have none, over their numbers.</summary>
internal sealed class Stretch
{
    private readonly BacktestResult result;
    private readonly int from;
    private readonly int[] rows;
    private readonly DateTime[]? dates;

    public Stretch(BacktestResult result, int count, int? step)
    {
        (this.result, Step) = (result, step);
        from = Math.Max(0, result.Origins.Count - count);
        rows = result.Rows(step)[from..];
        At = step is null ? result.Task.Steps.Count - 1 : result.Task.Steps.ToList().IndexOf(step.Value);
        Truth = result.Actual(step)[from..];
        if (result.Task.Series[result.Origins[from].SeriesNumber].Times is { } times)
            dates = [.. rows.Select(row => times[row])];
    }

    /// <summary>Steps ahead that were asked for; null for the last.</summary>
    public int? Step { get; }

    /// <summary>Index of the step among those of a forecast.</summary>
    public int At { get; }

    /// <summary>What came.</summary>
    public double[] Truth { get; }

    /// <summary>The name of the axis.</summary>
    public Bilingual Axis => dates is null ? ("row", "行号") : ("date", "日期");

    /// <summary>A model's forecasts.</summary>
    public Forecast[] Of(string model) => [.. result[model].Forecasts.Skip(from)];

    /// <summary>The point forecasts of a model.</summary>
    public IEnumerable<double> Forecasts(string model) => Of(model).Select(forecast => forecast.Point[At]);

    public XyFigure Line(XyFigure figure, IEnumerable<double> values, Bilingual name, Role role) =>
        dates is null ? figure.Line(rows, values, name, role) : figure.Line(dates, values, name, role);

    public XyFigure Band(XyFigure figure, IEnumerable<double> low, IEnumerable<double> high, Bilingual name) => dates is null
        ? figure.Band(rows.Select(row => (double)row), low, high, name, Role.Forecast)
        : figure.Band(dates, low, high, name, Role.Forecast);
}
