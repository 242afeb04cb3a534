namespace LstmLab.Forecasting;

/// <summary>Which rows of a series an array of forecasts is for.</summary>
/// <param name="truth">The series, [T].</param>
/// <param name="forecasts">[N origins, H steps]; forecasts[n, k] is for the row first + n · stride + k.</param>
/// <param name="ahead">How many steps ahead the first column is.</param>
internal sealed class Alignment(double[] truth, double[,] forecasts, int ahead)
{
    // Lags of the linear model whose errors are what the past leaves open; and how far around a stated row others are tried.
    private const int Lags = 9, Around = 10;

    private readonly int _origins = forecasts.GetLength(0), _steps = forecasts.GetLength(1);

    /// <summary>The first row and the stride, found or checked.</summary>
    /// <exception cref="ArgumentException">As <see cref="GivenForecasts"/> says.</exception>
    public (int First, int Stride) Find(int? first, int? stride)
    {
        int[] strides = stride is { } given ? [given] : [.. Enumerable.Range(1, _origins < 2 ? 1
            : Math.Max(1, (truth.Length - _steps - ahead) / (_origins - 1)))];
        (int First, int Stride)[] places = [.. strides.SelectMany(every =>
            (first is { } row ? [row] : Enumerable.Range(ahead, Math.Max(0, Last(every) - ahead + 1))).Select(row => (row, every)))
            .Where(place => place.row >= ahead && place.row <= Last(place.every))];
        if (places.Length == 0)
            throw new ArgumentException($"{_origins} origins of {_steps} steps do not fit into a truth of {truth.Length} rows"
                + $"{(first is null ? "" : $" from row {first} on")}{(stride is null ? "" : $", {stride} rows apart")}.");
        if (places.Length == 1 && first is null && stride is null) return places[0];
        if (first is not null && stride is not null) return Checked(places[0]);
        if (_origins < 8 || forecasts.Cast<double>().Where(double.IsFinite).Distinct().Count() < 2)
            throw new ArgumentException("The rows of fewer than 8 origins, or of a constant, cannot be found, as they fit in many places: "
                + "state first and stride.");
        (int First, int Stride) best = Unique(places);
        return first is null ? NotLate(best) : Checked(best);
    }

    private int Last(int stride) => truth.Length - _steps - ((_origins - 1) * stride);

    // The place of the smallest error, if it is significantly below that of each of the next. Places that fit worse by far need no test; so
    // only those tested count against the level.
    private (int First, int Stride) Unique((int First, int Stride)[] places)
    {
        ((int First, int Stride) Place, double Error)[] sorted = [.. places.Select(place => (place, Rough(place))).OrderBy(p => p.Item2)];
        (int First, int Stride) best = sorted[0].Place;
        foreach (var (other, _) in sorted.Skip(1).Take(Around))
            if (!(Around * Better(best, other) < DieboldMariano.Significance))
                throw new ArgumentException($"The forecasts fit {Words(best)} (RMSE {Rmse(best):G4}) and {Words(other)} (RMSE "
                    + $"{Rmse(other):G4}) alike, so their rows cannot be found: state first and stride.");
        return best;
    }

    // A late forecast fits best a row that its origin already knew. It shows as changes of the forecast that go with what the past of that
    // row left open; and then it cannot be told whether the forecast is that good or that late.
    private (int First, int Stride) NotLate((int First, int Stride) best)
    {
        double[] open = Open();
        int[] tried = [.. Enumerable.Range(0, Around + 1).Where(later => best.First + later <= Last(best.Stride))];
        foreach (int later in tried.Reverse())
        {
            double[] products = [.. Enumerable.Range(1, _origins - 1).Select(n => -(forecasts[n, 0] - forecasts[n - 1, 0])
                * open[best.First + later + (n * best.Stride)]).Where(double.IsFinite)];
            if (tried.Length * Negative(products, 1) < DieboldMariano.Significance)
                throw new ArgumentException($"The forecasts fit {Words(best)} best (RMSE {Rmse(best):G4}), but they know something of row "
                    + $"{best.First + later} that its past does not tell, as late forecasts do: if they are good, first is {best.First}; "
                    + $"if they are late, it is {best.First + later + ahead} or more. State first and stride.");
        }

        return best;
    }

