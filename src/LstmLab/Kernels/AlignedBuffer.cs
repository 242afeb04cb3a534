using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace LstmLab;

/// <summary>A workspace that begins at a multiple of 64 bytes and never moves, so that no vector straddles two cache lines. It grows and is reused.</summary>
internal sealed class AlignedBuffer<T> where T : struct, INumberBase<T>
{
    private const int LineBytes = 64, SecondCacheBytes = 1 << 20;
    private T[] _array = [];
    private int _start;
    private nint _length;

    /// <summary>Makes room for that many numbers; what they are is left open, and kept if there was room already.</summary>
    /// <exception cref="ShapeException">More than one array can hold.</exception>
    public AlignedBuffer<T> Of(nint length)
    {
        if (length <= _length) return this;
        int line = LineBytes / Unsafe.SizeOf<T>();
        if (length > Array.MaxLength - line)
            throw new ShapeException($"A workspace of {length} numbers is larger than an array can be: use fewer or shorter sequences a step, or a layer with Recompute = true.");
        _array = GC.AllocateUninitializedArray<T>((int)length + line, pinned: true);
        _start = (int)((LineBytes - (Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0) & (LineBytes - 1))) & (LineBytes - 1)) / Unsafe.SizeOf<T>();
        _length = length;
        return this;
    }

    /// <summary>A number and those after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T At(nint index) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _start + index);

    /// <summary>Asks for numbers that will be read soon. What is small enough for the second cache is there anyway.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void Prefetch(nint index, nint length)
    {
        if (!Sse.IsSupported || _length * Unsafe.SizeOf<T>() < SecondCacheBytes) return;
        byte* line = (byte*)Unsafe.AsPointer(ref At(index)), end = line + (length * Unsafe.SizeOf<T>());
        for (; line < end; line += LineBytes) Sse.Prefetch1(line);
    }

    /// <summary>Some of the numbers.</summary>
    public Span<T> Span(nint index, int length) => MemoryMarshal.CreateSpan(ref At(index), length);
}

/// <summary>The processor's caches.</summary>
internal static class Cache
{
    /// <summary>Asks for the line of a pinned number that will be read soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch<T>(ref T number)
    {
        if (Sse.IsSupported) Sse.Prefetch1(Unsafe.AsPointer(ref number));
    }
}
