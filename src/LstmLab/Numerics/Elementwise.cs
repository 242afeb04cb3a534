using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LstmLab;

/// <summary>What is done to the numbers at one place of some arrays, written once for any number of places side by side.</summary>
/// <typeparam name="T">The number type of the lanes.</typeparam>
internal interface IElementwise<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Does it at the places n … n + W − 1.</summary>
    /// <param name="n">A multiple of W, the number of lanes.</param>
    void At<V>(nint n) where V : struct, ILanes<V, T>;
}

/// <summary>Runs an operation over all places of arrays, in the widest lanes this processor has and narrower ones for the rest: since a
/// lane's bits do not depend on how many lanes there are, neither do the operation's.</summary>
internal static class Elementwise
{
    // A multiple of every number of lanes.
    private const int Alignment = 16;

    /// <summary>Runs at the places <paramref name="from"/> … <paramref name="to"/> − 1, upwards.</summary>
    public static void Run<T, TOperation>(TOperation operation, nint from, nint to)
        where T : struct, IBinaryFloatingPointIeee754<T>
        where TOperation : struct, IElementwise<T>, allows ref struct
    {
        // Widths that would do nothing are not even compiled.
        nint n = from, aligned = nint.Min(to, (from + Alignment - 1) / Alignment * Alignment);
        if (n < aligned) n = Run<T, Lanes1<T>, TOperation>(ref operation, n, aligned);
        if (Vector512.IsHardwareAccelerated && to - n >= Vector512<T>.Count) n = Run<T, Lanes512<T>, TOperation>(ref operation, n, to);
        if (Vector256.IsHardwareAccelerated && to - n >= Vector256<T>.Count) n = Run<T, Lanes256<T>, TOperation>(ref operation, n, to);
        if (Vector128.IsHardwareAccelerated && to - n >= Vector128<T>.Count) n = Run<T, Lanes128<T>, TOperation>(ref operation, n, to);
        if (n < to) Run<T, Lanes1<T>, TOperation>(ref operation, n, to);
    }

    // Compiled in full at once: what a first run on few numbers would teach the compiler is wrong for many.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Run<T, V, TOperation>(ref TOperation operation, nint n, nint to)
        where T : struct, IBinaryFloatingPointIeee754<T>
        where V : struct, ILanes<V, T>
        where TOperation : struct, IElementwise<T>, allows ref struct
    {
        for (; n + V.Count <= to; n += V.Count) operation.At<V>(n);
        return n;
    }

    /// <summary>The numbers at the places n … n + W − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<T, V>(this ReadOnlySpan<T> values, nint n)
        where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> =>
        V.Load(ref Unsafe.Add(ref MemoryMarshal.GetReference(values), n));

    /// <inheritdoc cref="Load{T, V}(ReadOnlySpan{T}, nint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<T, V>(this Span<T> values, nint n)
        where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> =>
        V.Load(ref Unsafe.Add(ref MemoryMarshal.GetReference(values), n));

    /// <summary>Overwrites the numbers at the places n … n + W − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T, V>(this Span<T> values, nint n, V lanes)
        where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> =>
        lanes.Store(ref Unsafe.Add(ref MemoryMarshal.GetReference(values), n));

    /// <summary>The numbers at the places n … n + W − 1, float or double, as double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Widen<T, V>(this ReadOnlySpan<T> values, nint n) where T : struct where V : struct, ILanes<V, double>
    {
        ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(values), n);
        if (typeof(T) == typeof(double)) return V.Load(ref Unsafe.As<T, double>(ref first));
        if (typeof(T) == typeof(float)) return V.Widen(ref Unsafe.As<T, float>(ref first));
        throw new NotSupportedException($"Numbers are float or double here, but are {typeof(T).Name}.");
    }

    /// <summary>Overwrites the numbers at the places n … n + W − 1, float or double, each rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Narrow<T, V>(this Span<T> values, nint n, V lanes) where T : struct where V : struct, ILanes<V, double>
    {
        ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(values), n);
        if (typeof(T) == typeof(double)) lanes.Store(ref Unsafe.As<T, double>(ref first));
        else if (typeof(T) == typeof(float)) lanes.Narrow(ref Unsafe.As<T, float>(ref first));
        else throw new NotSupportedException($"Numbers are float or double here, but are {typeof(T).Name}.");
    }
}
