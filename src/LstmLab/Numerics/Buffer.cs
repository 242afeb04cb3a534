using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A workspace tensor, made once for each shape it is asked in: full batches and a shorter last one do not evict each other.</summary>
internal sealed class Buffer<T>
{
    private readonly List<Tensor<T>> _tensors = [];

    /// <summary>The tensor of that shape; its values are whatever was left in it.</summary>
    public Tensor<T> Of(params ReadOnlySpan<int> lengths)
    {
        for (int n = 0; n < _tensors.Count; n++)
            if (Same(_tensors[n], lengths)) return _tensors[n];
        Tensor<T> tensor = Tensors.Zeros<T>(lengths.ToArray());
        _tensors.Add(tensor);
        return tensor;
    }

    /// <summary>The tensor of that shape, all zero.</summary>
    public Tensor<T> Cleared(params ReadOnlySpan<int> lengths)
    {
        Tensor<T> tensor = Of(lengths);
        tensor.Flat().Clear();
        return tensor;
    }

    /// <summary>The tensor of another one's shape, [B, n] or [T, B, n], with another last axis.</summary>
    public Tensor<T> Like(Tensor<T> tensor, int width) =>
        tensor.Rank == 2 ? Of(tensor.Length(0), width) : Of(tensor.Length(0), tensor.Length(1), width);

    /// <summary>The tensor of another one's shape, [B, n] or [T, B, n].</summary>
    public Tensor<T> Like(Tensor<T> tensor) => Like(tensor, tensor.Length(tensor.Rank - 1));

    private static bool Same(Tensor<T> tensor, ReadOnlySpan<int> lengths)
    {
        if (tensor.Rank != lengths.Length) return false;
        for (int axis = 0; axis < lengths.Length; axis++)
            if (tensor.Lengths[axis] != lengths[axis]) return false;
        return true;
    }
}
