
namespace LstmLab.Forecasting;

/// <summary>QLIKE of a variance given as the logarithm of its ratio to a first guess: minus twice the Gaussian log-likelihood, without its
/// constants.
/// <code>
/// ℓ       = s + q e⁻ˢ          s the prediction, q = y / guess, so that the variance is guess · eˢ
/// ∂ℓ/∂s   = 1 − q e⁻ˢ
/// </code></summary>
internal sealed class VarianceLikelihood : Loss
{
    /// <inheritdoc/>
    public override string Name => "QLIKE";

    /// <inheritdoc/>
    public override string Settings => Name;

    /// <inheritdoc/>
    protected override void Add<T>(ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients,
        int width, double scale)
    {
        for (int n = 0; n < predictions.Length; n++)
        {
            double s = double.CreateTruncating(predictions[n]), ratio = double.CreateTruncating(targets[n]) * DeterministicMath.Exp(-s);
            sum.Add(s + ratio);
            if (!gradients.IsEmpty) gradients[n] = T.CreateTruncating((1 - ratio) * scale);
        }
    }
}
