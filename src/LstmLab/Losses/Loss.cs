using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>How wrong predictions are, as one number, and its gradient with respect to the predictions.
/// <code>L = Σ w ℓ / N,    N = Σ w</code>
/// ℓ is a subclass's loss of one element and w the weight of its row, 1 unless given. Sums run over the elements that count.</summary>
/// <remarks>
/// Terms are computed and summed in double, whatever the number type, by an <see cref="InterleavedSum"/>: the k-th element that counts, in
/// row-major order and from 0, goes to its partial sum k mod 16. Masked elements have no number, so padding changes no bit. With weights,
/// each row is summed by itself, and the k-th row's sum times its weight is the k-th term. Gradients are rounded once. NaN in what counts
/// makes the loss NaN; it is no exception. An instance holds no state.
/// </remarks>
public abstract class Loss
{
    /// <summary>The field's name of the loss, e.g. mean squared error.</summary>
    public abstract string Name { get; }

    /// <summary>The loss with every setting that its values depend on, e.g. <c>HuberLoss(delta: 0.5)</c>; numbers read back to the same
    /// bits. A training that is resumed must have the loss of the one that was stopped: their texts are compared.</summary>
    public abstract string Settings { get; }

    /// <summary>Whether batches of equally many samples may average over different weights even without lengths, as with classes left
    /// out.</summary>
    internal virtual bool WeightVaries => false;

    /// <summary>A loss written by its user, as a function of one prediction and its target.
    /// <code>
    /// // A forecast that is too low costs three times what one that is too high costs.
    /// Loss.Of((prediction, target) => prediction &lt; target ? (3 * (target - prediction), -3) : (prediction - target, 1))
    /// </code></summary>
    /// <param name="formula">Gives ℓ and its slope ∂ℓ/∂prediction.</param>
    /// <param name="name">The loss's name, and the only thing by which a resumed training recognizes it.</param>
    public static Loss Of(Func<double, double, (double Loss, double Slope)> formula, string name = "custom loss")
    {
        ArgumentNullException.ThrowIfNull(formula);
        return new CustomLoss(formula, name);
    }

    /// <inheritdoc cref="Evaluate{T}(Tensor{T}, Tensor{T}, out double, Tensor{T}, IReadOnlyList{int}, Tensor{T})"/>
    public double Evaluate<T>(
        Tensor<T> prediction, Tensor<T> target, Tensor<T>? gradient = null, IReadOnlyList<int>? lengths = null, Tensor<T>? weights = null)
        where T : struct, IBinaryFloatingPointIeee754<T> => Evaluate(prediction, target, out _, gradient, lengths, weights);

