namespace LstmLab.Losses;

/// <summary>A loss that sees one difference <c>d = prediction − target</c> at a time.</summary>
public abstract class ElementwiseLoss : Loss
{
    /// <summary>The loss ℓ(d) of one element.</summary>
    /// <param name="difference">d = prediction − target; NaN must give NaN.</param>
    /// <param name="slope">Receives dℓ/dd.</param>
    protected abstract double At(double difference, out double slope);

    /// <inheritdoc/>
    protected sealed override double Add<T>(
        double sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale)
    {
        for (int n = 0; n < predictions.Length; n++)
        {
            sum += At(double.CreateTruncating(predictions[n]) - double.CreateTruncating(targets[n]), out double slope);
            if (!gradients.IsEmpty) gradients[n] = T.CreateTruncating(slope * scale);
        }

        return sum;
    }
}