    // Rows that are stated are wrong if later rows fit better, or rows farther back than a forecast that leans on the last value explains.
    private (int First, int Stride) Checked((int First, int Stride) stated)
    {
        int farthest = ahead + _steps - 1;
        (int First, int Stride)[] others = [.. Enumerable.Range(-(farthest + Around), (2 * (farthest + Around)) + 1)
            .Where(shift => shift != 0 && stated.First + shift >= 0 && stated.First + shift <= Last(stated.Stride))
            .Select(shift => (stated.First + shift, stated.Stride))];
        if (others.Length == 0 || _origins < 8) return stated;
        (int First, int Stride) best = others.MinBy(Rmse);
        int moved = best.First - stated.First;
        bool beside = others.Where(other => Math.Abs(other.First - stated.First) == 1).All(other => Rmse(other) > Rmse(stated));
        // A forecast of a cycle fits one cycle back, too, but then not the rows just beside; and one that does not move with the series, as
        // a constant, fits wherever the level is near.
        if (moved <= 0 && (moved >= -farthest || beside)) return stated;
        return !(others.Length * Better(best, stated) < DieboldMariano.Significance && Follows(best)) ? stated
            : throw new ArgumentException($"The forecasts are said to be for {Words(stated)} (RMSE {Rmse(stated):G4}), but fit rows "
            + $"{Math.Abs(moved)} {(moved > 0 ? "later" : "earlier")} significantly better (RMSE {Rmse(best):G4}): first is probably "
            + $"{best.First}.");
    }

    private double Better((int First, int Stride) place, (int First, int Stride) other)
    {
        double[] differences = [.. Losses(place).Zip(Losses(other), (a, b) => a - b).Where(double.IsFinite)];
        int overlap = (ahead + _steps - 1) / Math.Min(place.Stride, other.Stride);
        return Negative(differences, Math.Max(overlap, (int)Math.Cbrt(differences.Length)));
    }

    private bool Follows((int First, int Stride) place)
    {
        double[] products = [.. Enumerable.Range(1, _origins - 1).Select(n =>
        {
            int row = place.First + (n * place.Stride);
            return -(forecasts[n, 0] - forecasts[n - 1, 0]) * (truth[row] - truth[row - place.Stride]);
        }).Where(double.IsFinite)];
        return Negative(products, (int)Math.Cbrt(_origins)) < DieboldMariano.Significance;
    }

    // One-sided probability of a mean so far below 0: the larger with and without autocovariances, as they may cancel by accident.
    private static double Negative(double[] values, int horizon) => values.Length <= 1 ? 1
        : new[] { 1, Math.Clamp(horizon, 1, values.Length - 1) }.Max(h => DieboldMariano.Of(values, h) is var test && test.Difference < 0
        ? test.P / 2 : 1 - (test.P / 2));

    // The mean square of each origin.
    private IEnumerable<double> Losses((int First, int Stride) place) => Enumerable.Range(0, _origins).Select(n =>
        Metric.Mean(Enumerable.Range(0, _steps).Select(k => Square(place, n, k))));

    private double Rmse((int First, int Stride) place) => Math.Sqrt(Metric.Mean(Losses(place)));

    // The mean square of a few origins and steps, which is enough to sort thousands of places.
    private double Rough((int First, int Stride) place)
    {
        (double sum, int count) = (0, 0);
        int some = Math.Max(1, _origins / 256), few = Math.Max(1, _steps / 4);
        for (int n = 0; n < _origins; n += some)
        {
            for (int k = 0; k < _steps; k += few)
            {
                double square = Square(place, n, k);
                if (double.IsNaN(square)) continue;
                sum += square;
                count++;
            }
        }

        return count == 0 ? double.NaN : sum / count;
    }

    private double Square((int First, int Stride) place, int n, int k)
    {
        double miss = truth[place.First + (n * place.Stride) + k] - forecasts[n, k];
        return miss * miss;
    }

    // What the last rows leave open of each row, by least squares; 0 for the first rows.
    private double[] Open()
    {
        int[] rows = [.. Enumerable.Range(Lags, Math.Max(0, truth.Length - Lags))];
        double[][] x = [.. rows.Select(row => (double[])[1, .. Enumerable.Range(1, Lags).Select(lag => truth[row - lag])])];
        double[] weights = LeastSquares.Solve(x, [.. rows.Select(row => truth[row])], "The truth");
        return [.. Enumerable.Repeat(0.0, Lags), .. rows.Zip(x, (row, lags) => truth[row] - lags.Zip(weights, (a, b) => a * b).Sum())];
    }

    private string Words((int First, int Stride) place) => _origins == 1 ? $"rows from {place.First} on"
        : $"rows from {place.First} on, {place.Stride} apart";
}
