using System.Numerics;

namespace LstmLab.Tests.Sequences;

/// <summary>A linear-chain CRF of one sequence by its definition: the scores of all K^T sequences of tags.</summary>
/// <param name="emissions">[T, K].</param>
/// <param name="scores">Transitions [K, K], then the scores of the first and of the last tag, [K] each.</param>
/// <param name="classes">K.</param>
/// <param name="mayFollow">Which tag may follow which.</param>
internal sealed class CrfTwin(double[] emissions, double[] scores, int classes, Func<int?, int?, bool> mayFollow)
{
    private int Steps => emissions.Length / classes;

    public double Loss(int[] path) => Loss(Complexes([.. emissions, .. scores]), path).Real;

    /// <summary>With respect to the emissions, then the scores.</summary>
    public double[] Gradient(int[] path) => Paths.Gradient([.. emissions, .. scores], x => Loss(x, path));

    public int[] Best() => Allowed().MaxBy(path => Score(Complexes([.. emissions, .. scores]), path).Real)!;

    /// <summary>[T, K].</summary>
    public double[] Marginals()
    {
        Complex[] x = Complexes([.. emissions, .. scores]);
        double total = Allowed().Sum(path => Math.Exp(Score(x, path).Real));
        double[] marginals = new double[emissions.Length];
        foreach (int[] path in Allowed())
        {
            for (int t = 0; t < Steps; t++) marginals[(t * classes) + path[t]] += Math.Exp(Score(x, path).Real) / total;
        }

        return marginals;
    }

    private Complex Loss(Complex[] x, int[] path)
    {
        Complex total = 0;
        foreach (int[] other in Allowed()) total += Complex.Exp(Score(x, other));
        return Complex.Log(total) - Score(x, path);
    }

    private IEnumerable<int[]> Allowed() => Paths.All(Steps, classes).Where(path =>
        mayFollow(null, path[0]) && mayFollow(path[^1], null) && path.Zip(path.Skip(1)).All(pair => mayFollow(pair.First, pair.Second)));

    private Complex Score(Complex[] x, int[] path)
    {
        int transitions = emissions.Length, start = transitions + (classes * classes), end = start + classes;
        Complex score = x[start + path[0]] + x[end + path[^1]];
        for (int t = 0; t < path.Length; t++)
        {
            score += x[(t * classes) + path[t]];
            if (t > 0) score += x[transitions + (path[t - 1] * classes) + path[t]];
        }

        return score;
    }

    private static Complex[] Complexes(double[] x) => Array.ConvertAll(x, value => new Complex(value, 0));
}
