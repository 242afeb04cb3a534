using System.Text;
using LstmLab.Formats;
using Xunit;

namespace LstmLab.Tests.Formats;

public class TensorBoardTests
{
    // The version and one record of two numbers, written by a program in Python: struct for the message, the package crcmod for CRC-32C.
    private const string Golden =
        "1800000000000000a37f4b22090000000000448f401a0d627261696e2e4576656e743a32aba333453a000000000000001295eae2"
        + "0900000000004a8f4010ac022a2c0a140a0d6c6f73732f747261696e696e67150000003f0a140a0d6c6561726e696e6720726174"
        + "65150ad7233c580d51b8";

    [Fact]
    public void The_bytes_are_those_of_another_writer()
    {
        using TemporaryFolder folder = new();
        using (EventFile file = new(folder["events"], 1000.5)) file.Write(1001.25, 300, [("loss/training", 0.5f), ("learning rate", 0.01f)]);
        Assert.Equal(Golden, Convert.ToHexStringLower(File.ReadAllBytes(folder["events"])));
    }

    [Fact]
    public void The_checksum_is_the_masked_one()
    {
        // The check value of CRC-32C is E3069283; the mask is that of TensorFlow's crc32c.h.
        const uint check = 0xE3069283;
        Assert.Equal(unchecked(((check >> 15) | (check << 17)) + 0xA282EAD8), EventFile.MaskedChecksum("123456789"u8));
    }

    [Fact]
    public void A_training_writes_a_record_for_each_epoch_and_closes_the_file()
    {
        using TemporaryFolder folder = new();
        Model<float> model = new(seed: 1, new Lstm<float>(1, 2, returnSequences: false), new Dense<float>(2, 1));
        var x = Tensors.Fill<float>((t, n, i) => t - n, 3, 4, 1);
        var y = Tensors.Fill<float>(n => n > 1 ? 1 : 0, 4, 1);
        History history = model.Train(x, y, new MeanSquaredError(), new Adam(0.01), epochs: 3, seed: 1, validation: new(x, y),
            metrics: [new BinaryAccuracy()], progress: new TensorBoardLog(folder["run"]));

        string path = Assert.Single(Directory.GetFiles(folder["run"]));
        Assert.StartsWith("events.out.tfevents.", Path.GetFileName(path), StringComparison.Ordinal);
        // Nobody holds it any more.
        byte[] bytes;
        using (FileStream stream = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
        }

        List<string> records = [];
        for (int at = 0; at < bytes.Length;)
        {
            int length = (int)BitConverter.ToInt64(bytes, at);
            Assert.Equal(EventFile.MaskedChecksum(bytes.AsSpan(at, 8)), BitConverter.ToUInt32(bytes, at + 8));
            Assert.Equal(EventFile.MaskedChecksum(bytes.AsSpan(at + 12, length)), BitConverter.ToUInt32(bytes, at + 12 + length));
            records.Add(Encoding.Latin1.GetString(bytes, at + 12, length));
            at += length + 16;
        }

        Assert.Equal(1 + history.Epochs.Count, records.Count);
        Assert.Contains("brain.Event:2", records[0], StringComparison.Ordinal);
        Assert.All(records.Skip(1), record => Assert.All(
            ["loss/training", "loss/validation", "learning rate", "gradient norm", "binary accuracy"],
            tag => Assert.Contains(tag, record, StringComparison.Ordinal)));
        Assert.Contains(Encoding.Latin1.GetString(BitConverter.GetBytes((float)history.Loss[2])), records[3], StringComparison.Ordinal);
    }
}
