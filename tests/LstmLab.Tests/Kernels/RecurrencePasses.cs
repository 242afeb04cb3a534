using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Tests.Layers;

namespace LstmLab.Tests.Kernels;

/// <summary>Everything that a recurrence computes.</summary>
internal static class RecurrencePasses
{
    /// <summary>
    /// y, final h and c, ∂L/∂ of x, h0 and c0, and the gradients of the parameters, after a forward and a backward pass on drawn data.
    /// </summary>
    public static T[][] Of<T>(
        Cell<T> cell, Recurrence<T> recurrence, int timeSteps, int batch, IReadOnlyList<int>? lengths, SavedActivations saved)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        (int I, int R, int C) = (cell.InputSize, cell.OutputSize, cell.HasCellState ? cell.HiddenSize : 0);
        Tensor<T> x = Make.Normal<T>(1, timeSteps, batch, I), dY = Make.Normal<T>(2, timeSteps, batch, R);
        T[] h0 = Make.Normal<T>(3, batch, R).ToArray(), c0 = Make.Normal<T>(4, batch, C).ToArray();
        T[] dH = Make.Normal<T>(5, batch, R).ToArray(), dC = Make.Normal<T>(6, batch, C).ToArray();
        // Outputs begin with other numbers, so that what is left out shows.
        Tensor<T> y = Make.Normal<T>(7, timeSteps, batch, R), dX = Make.Normal<T>(8, timeSteps, batch, I);
        T[] h = new T[batch * R], c = new T[batch * C];
        foreach (Parameter<T> parameter in cell.Parameters) Array.Clear(parameter.Gradient);
        recurrence.Forward(x, h0, c0, lengths, saved, y, h, c);
        recurrence.Backward(dY, 0, dH, dC, dX);
        return [y.ToArray(), h, c, dX.ToArray(), dH, dC, .. cell.Parameters.Select(parameter => (T[])parameter.Gradient.Clone())];
    }
}
