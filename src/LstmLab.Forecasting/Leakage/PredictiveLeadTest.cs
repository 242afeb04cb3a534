using MathNet.Numerics.LinearAlgebra;

namespace LstmLab.Forecasting;

/// <summary>What a column tells of a target's future beyond the target's own past.</summary>
internal static class PredictiveLeadTest
{
    private const int Lags = 9, Most = 2000;

    private const double Suspicious = 0.9;

    /// <summary>The leads at which the column explains more than 90 % of what the target's last rows leave open.</summary>
    public static IEnumerable<int> Leads(ReadOnlySpan<double> target, ReadOnlySpan<double> column, int first, int last)
    {
        double[] y = target.ToArray(), c = column.ToArray();
        return Enumerable.Range(first, last - first + 1).Where(lead => Explained(y, c, lead) > Suspicious);
    }

    /// <summary>The share that c(t) and c(t − 1) explain of what y(t) … y(t − 8) leave open of y(t + lead); at lead 0 the past ends at t −
    /// 1.
    /// 0 where the past leaves nothing open.</summary>
    internal static double Explained(double[] y, double[] c, int lead)
    {
        int last = lead == 0 ? 1 : 0, from = Math.Max(Lags, y.Length - lead - Most);
        int[] rows = [.. Enumerable.Range(from, Math.Max(0, y.Length - lead - from))];
        if (rows.Length < 4 * Lags) return 0;
        Vector<double> target = Standardize(rows.Select(row => y[row + lead]));
        Vector<double>[] past = [.. Enumerable.Range(last, Lags).Select(lag => Standardize(rows.Select(row => y[row - lag])))];
        Vector<double>[] both = [.. past, Standardize(rows.Select(row => c[row])), Standardize(rows.Select(row => c[row - 1]))];
        double open = Unexplained(target, past);
        return open < 1e-6 ? 0 : 1 - (Unexplained(target, both) / open);
    }

    // The mean squared residual. The ridge lets columns depend on one another.
    private static double Unexplained(Vector<double> target, Vector<double>[] columns)
    {
        Matrix<double> x = Matrix<double>.Build.DenseOfColumnVectors(columns);
        Matrix<double> squares = x.TransposeThisAndMultiply(x) + Matrix<double>.Build.DenseDiagonal(columns.Length, 1e-9 * target.Count);
        Vector<double> residual = target - (x * squares.Cholesky().Solve(x.TransposeThisAndMultiply(target)));
        return residual.DotProduct(residual) / target.Count;
    }

    private static Vector<double> Standardize(IEnumerable<double> values)
    {
        double[] column = [.. values];
        FittedScaler scaler = new StandardScaler().Fit(column, column.Length);
        return Vector<double>.Build.Dense([.. column.Select(scaler.Forward)]);
    }
}
