using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>The mean absolute error; the median is what minimizes it.
/// <code>
/// ℓ(d)    = |d|       d = prediction − target
/// dℓ/dd   = sign(d)   0 at d = 0, one of the subgradients in [−1, 1]
/// </code></summary>
/// <remarks>In the target's unit, in [0, ∞). PyTorch's L1Loss.</remarks>
public sealed class MeanAbsoluteError : ElementwiseLoss
{
    /// <inheritdoc/>
    public override string Name => "mean absolute error";

    /// <inheritdoc/>
    protected override void Add<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale) =>
        Add(new Formula(), ref sum, predictions, targets, gradients, scale);

    private readonly struct Formula : IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(V d, out V slope) where V : struct, ILanes<V, double>
        {
            V zero = V.Of(0);
            slope = V.Where(d, zero, V.Of(1), V.Where(zero, d, V.Of(-1), d));
            return V.Abs(d);
        }
    }
}
