using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace LstmLab;

// Shapes, their checks, and the numbers behind a tensor.
public static partial class Tensors
{
    /// <summary>The values themselves in row-major order, without a copy.</summary>
    /// <exception cref="ShapeException">The tensor is a strided view: make it dense first.</exception>
    internal static Span<T> Flat<T>(this Tensor<T> tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.IsEmpty) return [];
        if (!tensor.IsDense)
            throw new ShapeException($"A tensor of shape {tensor.Shape()} is a strided view; pass tensor.ToDenseTensor().");
        // Tensor.GetSpan takes an axis of length 1, such as a batch of one, for the end of what is contiguous, and
        // Tensor.GetPinnableReference gives the first number of the array even where the tensor is a slice that begins later.
        return MemoryMarshal.CreateSpan(ref tensor.AsTensorSpan().GetPinnableReference(), checked((int)tensor.FlattenedLength));
    }

    /// <summary>Length of one axis as an int.</summary>
    internal static int Length<T>(this Tensor<T> tensor, int axis) => checked((int)tensor.Lengths[axis]);

    /// <summary>The shape as text, e.g. <c>[5, 2, 3]</c>.</summary>
    public static string Shape<T>(this Tensor<T> tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return $"[{string.Join(", ", tensor.Lengths.ToArray())}]";
    }

    /// <summary>Throws unless the tensor has exactly the expected shape.</summary>
    /// <param name="tensor">What is checked.</param>
    /// <param name="name">How the message calls it.</param>
    /// <param name="axes">The axes by their letters, e.g. "[T, B, I]".</param>
    /// <param name="expected">The lengths; −1 accepts any.</param>
    internal static void Require<T>(this Tensor<T> tensor, string name, string axes, params ReadOnlySpan<int> expected)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!tensor.HasShape(expected)) throw new ShapeException($"{name} must be {axes} = {Show(expected)}, but is {tensor.Shape()}.");
    }

    /// <summary>Whether the tensor has exactly the expected shape; −1 accepts any length.</summary>
    internal static bool HasShape<T>(this Tensor<T> tensor, params ReadOnlySpan<int> expected)
    {
        bool same = tensor.Rank == expected.Length;
        for (int axis = 0; same && axis < expected.Length; axis++) same = expected[axis] < 0 || tensor.Lengths[axis] == expected[axis];
        return same;
    }

    /// <summary>A shape as text; −1 is shown as "any".</summary>
    internal static string Show(ReadOnlySpan<int> lengths)
    {
        List<string> parts = [];
        foreach (int length in lengths) parts.Add(length < 0 ? "any" : $"{length}");
        return $"[{string.Join(", ", parts)}]";
    }

    /// <summary>The position [i, j, …] of the number at a flat row-major index.</summary>
    internal static int[] PositionOf(ReadOnlySpan<nint> lengths, int index)
    {
        int[] position = new int[lengths.Length];
        for (int axis = lengths.Length - 1; axis >= 0; axis--) (index, position[axis]) = Math.DivRem(index, (int)lengths[axis]);
        return position;
    }

    /// <summary>A tensor over part of <paramref name="values"/> (not copied) in row-major order.</summary>
    /// <param name="values">The array.</param>
    /// <param name="start">Where the tensor's first number is in it.</param>
    /// <param name="lengths">Its shape.</param>
    internal static Tensor<T> View<T>(T[] values, int start, params int[] lengths) => Tensor.Create(values, start, Native(lengths), []);

    private static nint[] Native(int[] lengths) => Array.ConvertAll(lengths, length => (nint)length);
}
