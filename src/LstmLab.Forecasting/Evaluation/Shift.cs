namespace LstmLab.Forecasting;

/// <summary>Is a forecast late, and is it persistence? A forecast that copies the last value fits the series best when moved back by as
/// many steps as it looks ahead. That a smaller error after a move is no accident is tested, and so is that the forecast moves with the
/// series: a constant has nearly the same error at every shift.</summary>
/// <param name="Step">Steps ahead.</param>
/// <param name="Errors">RMSE of the forecast of row t against row t − s, for s = 0 … Step + 1.</param>
/// <param name="P">Probability of an error so far below that at 0 at the best shift if no shift were better: Diebold–Mariano on the
/// squared errors, one-sided, times the Step + 1 shifts tried (C. Bonferroni, 1936); 1 where the best is 0.</param>
/// <param name="Following">Probability that the changes of the forecast go with those of the row it fits best by chance: the mean of
/// their products, one-sided; 1 for a constant.</param>
/// <param name="Constant">Whether each series has one forecast throughout: the range of the forecasts is below a millionth of that of the
/// series.</param>
public sealed record Shift(int Step, IReadOnlyList<double> Errors, double P, double Following, bool Constant)
{
    /// <summary>The lag s at which the forecast fits best, significantly or not; 0 for an honest forecast of a series without persistence,
    /// Step for a copy.</summary>
    public int Best => Errors.Index().MinBy(error => error.Item).Index;

    /// <summary>By how many rows the forecast is late: the best lag, if its error is significantly below that at 0 and the forecast moves
    /// with the series of that lag, both at 5 %; else 0.</summary>
    public int Late => P < DieboldMariano.Significance && Following < DieboldMariano.Significance ? Best : 0;

    /// <summary>Error at the best lag over the error of the forecast as it is, in [0, 1]: 0 for an exact copy.</summary>
    public double Ratio => Errors[0] == 0 ? 1 : Errors[Best] / Errors[0];

    /// <summary>Moves a forecast along its series.</summary>
    /// <param name="series">The whole series.</param>
    /// <param name="rows">The row of each forecast, in the order of time, each above the step.</param>
    /// <param name="forecasts">The forecast of each row.</param>
    /// <param name="step">Steps ahead.</param>
    public static Shift Of(IReadOnlyList<double> series, IReadOnlyList<int> rows, IReadOnlyList<double> forecasts, int step)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(forecasts);
        return Of([.. rows.Zip(forecasts, (row, forecast) => new Place(series, 0, row, row, forecast))], step);
    }

    /// <summary>The same of several series, whose rows at one time count as one.</summary>
    internal static Shift Of(IReadOnlyList<Place> places, int step)
    {
        Place[] known = [.. places.Where(place => !double.IsNaN(place.Forecast))];
        double[] errors = [.. Enumerable.Range(0, step + 2).Select(s =>
            Metric.Rmse.Of(known.Select(place => new Outcome(place.At(s), place.Forecast, 0))))];
        bool constant = known.Length > 0 && known.GroupBy(place => place.Number).All(series =>
            Range(series.Select(place => place.Forecast)) <= 1e-6 * Range(series.Select(place => place.At(0))));
        int best = errors.Index().MinBy(error => error.Item).Index;
        if (best == 0 || constant) return new(step, errors, 1, 1, constant);
        // An exact copy is no matter of chance.
        double p = errors[best] == 0 ? 0 : Math.Min(1, (step + 1) * Below(
            known, [.. known.Select(place => Square(place, best) - Square(place, 0))], step + best));
        return new(step, errors, p, Follows(known, best, step), constant);
    }

    // One-sided: the mean of the values is below 0. Differences of a series with itself some rows earlier nearly cancel, and an estimate of
    // a variance near 0 would make accidents look significant; so the larger P of the tests with and without autocovariances counts.
    private static double Below(Place[] places, double[] values, int horizon)
    {
        long[] times = [.. places.Select(place => place.Time)];
        int count = times.Distinct().Count();
        if (count <= horizon) return 1;
        double[] zeros = new double[values.Length];
        return new[] { 1, horizon }.Max(h => DieboldMariano.Test(values, zeros, times, h) is var test && test.Difference < 0
            ? test.P / 2 : 1 - (test.P / 2));
    }

    private static double Follows(Place[] places, int lag, int step)
    {
        (Place Before, Place Now)[] pairs = [.. places.Zip(places.Skip(1)).Where(pair => pair.First.Number == pair.Second.Number)];
        if (pairs.Length == 0) return 1;
        double[] moves = Centered(pairs.Select(pair => pair.Now.Forecast - pair.Before.Forecast));
        double[] changes = Centered(pairs.Select(pair => pair.Now.At(lag) - pair.Before.At(lag)));
        return Below([.. pairs.Select(pair => pair.Now)], [.. moves.Zip(changes, (move, change) => -move * change)], step + lag);
    }

    private static double Square(Place place, int lag) => (place.At(lag) - place.Forecast) * (place.At(lag) - place.Forecast);

    private static double[] Centered(IEnumerable<double> values)
    {
        double[] all = [.. values];
        double mean = all.Average();
        return Array.ConvertAll(all, value => value - mean);
    }

    private static double Range(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return all.Max() - all.Min();
    }

    /// <summary>A forecast and where it belongs.</summary>
    internal readonly record struct Place(IReadOnlyList<double> Series, int Number, int Row, long Time, double Forecast)
    {
        /// <summary>The series some rows before.</summary>
        public double At(int lag) => Series[Math.Max(0, Row - lag)];
    }
}
