namespace LstmLab.Forecasting;

/// <summary>One forecast beside what came.</summary>
/// <param name="Actual">What came.</param>
/// <param name="Forecast">What was forecast; NaN where there is no forecast.</param>
/// <param name="Last">The last value known at the origin.</param>
public readonly record struct Outcome(double Actual, double Forecast, double Last);

/// <summary>A score: a number for each outcome, and what is reported of its mean.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Loss">ℓ of one outcome; small is good, unless <see cref="LargeIsGood"/>.</param>
/// <param name="Report">From the mean of ℓ to what is reported, e.g. its root.</param>
/// <remarks>Differences between models are tested on ℓ.</remarks>
public sealed record Metric(string Name, Func<Outcome, double> Loss, Func<double, double> Report)
{
    /// <summary>Whether the better of two forecasts has the larger ℓ, as of a share of hits. False by default.</summary>
    public bool LargeIsGood { get; init; }

    /// <summary>ℓ of a perfect forecast, which skill is measured from: 0 for errors. Null where there is none or where it depends on the
    /// unit, as of QLIKE; then models are compared by the difference of their means, and no ratio is formed.</summary>
    public double? Perfect { get; init; } = 0;

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
    /// J. Econometrics 160, 2011. Another unit of y adds a constant, so differences mean something and ratios do not.</summary>
    public static Metric Qlike { get; } = new("QLIKE", o => DeterministicMath.Log(o.Forecast) + (o.Actual / o.Forecast), mean => mean)
    {
        Perfect = null,
    };

    /// <summary>Share of changes whose direction was forecast, in [0, 1], large is good; no change counts as one direction.</summary>
    public static Metric Direction { get; } = new("direction", Hit, mean => mean) { LargeIsGood = true, Perfect = 1 };

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

    /// <summary>The metric of some outcomes. Those whose ℓ is NaN, as without a forecast, are left out: a table says how many. NaN if
    /// there is none left.</summary>
    public double Of(IEnumerable<Outcome> outcomes) => Report(Mean(outcomes.Select(Loss)));

    /// <summary>Whether a mean of ℓ is better than another.</summary>
    internal bool IsBetter(double loss, double than) => LargeIsGood ? loss > than : loss < than;

    /// <summary>Skill of one set of ℓ against another, <c>1 − (mean ℓ₁ − perfect) / (mean ℓ₂ − perfect)</c>, at most 1. NaN where it says
    /// nothing: no perfect value, some ℓ better than it, or a reference that is perfect.</summary>
    internal double SkillOf(IReadOnlyList<double> losses, IReadOnlyList<double> reference)
    {
        if (Perfect is not { } perfect || losses.Concat(reference).Any(loss => IsBetter(loss, perfect))) return double.NaN;
        double against = Mean(reference) - perfect;
        return against == 0 ? double.NaN : 1 - ((Mean(losses) - perfect) / against);
    }

    internal static double Mean(IEnumerable<double> losses) =>
        losses.Where(loss => !double.IsNaN(loss)).DefaultIfEmpty(double.NaN).Average();

    private static double Hit(Outcome o) => double.IsNaN(o.Forecast) ? double.NaN
        : Math.Sign(o.Actual - o.Last) == Math.Sign(o.Forecast - o.Last) ? 1 : 0;
}
