using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A number that a training reports in addition to its loss, such as the accuracy. It has no gradient.
/// <code>value = f(Σ s / Σ w)</code>
/// s and w of a batch are what <see cref="Measure"/> gives; sums run over all batches, so that the value does not depend on how samples
/// were batched (up to the rounding of the sum; counts are exact). f is the identity unless a subclass says otherwise.</summary>
public abstract class TrainingMetric
{
    /// <summary>The field's name of the metric, e.g. accuracy.</summary>
    public abstract string Name { get; }

    /// <summary>The metric that is a loss's mean, such as the mean absolute error of a model that is trained on another loss.</summary>
    public static TrainingMetric Of(Loss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return new LossMetric(loss);
    }

    /// <summary>What a batch adds to the two sums.</summary>
    /// <param name="prediction">Predictions, [T, B, O], [B, O] or any shape whose last axis is O.</param>
    /// <param name="target">Truth, in the shape that the metric wants of it.</param>
    /// <param name="lengths">Length of each sequence of [T, B, O], [B], each 1 … T: only t below it counts; all when omitted.</param>
    /// <returns>s and w of the batch.</returns>
    /// <exception cref="ShapeException">A shape disagrees, or there is nothing to measure.</exception>
    public abstract (double Sum, double Weight) Measure<T>(Tensor<T> prediction, Tensor<T> target, IReadOnlyList<int>? lengths = null)
        where T : struct, IBinaryFloatingPointIeee754<T>;

    /// <summary>The metric's value, from the sums over all batches; NaN if nothing counted.</summary>
    public virtual double Value(double sum, double weight) => sum / weight;

    /// <summary>The metric's value on one batch.</summary>
    /// <inheritdoc cref="Measure"/>
    public double Evaluate<T>(Tensor<T> prediction, Tensor<T> target, IReadOnlyList<int>? lengths = null)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        (double sum, double weight) = Measure(prediction, target, lengths);
        return Value(sum, weight);
    }

    /// <summary>Counts rows.</summary>
    /// <param name="prediction">Predictions whose last axis is O.</param>
    /// <param name="target">Truth in the same shape, or with a last axis of <paramref name="targetWidth"/>.</param>
    /// <param name="targetWidth">Length of the target's last axis.</param>
    /// <param name="lengths">As of <see cref="Measure"/>.</param>
    /// <param name="count">Gives of one row of predictions and targets how many elements count, and how many of them are right.</param>
    private protected static (double Sum, double Weight) CountRows<T>(
        Tensor<T> prediction, Tensor<T> target, int targetWidth, IReadOnlyList<int>? lengths, RowCount<T> count)
    {
        if (prediction.IsEmpty) throw new ShapeException($"prediction is {prediction.Shape()}: there is nothing to measure.");
        int width = prediction.Length(prediction.Rank - 1);
        Loss.Require(target, "target", prediction, targetWidth);
        CountedRows rows = CountedRows.Of(prediction, lengths);
        ReadOnlySpan<T> predictions = prediction.Flat(), targets = target.Flat();
        long right = 0, counted = 0;
        for (int start = 0, end; start < rows.Rows; start = end)
        {
            end = rows.EndOfRun(start, out bool counts);
            for (int row = start; counts && row < end; row++)
            {
                ReadOnlySpan<T> truth = targets.Slice(row * targetWidth, targetWidth);
                (int rightOfRow, int countedOfRow) = count(predictions.Slice(row * width, width), truth);
                right += rightOfRow;
                counted += countedOfRow;
            }
        }

        return (right, counted);
    }

    /// <summary>How many elements of a row are right, and how many count.</summary>
    private protected delegate (int Right, int Counted) RowCount<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets);

    private sealed class LossMetric(Loss loss) : TrainingMetric
    {
        public override string Name => loss.Name;

        public override (double Sum, double Weight) Measure<T>(Tensor<T> prediction, Tensor<T> target, IReadOnlyList<int>? lengths = null)
        {
            double sum = loss.Sum(prediction, target, out double weight, null, lengths, null);
            return (sum, weight);
        }
    }
}

/// <summary>The share of targets whose class has the largest logit (of equal ones the first), in [0, 1]. A row with NaN is wrong.</summary>
/// <remarks>Predictions [.., K], targets [.., 1] as of <see cref="SoftmaxCrossEntropy"/>.</remarks>
/// <param name="ignoreClass">The class that is left out, such as padding; none when omitted.</param>
public sealed class Accuracy(int? ignoreClass = null) : TrainingMetric
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override (double Sum, double Weight) Measure<T>(Tensor<T> prediction, Tensor<T> target, IReadOnlyList<int>? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        return CountRows(prediction, target, 1, lengths, (logits, label) =>
        {
            if (ignoreClass is { } ignored && label[0] == T.CreateTruncating(ignored)) return (0, 0);
            int best = 0;
            bool defined = true;
            for (int j = 0; j < logits.Length; j++)
            {
                if (logits[j] > logits[best]) best = j;
                defined &= !T.IsNaN(logits[j]);
            }

            return (defined && label[0] == T.CreateTruncating(best) ? 1 : 0, 1);
        });
    }
}

/// <summary>The share of logits on the side of their target: above 0 for targets of at least ½, at most 0 for others; in [0, 1]. NaN is
/// wrong.</summary>
/// <remarks>Predictions and targets [.., O] as of <see cref="BinaryCrossEntropyWithLogits"/>.</remarks>
public sealed class BinaryAccuracy : TrainingMetric
{
    /// <inheritdoc/>
    public override string Name => "binary accuracy";

    /// <inheritdoc/>
    public override (double Sum, double Weight) Measure<T>(Tensor<T> prediction, Tensor<T> target, IReadOnlyList<int>? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        T half = T.CreateTruncating(0.5);
        return CountRows(prediction, target, prediction.IsEmpty ? 0 : prediction.Length(prediction.Rank - 1), lengths, (logits, truth) =>
        {
            int right = 0;
            for (int n = 0; n < logits.Length; n++)
                if (truth[n] >= half ? logits[n] > T.Zero : truth[n] < half && logits[n] <= T.Zero) right++;
            return (right, logits.Length);
        });
    }
}

/// <summary>The perplexity: e to the power of the mean cross-entropy in nats, in [1, ∞); K for a model that finds K classes equally
/// likely.</summary>
/// <remarks>Predictions [.., K], targets [.., 1] as of <see cref="SoftmaxCrossEntropy"/>.</remarks>
/// <param name="ignoreClass">The class that is left out, such as padding; none when omitted.</param>
public sealed class Perplexity(int? ignoreClass = null) : TrainingMetric
{
    private readonly SoftmaxCrossEntropy _loss = new(ignoreClass: ignoreClass);

    /// <inheritdoc/>
    public override string Name => "perplexity";

    /// <inheritdoc/>
    public override (double Sum, double Weight) Measure<T>(Tensor<T> prediction, Tensor<T> target, IReadOnlyList<int>? lengths = null)
    {
        double sum = _loss.Sum(prediction, target, out double weight, null, lengths, null);
        return (sum, weight);
    }

    /// <inheritdoc/>
    public override double Value(double sum, double weight) => DeterministicMath.Exp(sum / weight);
}
