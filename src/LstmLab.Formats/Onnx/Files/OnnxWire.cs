using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace LstmLab.Formats;

/// <summary>Bytes to messages: what the bytes would make of themselves is counted before anything is made of them.</summary>
internal static class OnnxWire
{
    // A message of two bytes becomes an object of a hundred and more: files of graphs have fewer than this.
    private const int MostMessages = 500_000;

    // Branches within branches: a graph counts three messages a level (graph, node, attribute).
    private const int DeepestNesting = 60;

    /// <summary>Parses a model.</summary>
    /// <param name="path">How messages call the file.</param>
    /// <param name="bytes">Its content.</param>
    /// <exception cref="ModelFileException">The bytes are no model, or hold more messages than any.</exception>
    public static ModelProto Parse(string path, byte[] bytes)
    {
        try
        {
            int messages = Count(bytes, ModelProto.Descriptor, 0, 0);
            if (messages > MostMessages)
                throw new ModelFileException(path, "its content", $"at most {MostMessages} nodes, tensors and their parts", $"more");
            return ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new ModelFileException(path, "its content", "an ONNX model", error.Message, error);
        }
    }

    // Walks the fields of a message and of those within; nesting beyond the limit counts as too many.
    private static int Count(ReadOnlySpan<byte> bytes, MessageDescriptor type, int sum, int depth)
    {
        if (depth > DeepestNesting) return MostMessages + 1;
        while (!bytes.IsEmpty && sum <= MostMessages)
        {
            if (!TryVarint(ref bytes, out ulong tag)) break;
            ulong length = 0;
            if ((tag & 7) == 0 ? !TryVarint(ref bytes, out _) : (tag & 7) == 2 && !TryVarint(ref bytes, out length)) break;
            if ((tag & 7) is 1 or 5) length = (tag & 7) == 1 ? 8UL : 4;
            if ((tag & 7) is 3 or 4 or > 5 || length > (ulong)bytes.Length) break;                // the parser says what is wrong
            if ((tag & 7) == 2 && type.FindFieldByNumber((int)(tag >> 3)) is { FieldType: FieldType.Message } field)
                sum = Count(bytes[..(int)length], field.MessageType, sum + 1, depth + 1);
            bytes = bytes[(int)length..];
        }

        return sum;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int n = 0; n < Math.Min(10, bytes.Length); n++)
        {
            value |= (ulong)(bytes[n] & 0x7F) << (7 * n);
            if (bytes[n] >= 0x80) continue;
            bytes = bytes[(n + 1)..];
            return true;
        }

        return false;
    }
}
