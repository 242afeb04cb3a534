using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Gathers mini-batches into workspaces made once for each batch size.</summary>
internal sealed class Batches<T>(Dataset<T> samples) where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Buffer<T> _x = new(), _y = new();
    private readonly Dictionary<int, int[]> _lengths = [];

    /// <summary>The samples of the given indexes as a batch; overwritten by the next call for the same number of them.</summary>
    public (Tensor<T> X, Tensor<T> Y, IReadOnlyList<int>? Lengths) Gather(ReadOnlySpan<int> indexes) =>
        (Gather(samples.X, indexes, _x), Gather(samples.Y, indexes, _y), Lengths(indexes));

    private static Tensor<T> Gather(Tensor<T> all, ReadOnlySpan<int> indexes, Buffer<T> buffer)
    {
        int steps = all.Rank == 3 ? all.Length(0) : 1, count = all.Length(all.Rank - 2), width = all.Length(all.Rank - 1);
        Tensor<T> batch = all.Rank == 3 ? buffer.Of(steps, indexes.Length, width) : buffer.Of(indexes.Length, width);
        ReadOnlySpan<T> from = all.Flat();
        Span<T> to = batch.Flat();
        for (int t = 0; t < steps; t++)
            for (int b = 0; b < indexes.Length; b++)
                from.Slice(((t * count) + indexes[b]) * width, width).CopyTo(to.Slice(((t * indexes.Length) + b) * width, width));
        return batch;
    }

    private int[]? Lengths(ReadOnlySpan<int> indexes)
    {
        if (samples.Lengths is null) return null;
        if (!_lengths.TryGetValue(indexes.Length, out int[]? lengths)) _lengths.Add(indexes.Length, lengths = new int[indexes.Length]);
        for (int b = 0; b < lengths.Length; b++) lengths[b] = samples.Lengths[indexes[b]];
        return lengths;
    }
}
