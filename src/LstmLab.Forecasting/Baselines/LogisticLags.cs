using MathNet.Numerics.LinearAlgebra;

namespace LstmLab.Forecasting;

/// <summary>The probability of an event by logistic regression on lags: <c>ŷ = σ(w · x)</c>, fitted to a target of 0 and 1 by Newton's
/// method.</summary>
public sealed class LogisticLags : LagModel
{
    /// <summary>The last rows before the origin.</summary>
    /// <param name="count">How many, at least 1.</param>
    public LogisticLags(int count) : base("logistic", count)
    {
    }

    /// <inheritdoc/>
    protected override Func<ForecastContext, double[]> Fit(ForecastContext training)
    {
        Regressors regressors = new(this, training);
        Dictionary<int, Vector<double>> weights = training.Task.Steps.ToDictionary(k => k, Weights);
        return context => Each(context, k => Sigmoid(weights[k] * Vector<double>.Build.Dense(regressors.Of(context, k))));

        Vector<double> Weights(int k)
        {
            int[] origins = [.. regressors.Origins(training, k)];
            Matrix<double> x = Matrix<double>.Build.DenseOfRowArrays(origins.Select(origin => regressors.Of(training.At(origin), k)));
            double[] target = training.Target.ToArray();
            return Newton(x, Vector<double>.Build.Dense([.. origins.Select(origin => target[origin + k - 1])]));
        }
    }

    // The ridge keeps the Hessian invertible when a column is constant; it is too small to be seen in the weights.
    private static Vector<double> Newton(Matrix<double> x, Vector<double> y)
    {
        const double ridge = 1e-6;
        Vector<double> w = Vector<double>.Build.Dense(x.ColumnCount);
        for (int iteration = 0; iteration < 50; iteration++)
        {
            Vector<double> p = (x * w).Map(Sigmoid);
            Matrix<double> weighted = Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount, (n, j) => x[n, j] * p[n] * (1 - p[n]));
            Matrix<double> hessian = x.TransposeThisAndMultiply(weighted) + Matrix<double>.Build.DenseDiagonal(x.ColumnCount, ridge);
            Vector<double> step = hessian.Cholesky().Solve(x.TransposeThisAndMultiply(y - p) - (ridge * w));
            w += step;
            if (step.L2Norm() < 1e-10 * (1 + w.L2Norm())) break;
        }

        return w;
    }

    private static double Sigmoid(double z) => 1 / (1 + DeterministicMath.Exp(-z));
}
