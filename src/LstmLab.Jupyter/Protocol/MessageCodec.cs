using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetMQ;

namespace LstmLab.Jupyter.Protocol;

/// <summary>
/// Messages as signed frames: identities, a delimiter, the signature, header, parent, metadata, content, and buffers, which are
/// not used.
/// </summary>
/// <param name="key">Shared secret; empty switches signatures off.</param>
internal sealed class MessageCodec(string key)
{
    private const int Parts = 4;

    private static readonly byte[] Delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly byte[] key = Encoding.UTF8.GetBytes(key);

    public NetMQMessage Encode(Message message)
    {
        JsonObject[] objects = [message.Header, message.Parent, message.Metadata, message.Content];
        byte[][] parts = [.. objects.Select(part => JsonSerializer.SerializeToUtf8Bytes(part, Compact))];
        return new NetMQMessage([.. message.Identities, Delimiter, Sign(parts), .. parts]);
    }

    /// <exception cref="InvalidDataException">The frames are no message, or not signed with the key: the message says which.</exception>
    public Message Decode(NetMQMessage frames)
    {
        var start = 0;
        while (start < frames.FrameCount && !Bytes(frames, start).SequenceEqual(Delimiter)) start++;
        if (frames.FrameCount < start + 2 + Parts)
        {
            throw new InvalidDataException(
                $"a message of {frames.FrameCount} frames without the delimiter, or with less than {Parts} parts after it");
        }

        byte[][] parts = [.. Enumerable.Range(start + 2, Parts).Select(i => Bytes(frames, i))];
        if (!CryptographicOperations.FixedTimeEquals(Sign(parts), Bytes(frames, start + 1)))
        {
            throw new InvalidDataException("a message with a wrong signature");
        }

        var json = Array.ConvertAll(parts, Parse);
        return new Message([.. Enumerable.Range(0, start).Select(i => Bytes(frames, i))], json[0], json[1], json[2], json[3]);
    }

    private static byte[] Bytes(NetMQMessage frames, int index) => frames[index].ToByteArray();

    private static JsonObject Parse(byte[] part)
    {
        try
        {
            return JsonNode.Parse(part, documentOptions: Strict) as JsonObject
                ?? throw new InvalidDataException("a message with a part that is no JSON object");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("a message with a part that is no JSON", exception);
        }
    }

    /// <summary>The signature as it is sent: hexadecimal text.</summary>
    private byte[] Sign(byte[][] parts)
    {
        if (key.Length == 0) return [];

        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var part in parts) hash.AppendData(part);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
