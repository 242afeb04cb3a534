using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A workspace that gives tensors of any shape over one array, which grows to the largest shape asked for and is reused.</summary>
/// <remarks>Only the tensor asked for last holds meaningful values. A shape among the last few allocates nothing.</remarks>
internal sealed class TensorCache<T>
{
    // A training meets a full batch and a shorter last one; two more leave room for a caller's own alternation.
    private const int Views = 4;

    private readonly Tensor<T>?[] _views = new Tensor<T>?[Views];
    private T[] _values = [];
    private int _oldest;

    /// <summary>The tensor of that shape; its values are whatever was left in it.</summary>
    /// <exception cref="ShapeException">The product of the lengths is more than one array can hold.</exception>
    public Tensor<T> Of(params ReadOnlySpan<int> lengths)
    {
        foreach (Tensor<T>? view in _views)
        {
            if (view is not null && view.HasShape(lengths)) return view;
        }

        return Make(lengths);
    }

    /// <summary>The tensor of that shape, all zero.</summary>
    public Tensor<T> Cleared(params ReadOnlySpan<int> lengths)
    {
        Tensor<T> tensor = Of(lengths);
        tensor.Flat().Clear();
        return tensor;
    }

    /// <summary>The tensor of another one's shape with another last axis.</summary>
    public Tensor<T> Like(Tensor<T> tensor, int width)
    {
        Span<int> lengths = stackalloc int[tensor.Rank];
        for (int axis = 0; axis < lengths.Length; axis++) lengths[axis] = tensor.Length(axis);
        lengths[^1] = width;
        return Of(lengths);
    }

    /// <summary>The tensor of another one's shape.</summary>
    public Tensor<T> Like(Tensor<T> tensor) => Like(tensor, tensor.Length(tensor.Rank - 1));

    private Tensor<T> Make(ReadOnlySpan<int> lengths)
    {
        long count = 1;
        nint[] native = new nint[lengths.Length];
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            count *= lengths[axis];
            native[axis] = lengths[axis];
            if (count > Array.MaxLength)
                throw new ShapeException(
                    $"A tensor of shape {Tensors.Show(lengths)} is larger than an array can be: use fewer or shorter sequences a pass.");
        }

        if (count > _values.Length)
        {
            // A fifth more each time, so that sequences that get longer one by one do not make an array each.
            long grown = _values.Length + (_values.Length / 5L);
            _values = new T[Math.Min(Array.MaxLength, Math.Max(count, grown))];
            Array.Clear(_views);
        }

        _oldest = (_oldest + 1) % Views;
        return _views[_oldest] = Tensor.Create(_values, native);
    }
}
