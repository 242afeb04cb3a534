using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace LstmLab.Formats;

/// <summary>A tensor of a safetensors file: its name, number type, shape, and where its bytes begin after the header.</summary>
internal sealed record TensorEntry(string Name, ElementType Type, int[] Shape, long Begin, long Bytes)
{
    /// <summary>Number of values.</summary>
    public int Count => (int)(Bytes / Type.Size());
}

/// <summary>
/// The head of a safetensors file: 8 bytes with its length, little-endian, then JSON
/// <c>{"__metadata__": {"key": "text"}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}</c>, then the tensors' bytes.
/// </summary>
/// <remarks>Nothing in it is trusted: lengths are compared with the file's before anything is allocated, and the tensors must cover the
/// data without gap or overlap, as the format's definition asks.</remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The longest header the format allows.</summary>
    public const int Limit = 100_000_000;

    private const string MetadataName = "__metadata__";
    private static readonly string[] TypeNames = Enum.GetNames<ElementType>();
    private readonly string _file;
    private readonly long _length;
    private readonly Dictionary<string, TensorEntry> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader(string file, long length, int start) => (_file, _length, Start) = (file, length, start);

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    /// <summary>The writer's own texts.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Where the tensors' bytes begin.</summary>
    public int Start { get; }

    /// <summary>Reads and checks the head.</summary>
    /// <param name="file">How messages call the file.</param>
    /// <param name="stream">At the first byte.</param>
    /// <param name="length">Bytes from there to the end.</param>
    /// <exception cref="ModelFileException">The head breaks the format; the message says where.</exception>
    public static SafetensorsHeader Read(string file, Stream stream, long length)
    {
        byte[] size = new byte[8];
        if (length < 10) throw new ModelFileException(file, "its length", "at least 10 bytes", $"{length}");
        stream.ReadExactly(size);
        ulong announced = BinaryPrimitives.ReadUInt64LittleEndian(size), most = (ulong)Math.Min(length - 8, Limit);
        if (announced > most) throw new ModelFileException(file, "bytes 0 to 7, length of the header", $"at most {most}", $"{announced}");
        byte[] json = new byte[announced];
        stream.ReadExactly(json);
        SafetensorsHeader header = new(file, length - 8 - json.Length, 8 + json.Length);
        header.Parse(json);
        header.RequireCover();
        return header;
    }

    /// <summary>Writes a head; padded with blanks so that the tensors begin at a multiple of 8.</summary>
    public static void Write(Stream stream, IEnumerable<TensorEntry> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0) writer.WriteStartObject(MetadataName);
            foreach ((string key, string text) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) writer.WriteString(key, text);
            if (metadata.Count > 0) writer.WriteEndObject();
            foreach (TensorEntry tensor in tensors)
            {
                writer.WriteStartObject(tensor.Name);
                writer.WriteString("dtype", $"{tensor.Type}");
                writer.WriteStartArray("shape");
                foreach (int axis in tensor.Shape) writer.WriteNumberValue(axis);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(tensor.Begin);
                writer.WriteNumberValue(tensor.Begin + tensor.Bytes);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        while (json.Length % 8 > 0) json.WriteByte((byte)' ');
        byte[] size = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, json.Length);
        stream.Write(size);
        json.WriteTo(stream);
    }

    private void Parse(byte[] json)
    {
        if (json.Length == 0 || json[0] != '{') throw Bad("byte 8, the header", "'{'", json.Length == 0 ? "nothing" : $"byte {json[0]}");
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 3 });
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                if (name == MetadataName) ReadMetadata(ref reader);
                else if (!_tensors.TryAdd(name, ReadTensor(ref reader, name)))
                    throw Bad($"tensor {ModelFileException.Shown(name)}", "one of that name", "two");
            }

            // Anything but blanks after the last brace makes the reader throw.
            while (reader.Read())
            {
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw Bad($"byte {8 + reader.BytesConsumed}, the header", "JSON objects of tensors and texts", error.Message, error);
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, MetadataName);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String, $"{MetadataName}, {ModelFileException.Shown(key)}");
            if (!_metadata.TryAdd(key, reader.GetString()!))
                throw Bad($"{MetadataName}, {ModelFileException.Shown(key)}", "one text of that name", "two");
        }
    }

    private TensorEntry ReadTensor(ref Utf8JsonReader reader, string name)
    {
        string place = $"tensor {ModelFileException.Shown(name)}";
        Expect(ref reader, JsonTokenType.StartObject, place);
        (ElementType? type, long[]? shape, long[]? offsets) = (null, null, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            bool twice = field switch
            {
                "dtype" => type is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => false,
            };
            if (twice) throw Bad($"{place}, {field}", "one field of that name", "two");
            if (field == "dtype") type = ReadType(ref reader, place);
            else if (field == "shape") shape = ReadNumbers(ref reader, $"{place}, shape", most: 8);
            else if (field == "data_offsets") offsets = ReadNumbers(ref reader, $"{place}, data_offsets", most: 2);
            else throw Bad(place, "dtype, shape and data_offsets", ModelFileException.Shown(field));
        }

        if (type is null || shape is null || offsets is not { Length: 2 }) throw Bad(place, "dtype, shape and two data_offsets", "less");
        return Checked(place, name, type.Value, shape, offsets[0], offsets[1]);
    }

    private TensorEntry Checked(string place, string name, ElementType type, long[] shape, long begin, long end)
    {
        if (begin > end || end > _length) throw Bad($"{place}, data_offsets", $"0 ≤ begin ≤ end ≤ {_length}", $"[{begin}, {end}]");
        long count = 1;
        foreach (long axis in shape)
        {
            // Both factors are below 2³¹.
            if (axis > Array.MaxLength || (count *= axis) > Array.MaxLength)
                throw Bad($"{place}, shape", $"at most {Array.MaxLength} numbers", $"[{string.Join(", ", shape)}]");
        }

        long bytes = count * type.Size();
        if (bytes != end - begin)
            throw Bad($"{place}, data_offsets", $"{bytes} bytes, for [{string.Join(", ", shape)}] of {type}", $"{end - begin}");
        return new(name, type, Array.ConvertAll(shape, axis => (int)axis), begin, end - begin);
    }

    private void RequireCover()
    {
        TensorEntry? before = null;
        long end = 0;
        foreach (TensorEntry tensor in _tensors.Values.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.Bytes))
        {
            if (tensor.Begin != end)
            {
                throw Bad(
                    $"tensor {ModelFileException.Shown(tensor.Name)}, data_offsets",
                    $"{end}, where {(before is null ? "the data begin" : $"{ModelFileException.Shown(before.Name)} ends")}",
                    $"{tensor.Begin}");
            }
            (before, end) = (tensor, tensor.Begin + tensor.Bytes);
        }

        if (end != _length) throw Bad("its length", $"{Start + end} bytes, where the last tensor ends", $"{Start + _length}");
    }

    private ElementType ReadType(ref Utf8JsonReader reader, string place)
    {
        Expect(ref reader, JsonTokenType.String, $"{place}, dtype");
        string text = reader.GetString()!;
        // Parse would take numbers and other cases, too.
        return Array.IndexOf(TypeNames, text) is >= 0 and var n
            ? Enum.Parse<ElementType>(TypeNames[n])
            : throw Bad($"{place}, dtype", string.Join(", ", TypeNames), ModelFileException.Shown(text));
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string place, int most)
    {
        Expect(ref reader, JsonTokenType.StartArray, place);
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (numbers.Count == most) throw Bad(place, $"at most {most} numbers", "more");
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw Bad(
                    place, "integers from 0 to 2⁶³ − 1",
                    reader.TokenType == JsonTokenType.Number
                        ? ModelFileException.Shown(Encoding.UTF8.GetString(reader.ValueSpan))
                        : $"{reader.TokenType}");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private void Expect(ref Utf8JsonReader reader, JsonTokenType expected, string place)
    {
        reader.Read();
        if (reader.TokenType != expected) throw Bad(place, $"{expected}", $"{reader.TokenType}");
    }

    private ModelFileException Bad(string place, string expected, string found, Exception? cause = null) =>
        new(_file, place, expected, found, cause);

    // Names come from the file: a message holds no more of one than a reader can use.
}
