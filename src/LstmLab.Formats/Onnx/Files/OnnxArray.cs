using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;

namespace LstmLab.Formats;

/// <summary>A constant of a graph.</summary>
/// <param name="Dims">The shape; empty for one number.</param>
/// <param name="Numbers">Decoded when first asked for.</param>
internal sealed record OnnxArray(int[] Dims, Lazy<double[]> Numbers) : OnnxValue
{
    // Data types by ONNX's numbers.
    public const int Float = 1, UInt8 = 2, Int8 = 3, Int32 = 6, Int64 = 7, Bool = 9, Half = 10, Double = 11, UInt32 = 12, UInt64 = 13,
        BFloat16 = 16;

    private const int MostAxes = 8;

    public OnnxArray(int[] dims, double[] values) : this(dims, new Lazy<double[]>(values))
    {
    }

    /// <summary>What the numbers are: <see cref="Float"/> for all floating types, <see cref="Int64"/> for all integers, or
    /// <see cref="Bool"/>.</summary>
    public int Kind { get; init; } = Float;

    /// <summary>The numbers, row-major; a double holds every float and every integer that a graph has a use for.</summary>
    public double[] Values => Numbers.Value;

    /// <summary>Number of numbers.</summary>
    public int Count => Dims.Aggregate(1, (product, length) => product * length);

    /// <summary>The numbers, each rounded once.</summary>
    public T[] To<T>() where T : struct, INumberBase<T> => Array.ConvertAll(Values, T.CreateChecked);

    /// <summary>Checks a tensor of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="place">How messages call it.</param>
    /// <exception cref="ModelFileException">Its type is unknown, its data lie outside the file, or are not as many as its shape
    /// says.</exception>
    public static OnnxArray Of(OnnxFile file, TensorProto tensor, string place)
    {
        if (tensor.Dims.Count > MostAxes) throw file.Bad($"{place}, dims", $"at most {MostAxes} axes", $"{tensor.Dims.Count}");
        long count = 1;
        foreach (long length in tensor.Dims)
        {
            // Both factors are below 2³¹.
            if (length is < 0 or > int.MaxValue || (count *= length) > int.MaxValue)
                throw file.Bad($"{place}, dims", "lengths from 0 on whose product is below 2³¹", $"[{string.Join(", ", tensor.Dims)}]");
        }

        if (count == 0 && tensor.Dims.Any(length => length > OnnxMap.LongestOfNothing))
            throw file.Bad($"{place}, dims", "short axes where there are no numbers", $"[{string.Join(", ", tensor.Dims)}]");
        (int size, int typed) = tensor.DataType switch
        {
            Float => (4, tensor.FloatData.Count),
            Double => (8, tensor.DoubleData.Count),
            Int32 => (4, tensor.Int32Data.Count),
            Int64 => (8, tensor.Int64Data.Count),
            Half or BFloat16 => (2, tensor.Int32Data.Count),
            UInt8 or Int8 or Bool => (1, tensor.Int32Data.Count),
            _ => throw file.Bad(
                $"{place}, data_type",
                "float, double, float16, bfloat16, int64, int32, int8, uint8 or bool", NameOf(tensor.DataType)),
        };
        if (tensor.DataLocation != 0 || tensor.ExternalData.Count > 0)
            tensor = new(tensor) { RawData = ByteString.CopyFrom(file.External(tensor, place, count * size)) };
        bool raw = tensor.RawData.Length > 0;
        if (raw && typed > 0) throw file.Bad(place, "its numbers once", "them in raw_data and in a typed list");
        if (raw && tensor.RawData.Length != count * size)
        {
            throw file.Bad(
                $"{place}, raw_data", $"{count * size} bytes, for [{string.Join(", ", tensor.Dims)}]", $"{tensor.RawData.Length}");
        }
        if (!raw && typed != count) throw file.Bad(place, $"{count} numbers, for [{string.Join(", ", tensor.Dims)}]", $"{typed}");
        return new(
            [.. tensor.Dims.Select(length => (int)length)],
            new Lazy<double[]>(() => raw ? Decode(tensor.RawData.Span, tensor.DataType, (int)count) : Typed(tensor)))
        {
            Kind = tensor.DataType switch { Bool => Bool, Int32 or Int64 or UInt8 or Int8 => Int64, _ => Float },
        };
    }

    /// <summary>Whether numbers of a type can be read.</summary>
    public static bool IsKnown(int type) => type is Float or Double or Half or BFloat16 or Int32 or Int64 or UInt8 or Int8 or Bool;

    /// <summary>Whether a type is one of integers or truth values.</summary>
    public static bool IsInteger(int type) => type is >= UInt8 and <= Int64 or Bool or UInt32 or UInt64;

    /// <summary>ONNX's name of a data type.</summary>
    public static string NameOf(int type) => type switch
    {
        4 => "uint16",
        5 => "int16",
        8 => "text",
        12 => "uint32",
        13 => "uint64",
        14 or 15 => "complex numbers",
        >= 17 and <= 20 => "numbers of 8 bits (float8)",
        21 or 22 => "numbers of 4 bits (quantized)",
        _ => $"type {type}",
    };

    private static double[] Decode(ReadOnlySpan<byte> bytes, int type, int count)
    {
        double[] numbers = new double[count];
        for (int n = 0; n < count && type is Int32 or Int64 or UInt8 or Int8 or Bool; n++)
        {
            numbers[n] = type switch
            {
                Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * n)..]),
                Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * n)..]),
                Int8 => (sbyte)bytes[n],
                _ => bytes[n],
            };
        }

        if (type is Float or Double or Half or BFloat16)
            Elements.Decode<double>(
                bytes, type switch { Float => ElementType.F32, Double => ElementType.F64, Half => ElementType.F16, _ => ElementType.BF16 },
                numbers);
        return numbers;
    }

    private static double[] Typed(TensorProto tensor) => tensor.DataType switch
    {
        Float => [.. tensor.FloatData.Select(value => (double)value)],
        Double => [.. tensor.DoubleData],
        Int32 or UInt8 or Int8 or Bool => [.. tensor.Int32Data.Select(value => (double)value)],
        Int64 => [.. tensor.Int64Data.Select(value => (double)value)],
        Half => [.. tensor.Int32Data.Select(bits => (double)BitConverter.UInt16BitsToHalf((ushort)bits))],
        _ => [.. tensor.Int32Data.Select(bits => (double)BitConverter.Int32BitsToSingle(bits << 16))],
    };
}

/// <summary>What a name of a graph stands for.</summary>
internal abstract record OnnxValue;
