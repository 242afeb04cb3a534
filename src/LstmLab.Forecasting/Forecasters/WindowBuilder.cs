using System.Numerics.Tensors;

namespace LstmLab.Forecasting;

/// <summary>From what is known at origins to the windows and targets of a network, and back: scalers and the base model, fitted to
/// training rows.</summary>
internal sealed class WindowBuilder
{
    private readonly LstmForecaster _spec;
    private readonly ForecastTask _task;
    private readonly IFittedForecaster? _baseModel;
    private readonly FittedScaler[][] _scalers;
    private readonly double[] _deviation, _mean;

    public WindowBuilder(LstmForecaster spec, IReadOnlyList<ForecastContext> training, IFittedForecaster? baseModel)
    {
        (_spec, _task, _baseModel) = (spec, training[0].Task, baseModel);
        Steps = spec.Recursive ? [1] : _task.Steps;
        // Columns known ahead are scaled like the others, but keep their own cycle: it is what they are for.
        _scalers = [.. training.Select(context =>
            Enumerable.Range(0, Given)
            .Select(k =>
            k <= _task.PastCovariates.Count ? spec.Scaler.Fit(Column(context, k), context)
            : new StandardScaler().Fit(Column(context, k), context.Origin)).ToArray())];
        _deviation = [.. training.Select(context => baseModel is null ? 1 : Deviation(context))];
        _mean = [.. training.Select(context => MathNet.Numerics.Statistics.Statistics.Mean(context.Target.ToArray()))];
    }

    /// <summary>The steps the network answers.</summary>
    public IReadOnlyList<int> Steps { get; }

    /// <summary>I: the target, covariates, columns known ahead; with a base model, what it missed lately.</summary>
    public int Width => Given + (_baseModel is null ? 0 : 1);

    /// <summary>Rows that must be known before an origin.</summary>
    public int Lookback => Math.Max(_task.Window, _baseModel?.Lookback ?? 1);

    /// <summary>Windows and targets whose rows lie in the given past, from a row of each series on.</summary>
    public Dataset<float> Samples(IReadOnlyList<ForecastContext> contexts, Func<int, int> first, int stride)
    {
        ForecastContext[] origins = [.. contexts.SelectMany((context, k) => Origins(context, first(k), stride))];
        if (origins.Length == 0)
            throw new ArgumentException($"{_spec.Name}: no window of "
                + $"{Lookback} rows with its targets, {Steps[^1]} ahead, fits into rows "
                + $"{first(0)} … {contexts[0].Origin - 1}; give it more rows or a shorter window.");
        double[][] baseForecasts = BaseForecasts(origins);
        float[] targets = [.. origins.SelectMany((context, n) =>
            Steps.Select((k, s) => (float)Forward(context, k, Actual(contexts, context, k), baseForecasts[n][s])))];
        return new(Inputs(origins), Tensors.Of(targets, origins.Length, Steps.Count));
    }

    /// <summary>Inputs [T, N, I] of a few steps on: rows after the origin hold what was forecast, [N][steps so far], on the network's
    /// scale.</summary>
    public Tensor<float> Inputs(IReadOnlyList<ForecastContext> origins, float[][]? path = null)
    {
        Dictionary<int, (int Start, ForecastContext Longest)> series = [];
        int start = 0, done = path?[0].Length ?? 0;
        foreach (ForecastContext longest in origins.GroupBy(context => context.SeriesNumber)
            .Select(group => group.MaxBy(context => context.Origin)))
        {
            series.Add(longest.SeriesNumber, (start, longest));
            start += longest.Origin + _task.Horizon;
        }

        // Series stand one after another in each column; a window lies within one of them.
        double[][] columns = [.. Enumerable.Range(0, Width)
            .Select(k => series.SelectMany(one => k < Given ? Scaled(one.Value.Longest, k) : Missed(one.Value.Longest)).ToArray())];
        int[] lead = [.. Enumerable.Range(0, Width).Select(k => k > _task.PastCovariates.Count && k < Given ? Steps[^1] : 0)];
        Tensor<float> x = Windows.Inputs<float>(columns, _task.Window,
            [.. origins.Select(context => series[context.SeriesNumber].Start + context.Origin + done)], lead);
        for (int b = 0; b < origins.Count; b++)
            for (int t = Math.Max(0, _task.Window - done); t < _task.Window; t++) x[t, b, 0] = path![b][done - _task.Window + t];
        return x;
    }

