using System.Numerics;

namespace LstmLab.Tests.Sequences;

/// <summary>Every path of a few steps, one after another: the slow twin of what dynamic programming computes.</summary>
internal static class Paths
{
    /// <summary>All sequences of that many classes, the last step running fastest.</summary>
    public static IEnumerable<int[]> All(int steps, int classes)
    {
        int count = 1;
        for (int t = 0; t < steps; t++) count *= classes;
        for (int n = 0; n < count; n++)
        {
            int[] path = new int[steps];
            for (int t = steps - 1, rest = n; t >= 0; t--, rest /= classes) path[t] = rest % classes;
            yield return path;
        }
    }

    /// <summary>What a path of CTC emits.</summary>
    public static int[] Collapsed(int[] path, int blank)
    {
        List<int> labels = [];
        for (int t = 0; t < path.Length; t++)
        {
            if (path[t] != blank && (t == 0 || path[t] != path[t - 1])) labels.Add(path[t]);
        }

        return [.. labels];
    }

    /// <summary>The gradient by the complex step, Im f(x + ih) / h: no difference is taken, so nothing cancels.</summary>
    public static double[] Gradient(double[] x, Func<Complex[], Complex> f)
    {
        const double h = 1e-30;
        Complex[] at = Array.ConvertAll(x, value => new Complex(value, 0));
        double[] gradient = new double[x.Length];
        for (int n = 0; n < x.Length; n++)
        {
            at[n] = new(x[n], h);
            gradient[n] = f(at).Imaginary / h;
            at[n] = x[n];
        }

        return gradient;
    }
}
