using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>The negative log-likelihood of the true class when logits are made probabilities by softmax.
/// <code>
/// p_j      = exp(z_j) / Σ_k exp(z_k)
/// −ln p_j  = ln Σ_k exp(z_k − m) − (z_j − m)       m = max_k z_k
/// ℓ        = −Σ_j q_j ln p_j                       q as of <see cref="ClassLoss"/>; −ln p_y without settings
/// ∂ℓ/∂z_j  = p_j Σ_k q_k − q_j                     p_j − [j = y] without settings
/// </code></summary>
/// <remarks>
/// z: logits, [.., K]; y: the true class 0 … K − 1, stored as a number in a target of [.., 1]. In nats, in [0, ∞); ln K is the loss of
/// knowing nothing. Subtracting m keeps every exponential in [0, 1]. PyTorch's CrossEntropyLoss. Label smoothing: C. Szegedy et al.,
/// "Rethinking the Inception architecture for computer vision", CVPR 2016, section 7.
/// </remarks>
public sealed class SoftmaxCrossEntropy : ClassLoss
{
    /// <summary>Chooses the targets' distribution, and what counts.</summary>
    /// <param name="labelSmoothing">ε, in [0, 1]: the share of the probability that all classes get alike instead of the true one.</param>
    /// <param name="classWeights">w of each class, [K], each 0 or more and finite; all 1 when omitted. Copied.</param>
    /// <param name="ignoreClass">The class that is left out, such as padding; it need not be one of 0 … K − 1. None when omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public SoftmaxCrossEntropy(double labelSmoothing = 0, IReadOnlyList<double>? classWeights = null, int? ignoreClass = null)
        : base(classWeights, ignoreClass) =>
        LabelSmoothing = Guard.Require(labelSmoothing is >= 0 and <= 1, labelSmoothing, nameof(labelSmoothing), "in [0, 1]");

    /// <summary>ε, the share of the probability that all classes get alike.</summary>
    public double LabelSmoothing { get; }

    /// <inheritdoc/>
    public override string Name => "softmax cross-entropy";

    /// <inheritdoc/>
    public override string Settings => Guard.Settings(
        nameof(SoftmaxCrossEntropy), ("labelSmoothing", LabelSmoothing), ("classWeights", ClassWeights), ("ignoreClass", IgnoreClass));

    /// <inheritdoc/>
    protected override void Add<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale)
    {
        double[] powers = ArrayPool<double>.Shared.Rent(width);
        for (int row = 0; row < targets.Length; row++)
        {
            Span<T> slopes = gradients.IsEmpty ? [] : gradients.Slice(row * width, width);
            if (Ignores(targets[row]))
            {
                slopes.Clear();
            }
            else if (T.IsNaN(targets[row]))
            {
                sum.Add(double.NaN);
                slopes.Fill(T.NaN);
            }
            else
            {
                sum.Add(Row(predictions.Slice(row * width, width), int.CreateTruncating(targets[row]), slopes, powers, scale));
            }
        }

        ArrayPool<double>.Shared.Return(powers);
    }

    // ℓ of one row of logits, and its gradient.
    private double Row<T>(ReadOnlySpan<T> logits, int label, Span<T> slopes, Span<double> powers, double scale)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        double largest = double.NegativeInfinity, total = 0, loss = 0, mass = 0;
        foreach (T logit in logits) largest = Math.Max(largest, double.CreateTruncating(logit));
        Elementwise.Run<double, Exponentials<T>>(new() { Logits = logits, Powers = powers, Largest = largest }, 0, logits.Length);
        for (int j = 0; j < logits.Length; j++) total += powers[j];
        double logarithm = DeterministicMath.Log(total);
        for (int j = 0; j < logits.Length; j++)
        {
            double q = Share(j, label, logits.Length);
            mass += q;

            // A logit of −∞ is a class that cannot be: it must not make 0 · ∞ of a share of 0.
            if (q != 0) loss += q * (logarithm - (double.CreateTruncating(logits[j]) - largest));
        }

        for (int j = 0; j < slopes.Length; j++)
            slopes[j] = T.CreateTruncating(scale * ((mass * (powers[j] / total)) - Share(j, label, logits.Length)));
        return loss;
    }

    // q_j.
    private double Share(int j, int label, int classes)
    {
        double share = LabelSmoothing == 0 ? 0 : LabelSmoothing * WeightOf(j) / classes;
        return j == label ? share + ((1 - LabelSmoothing) * WeightOf(j)) : share;
    }

    private ref struct Exponentials<T> : IElementwise<double> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> Logits;
        public Span<double> Powers;
        public double Largest;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, double> =>
            Powers.Store(n, DeterministicMath.Exp<double, V>(Logits.Widen<T, V>(n) - V.Of(Largest)));
    }
}
