using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LstmLab;

/// <summary>
/// Small helpers on .NET's own <see cref="Tensor{T}"/>: sequences are time-major [T, B, I], row-major in memory, and never broadcast.
/// </summary>
public static class Tensors
{
    /// <summary>A tensor of zeros.</summary>
    /// <param name="lengths">Its shape; every length 0 or more.</param>
    public static Tensor<T> Zeros<T>(params int[] lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        return Tensor.Create(new T[lengths.Aggregate(1, (product, length) => checked(product * length))], Native(lengths));
    }

    /// <summary>A tensor over <paramref name="values"/> (not copied) in row-major order.</summary>
    /// <exception cref="ShapeException">The number of values is not the product of the lengths.</exception>
    public static Tensor<T> Of<T>(T[] values, params int[] lengths)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(lengths);
        int expected = lengths.Aggregate(1, (product, length) => checked(product * length));
        if (values.Length != expected)
            throw new ShapeException($"A tensor of shape {Show(lengths)} needs {expected} values, but {values.Length} were given.");
        return Tensor.Create(values, Native(lengths));
    }

    /// <summary>One sequence [T, 1, I] of a batch of one, from its rows of features.</summary>
    /// <param name="rows">T rows of I features each.</param>
    /// <exception cref="ShapeException">A row's length differs from the first row's.</exception>
    public static Tensor<T> Sequence<T>(params T[][] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int width = rows.Length == 0 ? 0 : rows[0].Length;
        int odd = Array.FindIndex(rows, row => row.Length != width);
        if (odd >= 0) throw new ShapeException($"Row {odd} of the sequence has {rows[odd].Length} features, but row 0 has {width}.");
        return Of(rows.SelectMany(row => row).ToArray(), rows.Length, 1, width);
    }

    /// <summary>A tensor filled by a function of the flat row-major index.</summary>
    public static Tensor<T> Fill<T>(Func<int, T> value, params int[] lengths)
    {
        ArgumentNullException.ThrowIfNull(value);
        Tensor<T> tensor = Zeros<T>(lengths);
        Span<T> flat = tensor.Flat();
        for (int n = 0; n < flat.Length; n++) flat[n] = value(n);
        return tensor;
    }

    /// <summary>The same values in another number type, each rounded once.</summary>
    public static Tensor<TTo> To<TFrom, TTo>(this Tensor<TFrom> source) where TFrom : struct, INumberBase<TFrom> where TTo : struct, INumberBase<TTo>
    {
        ArgumentNullException.ThrowIfNull(source);
        return Tensor.Create(Array.ConvertAll(source.ToArray(), TTo.CreateChecked), source.Lengths);
    }

    /// <summary>A copy of the values in row-major order.</summary>
    public static T[] ToArray<T>(this Tensor<T> tensor) => tensor.Flat().ToArray();

    /// <summary>The values themselves in row-major order, without a copy.</summary>
    /// <exception cref="ShapeException">The tensor is a strided view: make it dense first.</exception>
    internal static Span<T> Flat<T>(this Tensor<T> tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.IsEmpty) return [];
        if (!tensor.IsDense)
            throw new ShapeException($"A tensor of shape {tensor.Shape()} is a strided view; pass tensor.ToDenseTensor().");
        // Tensor.GetSpan takes an axis of length 1, such as a batch of one, for the end of what is contiguous.
        return MemoryMarshal.CreateSpan(ref Unsafe.AsRef(in tensor.GetPinnableReference()), checked((int)tensor.FlattenedLength));
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

    private static nint[] Native(int[] lengths) => Array.ConvertAll(lengths, length => (nint)length);
}
