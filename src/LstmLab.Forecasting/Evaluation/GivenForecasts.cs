using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>Forecasts made elsewhere, as arrays: they are judged like any model, once it is known which rows they are for.</summary>
/// <example><code>
/// var given = GivenForecasts.Align("Keras", truth, forecasts);      // finds the rows, or says why it cannot
/// given.Evaluate(truth, new Persistence(), new SeasonalNaive(24))
/// </code></example>
public sealed class GivenForecasts : IForecaster
{
    private readonly double[,] _forecasts;

    /// <summary>Says which rows the forecasts are for. Nothing is checked:
    /// <see cref="Align(string, double[], double[,], int?, int?, int)"/> compares with the truth.</summary>
    /// <param name="name">What tables call them.</param>
    /// <param name="forecasts">[origins, steps]: row n is made from one origin, column k is for the step ahead + k. NaN where there is
    /// none.</param>
    /// <param name="first">The row of the series that forecasts[0, 0] is for.</param>
    /// <param name="stride">Rows from one origin to the next, at least 1.</param>
    /// <param name="ahead">How many steps ahead the first column is, at least 1.</param>
    public GivenForecasts(string name, double[,] forecasts, int first, int stride = 1, int ahead = 1)
    {
        ArgumentNullException.ThrowIfNull(forecasts);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ahead, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(first, ahead);
        if (forecasts.Length == 0)
            throw new ArgumentException("There must be forecasts, [origins, steps], but there are none.", nameof(forecasts));
        (Name, _forecasts, First, Stride, Ahead) = (name, forecasts, first, stride, ahead);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The row of the series that the first forecast is for.</summary>
    public int First { get; }

    /// <summary>Rows from one origin to the next.</summary>
    public int Stride { get; }

    /// <summary>How many steps ahead the first column is.</summary>
    public int Ahead { get; }

    /// <summary>Finds the rows that forecasts are for, or checks those that are stated.</summary>
    /// <param name="name">What tables call them.</param>
    /// <param name="truth">The series, from well before the first forecast to the last, [T].</param>
    /// <param name="forecasts">[origins, steps].</param>
    /// <param name="first">The row of the truth that forecasts[0, 0] is for; null to find it.</param>
    /// <param name="stride">Rows from one origin to the next; null to find it.</param>
    /// <param name="ahead">How many steps ahead the first column is.</param>
    /// <exception cref="ArgumentException">The forecasts do not fit into the truth; or several places fit alike; or they fit best a row
    /// that they seem to know, as late forecasts do, so that it cannot be told whether they are late or good; or the rows stated cannot be
    /// right, as other rows fit significantly better than a late forecast would explain.</exception>
    /// <remarks>A row too late cannot be told from a forecast that leans on the last value, so rows that are stated are refused only where
    /// the forecasts fit later rows better, or rows farther back than any step looks ahead. A verdict still says what is late.</remarks>
    public static GivenForecasts Align(
        string name, double[] truth, double[,] forecasts, int? first = null, int? stride = null, int ahead = 1)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(forecasts);
        ArgumentOutOfRangeException.ThrowIfLessThan(ahead, 1);
        (int row, int every) = new Alignment(truth, forecasts, ahead).Find(first, stride);
        return new(name, forecasts, row, every, ahead);
    }

    /// <summary>The same of a single column: one forecast from each origin.</summary>
    /// <inheritdoc cref="Align(string, double[], double[,], int?, int?, int)"/>
    public static GivenForecasts Align(
        string name, double[] truth, double[] forecasts, int? first = null, int? stride = null, int ahead = 1)
    {
        ArgumentNullException.ThrowIfNull(forecasts);
        double[,] column = new double[forecasts.Length, 1];
        for (int n = 0; n < forecasts.Length; n++) column[n, 0] = forecasts[n];
        return Align(name, truth, column, first, stride, ahead);
    }

    /// <summary>Judges the forecasts beside baselines that are fitted to the rows before them.</summary>
    /// <param name="truth">The series, [T]; of the rows before the first origin seven eighths train and one eighth validates.</param>
    /// <param name="baselines">What they are compared with; persistence, drift and the mean of training by default.</param>
    /// <exception cref="ArgumentException">Too few rows stand before the first forecast for a baseline to be fitted.</exception>
    public BacktestResult Evaluate(double[] truth, params IForecaster[] baselines)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(baselines);
        int steps = _forecasts.GetLength(1), horizon = Ahead + steps - 1, least = 2 * (horizon + 1);
        if (First < least)
            throw new ArgumentException($"{Name}: baselines need at least {least} rows before the first forecast, but it is for row {First}"
                + "; give more of the truth that came before.", nameof(truth));
        // Half a row more, so that the share is not rounded to the row before.
        Split split = new(((7 * First / 8) + 0.5) / truth.Length, (First + 0.5) / truth.Length);
        DataFrame frame = new(new DoubleDataFrameColumn("truth", truth));
        ForecastTask task = new(frame, "truth", horizon: horizon, split: split, steps: [.. Enumerable.Range(Ahead, steps)]);
        return Backtest.Run(task, [this, .. baselines.Length > 0 ? baselines : [new Persistence(), new Drift(), new Constant()]]);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The task has several series, or steps that were not forecast.</exception>
    public IFittedForecaster Fit(IReadOnlyList<ForecastContext> training, IReadOnlyList<ForecastContext> validation)
    {
        ArgumentNullException.ThrowIfNull(training);
        ForecastTask task = training[0].Task;
        int last = Ahead + _forecasts.GetLength(1) - 1;
        if (training.Count > 1) throw new ArgumentException($"{Name} forecasts one series, but the task has {training.Count}.");
        if (task.Steps[0] < Ahead || task.Steps[^1] > last)
            throw new ArgumentException($"{Name} forecasts steps {Ahead} … {last}, but the task asks for {string.Join(", ", task.Steps)}.");
        return new Fitted(this);
    }

    private double[] From(ForecastContext context)
    {
        int rows = context.Origin + Ahead - 1 - First, n = rows / Stride;
        bool given = rows >= 0 && rows % Stride == 0 && n < _forecasts.GetLength(0);
        return [.. context.Task.Steps.Select(step => given ? _forecasts[n, step - Ahead] : double.NaN)];
    }

    private sealed class Fitted(GivenForecasts given) : IFittedForecaster
    {
        public int Lookback => 1;

        public IReadOnlyList<Forecast> Forecast(IReadOnlyList<ForecastContext> origins) =>
            [.. origins.Select(context => new Forecast(given.From(context)))];
    }
}
