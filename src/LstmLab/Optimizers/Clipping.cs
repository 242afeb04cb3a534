using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>Bounds gradients before an optimizer's step, so that one steep place does not throw the weights far away.</summary>
public abstract class Clipping
{
    /// <summary>Clips the gradients in place.</summary>
    /// <param name="parameters">All parameters of the step.</param>
    /// <returns>The Euclidean norm of all gradients together before clipping; infinite or NaN when a gradient is.</returns>
    /// <remarks>No allocation.</remarks>
    public abstract double Apply<T>(IReadOnlyList<Parameter<T>> parameters) where T : struct, IBinaryFloatingPointIeee754<T>;

    /// <summary><c>√Σ g²</c> over all gradients together: squares are computed and summed in double by an <see cref="InterleavedSum"/>, in the order of
    /// the parameters and their entries.</summary>
    protected static double Norm<T>(IReadOnlyList<Parameter<T>> parameters) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        InterleavedSum sum = default;
        for (int n = 0; n < parameters.Count; n++)
        {
            T[] gradient = parameters[n].Gradient;
            sum.Add(new Squares<T> { Numbers = gradient }, gradient.Length);
        }

        return Math.Sqrt(sum.Total);
    }

    private ref struct Squares<T> : ITerms where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> Numbers;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly V At<V>(nint n) where V : struct, ILanes<V, double>
        {
            V number = Numbers.Widen<T, V>(n);
            return number * number;
        }
    }
}
