namespace LstmLab.Forecasting;

/// <summary>Least squares by modified Gram–Schmidt. A column that is a sum of earlier ones gets weight 0, as in R's lm, so that a calendar
/// given twice does no harm.</summary>
internal static class LeastSquares
{
    private const double Dependent = 1e-9;

    /// <summary>The weights that make Σ (y − w · x)² smallest.</summary>
    /// <param name="rows">x, [N][K].</param>
    /// <param name="y">Targets, [N].</param>
    /// <param name="name">Whose they are, for the message.</param>
    /// <exception cref="ArgumentException">There are not more rows than columns.</exception>
    public static double[] Solve(double[][] rows, double[] y, string name)
    {
        int width = rows.Length == 0 ? 0 : rows[0].Length;
        if (rows.Length <= width) throw new ArgumentException($"{name} has {width} regressors but only {rows.Length} training rows.");
        double[][] q = new double[width][];
        double[,] r = new double[width, width];
        (double[] rest, double[] projected, double[] weights) = ([.. y], new double[width], new double[width]);
        for (int k = 0; k < width; k++)
        {
            double[] column = Array.ConvertAll(rows, row => row[k]);
            double norm = Math.Sqrt(Dot(column, column));
            for (int j = 0; j < k; j++) r[j, k] = Remove(q[j], column);
            r[k, k] = Math.Sqrt(Dot(column, column));
            bool dependent = r[k, k] <= Dependent * norm;
            q[k] = Array.ConvertAll(column, value => dependent ? 0 : value / r[k, k]);
            if (dependent) r[k, k] = 0;
            projected[k] = Remove(q[k], rest);
        }

        for (int k = width - 1; k >= 0; k--)
        {
            double sum = projected[k];
            for (int j = k + 1; j < width; j++) sum -= r[k, j] * weights[j];
            weights[k] = r[k, k] == 0 ? 0 : sum / r[k, k];
        }

        return weights;
    }

    // Takes the part along q out of a vector and returns its length.
    private static double Remove(double[] q, double[] vector)
    {
        double length = Dot(q, vector);
        for (int n = 0; n < q.Length; n++) vector[n] -= length * q[n];
        return length;
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int n = 0; n < a.Length; n++) sum += a[n] * b[n];
        return sum;
    }
}
