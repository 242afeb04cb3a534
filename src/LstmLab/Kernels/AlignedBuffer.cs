using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace LstmLab;

/// <summary>
/// A workspace that starts at a multiple of 64 bytes and never moves, so that no vector straddles two cache lines. It grows and is
/// reused.
/// </summary>
internal sealed class AlignedBuffer<T> where T : struct, INumberBase<T>
{
    private const int LineBytes = 64, SecondLevelCacheBytes = 1 << 20;
    private T[] _array = [];
    private int _start;
    private nint _length;

    /// <summary>
    /// Makes room for <paramref name="length"/> numbers. New room holds arbitrary numbers; room that was large enough keeps its contents.
    /// </summary>
    /// <exception cref="ShapeException">One array cannot hold that many.</exception>
    public void Resize(nint length)
    {
        if (length <= _length) return;
        int line = LineBytes / Unsafe.SizeOf<T>();
        if (length > Array.MaxLength - line)
        {
            throw new ShapeException(
                $"A workspace of {length} numbers is larger than an array can be: use fewer or shorter sequences a step, "
                + "or a layer with Recompute = true.");
        }

        _array = GC.AllocateUninitializedArray<T>((int)length + line, pinned: true);
        nint misaligned = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0) & (LineBytes - 1);
        _start = (int)((LineBytes - misaligned) & (LineBytes - 1)) / Unsafe.SizeOf<T>();
        _length = length;
    }

    /// <summary>The number at an index; those after it follow in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T At(nint index) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _start + index);

    /// <summary>The numbers from an index on.</summary>
    public Span<T> Span(nint index, int length) => MemoryMarshal.CreateSpan(ref At(index), length);

    /// <summary>Requests numbers that will be read soon. A buffer that fits into the second-level cache is there anyway.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void Prefetch(nint index, nint length)
    {
        if (!Sse.IsSupported || _length * Unsafe.SizeOf<T>() < SecondLevelCacheBytes) return;
        byte* line = (byte*)Unsafe.AsPointer(ref At(index)), end = line + (length * Unsafe.SizeOf<T>());
        for (; line < end; line += LineBytes) Sse.Prefetch1(line);
    }
}

/// <summary>The processor's caches.</summary>
internal static class Cache
{
    /// <summary>Requests the cache line of a pinned number that will be read soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch<T>(ref T number)
    {
        if (Sse.IsSupported) Sse.Prefetch1(Unsafe.AsPointer(ref number));
    }
}
