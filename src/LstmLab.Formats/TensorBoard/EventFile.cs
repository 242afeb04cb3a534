using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using LstmLab.Formats.TensorBoardProtos;

namespace LstmLab.Formats;

/// <summary>A file that TensorBoard reads, record after record: the length in 8 bytes, its checksum, an event, the event's
/// checksum.</summary>
/// <remarks>Each record is flushed, so what is shown is what has been reached, and a file that was cut is readable up to the cut. Checksums
/// are masked CRC-32C, as in TensorFlow's record_writer.cc.</remarks>
internal sealed class EventFile : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Makes a new file and writes its version.</summary>
    /// <param name="path">There must be no such file yet.</param>
    /// <param name="time">Seconds since 1970.</param>
    public EventFile(string path, double time)
    {
        _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Write(new() { WallTime = time, FileVersion = "brain.Event:2" });
    }

    /// <summary>Writes numbers of one step.</summary>
    /// <param name="time">Seconds since 1970.</param>
    /// <param name="step">The step, here the epoch.</param>
    /// <param name="scalars">Each number under its tag.</param>
    public void Write(double time, long step, IEnumerable<(string Tag, float Value)> scalars)
    {
        Summary summary = new();
        summary.Value.AddRange(scalars.Select(scalar => new Summary.Types.Value { Tag = scalar.Tag, SimpleValue = scalar.Value }));
        Write(new() { WallTime = time, Step = step, Summary = summary });
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>The checksum of bytes: CRC-32C, rotated right by 15 bits, plus a constant, since a checksum of what holds checksums is
    /// weak.</summary>
    internal static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes) crc = BitOperations.Crc32C(crc, one);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }

    private void Write(Event record)
    {
        byte[] content = record.ToByteArray(), framed = new byte[content.Length + 16];
        BinaryPrimitives.WriteInt64LittleEndian(framed, content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(8), MaskedChecksum(framed.AsSpan(0, 8)));
        content.CopyTo(framed, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(12 + content.Length), MaskedChecksum(content));
        _file.Write(framed);
        _file.Flush();
    }
}