    /// <summary>The mean loss of a batch, and its gradient.</summary>
    /// <param name="prediction">Predictions, [T, B, O], [B, O] or any shape whose last axis is O.</param>
    /// <param name="target">Truth, in the prediction's shape; a subclass may want another last axis. Never broadcast.</param>
    /// <param name="weight">Receives N, what the mean was taken over: the number of elements, or the sum of their weights. The mean of
    /// several batches is Σ N L / Σ N.</param>
    /// <param name="gradient">Receives ∂L/∂prediction, in the prediction's shape; overwritten, and exactly 0 where lengths mask. Must not
    /// overlap an input.</param>
    /// <param name="lengths">Length of each sequence of [T, B, O], [B], each 1 … T: only t below it counts, and N = Σ lengths · O. A
    /// prediction of [B, O], one answer a sequence, counts whole.</param>
    /// <param name="weights">Weight of each sequence, [B], or of each time step of each, [T, B]; each 0 or more and finite where it counts.
    /// A row of weight 0 is left out. All rows weigh 1 when omitted.</param>
    /// <returns>L; NaN where a counted value is NaN.</returns>
    /// <exception cref="ShapeException">A shape disagrees, or there is nothing to take the mean of; nothing has been written.</exception>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or nothing counts; nothing has been written to the
    /// gradient.</exception>
    /// <remarks>One pass, no allocation.</remarks>
    public double Evaluate<T>(
        Tensor<T> prediction, Tensor<T> target, out double weight, Tensor<T>? gradient = null, IReadOnlyList<int>? lengths = null,
        Tensor<T>? weights = null)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        double sum = Sum(prediction, target, out weight, gradient, lengths, weights);
        return sum / weight;
    }

    /// <summary>Σ w ℓ of a batch, and what
    /// <see cref="Evaluate{T}(Tensor{T}, Tensor{T}, out double, Tensor{T}, IReadOnlyList{int}, Tensor{T})"/> gives.</summary>
    internal double Sum<T>(
        Tensor<T> prediction, Tensor<T> target, out double weight, Tensor<T>? gradient, IReadOnlyList<int>? lengths, Tensor<T>? weights)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        if (prediction.IsEmpty) throw new ShapeException($"prediction is {prediction.Shape()}: a mean over no elements does not exist.");
        int width = prediction.Length(prediction.Rank - 1), targetWidth = TargetWidth(width);
        Require(target, "target", prediction, targetWidth);
        if (gradient is not null) Require(gradient, "gradient", prediction, width);
        CountedRows rows = CountedRows.Of(prediction, lengths);
        ReadOnlySpan<T> predictions = prediction.Flat(), targets = target.Flat();
        ReadOnlySpan<T> rowWeights = weights is null ? [] : WeightsOf(weights, prediction);
        Span<T> gradients = gradient is null ? [] : gradient.Flat();

        InterleavedSum counted = default;
        for (int start = 0, end; start < rows.Rows; start = end)
        {
            end = rows.EndOfRun(start, out bool counts);
            ReadOnlySpan<T> truth = targets[(start * targetWidth)..(end * targetWidth)];
            if (!counts) continue;
            CheckTargets(truth, width, target, start * targetWidth);
            if (rowWeights.IsEmpty) Count(ref counted, truth, end - start, width);
            else CountWeighted(ref counted, truth, start, end - start, width, rowWeights, weights!);
        }

        weight = counted.Total;
        if (!(weight > 0))
            throw new ArgumentException($"Nothing in the prediction of {prediction.Shape()} counts: a mean over nothing does not exist.");

        InterleavedSum sum = default;
        for (int start = 0, end; start < rows.Rows; start = end)
        {
            end = rows.EndOfRun(start, out bool counts);
            Range numbers = (start * width)..(end * width);
            ReadOnlySpan<T> truth = targets[(start * targetWidth)..(end * targetWidth)];
            Span<T> slopes = gradient is null ? [] : gradients[numbers];
            if (!counts) slopes.Clear();
            else if (rowWeights.IsEmpty) Add(ref sum, predictions[numbers], truth, slopes, width, 1 / weight);
            else AddWeighted(ref sum, predictions[numbers], truth, slopes, width, weight, start, rowWeights);
        }

        return sum.Total;
    }

    /// <summary>Length of the target's last axis; by default the prediction's.</summary>
    /// <param name="width">O, the length of the prediction's last axis.</param>
    /// <exception cref="ShapeException">The loss has no use for predictions of this length.</exception>
    protected virtual int TargetWidth(int width) => width;

    /// <summary>Adds to N what rows weigh; by default one for each prediction.</summary>
    /// <param name="sum">N so far.</param>
    /// <param name="targets">Rows of targets that count.</param>
    /// <param name="rows">How many rows they are.</param>
    /// <param name="width">O, the length of the prediction's last axis.</param>
    protected virtual void Count<T>(ref InterleavedSum sum, ReadOnlySpan<T> targets, int rows, int width)
        where T : struct, IBinaryFloatingPointIeee754<T> => sum.Add((double)rows * width);

    /// <summary>Throws where a target has no meaning; by default every number has one.</summary>
    /// <param name="targets">Rows of targets that count.</param>
    /// <param name="width">O, the length of the prediction's last axis.</param>
    /// <param name="target">The tensor they are from, for the message.</param>
    /// <param name="start">The row-major index of their first in it.</param>
    protected virtual void CheckTargets<T>(ReadOnlySpan<T> targets, int width, Tensor<T> target, int start)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
    }

    /// <summary>Adds the losses of rows to a sum, one by one in ascending order, and writes their gradients.</summary>
    /// <param name="sum">The sum so far; receives the rows' losses.</param>
    /// <param name="predictions">Rows of O predictions.</param>
    /// <param name="targets">As many rows of targets.</param>
    /// <param name="gradients">Receives <paramref name="scale"/> · ∂ℓ/∂prediction; empty when no gradient is wanted.</param>
    /// <param name="width">O.</param>
    /// <param name="scale">1/N, or w/N.</param>
    protected abstract void Add<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale)
        where T : struct, IBinaryFloatingPointIeee754<T>;

    private void CountWeighted<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> targets, int start, int rows, int width, ReadOnlySpan<T> rowWeights, Tensor<T> weights)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        int targetWidth = targets.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            int place = (start + row) % rowWeights.Length;
            double weight = double.CreateTruncating(rowWeights[place]);
            if (!(weight >= 0 && double.IsFinite(weight)))
            {
                string position = Tensors.Show(Tensors.PositionOf(weights.Lengths, place));
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"weights{position} must be in [0, ∞), but is {weight}."));
            }

            InterleavedSum ofRow = default;
            Count(ref ofRow, targets.Slice(row * targetWidth, targetWidth), 1, width);
            sum.Add(weight * ofRow.Total);
        }
    }

    private void AddWeighted<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double total, int start,
        ReadOnlySpan<T> rowWeights) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        int rows = predictions.Length / width, targetWidth = targets.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            double weight = double.CreateTruncating(rowWeights[(start + row) % rowWeights.Length]);
            Span<T> slopes = gradients.IsEmpty ? [] : gradients.Slice(row * width, width);
            if (weight == 0)
            {
                slopes.Clear();
                continue;
            }

            InterleavedSum ofRow = default;
            ReadOnlySpan<T> truth = targets.Slice(row * targetWidth, targetWidth);
            Add(ref ofRow, predictions.Slice(row * width, width), truth, slopes, width, weight / total);
            sum.Add(weight * ofRow.Total);
        }
    }

    // One weight a row, [T, B], or one a sequence, [B]: row t·B + b has the weight at its number modulo how many there are.
    private static ReadOnlySpan<T> WeightsOf<T>(Tensor<T> weights, Tensor<T> prediction)
    {
        ReadOnlySpan<nint> rows = prediction.Lengths[..^1];
        if (weights.Lengths.SequenceEqual(rows) || (rows.Length == 2 && weights.Lengths.SequenceEqual(rows[1..]))) return weights.Flat();
        int[] expected = Array.ConvertAll(rows.ToArray(), length => (int)length);
        string sequences = rows.Length == 2 ? $" or [{rows[1]}]" : "";
        throw new ShapeException(
            $"weights must be {Tensors.Show(expected)}{sequences} for a prediction of {prediction.Shape()}, but are {weights.Shape()}.");
    }

    /// <summary>Throws unless a tensor has the shape of the prediction with another last axis.</summary>
    internal static void Require<T>(Tensor<T> tensor, string name, Tensor<T> prediction, int width)
    {
        bool same = tensor.Rank == prediction.Rank && tensor.Lengths[^1] == width;
        for (int axis = 0; same && axis < tensor.Rank - 1; axis++) same = tensor.Lengths[axis] == prediction.Lengths[axis];
        if (same) return;
        int[] expected = [.. prediction.Lengths[..^1].ToArray().Select(length => (int)length), width];
        throw new ShapeException(
            $"{name} must be {Tensors.Show(expected)} for a prediction of {prediction.Shape()}, but is {tensor.Shape()}.");
    }

    private sealed class CustomLoss(Func<double, double, (double Loss, double Slope)> formula, string name) : Loss
    {
        public override string Name => name;

        public override string Settings => name;

        protected override void Add<T>(
            ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale)
        {
            for (int n = 0; n < predictions.Length; n++)
            {
                (double loss, double slope) = formula(double.CreateTruncating(predictions[n]), double.CreateTruncating(targets[n]));
                sum.Add(loss);
                if (!gradients.IsEmpty) gradients[n] = T.CreateTruncating(scale * slope);
            }
        }
    }
}
