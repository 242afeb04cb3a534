
namespace LstmLab.Forecasting;

/// <summary>One forecast beside what came.</summary>
/// <param name="Actual">What came.</param>
/// <param name="Forecast">What was forecast.</param>
/// <param name="Last">The last value known at the origin.</param>
public readonly record struct Outcome(double Actual, double Forecast, double Last);

/// <summary>A measure of error: a loss of each outcome, and what is reported of the mean loss. Small is good, except for
/// <see cref="Direction"/>.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Loss">ℓ of one outcome.</param>
/// <param name="Report">From the mean loss to what is reported, e.g. its root.</param>
/// <remarks>Differences between models are tested on the losses.</remarks>
public sealed record Metric(string Name, Func<Outcome, double> Loss, Func<double, double> Report)
{
    /// <summary>Mean absolute error, <c>mean |y − ŷ|</c>, in the target's unit.</summary>
    public static Metric Mae { get; } = new("MAE", o => Math.Abs(o.Actual - o.Forecast), mean => mean);

    /// <summary>Root mean squared error, <c>√ mean (y − ŷ)²</c>, in the target's unit.</summary>
    public static Metric Rmse { get; } = new("RMSE", o => (o.Actual - o.Forecast) * (o.Actual - o.Forecast), Math.Sqrt);

    /// <summary>Mean absolute percentage error, <c>100 mean |y − ŷ| / |y|</c>; infinite where a target is 0.</summary>
    public static Metric Mape { get; } = new("MAPE %", o => 100 * Math.Abs((o.Actual - o.Forecast) / o.Actual), mean => mean);

    /// <summary>Symmetric percentage error, <c>200 mean |y − ŷ| / (|y| + |ŷ|)</c>, in [0, 200]; 0 where both are 0.</summary>
    public static Metric Smape { get; } = new("sMAPE %", o =>
        o.Actual == o.Forecast ? 0 : 200 * Math.Abs(o.Actual - o.Forecast) / (Math.Abs(o.Actual) + Math.Abs(o.Forecast)), mean => mean);

    /// <summary>The Brier score of a probability, <c>mean (y − p)²</c>, y 0 or 1. G. Brier, Monthly Weather Review 78, 1950.</summary>
    public static Metric Brier { get; } = new("Brier", Rmse.Loss, mean => mean);

    /// <summary>Of a variance: <c>mean ln ŷ + y / ŷ</c>, smallest at the true variance even where y is a noisy measure of it. A. Patton,
    /// J. Econometrics 160, 2011.</summary>
    public static Metric Qlike { get; } = new("QLIKE", o => DeterministicMath.Log(o.Forecast) + (o.Actual / o.Forecast), mean => mean);

    /// <summary>Share of changes whose direction was forecast, in [0, 1]; no change counts as one direction.</summary>
    public static Metric Direction { get; } = new("direction", o => Math.Sign(o.Actual - o.Last) == Math.Sign(o.Forecast - o.Last) ? 1 : 0,
        mean => mean);

    /// <summary>Mean absolute scaled error: the MAE over that of the seasonal naive forecast within training.
    /// <code>
    /// MASE = mean |y − ŷ| / mean |y(t) − y(t − m)|        t = m … training
    /// </code>
    /// R. Hyndman, A. Koehler, Int. J. Forecasting 22, 2006.</summary>
    /// <param name="task">Its training rows give the scale, over all series.</param>
    /// <param name="period">m; 1 compares with persistence.</param>
    public static Metric Mase(ForecastTask task, int period = 1)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        double scale = task.Training.SelectMany(context =>
            context.Target[period..].ToArray().Zip(context.Target.ToArray(), (now, then) => Math.Abs(now - then))).Average();
        return new(period == 1 ? "MASE" : $"MASE {period}", o => Math.Abs(o.Actual - o.Forecast) / scale, mean => mean);
    }

    /// <summary>The metric of some outcomes.</summary>
    public double Of(IEnumerable<Outcome> outcomes) => Report(outcomes.Average(Loss));
}