    /// <summary>What the base model forecasts from each origin, [N][Steps]; zeros without one.</summary>
    public double[][] BaseForecasts(IReadOnlyList<ForecastContext> origins) =>
        _baseModel is null ? [.. origins.Select(_ => new double[_task.Steps.Count])]
        : [.. _baseModel.Forecast(origins).Select(forecast => forecast.Point)];

    /// <summary>An answer of the network in the target's unit.</summary>
    public double Inverse(ForecastContext context, int step, double scaled, double baseForecast)
    {
        double value = _spec.Variance ? Guess(context, baseForecast) * DeterministicMath.Exp(scaled)
            : _baseModel is null ? _scalers[context.SeriesNumber][0].Inverse(scaled, context.Origin + step - 1)
            : baseForecast + (_deviation[context.SeriesNumber] * scaled);
        return _spec.Bounds is var (low, high) ? Math.Clamp(value, low, high) : value;
    }

    private double Forward(ForecastContext context, int step, double actual, double baseForecast) =>
        _spec.Variance ? actual / Guess(context, baseForecast)
        : _baseModel is null ? _scalers[context.SeriesNumber][0].Forward(actual, context.Origin + step - 1)
        : (actual - baseForecast) / _deviation[context.SeriesNumber];

    private double Guess(ForecastContext context, double baseForecast) => _baseModel is null ? _mean[context.SeriesNumber] : baseForecast;

    // The root mean square of what the base model misses in training.
    private double Deviation(ForecastContext training)
    {
        ForecastContext[] origins = Origins(training, 0, 1);
        double[] misses = [.. origins.Zip(BaseForecasts(origins), (context, baseForecasts) =>
            Steps.Select((k, s) => training.Target[context.Origin + k - 1] - baseForecasts[s])).SelectMany(miss => miss)];
        double squares = misses.Sum(miss => miss * miss);
        return squares == 0 ? 1 : Math.Sqrt(squares / misses.Length);
    }

    private ForecastContext[] Origins(ForecastContext context, int first, int stride)
    {
        int from = Math.Max(Lookback, first - Steps[0] + 1), end = context.Origin - Steps[^1] + 1;
        return [.. Enumerable.Range(0, Math.Max(0, (end - from + stride - 1) / stride)).Select(n => context.At(from + (n * stride)))];
    }

    private static double Actual(IReadOnlyList<ForecastContext> contexts, ForecastContext origin, int step) =>
        contexts.First(context => context.SeriesNumber == origin.SeriesNumber).Target[origin.Origin + step - 1];

    private IEnumerable<double> Scaled(ForecastContext context, int column)
    {
        FittedScaler scaler = _scalers[context.SeriesNumber][column];
        double[] values = Column(context, column).ToArray();
        return values.Select(scaler.Forward).Concat(Enumerable.Repeat(double.NaN, context.Origin + _task.Horizon - values.Length));
    }

    // What the base model missed at its last step, row by row; 0 before its first forecast.
    private double[] Missed(ForecastContext context)
    {
        int step = _task.Steps[^1], first = _baseModel!.Lookback;
        ForecastContext[] origins = [.. Enumerable.Range(first, Math.Max(0, context.Origin - step + 1 - first)).Select(context.At)];
        double[] missed = new double[context.Origin + _task.Horizon];
        foreach (var (origin, baseForecasts) in origins.Zip(BaseForecasts(origins)))
            missed[origin.Origin
                + step - 1] = (context.Target[origin.Origin + step - 1] - baseForecasts[^1]) / _deviation[context.SeriesNumber];
        return missed;
    }

    // Columns of the task, without what the base model missed.
    private int Given => 1 + _task.PastCovariates.Count + _task.KnownFuture.Count;

    private ReadOnlySpan<double> Column(ForecastContext context, int k) =>
        k == 0 ? context.Target : k <= _task.PastCovariates.Count ? context.PastCovariate(k - 1)
        : context.KnownFuture(k - 1 - _task.PastCovariates.Count);
}
