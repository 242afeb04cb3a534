using MathNet.Numerics.LinearAlgebra;

namespace LstmLab;

/// <summary>How much of a gradient survives the backward pass through time.</summary>
public static class GradientFlow
{
    /// <summary>‖∂L/∂h(t)‖₂ and ‖∂L/∂c(t)‖₂ at each step of a sequence in the last backward pass.</summary>
    /// <param name="bptt">After Forward and Backward; of a layer, one of <see cref="Recurrent{T}.Unrolled"/>.</param>
    /// <param name="b">The sequence.</param>
    /// <returns>Norms by t; those of c are 0 for a cell without a cell state.</returns>
    /// <exception cref="InvalidOperationException">No backward pass since the last forward pass.</exception>
    public static (double[] H, double[] C) Norms(Bptt<double> bptt, int b = 0)
    {
        ArgumentNullException.ThrowIfNull(bptt);
        int length = bptt.Trace.LengthOf(b);
        return (Norms(t => bptt.Gradient(t, b).DH), Norms(t => bptt.Gradient(t, b).DC));

        double[] Norms(Func<int, double[]> vector) => [.. Enumerable.Range(0, length).Select(t => Math.Sqrt(vector(t).Sum(v => v * v)))];
    }

    /// <summary>
    /// The norm of the state Jacobian ∂s(T)/∂s(T−k) for each lag k, with s = (h, c), or h alone for a cell without a cell state. The
    /// spectral norm is the largest factor by which a change of the state k steps ago can still change the state now.
    /// </summary>
    /// <param name="bptt">After Forward; B = 1 is enough, sequence 0 is used. Steps are counted in reading order: of a reversed
    /// direction, s(T) is the state after the step at t = 0.</param>
    /// <param name="maxLag">The largest lag, 0 … T.</param>
    /// <param name="frobenius">The Frobenius norm √Σ J² in place of the spectral one; larger by at most the root of the state's
    /// length.</param>
    /// <returns>Norms at lag 0 … maxLag; the first is 1, or the root of the state's length.</returns>
    /// <remarks>Row n of the Jacobian is one backward pass from unit vector n: R + H passes of maxLag steps. No gradient of the cell or
    /// of
    /// <paramref name="bptt"/> changes.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">maxLag is negative or exceeds the number of steps.</exception>
    public static double[] StateJacobianNorms(Bptt<double> bptt, int maxLag, bool frobenius = false)
    {
        ArgumentNullException.ThrowIfNull(bptt);
        int length = bptt.Trace.LengthOf(0), size = bptt.Cell.OutputSize + bptt.Cell.CellSize;
        ArgumentOutOfRangeException.ThrowIfNegative(maxLag);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxLag, length);
        Matrix<double>[] jacobians = [.. Enumerable.Range(0, maxLag + 1).Select(_ => Matrix<double>.Build.Dense(size, size))];
        bptt.Cell.KeepingGradients(() =>
        {
            for (int row = 0; row < size; row++) FillRow(bptt, jacobians, row, length);
        });
        return [.. jacobians.Select(jacobian => frobenius ? jacobian.FrobeniusNorm() : jacobian.L2Norm())];
    }

    // One row of the Jacobian of every lag: a unit vector carried back from the last step.
    private static void FillRow(Bptt<double> bptt, Matrix<double>[] jacobians, int row, int length)
    {
        Cell<double> cell = bptt.Cell;
        StepGradient<double> gradient = cell.NewGradient();
        double[] adjoint = new double[cell.OutputSize + cell.CellSize];
        adjoint[row] = 1;
        jacobians[0].SetRow(row, adjoint);
        for (int lag = 1; lag < jacobians.Length; lag++)
        {
            adjoint.AsSpan(0, cell.OutputSize).CopyTo(gradient.DH);
            adjoint.AsSpan(cell.OutputSize).CopyTo(gradient.DC);
            cell.Backward(bptt.StepInReadingOrder(length - lag, 0), gradient);
            adjoint = [.. gradient.DHPrev, .. gradient.DCPrev];
            jacobians[lag].SetRow(row, adjoint);
        }
    }
}
