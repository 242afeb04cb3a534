using System.Buffers;
using System.Globalization;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>The negative log-likelihood of the true class when logits are made probabilities by softmax.
/// <code>
/// p_j      = exp(z_j) / Σ_k exp(z_k)
/// ℓ        = −ln p_y = ln Σ_k exp(z_k − m) − (z_y − m)       m = max_k z_k
/// ∂ℓ/∂z_j  = p_j − [j = y]
/// </code></summary>
/// <remarks>
/// z: logits, [.., classes]; y: the true class 0 … classes − 1, stored as a number in a target of [.., 1]. The mean is taken over
/// targets. In nats, in [0, ∞); ln(classes) is the loss of knowing nothing. Subtracting m keeps every exponential in [0, 1]. PyTorch's
/// CrossEntropyLoss. A class of NaN makes the loss and its row of the gradient NaN.
/// </remarks>
public sealed class SoftmaxCrossEntropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "softmax cross-entropy";

    /// <inheritdoc/>
    protected override int TargetWidth(int width) => 1;

    /// <inheritdoc/>
    protected override int CountedPerRow(int width) => 1;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A target is neither NaN nor an integer 0 … classes − 1; the message names its position and value.</exception>
    protected override void CheckTargets<T>(ReadOnlySpan<T> targets, int width, Tensor<T> target, int start)
    {
        for (int n = 0; n < targets.Length; n++)
        {
            double value = double.CreateTruncating(targets[n]);
            if (double.IsNaN(value) || (double.IsInteger(value) && value >= 0 && value < width)) continue;
            string position = string.Join(", ", Position(target.Lengths, start + n));
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"target[{position}] must be a class, an integer 0 … {width - 1}, but is {value}."));
        }
    }

    /// <inheritdoc/>
    protected override void Add<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale)
    {
        double[] powers = ArrayPool<double>.Shared.Rent(width);
        for (int row = 0; row < targets.Length; row++)
        {
            ReadOnlySpan<T> logits = predictions.Slice(row * width, width);
            double largest = double.NegativeInfinity, total = 0;
            foreach (T logit in logits) largest = Math.Max(largest, double.CreateTruncating(logit));
            for (int j = 0; j < width; j++) total += powers[j] = DeterministicMath.Exp(double.CreateTruncating(logits[j]) - largest);
            bool known = !T.IsNaN(targets[row]);
            int label = known ? int.CreateTruncating(targets[row]) : 0;
            sum.Add(known ? DeterministicMath.Log(total) - (double.CreateTruncating(logits[label]) - largest) : double.NaN);
            for (int j = 0; !gradients.IsEmpty && j < width; j++)
            {
                double probability = powers[j] / total;
                gradients[(row * width) + j] = known ? T.CreateTruncating(scale * (j == label ? probability - 1 : probability)) : T.NaN;
            }
        }

        ArrayPool<double>.Shared.Return(powers);
    }

    private static int[] Position(ReadOnlySpan<nint> lengths, int index)
    {
        int[] position = new int[lengths.Length];
        for (int axis = lengths.Length - 1; axis >= 0; axis--) (index, position[axis]) = Math.DivRem(index, (int)lengths[axis]);
        return position;
    }
}
