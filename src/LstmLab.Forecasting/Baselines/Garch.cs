using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LstmLab.Forecasting;

/// <summary>GARCH(1,1) of squared returns, and with leverage GJR: T. Bollerslev, J. Econometrics 31, 1986; L. Glosten, R. Jagannathan,
/// D. Runkle, J. Finance 48, 1993.
/// <code>
/// v(t + 1) = ω + (α + γ [r(t) &lt; 0]) r²(t) + β v(t)                 γ = 0 without leverage
/// v(o + k) = v̄ + (α + γ/2 + β)ᵏ⁻¹ (v(o + 1) − v̄)                   v̄ = ω / (1 − α − γ/2 − β)
/// </code></summary>
/// <param name="leverage">Covariate that holds the returns, for their sign; null for GARCH(1,1).</param>
/// <remarks>The target is r². Fitted by the Gaussian likelihood, with ω > 0, α, γ, β ≥ 0, α + γ/2 + β &lt; 1.</remarks>
public sealed class Garch(string? leverage = null) : Baseline(leverage is null ? "GARCH(1,1)" : "GJR-GARCH(1,1)")
{
    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training)
    {
        int column = Columns.IndexOf(training.Task, leverage);
        Coefficients fitted = Largest(training.Target.ToArray(), Falls(training, column));
        return context =>
        {
            double next = fitted.Path(context.Target, Falls(context, column))[^1];
            return Each(context, k =>
            {
                double deviation = next - fitted.Mean;
                for (int step = 1; step < k; step++) deviation *= fitted.Persistence;
                return fitted.Mean + deviation;
            });
        };
    }

    /// <summary>The coefficients of largest likelihood.</summary>
    internal static Coefficients Largest(double[] squares, bool[] falls)
    {
        double mean = squares.Average();
        double[] guess = [0, Logit(0.06), Logit(0.97), Logit(0.4)];
        Vector<double> point = Vector<double>.Build.Dense(falls.Length == 0 ? guess[..3] : guess);
        // A simplex may collapse before the maximum; started again from its own answer it moves on.
        for (int round = 0; round < 3; round++)
            point = new NelderMeadSimplex(1e-9, 5000).FindMinimum(ObjectiveFunction.Value(v => -Of(v).LogLikelihood(squares, falls)),
                point).MinimizingPoint;
        return Of(point);

        // Unconstrained coordinates: the mean relative to the sample's, the share of α and γ in the persistence, the persistence, the
        // share of γ/2 in it.
        Coefficients Of(Vector<double> v)
        {
            (double share, double persistence, double fall) = (Sigmoid(v[1]), Sigmoid(v[2]), v.Count == 4 ? Sigmoid(v[3]) : 0);
            return new(mean * DeterministicMath.Exp(v[0]), persistence * share * (1 - fall), 2 * persistence * share * fall,
                persistence * (1 - share));
        }
    }

    private static bool[] Falls(ForecastContext context, int column) =>
        column < 0 ? [] : Array.ConvertAll(context.PastCovariate(column).ToArray(), r => r < 0);

    private static double Logit(double p) => DeterministicMath.Log(p / (1 - p));

    private static double Sigmoid(double z) => 1 / (1 + DeterministicMath.Exp(-z));

    /// <summary>v̄, α, γ and β.</summary>
    internal sealed record Coefficients(double Mean, double Alpha, double Gamma, double Beta)
    {
        public double Persistence => Alpha + (Gamma / 2) + Beta;

        /// <summary>v(0) … v(N), the last one a forecast; v(0) = v̄.</summary>
        public double[] Path(ReadOnlySpan<double> squares, bool[] falls)
        {
            double[] variance = new double[squares.Length + 1];
            variance[0] = Mean;
            for (int t = 0; t < squares.Length; t++)
                variance[t + 1] = (Mean * (1 - Persistence)) + ((Alpha + (falls.Length > 0 && falls[t] ? Gamma : 0)) * squares[t])
                    + (Beta * variance[t]);
            return variance;
        }

        /// <summary>Σ −½ (ln v + r² / v), without its constant.</summary>
        public double LogLikelihood(double[] squares, bool[] falls)
        {
            double[] variance = Path(squares, falls);
            double sum = 0;
            for (int t = 0; t < squares.Length; t++) sum -= 0.5 * (DeterministicMath.Log(variance[t]) + (squares[t] / variance[t]));
            return sum;
        }
    }
}
