using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace LstmLab.Forecasting;

/// <summary>Parameters within ranges that make a loss smallest: random points, the best of which the simplex of J. Nelder and R. Mead
/// (Computer Journal 7, 1965) improves.</summary>
public static class Calibration
{
    /// <summary>Searches.</summary>
    /// <param name="ranges">Within what range each parameter lies, [K].</param>
    /// <param name="loss">What is made small, of K parameters within their ranges.</param>
    /// <param name="points">Random points to begin with.</param>
    /// <param name="starts">How many of the best are improved.</param>
    /// <param name="seed">Fixes the points.</param>
    /// <returns>The best parameters found, [K].</returns>
    public static double[] Fit(
        IReadOnlyList<(double Low, double High)> ranges, Func<double[], double> loss, int points = 200, int starts = 2, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        ArgumentNullException.ThrowIfNull(loss);
        RandomStream random = new(seed, "calibration");
        double[][] drawn = [.. Enumerable.Range(0, points)
            .Select(_ => ranges.Select(_ => random.NextUniform(0.05, 0.95)).ToArray())];
        IEnumerable<double[]> best = drawn.OrderBy(point => loss(Within(point))).Take(starts);
        return best.Select(start => Within(Improved(start))).MinBy(loss)
            ?? throw new ArgumentOutOfRangeException(nameof(starts), starts, "At least one random point must be improved.");

        double[] Within(IEnumerable<double> shares) =>
            [.. ranges.Zip(shares, (range, share) => range.Low + (Math.Clamp(share, 0, 1) * (range.High - range.Low)))];

        // A simplex may collapse before the minimum; started again from its own answer it moves on.
        Vector<double> Improved(double[] start)
        {
            Vector<double> point = Vector<double>.Build.DenseOfArray(start);
            for (int round = 0; round < 3; round++)
            {
                IObjectiveFunction objective = ObjectiveFunction.Value(shares => loss(Within(shares)) * (1 + Outside(shares)));
                point = Simplex(objective, point);
            }

            return point;
        }
    }

    // The best point when the evaluations are used up too: a simplex in ten dimensions need not converge to be useful.
    private static Vector<double> Simplex(IObjectiveFunction objective, Vector<double> start)
    {
        (Vector<double> Point, double Value) best = (start, double.PositiveInfinity);
        IObjectiveFunction watched = ObjectiveFunction.Value(point =>
        {
            objective.EvaluateAt(point);
            if (objective.Value < best.Value) best = (point.Clone(), objective.Value);
            return objective.Value;
        });
        try
        {
            new NelderMeadSimplex(1e-7, 1500).FindMinimum(watched, start, Vector<double>.Build.Dense(start.Count, 0.1));
        }
        catch (MaximumIterationsException)
        {
        }

        return best.Point;
    }

    private static double Outside(Vector<double> shares) => shares.Sum(share => Math.Abs(share - Math.Clamp(share, 0, 1)));
}
