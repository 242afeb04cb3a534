using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>How wrong predictions are, as one number, and its gradient with respect to the predictions.
/// <code>L = Σ ℓ / N</code>
/// ℓ is a subclass's loss of one element, N the number of elements that count.</summary>
/// <remarks>
/// Terms are computed and summed in double, whatever the number type, by an <see cref="InterleavedSum"/>: the k-th element that counts, in row-major
/// order and from 0, goes to its partial sum k mod 16. Masked elements have no number, so padding changes no bit. Gradients are rounded once. NaN in what counts makes the loss NaN; it is no exception. An instance holds no state.
/// </remarks>
public abstract class Loss
{
    /// <summary>The field's name of the loss, e.g. mean squared error.</summary>
    public abstract string Name { get; }

    /// <summary>The mean loss of a batch, and its gradient.</summary>
    /// <param name="prediction">Predictions, [T, B, O], [B, O] or any shape whose last axis is O.</param>
    /// <param name="target">Truth, in the prediction's shape; a subclass may want another last axis. Never broadcast.</param>
    /// <param name="gradient">Receives ∂L/∂prediction, in the prediction's shape; overwritten, and exactly 0 where lengths mask. Must not overlap an input.</param>
    /// <param name="lengths">Length of each sequence of [T, B, O], [B], each 1 … T: only t below it counts, and N = Σ lengths · O. A prediction of
    /// [B, O], one answer a sequence, counts whole.</param>
    /// <returns>L; NaN where a counted value is NaN.</returns>
    /// <exception cref="ShapeException">A shape disagrees, or there is nothing to take the mean of; nothing has been written.</exception>
    /// <remarks>One pass, no allocation.</remarks>
    public double Evaluate<T>(Tensor<T> prediction, Tensor<T> target, Tensor<T>? gradient = null, IReadOnlyList<int>? lengths = null)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        if (prediction.IsEmpty) throw new ShapeException($"prediction is {prediction.Shape()}: a mean over no elements does not exist.");
        int width = prediction.Length(prediction.Rank - 1), targetWidth = TargetWidth(width);
        Require(target, "target", prediction, targetWidth);
        if (gradient is not null) Require(gradient, "gradient", prediction, width);

        ReadOnlySpan<T> predictions = prediction.Flat(), targets = target.Flat();
        Span<T> gradients = gradient is null ? [] : gradient.Flat();
        long countedRows = lengths is null ? predictions.Length / width : Count(lengths, prediction);
        double counted = countedRows * (double)CountedPerRow(width);
        InterleavedSum sum = default;
        int rows = predictions.Length / width;
        if (lengths is null || countedRows == rows)
        {
            CheckTargets(targets, width, target, 0);
            Add(ref sum, predictions, targets, gradients, width, 1 / counted);
            return sum.Total / counted;
        }

        for (int start = 0, end; start < rows; start = end)
        {
            end = EndOfAlike(lengths, start, out bool counts);
            if (counts) CheckTargets(targets[(start * targetWidth)..(end * targetWidth)], width, target, start * targetWidth);
        }

        for (int start = 0, end; start < rows; start = end)
        {
            end = EndOfAlike(lengths, start, out bool counts);
            Range numbers = (start * width)..(end * width);
            Span<T> gradientRows = gradient is null ? [] : gradients[numbers];
            if (counts) Add(ref sum, predictions[numbers], targets[(start * targetWidth)..(end * targetWidth)], gradientRows, width, 1 / counted);
            else gradientRows.Clear();
        }

        return sum.Total / counted;
    }

    /// <summary>Length of the target's last axis; by default the prediction's.</summary>
    /// <param name="width">O, the length of the prediction's last axis.</param>
    /// <exception cref="ShapeException">The loss has no use for predictions of this length.</exception>
    protected virtual int TargetWidth(int width) => width;

    /// <summary>How many elements a row adds to N; by default one for each prediction.</summary>
    /// <param name="width">O, the length of the prediction's last axis.</param>
    protected virtual int CountedPerRow(int width) => width;

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
    /// <param name="scale">1/N.</param>
    protected abstract void Add<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale)
        where T : struct, IBinaryFloatingPointIeee754<T>;

    private static void Require<T>(Tensor<T> tensor, string name, Tensor<T> prediction, int width)
    {
        bool same = tensor.Rank == prediction.Rank && tensor.Lengths[^1] == width;
        for (int axis = 0; same && axis < tensor.Rank - 1; axis++) same = tensor.Lengths[axis] == prediction.Lengths[axis];
        if (same) return;
        int[] expected = [.. prediction.Lengths[..^1].ToArray().Select(length => (int)length), width];
        throw new ShapeException($"{name} must be {Tensors.Show(expected)} for a prediction of {prediction.Shape()}, but is {tensor.Shape()}.");
    }

    // The end of the rows t·B + b, b upwards from start, that all count as the first does, or all do not.
    private static int EndOfAlike(IReadOnlyList<int> lengths, int start, out bool counts)
    {
        (int t, int b) = Math.DivRem(start, lengths.Count);
        int batch = lengths.Count, end = start + 1;
        counts = t < lengths[b];
        while (++b < batch && t < lengths[b] == counts) end++;
        return end;
    }

    // Rows that count: Σ lengths of [T, B, O], B of [B, O].
    private static long Count<T>(IReadOnlyList<int> lengths, Tensor<T> prediction)
    {
        if (prediction.Rank is not (2 or 3)) throw new ShapeException($"lengths need a prediction of [T, B, O] or [B, O], but it is {prediction.Shape()}.");
        int batch = prediction.Length(prediction.Rank - 2);
        long count = 0;
        if (lengths.Count != batch) throw new ShapeException($"lengths must hold one length a sequence, [B] = {batch}, but holds {lengths.Count}.");
        if (prediction.Rank == 2) return batch;
        int timeSteps = prediction.Length(0);
        for (int b = 0; b < batch; b++)
        {
            if (lengths[b] < 1 || lengths[b] > timeSteps)
                throw new ShapeException($"lengths[{b}] must be between 1 and T = {timeSteps}, but is {lengths[b]}.");
            count += lengths[b];
        }

        return count;
    }
}
