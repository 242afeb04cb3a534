using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace LstmLab.Forecasting;

/// <summary>Linear regression with intercepts and a penalty on its weights, chosen by generalized cross-validation.
/// <code>
/// W(λ)   = (XᵀX + λ I)⁻¹ XᵀY              X, Y centered
/// GCV(λ) = Σ (Y − X W)² / (n − 1 − Σ d / (d + λ))²         d the eigenvalues of XᵀX
/// </code></summary>
internal sealed class Ridge
{
    private readonly Vector<double> _meanX, _meanY;
    private readonly Matrix<double> _weights;

    private Ridge(Vector<double> meanX, Vector<double> meanY, Matrix<double> weights) =>
        (_meanX, _meanY, _weights) = (meanX, meanY, weights);

    /// <summary>Fits to rows.</summary>
    /// <param name="x">Regressors, [N, K].</param>
    /// <param name="y">Targets, [N, S].</param>
    public static Ridge Fit(Matrix<double> x, Matrix<double> y)
    {
        Vector<double> meanX = x.ColumnSums() / x.RowCount, meanY = y.ColumnSums() / y.RowCount;
        Matrix<double> centeredX = Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount, (n, k) => x[n, k] - meanX[k]);
        Matrix<double> centeredY = Matrix<double>.Build.Dense(y.RowCount, y.ColumnCount, (n, s) => y[n, s] - meanY[s]);
        Evd<double> eigen = centeredX.TransposeThisAndMultiply(centeredX).Evd(Symmetricity.Symmetric);
        double[] values = [.. eigen.EigenValues.Select(value => Math.Max(0, value.Real))];
        // Targets along each eigenvector, [K, S].
        Matrix<double> along = eigen.EigenVectors.TransposeThisAndMultiply(centeredX.TransposeThisAndMultiply(centeredY));
        double largest = Math.Max(values.Max(), double.Epsilon);
        // What no weights explain; the same for every λ, so that its rounding favors none.
        double beyond = Math.Max(0, centeredY.Enumerate().Sum(value => value * value) - Explained());
        double best = Enumerable.Range(0, 21).Select(n => largest * Power(n)).MinBy(Criterion);
        return new(meanX, meanY, eigen.EigenVectors * Matrix<double>.Build.Dense(along.RowCount, along.ColumnCount, (k, s) =>
            along[k, s] / (values[k] + best)));

        // Relative to the largest eigenvalue, from 1 down to 10⁻¹⁰ by factors of √10.
        static double Power(int n) => DeterministicMath.Exp(-n * 1.151292546497023);

        bool Counts(int k) => values[k] > 1e-13 * largest;

        double Explained() => Enumerable.Range(0, values.Length).Where(Counts).Sum(k => along.Row(k) * along.Row(k) / values[k]);

        double Criterion(double lambda)
        {
            double squares = beyond, free = x.RowCount - 1;
            foreach (int k in Enumerable.Range(0, values.Length).Where(Counts))
            {
                double left = lambda / (values[k] + lambda);
                free -= 1 - left;
                squares += along.Row(k) * along.Row(k) / values[k] * left * left;
            }

            return free <= 0 ? double.PositiveInfinity : squares / (free * free);
        }
    }

    /// <summary>The targets of one row, [S].</summary>
    public double[] Predict(double[] x) =>
        [.. _weights.TransposeThisAndMultiply(Vector<double>.Build.Dense(x) - _meanX) + _meanY];
}
