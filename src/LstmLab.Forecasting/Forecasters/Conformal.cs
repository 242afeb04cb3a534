using System.Globalization;

namespace LstmLab.Forecasting;

/// <summary>Puts intervals around any model's forecasts, as wide as its errors were on rows it has not learned from: split conformal
/// prediction, V. Vovk, A. Gammerman, G. Shafer, "Algorithmic learning in a random world", 2005; of quantile forecasts Y. Romano,
/// E. Patterson, E. Candès, NeurIPS 2019.
/// <code>
/// score    = |y − ŷ|, or max(q_low − y, y − q_high) if the model has quantiles
/// interval = ŷ ± s, or [q_low − s, q_high + s]         s the ⌈(n + 1) level⌉-th smallest of n scores, for each step
/// </code></summary>
/// <remarks>
/// <para>The rows of validation are cut in the order of time: on the first the model is stopped and chosen, on the last, which it does not
/// see, the scores are measured. Scores of the rows that stopped a model are too small, and so were the intervals.</para>
/// <para>Covers <see cref="Level"/> of exchangeable data. A series that drifts is not exchangeable: measure coverage, and let
/// <see cref="Recalibrate"/> or <see cref="Adaptive"/> follow it. At no origin is a score used whose outcome is not known there: at step k
/// it becomes known k rows later.</para>
/// </remarks>
public sealed record Conformal : IForecaster
{
    /// <summary>Wraps a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="level">Coverage aimed at, in (0, 1).</param>
    public Conformal(IForecaster model, double level = 0.8)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (level is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "The level must lie in (0, 1).");
        (Model, Level, Name) = (model, level, model.Name);
    }

    /// <summary>What tables call it; the model's name by default.</summary>
    public string Name { get; init; }

    /// <summary>The model.</summary>
    public IForecaster Model { get; }

    /// <summary>Coverage aimed at.</summary>
    public double Level { get; }

    /// <summary>Share of the rows of validation, the last of them, that measure scores and that the model does not see, in (0, 1]; half by
    /// default. 1 is right for a model that was neither stopped nor chosen on validation, such as a baseline fixed beforehand.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside (0, 1].</exception>
    public double CalibrationShare
    {
        get;
        init => field = value is > 0 and <= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The calibration share must lie in (0, 1].");
    } = 0.5;

    /// <summary>How many of the latest scores known at an origin are used; null for those known before the test, all the time, or if
    /// <see cref="Adaptive"/> for all known at the origin.</summary>
    public int? Recalibrate { get; init; }

    /// <summary>True lets the level follow the misses: adaptive conformal inference, I. Gibbs, E. Candès, NeurIPS 2021.
    /// <code>
    /// α(t + 1) = α(t) + γ (α − miss(t))        miss 1 if y lay outside, else 0; α = 1 − level = α(0)
    /// s(t)     = the ⌈(n + 1) (1 − α(t))⌉-th smallest of the n scores known
    /// </code></summary>
    /// <remarks>In the paper the share of T forecasts one step ahead that misses differs from α by at most (1 + γ) / (γ T), whatever the
    /// series does. At step k the update waits k rows, until the outcome is known. Deviations: where the paper's interval is infinite,
    /// α(t) &lt; 1 / (n + 1), the largest score is taken, so that a series whose errors grow without end misses more; where it is empty,
    /// the smallest. Each fit begins anew, with the first interval that the scores allow.</remarks>
    public bool Adaptive { get; init; }

    /// <summary>γ of the adaptive level, in (0, 1): large follows faster, small is steadier. The paper's experiments use 0.005 on thousands
    /// of rows; the default suits hundreds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step size is outside (0, 1).</exception>
    public double StepSize
    {
        get;
        init => field = value is > 0 and < 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The step size must lie in (0, 1).");
    } = 0.02;

    /// <summary>True for bands that hold all steps of a path together with probability <see cref="Level"/>, not each step by itself.
    /// <code>
    /// score = max over k of |y(o + k) − ŷ(o + k)| / σ(k)        band = ŷ(o + k) ± s σ(k)
    /// </code>
    /// σ(k) is the mean absolute error at step k on as many rows before those that measure scores. J. Diquigiovanni, M. Fontana,
    /// S. Vantini, "Conformal prediction bands for multivariate functional data", J. Multivariate Analysis 189, 2022.</summary>
    /// <remarks>The ends of a joint band are no quantiles of a single step.</remarks>
    public bool Joint { get; init; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows that measure scores are too few for the level.</exception>
    public IFittedForecaster Fit(IReadOnlyList<ForecastContext> training, IReadOnlyList<ForecastContext> validation)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ForecastContext[] seen = [.. training.Zip(validation, (train, held) =>
            held.At(held.Origin - (int)Math.Ceiling(CalibrationShare * (held.Origin - train.Origin))))];
        // Before a network trains for minutes; and again when it is known how many rows it looks back.
        Require(seen, validation, lookback: 1);
        IFittedForecaster model = Model.Fit(training, seen);
        Require(seen, validation, model.Lookback);
        return new FittedConformal(this, model, seen, validation);
    }

    /// <summary>Fewest scores for intervals of the level: n with ⌈(n + 1) level⌉ ≤ n.</summary>
    internal int Fewest => (int)Math.Ceiling(Level / (1 - Level) - 1e-9);

    private void Require(IReadOnlyList<ForecastContext> seen, IReadOnlyList<ForecastContext> validation, int lookback)
    {
        foreach (var (before, end) in seen.Zip(validation))
        {
            ForecastTask task = end.Task;
            int rows = end.Origin - Math.Max(before.Origin, lookback + task.Steps[0] - 1);
            int known = Math.Max(0, rows - task.Steps[^1] + 1), count = Math.Min(known, Recalibrate ?? known);
            if (count >= Fewest) continue;
            string found = count < known ? $"recalibration on {count} scores is not enough"
                : $"{rows} rows of validation measure {known} scores of step {task.Steps[^1]}";
            string remedy = count < known ? "raise Recalibrate" : "give the split more validation, raise CalibrationShare";
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{Name}, series '{task.Series[end.SeriesNumber].Name}': {found}; intervals of {Level:0.###} need {Fewest}: {remedy}, or "
                + $"lower the level."));
        }
    }
}
