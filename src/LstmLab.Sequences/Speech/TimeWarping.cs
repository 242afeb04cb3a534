namespace LstmLab.Sequences;

/// <summary>Dynamic time warping (Sakoe, Chiba, "Dynamic programming algorithm optimization for spoken word recognition", IEEE TASSP
/// 1978): how unlike two utterances are when their times may be stretched.</summary>
public static class TimeWarping
{
    /// <summary>The distance of two utterances: the sum of the distances of the frames along the best path, over the sum of their lengths.
    /// <code>
    /// D(i, j) = min( D(i−1, j) + d, D(i, j−1) + d, D(i−1, j−1) + 2 d ),  d = ‖a_i − b_j‖,  result D(A, B) / (A + B)
    /// </code>
    /// </summary>
    /// <param name="a">Frames, [A][K].</param>
    /// <param name="b">Frames, [B][K].</param>
    /// <param name="limit">When it is certain that the distance is not below this, the result is infinite; saves time in a search.</param>
    public static double Distance(float[][] a, float[][] b, double limit = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Length == 0 || b.Length == 0)
            throw new ArgumentException($"Both need at least one frame, but they have {a.Length} and {b.Length}.", nameof(a));
        double most = limit * (a.Length + b.Length);
        double[] above = new double[b.Length], row = new double[b.Length];
        for (int i = 0; i < a.Length; i++)
        {
            double least = double.PositiveInfinity;
            for (int j = 0; j < b.Length; j++)
            {
                double distance = Euclidean(a[i], b[j]);
                double best = i == 0 && j == 0 ? 2 * distance : double.PositiveInfinity;
                if (i > 0) best = above[j] + distance;
                if (j > 0) best = Math.Min(best, row[j - 1] + distance);
                if (i > 0 && j > 0) best = Math.Min(best, above[j - 1] + 2 * distance);
                row[j] = best;
                least = Math.Min(least, best);
            }

            if (least >= most) return double.PositiveInfinity;
            (above, row) = (row, above);
        }

        return above[^1] / (a.Length + b.Length);
    }

    private static double Euclidean(float[] a, float[] b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException($"Frames must have equally many coefficients, but have {a.Length} and {b.Length}.");
        float sum = 0;
        for (int k = 0; k < a.Length; k++)
        {
            float difference = a[k] - b[k];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }
}
