namespace LstmLab.Losses;

/// <summary>The mean squared error; the mean is what minimises it.
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
    protected override double At(double difference, out double slope)
    {
        slope = 2 * difference;
        return difference * difference;
    }
}
