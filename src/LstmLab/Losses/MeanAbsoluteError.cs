namespace LstmLab.Losses;

/// <summary>The mean absolute error; the median is what minimises it.
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
    protected override double At(double difference, out double slope)
    {
        slope = difference > 0 ? 1 : difference < 0 ? -1 : difference;
        return Math.Abs(difference);
    }
}
