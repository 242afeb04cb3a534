using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>The mean squared error; the mean is what minimizes it.
/// <code>
/// ℓ(d)    = d²        d = prediction − target
/// dℓ/dd   = 2d
/// </code></summary>
/// <remarks>In the square of the target's unit, in [0, ∞). PyTorch's MSELoss: no factor ½.</remarks>
public sealed class MeanSquaredError : ElementwiseLoss
{
    /// <inheritdoc/>
    public override string Name => "mean squared error";

    /// <inheritdoc/>
    protected override void Add<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale) =>
        Add(new Formula(), ref sum, predictions, targets, gradients, scale);

    private readonly struct Formula : IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(V d, out V slope) where V : struct, ILanes<V, double>
        {
            slope = d + d;
            return d * d;
        }
    }
}
