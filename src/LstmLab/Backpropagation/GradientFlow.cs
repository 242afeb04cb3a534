using MathNet.Numerics.LinearAlgebra;

namespace LstmLab;

/// <summary>How much of a gradient survives the way back through time.</summary>
public static class GradientFlow
{
    /// <summary>‖∂L/∂h(t)‖₂ and ‖∂L/∂c(t)‖₂ at each step of a sequence, as the last backward pass left them.</summary>
    /// <param name="bptt">After Forward and Backward.</param>
    /// <param name="b">The sequence.</param>
    /// <returns>Norms by t; those of c are 0 for a cell without a cell state.</returns>
    public static (double[] H, double[] C) Norms(Bptt<double> bptt, int b = 0)
    {
        ArgumentNullException.ThrowIfNull(bptt);
        int length = bptt.Trace.Lengths?[b] ?? bptt.Trace.TimeSteps;
        return (Norms(t => bptt.Gradient(t, b).DH), Norms(t => bptt.Gradient(t, b).DC));

        double[] Norms(Func<int, double[]> vector) => [.. Enumerable.Range(0, length).Select(t => Math.Sqrt(vector(t).Sum(v => v * v)))];
    }

    /// <summary>
    /// The norm of the state Jacobian ∂s(T)/∂s(T−k) for each lag k, with s = (h, c), or h alone for a cell without a cell state. The
    /// spectral norm is the largest factor by which a change of the state k steps ago can still change the state now.
    /// </summary>
    /// <param name="bptt">After Forward; B = 1 is enough, sequence 0 is used.</param>
    /// <param name="maxLag">The largest lag, at most T.</param>
    /// <param name="frobenius">The Frobenius norm √Σ J² in place of the spectral one; larger by at most the root of the state's length.</param>
    /// <returns>Norms at lag 0 … maxLag; the first is 1, or the root of the state's length.</returns>
    /// <remarks>Row n of the Jacobian is one backward pass from unit vector n: R + H passes of maxLag steps. The parameters' gradients are cleared.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">maxLag exceeds the number of steps.</exception>
    public static double[] StateJacobianNorms(Bptt<double> bptt, int maxLag, bool frobenius = false)
    {
        ArgumentNullException.ThrowIfNull(bptt);
        Cell<double> cell = bptt.Cell;
        int timeSteps = bptt.Trace.Lengths?[0] ?? bptt.Trace.TimeSteps, size = cell.OutputSize + cell.CellSize;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxLag, timeSteps);
        Matrix<double>[] jacobians = [.. Enumerable.Range(0, maxLag + 1).Select(_ => Matrix<double>.Build.Dense(size, size))];
        StepGradient<double> gradient = new(cell);
        for (int row = 0; row < size; row++)
        {
            double[] adjoint = new double[size];
            adjoint[row] = 1;
            for (int lag = 0; lag <= maxLag; lag++)
            {
                jacobians[lag].SetRow(row, adjoint);
                if (lag == maxLag) break;
                adjoint.AsSpan(0, cell.OutputSize).CopyTo(gradient.DH);
                adjoint.AsSpan(cell.OutputSize).CopyTo(gradient.DC);
                cell.Backward(bptt.Trace[timeSteps - 1 - lag], gradient);
                adjoint = [.. gradient.DHPrev, .. gradient.DCPrev];
            }
        }

        foreach (Parameter<double> parameter in cell.Parameters) Array.Clear(parameter.Gradient);
        return [.. jacobians.Select(jacobian => frobenius ? jacobian.FrobeniusNorm() : jacobian.L2Norm())];
    }
}
