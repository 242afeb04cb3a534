using System.Numerics.Tensors;

namespace LstmLab.Forecasting;

/// <summary>From what is known at origins to the windows and targets of a network, and back: scalers and the model below, fitted to training rows.</summary>
internal sealed class SampleMaker
{
    private readonly LstmForecaster _spec;
    private readonly ForecastTask _task;
    private readonly IFittedForecaster? _below;
    private readonly FittedScaler[][] _scalers;
    private readonly double[] _deviation, _mean;

    public SampleMaker(LstmForecaster spec, IReadOnlyList<Past> training, IFittedForecaster? below)
    {
        (_spec, _task, _below) = (spec, training[0].Task, below);
        Steps = spec.Recursive ? [1] : _task.Steps;
        // Columns known ahead are scaled like the others, but keep their own cycle: it is what they are for.
        _scalers = [.. training.Select(past => Enumerable.Range(0, Given).Select(k => k <= _task.Covariates.Count ? spec.Scaler.Fit(Column(past, k), past) : new StandardScaler().Fit(Column(past, k), past.Origin)).ToArray())];
        _deviation = [.. training.Select(past => below is null ? 1 : Deviation(past))];
        _mean = [.. training.Select(past => MathNet.Numerics.Statistics.Statistics.Mean(past.Target.ToArray()))];
    }

    /// <summary>The steps the network answers.</summary>
    public IReadOnlyList<int> Steps { get; }

    /// <summary>I: the target, covariates, columns known ahead; with a model below, what it missed lately.</summary>
    public int Width => Given + (_below is null ? 0 : 1);

    /// <summary>Rows that must be known before an origin.</summary>
    public int Lookback => Math.Max(_task.Window, _below?.Lookback ?? 1);

    /// <summary>Windows and targets whose rows lie in the given past, from a row of each series on.</summary>
    public Dataset<float> Samples(IReadOnlyList<Past> pasts, Func<int, int> first, int stride)
    {
        Past[] origins = [.. pasts.SelectMany((past, k) => Origins(past, first(k), stride))];
        if (origins.Length == 0)
            throw new ArgumentException($"{_spec.Name}: no window of {Lookback} rows with its targets, {Steps[^1]} ahead, fits into rows {first(0)} … {pasts[0].Origin - 1}; give it more rows or a shorter window.");
        double[][] below = Below(origins);
        float[] targets = [.. origins.SelectMany((past, n) => Steps.Select((k, s) => (float)Forward(past, k, Actual(pasts, past, k), below[n][s])))];
        return new(Inputs(origins), Tensors.Of(targets, origins.Length, Steps.Count));
    }

    /// <summary>Inputs [T, N, I] of a few steps on: rows after the origin hold what was forecast, [N][steps so far], on the network's scale.</summary>
    public Tensor<float> Inputs(IReadOnlyList<Past> origins, float[][]? path = null)
    {
        Dictionary<int, (int Start, Past Longest)> series = [];
        int start = 0, done = path?[0].Length ?? 0;
        foreach (Past longest in origins.GroupBy(past => past.SeriesNumber).Select(group => group.MaxBy(past => past.Origin)))
        {
            series.Add(longest.SeriesNumber, (start, longest));
            start += longest.Origin + _task.Horizon;
        }

        // Series stand one after another in each column; a window lies within one of them.
        double[][] columns = [.. Enumerable.Range(0, Width).Select(k => series.SelectMany(one => k < Given ? Scaled(one.Value.Longest, k) : Missed(one.Value.Longest)).ToArray())];
        int[] lead = [.. Enumerable.Range(0, Width).Select(k => k > _task.Covariates.Count && k < Given ? Steps[^1] : 0)];
        Tensor<float> x = Windows.Inputs<float>(columns, _task.Window, [.. origins.Select(past => series[past.SeriesNumber].Start + past.Origin + done)], lead);
        for (int b = 0; b < origins.Count; b++)
            for (int t = Math.Max(0, _task.Window - done); t < _task.Window; t++) x[t, b, 0] = path![b][done - _task.Window + t];
        return x;
    }

    /// <summary>What the model below forecasts from each origin, [N][Steps]; zeros without one.</summary>
    public double[][] Below(IReadOnlyList<Past> origins) =>
        _below is null ? [.. origins.Select(_ => new double[_task.Steps.Count])] : [.. _below.Forecast(origins).Select(forecast => forecast.Point)];

    /// <summary>An answer of the network in the target's unit.</summary>
    public double Inverse(Past past, int step, double scaled, double below)
    {
        double value = _spec.Variance ? Guess(past, below) * DeterministicMath.Exp(scaled)
            : _below is null ? _scalers[past.SeriesNumber][0].Inverse(scaled, past.Origin + step - 1)
            : below + (_deviation[past.SeriesNumber] * scaled);
        return _spec.Bounds is var (low, high) ? Math.Clamp(value, low, high) : value;
    }

    private double Forward(Past past, int step, double actual, double below) =>
        _spec.Variance ? actual / Guess(past, below)
        : _below is null ? _scalers[past.SeriesNumber][0].Forward(actual, past.Origin + step - 1)
        : (actual - below) / _deviation[past.SeriesNumber];

    private double Guess(Past past, double below) => _below is null ? _mean[past.SeriesNumber] : below;

    // The root mean square of what the model below misses in training.
    private double Deviation(Past training)
    {
        Past[] origins = Origins(training, 0, 1);
        double[] misses = [.. origins.Zip(Below(origins), (past, below) => Steps.Select((k, s) => training.Target[past.Origin + k - 1] - below[s])).SelectMany(miss => miss)];
        double squares = misses.Sum(miss => miss * miss);
        return squares == 0 ? 1 : Math.Sqrt(squares / misses.Length);
    }

    private Past[] Origins(Past past, int first, int stride)
    {
        int from = Math.Max(Lookback, first - Steps[0] + 1), end = past.Origin - Steps[^1] + 1;
        return [.. Enumerable.Range(0, Math.Max(0, (end - from + stride - 1) / stride)).Select(n => past.At(from + (n * stride)))];
    }

    private static double Actual(IReadOnlyList<Past> pasts, Past origin, int step) => pasts.First(past => past.SeriesNumber == origin.SeriesNumber).Target[origin.Origin + step - 1];

    private IEnumerable<double> Scaled(Past past, int column)
    {
        FittedScaler scaler = _scalers[past.SeriesNumber][column];
        double[] values = Column(past, column).ToArray();
        return values.Select(scaler.Forward).Concat(Enumerable.Repeat(double.NaN, past.Origin + _task.Horizon - values.Length));
    }

    // What the model below missed at its last step, row by row; 0 before its first forecast.
    private double[] Missed(Past past)
    {
        int step = _task.Steps[^1], first = _below!.Lookback;
        Past[] origins = [.. Enumerable.Range(first, Math.Max(0, past.Origin - step + 1 - first)).Select(past.At)];
        double[] missed = new double[past.Origin + _task.Horizon];
        foreach (var (origin, below) in origins.Zip(Below(origins)))
            missed[origin.Origin + step - 1] = (past.Target[origin.Origin + step - 1] - below[^1]) / _deviation[past.SeriesNumber];
        return missed;
    }

    // Columns of the task, without what the model below missed.
    private int Given => 1 + _task.Covariates.Count + _task.Ahead.Count;

    private ReadOnlySpan<double> Column(Past past, int k) =>
        k == 0 ? past.Target : k <= _task.Covariates.Count ? past.Covariate(k - 1) : past.Ahead(k - 1 - _task.Covariates.Count);
}
