using System.Numerics;
using LstmLab.Numerics;

namespace LstmLab.Optimizers;

/// <summary>Bounds gradients before an optimizer's step, so that one steep place does not throw the weights far away.</summary>
public abstract class Clipping
{
    /// <summary>Clips the gradients in place.</summary>
    /// <param name="parameters">All parameters of the step.</param>
    /// <returns>The Euclidean norm of all gradients together before clipping; infinite or NaN when a gradient is.</returns>
    /// <remarks>No allocation.</remarks>
    public abstract double Apply<T>(IReadOnlyList<Parameter<T>> parameters) where T : struct, IBinaryFloatingPointIeee754<T>;

    /// <summary><c>√Σ g²</c> over all gradients together, summed in double in the order of the parameters and their entries.</summary>
    protected static double Norm<T>(IReadOnlyList<Parameter<T>> parameters) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        double sum = 0;
        for (int n = 0; n < parameters.Count; n++)
        {
            foreach (T entry in parameters[n].Gradient)
            {
                double g = double.CreateTruncating(entry);
                sum = Math.FusedMultiplyAdd(g, g, sum);
            }
        }

        return Math.Sqrt(sum);
    }
}
