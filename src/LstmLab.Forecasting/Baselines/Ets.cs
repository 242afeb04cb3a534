namespace LstmLab.Forecasting;

/// <summary>Exponential smoothing as a state space model with additive errors, the form chosen by AICc: R. Hyndman, A. Koehler, J. Ord,
/// R. Snyder, "Forecasting with exponential smoothing", 2008.
/// <code>
/// e(t) = y(t) − (l + φ b + s(t − m))                                    l, b, s(t − m) as they were before row t
/// l   ← l + φ b + α e          b ← φ b + β e          s(t) ← s(t − m) + γ e
/// ŷ(o + k) = l + (φ + φ² + … + φᵏ) b + s(o + k − j m)                   o the last row known, j the smallest with k ≤ j m
/// AICc = n ln Σe² + 2 p + 2 p (p + 1) / (n − p − 1)                     p smoothing parameters, initial states and the variance
/// </code></summary>
/// <remarks>
/// <para>The candidates are simple smoothing (A,N,N), Holt's trend (A,A,N) and the damped trend (A,Ad,N); with a period, and where
/// training holds two, also those with additive seasons: (A,N,A), (A,A,A), which is Holt–Winters, and (A,Ad,A). As in R's forecast::ets,
/// α lies in (0, 1), β in (0, α), γ in (0, 1 − α) and φ in (0.8, 0.98). Multiplicative forms are left out.</para>
/// <para>The likelihood's maximum is found by a simplex over the smoothing parameters, begun at the best points of a grid; given these,
/// errors are linear in the initial states, which least squares gives exactly, in O(n m²). After training the states follow the series,
/// the parameters stay.</para>
/// </remarks>
public sealed class Ets : Baseline
{
    /// <summary>Longest season whose states are estimated.</summary>
    internal const int LongestPeriod = 24;

    private readonly int _period;
    private readonly Harmonics? _cycle;

    /// <summary>Chooses the season.</summary>
    /// <param name="period">Its length m in rows, at most 24; 1 for none.</param>
    /// <param name="cycle">A cycle taken out first; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is not in 1 … 24.</exception>
    public Ets(int period = 1, Harmonics? cycle = null)
        : base($"ETS{(period == 1 ? "" : $", period {period}")}{(cycle is null ? "" : " on anomalies")}")
    {
        if (period is < 1 or > LongestPeriod)
            throw new ArgumentOutOfRangeException(nameof(period), period,
                $"The period must lie in 1 … {LongestPeriod}; take a longer cycle out with Harmonics.");
        (_period, _cycle) = (period, cycle);
    }

    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training)
    {
        FittedScaler? scaler = _cycle?.Fit(training.Target, training);
        EtsModel fitted = EtsModel.Best(Scaled(training), _period, Name);
        return context =>
        {
            double[] path = fitted.Forecast(Scaled(context), context.Task.Steps[^1]);
            return Each(context, k => scaler?.Inverse(path[k - 1], context.Origin + k - 1) ?? path[k - 1]);
        };

        double[] Scaled(ForecastContext context) =>
            [.. context.Target.ToArray().Select((value, row) => scaler?.Forward(value, row) ?? value)];
    }
}
