using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace LstmLab.Forecasting;

/// <summary>The bytes of a table in UTF-8: unpacked, decoded, without the lines before and after it.</summary>
internal static class CsvSource
{
    public static Stream Open(string path, Csv csv)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(csv.SkipFirst, nameof(csv.SkipFirst));
        ArgumentOutOfRangeException.ThrowIfNegative(csv.SkipLast, nameof(csv.SkipLast));
        Stream stream = File.OpenRead(path);
        try
        {
            (int First, int Second) mark = (stream.ReadByte(), stream.ReadByte());
            stream.Position = 0;
            if (mark == (0x1F, 0x8B)) stream = Unpacked(stream, path);
            Encoding? encoding = csv.Encoding ?? (mark == (0xFF, 0xFE) ? Encoding.Unicode : null);
            if (encoding is { CodePage: not 65001 }) stream = Encoding.CreateTranscodingStream(stream, Strict(encoding), Encoding.UTF8);
            SkipLines(stream, csv.SkipFirst, path);
            return csv.SkipLast == 0 ? stream : WithoutLast(stream, csv.SkipLast);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // A packed file that is cut off unpacks without an error; only the length at its end tells.
    private static MemoryStream Unpacked(Stream stream, string path)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        stream.Seek(-sizeof(uint), SeekOrigin.End);
        stream.ReadExactly(length);
        stream.Position = 0;
        using GZipStream packed = new(stream, CompressionMode.Decompress);
        MemoryStream bytes = new();
        packed.CopyTo(bytes);
        bytes.Position = 0;
        return (uint)bytes.Length == BinaryPrimitives.ReadUInt32LittleEndian(length) ? bytes
            : throw new InvalidDataException(
                $"{Path.GetFileName(path)} is packed by gzip, but does not hold as many bytes as it says: it is cut off, "
                + "or packed in several parts. If gzip -t finds no fault, unpack it first.");
    }

    // Bytes that the encoding does not know would otherwise become question marks.
    private static Encoding Strict(Encoding encoding)
    {
        Encoding strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return strict;
    }

    private static void SkipLines(Stream stream, int count, string path)
    {
        for (int skipped = 0; skipped < count;)
        {
            int next = stream.ReadByte();
            if (next < 0)
                throw new InvalidDataException($"{Path.GetFileName(path)} holds {skipped} lines, but SkipFirst leaves out {count}.");
            if (next == '\n') skipped++;
        }
    }

    private static MemoryStream WithoutLast(Stream stream, int count)
    {
        using Stream whole = stream;
        MemoryStream bytes = new();
        whole.CopyTo(bytes);
        ReadOnlySpan<byte> text = bytes.GetBuffer().AsSpan(0, (int)bytes.Length).TrimEnd("\r\n"u8);
        for (int skipped = 0; skipped < count; skipped++) text = text[..Math.Max(0, text.LastIndexOf((byte)'\n'))];
        return new(bytes.GetBuffer(), 0, text.Length);
    }
}
