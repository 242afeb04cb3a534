namespace LstmLab.Forecasting;

/// <summary>Is it persistence? A forecast that copies the last value fits the series best when moved back by as many steps as it looks
/// ahead.</summary>
/// <param name="Step">Steps ahead.</param>
/// <param name="Errors">RMSE of the forecast of row t against row t − s, for s = 0 … Step + 1.</param>
public sealed record Shift(int Step, IReadOnlyList<double> Errors)
{
    /// <summary>The lag s at which the forecast fits best; 0 for an honest forecast, Step for a copy.</summary>
    public int Best => Errors.Index().MinBy(error => error.Item).Index;

    /// <summary>Error at the best lag over the error of the forecast as it is, in [0, 1]: 0 for an exact copy.</summary>
    public double Ratio => Errors[0] == 0 ? 1 : Errors[Best] / Errors[0];

    /// <summary>Moves a forecast along its series.</summary>
    /// <param name="series">The whole series.</param>
    /// <param name="rows">The row of each forecast, each above the step.</param>
    /// <param name="forecasts">The forecast of each row.</param>
    /// <param name="step">Steps ahead.</param>
    public static Shift Of(IReadOnlyList<double> series, IReadOnlyList<int> rows, IReadOnlyList<double> forecasts, int step)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(rows);
        return new(step, [.. Enumerable.Range(0, step + 2).Select(s =>
            Metric.Rmse.Of(rows.Zip(forecasts, (row, forecast) => new Outcome(series[Math.Max(0, row - s)], forecast, 0))))]);
    }
}
