namespace LstmLab.Forecasting;

/// <summary>What a linear model looks at: lags of the target, of covariates, columns known ahead, and the calendar.</summary>
public abstract class LagModel : Baseline
{
    private readonly int[]? _lags;
    private readonly int _count;

    private protected LagModel(string kind, int count) : base($"{kind}, lags 1–{count}")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _count = count;
    }

    private protected LagModel(string kind, int[] lags) : base($"{kind}, {lags.Length} lags to {lags.DefaultIfEmpty().Max()}")
    {
        if (lags.Length == 0 || lags.Min() < 1)
            throw new ArgumentException("lags must hold at least one lag, each at least 1.", nameof(lags));
        _lags = lags;
    }

    /// <summary>How many of the latest rows of each covariate are used; 0 for none.</summary>
    public int CovariateLags { get; init; }

    /// <summary>Whether the columns known ahead are regressors, at the row to be forecast.</summary>
    public bool UseKnownFuture { get; init; }

    /// <summary>A cycle taken out of target and covariates first, so that the model sees anomalies; null to leave them as they
    /// are.</summary>
    public Harmonics? Anomalies { get; init; }

    /// <summary>A cycle among the regressors: the waves of the row to be forecast; null for none.</summary>
    public Harmonics? Season { get; init; }

    /// <summary>The kind of a row, e.g. its half-hour of the day, each with an intercept of its own; null for one intercept.</summary>
    public Func<int, int>? Category { get; init; }

    private protected override int Lookback(ForecastTask task) => Lookback(task.Steps[0]);

    private int Lookback(int step) => Math.Max(_lags is null ? _count : _lags.Max() - step + 1, Math.Max(1, CovariateLags));

    /// <summary>The regressors of one series.</summary>
    private protected sealed class Regressors
    {
        private readonly LagModel _model;
        private readonly FittedScaler? _target;
        private readonly FittedScaler?[] _covariates;
        private readonly int[] _categories;

        public Regressors(LagModel model, ForecastContext training)
        {
            _model = model;
            ForecastTask task = training.Task;
            _target = model.Anomalies?.Fit(training.Target, training);
            _covariates = [.. Enumerable.Range(0, task.PastCovariates.Count)
                .Select(k => model.Anomalies?.Fit(training.PastCovariate(k), training))];
            _categories = model.Category is null ? [] : [.. Enumerable.Range(0, training.Origin).Select(model.Category).Distinct().Order()];
        }

        /// <summary>Origins within the training rows whose regressors and forecast of one step are known.</summary>
        public IEnumerable<int> Origins(ForecastContext training, int step)
        {
            int first = _model.Lookback(step);
            return Enumerable.Range(first, Math.Max(0, training.Origin - step + 1 - first));
        }

        /// <summary>The regressors of one step from an origin; the first is 1 without categories.</summary>
        public double[] Of(ForecastContext context, int step)
        {
            List<double> x = [.. Intercepts(context.Origin + step - 1)];
            foreach (int row in Rows(context.Origin, step)) x.Add(Scaled(_target, context.Target[row], row));
            for (int k = 0; k < _covariates.Length; k++)
                for (int row = context.Origin - _model.CovariateLags; row < context.Origin; row++)
                    x.Add(Scaled(_covariates[k], context.PastCovariate(k)[row], row));
            for (int k = 0; _model.UseKnownFuture && k < context.Task.KnownFuture.Count; k++)
                x.Add(context.KnownFuture(k)[context.Origin + step - 1]);
            if (_model.Season is not null) x.AddRange(_model.Season.Features(context.Origin + step - 1, context.Calendar).Skip(1));
            return [.. x];
        }

        /// <summary>A row of the target on the model's scale.</summary>
        public double Forward(double value, int row) => Scaled(_target, value, row);

        /// <summary>Back in the target's unit.</summary>
        public double Inverse(double value, int row) => _target?.Inverse(value, row) ?? value;

        private static double Scaled(FittedScaler? scaler, double value, int row) => scaler?.Forward(value, row) ?? value;

        private IEnumerable<double> Intercepts(int row) =>
            _model.Category is null ? [1] : _categories.Select(category => _model.Category(row) == category ? 1.0 : 0);

        private IEnumerable<int> Rows(int origin, int step)
        {
            if (_model._lags is null) return Enumerable.Range(origin - _model._count, _model._count);
            int early = Array.FindIndex(_model._lags, lag => lag < step);
            if (early >= 0)
                throw new ArgumentException($"{_model.Name}: lag "
                    + $"{_model._lags[early]} of a forecast {step} steps ahead is not known at its origin; lags count back from the row "
                    + "to be forecast.");
            return _model._lags.Select(lag => origin + step - 1 - lag);
        }
    }
}
