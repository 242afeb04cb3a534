using System.Numerics;
using System.Runtime.InteropServices;

namespace LstmLab.Formats;

/// <summary>Number types of a safetensors file.</summary>
public enum ElementType
{
    /// <summary>IEEE half precision, 2 bytes.</summary>
    F16,

    /// <summary>The upper half of a float, 2 bytes: its range with 8 bits of precision.</summary>
    BF16,

    /// <summary>float, 4 bytes.</summary>
    F32,

    /// <summary>double, 8 bytes.</summary>
    F64,

    /// <summary>A truth value, 1 byte, 0 or 1. It and the integers below are read and never written.</summary>
    BOOL,

    /// <summary>byte.</summary>
    U8,

    /// <summary>sbyte.</summary>
    I8,

    /// <summary>ushort, 2 bytes.</summary>
    U16,

    /// <summary>short, 2 bytes.</summary>
    I16,

    /// <summary>uint, 4 bytes.</summary>
    U32,

    /// <summary>int, 4 bytes.</summary>
    I32,

    /// <summary>ulong, 8 bytes.</summary>
    U64,

    /// <summary>long, 8 bytes.</summary>
    I64,
}

/// <summary>Numbers to little-endian bytes and back. Widening is exact, narrowing rounds once to the nearest, ties to even.</summary>
internal static class Elements
{
    /// <summary>Bytes of one number.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.F64 or ElementType.I64 or ElementType.U64 => 8,
        ElementType.F32 or ElementType.I32 or ElementType.U32 => 4,
        ElementType.BOOL or ElementType.U8 or ElementType.I8 => 1,
        _ => 2,
    };

    /// <summary>Whether weights are of such numbers.</summary>
    public static bool IsFloat(this ElementType type) => type is ElementType.F16 or ElementType.BF16 or ElementType.F32 or ElementType.F64;

    /// <summary>The type that holds every <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException">T is not Half, float or double.</exception>
    public static ElementType Of<T>() =>
        typeof(T) == typeof(float) ? ElementType.F32
        : typeof(T) == typeof(double) ? ElementType.F64
        : typeof(T) == typeof(Half) ? ElementType.F16
        : throw new NotSupportedException($"A file holds Half, float or double, not {typeof(T).Name}.");

    /// <summary>Numbers of a file; those of its own type keep every bit, NaN's too.</summary>
    /// <param name="bytes">As many as the type needs for the values, or fewer.</param>
    /// <param name="type">Of the bytes.</param>
    /// <param name="values">Overwritten from the first on.</param>
    public static void Decode<T>(ReadOnlySpan<byte> bytes, ElementType type, Span<T> values) where T : struct, INumberBase<T>
    {
        if (Is<T>(type)) bytes.CopyTo(MemoryMarshal.AsBytes(values));
        else if (type == ElementType.F64) Convert(MemoryMarshal.Cast<byte, double>(bytes), values);
        else if (type == ElementType.F32) Convert(MemoryMarshal.Cast<byte, float>(bytes), values);
        else if (type == ElementType.F16) Convert(MemoryMarshal.Cast<byte, Half>(bytes), values);
        else if (!type.IsFloat()) DecodeIntegers(bytes, type, values);
        else
        {
            ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(bytes);
            for (int n = 0; n < upper.Length; n++) values[n] = T.CreateChecked(BitConverter.UInt32BitsToSingle((uint)upper[n] << 16));
        }
    }

    /// <summary>Numbers for a file.</summary>
    public static byte[] Encode<T>(ReadOnlySpan<T> values, ElementType type) where T : struct, INumberBase<T>
    {
        byte[] bytes = new byte[checked(values.Length * type.Size())];
        if (Is<T>(type)) MemoryMarshal.AsBytes(values).CopyTo(bytes);
        else if (type == ElementType.F64) Convert(values, MemoryMarshal.Cast<byte, double>(bytes.AsSpan()));
        else if (type == ElementType.F32) Convert(values, MemoryMarshal.Cast<byte, float>(bytes.AsSpan()));
        else if (type == ElementType.F16) Convert(values, MemoryMarshal.Cast<byte, Half>(bytes.AsSpan()));
        else
        {
            Span<ushort> upper = MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan());
            for (int n = 0; n < upper.Length; n++) upper[n] = ToBFloat16(double.CreateChecked(values[n]));
        }

        return bytes;
    }

    private static void DecodeIntegers<T>(ReadOnlySpan<byte> bytes, ElementType type, Span<T> values) where T : struct, INumberBase<T>
    {
        switch (type)
        {
            case ElementType.I64:
                Convert(MemoryMarshal.Cast<byte, long>(bytes), values);
                break;
            case ElementType.U64:
                Convert(MemoryMarshal.Cast<byte, ulong>(bytes), values);
                break;
            case ElementType.I32:
                Convert(MemoryMarshal.Cast<byte, int>(bytes), values);
                break;
            case ElementType.U32:
                Convert(MemoryMarshal.Cast<byte, uint>(bytes), values);
                break;
            case ElementType.I16:
                Convert(MemoryMarshal.Cast<byte, short>(bytes), values);
                break;
            case ElementType.U16:
                Convert(MemoryMarshal.Cast<byte, ushort>(bytes), values);
                break;
            case ElementType.I8:
                Convert(MemoryMarshal.Cast<byte, sbyte>(bytes), values);
                break;
            default:
                Convert(bytes, values);
                break;
        }
    }

    // One rounding from double: cutting to float first would round twice, so the lost bits are kept in the last one (round to odd).
    private static ushort ToBFloat16(double value)
    {
        float nearest = (float)value;
        uint bits = BitConverter.SingleToUInt32Bits(nearest);
        if (float.IsNaN(nearest)) return (ushort)((bits >> 16) | 0x40);
        if (float.IsFinite(nearest) && nearest != value)
        {
            if (Math.Abs((double)nearest) > Math.Abs(value)) bits--;
            bits |= 1;
        }

        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to)
        where TFrom : struct, INumberBase<TFrom> where TTo : struct, INumberBase<TTo>
    {
        for (int n = 0; n < from.Length; n++) to[n] = TTo.CreateChecked(from[n]);
    }

    private static bool Is<T>(ElementType type) => type switch
    {
        ElementType.F64 => typeof(T) == typeof(double),
        ElementType.F32 => typeof(T) == typeof(float),
        _ => type == ElementType.F16 && typeof(T) == typeof(Half),
    };
}
