using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LstmLab.Optimizers;

/// <summary>
/// Moves numbers between arrays and SIMD registers, the tail included, so that an update rule is written once. Lanes never mix and IEEE
/// operations round alike in a register of any width, so neither the width nor an entry's position changes a bit.
/// </summary>
internal static class Lanes
{
    /// <summary>The values from index n on; zeros beyond the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Load<T>(ReadOnlySpan<T> values, int n) where T : struct
    {
        ReadOnlySpan<T> rest = values[n..];
        if (rest.Length >= Vector<T>.Count) return new Vector<T>(rest);
        Vector<T> padded = default;
        rest.CopyTo(AsSpan(ref padded));
        return padded;
    }

    /// <summary>Writes the values from index n on; lanes beyond the end are dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector<T> lanes, Span<T> values, int n) where T : struct
    {
        Span<T> rest = values[n..];
        if (rest.Length >= Vector<T>.Count) lanes.CopyTo(rest);
        else AsSpan(ref lanes)[..rest.Length].CopyTo(rest);
    }

    /// <summary>One number in every lane, rounded once from double.</summary>
    public static Vector<T> All<T>(double value) where T : struct, INumberBase<T> => new(T.CreateTruncating(value));

    private static Span<T> AsSpan<T>(ref Vector<T> lanes) where T : struct =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<Vector<T>, T>(ref lanes), Vector<T>.Count);
}
