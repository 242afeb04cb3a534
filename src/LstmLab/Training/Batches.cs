using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Gathers mini-batches of a data set into workspaces that are made once for each batch size.</summary>
internal sealed class Batches<T>(Dataset<T> samples) where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorCache<T> _x = new(), _y = new(), _weights = new();
    private readonly TensorCache<T>[] _more = [.. samples.More.Select(_ => new TensorCache<T>())];
    private readonly Dictionary<int, Dataset<T>> _batches = [];

    /// <summary>The samples of the given indexes as a batch; overwritten by the next call.</summary>
    public Dataset<T> Gather(ReadOnlySpan<int> indexes)
    {
        int count = indexes.Length;
        Tensor<T> x = Gather(samples.X, indexes, _x), y = Gather(samples.Y, indexes, _y);
        if (!_batches.TryGetValue(count, out Dataset<T>? batch) || !ReferenceEquals(batch.X, x) || !ReferenceEquals(batch.Y, y))
        {
            batch = Make(x, y, indexes);
            _batches[count] = batch;
        }

        for (int n = 0; n < _more.Length; n++) Gather(samples.More[n].Data, indexes, _more[n]);
        if (samples.Weights is not null) GatherWeights(samples.Weights, indexes);
        Gather(samples.Lengths, indexes, batch.Lengths);
        for (int n = 0; n < _more.Length; n++) Gather(samples.More[n].Lengths, indexes, batch.More[n].Lengths);
        return batch;
    }

    private Dataset<T> Make(Tensor<T> x, Tensor<T> y, ReadOnlySpan<int> indexes)
    {
        List<Input<T>> more = [];
        for (int n = 0; n < _more.Length; n++)
        {
            int[]? lengths = samples.More[n].Lengths is null ? null : new int[indexes.Length];
            more.Add(new(Gather(samples.More[n].Data, indexes, _more[n]), lengths));
        }

        return new(x, y, samples.Lengths is null ? null : new int[indexes.Length])
        {
            More = more,
            Weights = samples.Weights is null ? null : GatherWeights(samples.Weights, indexes),
        };
    }

    private Tensor<T> GatherWeights(Tensor<T> all, ReadOnlySpan<int> indexes)
    {
        int steps = all.Rank == 2 ? all.Length(0) : 1, count = all.Length(all.Rank - 1);
        Tensor<T> batch = all.Rank == 2 ? _weights.Of(steps, indexes.Length) : _weights.Of(indexes.Length);
        for (int t = 0; t < steps; t++)
        {
            for (int b = 0; b < indexes.Length; b++) batch.Flat()[(t * indexes.Length) + b] = all.Flat()[(t * count) + indexes[b]];
        }

        return batch;
    }

    private static Tensor<T> Gather(Tensor<T> all, ReadOnlySpan<int> indexes, TensorCache<T> cache)
    {
        int steps = all.Rank == 3 ? all.Length(0) : 1, count = all.Length(all.Rank - 2), width = all.Length(all.Rank - 1);
        Tensor<T> batch = all.Rank == 3 ? cache.Of(steps, indexes.Length, width) : cache.Of(indexes.Length, width);
        ReadOnlySpan<T> from = all.Flat();
        Span<T> to = batch.Flat();
        for (int t = 0; t < steps; t++)
        {
            for (int b = 0; b < indexes.Length; b++)
                from.Slice(((t * count) + indexes[b]) * width, width).CopyTo(to.Slice(((t * indexes.Length) + b) * width, width));
        }

        return batch;
    }

    private static void Gather(IReadOnlyList<int>? all, ReadOnlySpan<int> indexes, IReadOnlyList<int>? lengths)
    {
        if (all is null) return;
        int[] to = (int[])lengths!;
        for (int b = 0; b < to.Length; b++) to[b] = all[indexes[b]];
    }
}
