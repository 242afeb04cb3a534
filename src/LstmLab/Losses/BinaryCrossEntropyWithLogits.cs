using System.Globalization;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>The negative log-likelihood of yes and no when each logit is made the probability of yes by σ.
/// <code>
/// ℓ      = −w y ln σ(z) − (1 − y) ln(1 − σ(z)) = w y s(−z) + (1 − y) s(z)
/// ∂ℓ/∂z  = (1 − y) σ(z) − w y σ(−z)                      σ(z) − y for w = 1
/// s(z)   = ln(1 + eᶻ) = max(z, 0) + ln(1 + e^(−|z|))
/// </code></summary>
/// <remarks>
/// z: logits, [.., O]; y: the truth, in the same shape, each in [0, 1] (0 no, 1 yes). The mean is taken over all elements, whatever w. In
/// nats, in [0, ∞); ln 2 is the loss of knowing nothing. No exponential overflows and no logarithm is of 0. PyTorch's BCEWithLogitsLoss.
/// </remarks>
public sealed class BinaryCrossEntropyWithLogits : Loss
{
    /// <summary>Chooses how much a yes weighs.</summary>
    /// <param name="positiveWeight">w, 0 or more and finite: above 1, a missed yes costs more than a false one (PyTorch's
    /// pos_weight).</param>
    /// <exception cref="ArgumentOutOfRangeException">w is out of its range.</exception>
    public BinaryCrossEntropyWithLogits(double positiveWeight = 1) =>
        PositiveWeight = Guard.NotNegative(positiveWeight, nameof(positiveWeight));

    /// <summary>w, how much a yes weighs.</summary>
    public double PositiveWeight { get; }

    /// <inheritdoc/>
    public override string Name => "binary cross-entropy with logits";

    /// <inheritdoc/>
    public override string Settings => Guard.Settings(nameof(BinaryCrossEntropyWithLogits), ("positiveWeight", PositiveWeight));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A target is neither NaN nor in [0, 1]; the message names its position and value.</exception>
    protected override void CheckTargets<T>(ReadOnlySpan<T> targets, int width, Tensor<T> target, int start)
    {
        for (int n = 0; n < targets.Length; n++)
        {
            if (!(targets[n] < T.Zero || targets[n] > T.One)) continue;
            string position = Tensors.Show(Tensors.PositionOf(target.Lengths, start + n));
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"target{position} must be in [0, 1], but is {targets[n]}."));
        }
    }

    /// <inheritdoc/>
    protected override void Add<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale)
    {
        for (int n = 0; n < predictions.Length; n++)
        {
            double z = double.CreateTruncating(predictions[n]), y = double.CreateTruncating(targets[n]);
            double yes = PositiveWeight * y, no = 1 - y, rest = DeterministicMath.LogOfOnePlus(DeterministicMath.Exp(-Math.Abs(z)));
            sum.Add((yes * (Math.Max(-z, 0) + rest)) + (no * (Math.Max(z, 0) + rest)));
            if (gradients.IsEmpty) continue;
            double slope = (no * DeterministicMath.Sigmoid(z)) - (yes * DeterministicMath.Sigmoid(-z));
            gradients[n] = T.CreateTruncating(scale * slope);
        }
    }
}
