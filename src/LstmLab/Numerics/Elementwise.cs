using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LstmLab;

/// <summary>An operation on the elements of arrays that are at the same index, written once for every vector width.</summary>
/// <typeparam name="T">The number type of the lanes.</typeparam>
internal interface IElementwise<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Performs the operation at the indexes n … n + W − 1.</summary>
    /// <param name="n">A multiple of W, the number of lanes.</param>
    void At<V>(nint n) where V : struct, ILanes<V, T>;
}

/// <summary>Performs elementwise operations with the widest vectors of this processor, and with narrower ones on what remains. The bits of
/// a lane do not depend on how many lanes there are, so neither do the results.</summary>
internal static class Elementwise
{
    // A multiple of every number of lanes.
    private const int Alignment = 16;

    /// <summary>Performs an operation at the indexes <paramref name="from"/> … <paramref name="to"/> − 1, in ascending order.</summary>
    public static void Run<T, TOperation>(TOperation operation, nint from, nint to)
        where T : struct, IBinaryFloatingPointIeee754<T>
        where TOperation : struct, IElementwise<T>, allows ref struct
    {
        // A width that has nothing to do is not compiled either.
        nint n = from, aligned = nint.Min(to, (from + Alignment - 1) / Alignment * Alignment);
        if (n < aligned) n = Run<T, Lanes1<T>, TOperation>(ref operation, n, aligned);
        if (Vector512.IsHardwareAccelerated && to - n >= Vector512<T>.Count) n = Run<T, Lanes512<T>, TOperation>(ref operation, n, to);
        if (Vector256.IsHardwareAccelerated && to - n >= Vector256<T>.Count) n = Run<T, Lanes256<T>, TOperation>(ref operation, n, to);
        if (Vector128.IsHardwareAccelerated && to - n >= Vector128<T>.Count) n = Run<T, Lanes128<T>, TOperation>(ref operation, n, to);
        if (n < to) Run<T, Lanes1<T>, TOperation>(ref operation, n, to);
    }

    // Optimized at the first call: a profile of a first call on few numbers would mislead the compiler about calls on many.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Run<T, V, TOperation>(ref TOperation operation, nint n, nint to)
        where T : struct, IBinaryFloatingPointIeee754<T>
        where V : struct, ILanes<V, T>
        where TOperation : struct, IElementwise<T>, allows ref struct
    {
        for (; n + V.Count <= to; n += V.Count) operation.At<V>(n);
        return n;
    }

    /// <summary>The numbers at the indexes n … n + W − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<T, V>(this ReadOnlySpan<T> values, nint n)
        where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> =>
        V.Load(ref Unsafe.Add(ref MemoryMarshal.GetReference(values), n));

    /// <inheritdoc cref="Load{T, V}(ReadOnlySpan{T}, nint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<T, V>(this Span<T> values, nint n)
        where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> =>
        V.Load(ref Unsafe.Add(ref MemoryMarshal.GetReference(values), n));

    /// <summary>Overwrites the numbers at the indexes n … n + W − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T, V>(this Span<T> values, nint n, V lanes)
        where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> =>
        lanes.Store(ref Unsafe.Add(ref MemoryMarshal.GetReference(values), n));

    /// <summary>The numbers at the indexes n … n + W − 1, float or double, as double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Widen<T, V>(this ReadOnlySpan<T> values, nint n) where T : struct where V : struct, ILanes<V, double>
    {
        ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(values), n);
        if (typeof(T) == typeof(double)) return V.Load(ref Unsafe.As<T, double>(ref first));
        if (typeof(T) == typeof(float)) return V.Widen(ref Unsafe.As<T, float>(ref first));
        throw new NotSupportedException($"Numbers are float or double here, but are {typeof(T).Name}.");
    }

    /// <summary>Overwrites the numbers at the indexes n … n + W − 1, float or double, each rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Narrow<T, V>(this Span<T> values, nint n, V lanes) where T : struct where V : struct, ILanes<V, double>
    {
        ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(values), n);
        if (typeof(T) == typeof(double)) lanes.Store(ref Unsafe.As<T, double>(ref first));
        else if (typeof(T) == typeof(float)) lanes.Narrow(ref Unsafe.As<T, float>(ref first));
        else throw new NotSupportedException($"Numbers are float or double here, but are {typeof(T).Name}.");
    }
}
