using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using LstmLab.Formats;
using LstmLab.Tests.Training;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>Mutated files, 20 000 a format here; <c>LstmLab.Tests fuzz 1000000</c> runs more.</summary>
public class FuzzTests
{
    private static readonly byte[][] JsonTokens = [.. new[]
    {
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "\\u0000", "\\ud800", "[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":{\"a\":", "\"__metadata__\":{},", "\"dtype\":\"I64\",", "\"shape\":[],",
        "\"data_offsets\":[0,0],", "F16", "F64", "BF16", "\"0.weight\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},", "_reverse", "weight_hr_l0", "Lstm", "Dense", "OriginalCell", "\u00ff",
    }.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Every format under attack.</summary>
    internal static Target[] Targets => [Safetensors, Checkpoint, OnnxTarget];

    public static TheoryData<string> Extensions => [.. Targets.Select(target => target.Extension)];

    [Theory, MemberData(nameof(Extensions))]
    public void Every_mutated_file_opens_or_is_refused_in_little_memory(string extension)
    {
        FuzzReport report = Fuzzing.Run(Targets.Single(target => target.Extension == extension), 20_000);
        Assert.True(report.Findings.Count == 0, $"{report}");
        Assert.InRange(report.Opened, 1, report.Count - 1);
        Assert.InRange(report.MostAllocated, 0, 2_000_000);
    }

    private static Target Safetensors => new(
        ".safetensors",
        [
            .. SafetensorsTests.EveryLayer<float>().SelectMany(model => new[] { Saved("seed.safetensors", path => model.Save(path)), Saved("seed.safetensors", path => LstmLab.Formats.Safetensors.Save(model, path, ElementType.BF16)) }),
            .. SafetensorsTests.EveryLayer<double>()[..2].Select(model => Saved("seed.safetensors", path => LstmLab.Formats.Safetensors.Save(model, path, ElementType.F16, mergeBiases: true))),
            Saved("seed.safetensors", path => LstmLab.Formats.Safetensors.Save(RunningMean.Model<double>(), path, prefixes: ["lstm", "head"])),
        ],
        JsonTokens,
        (mutated, sound) => WithHeaderLength(mutated, sound, 0),
        path => Model.Load<float>(path));

    private static Target Checkpoint => new(
        ".checkpoint",
        [Saved("seed.checkpoint", path => RunningMean.Model<float>(dropout: 0.2).Save(path)), Kept()],
        JsonTokens,
        (mutated, sound) =>
        {
            if (mutated.Length < 64) return mutated;
            WithHeaderLength(mutated, sound, 16);
            SHA256.HashData(mutated.AsSpan(0, mutated.Length - 32), mutated.AsSpan(mutated.Length - 32));
            return mutated;
        },
        path =>
        {
            Module<float> model = Model.Load<float>(path);
            try
            {
                CheckpointFile.LoadState(path, model);
            }
            catch (ArgumentException error) when (error.Message.Contains("is of another model", StringComparison.Ordinal))
            {
            }
            catch (ModelFileException error) when (error.Message.Contains("its 'lstmlab.training': expected a text, but found none", StringComparison.Ordinal))
            {
                // A model alone.
            }
        });

    // Messages as they are on the disk, and as JSON, whose mutations the wire format's nested lengths do not stop.
    private static Target OnnxTarget
    {
        get
        {
            byte[][] files = [.. Enumerable.Range(0, 12).Select(seed => new RandomModel((ulong)seed)).Select(random => OnnxFiles.Of(random.Model, new() { Input = random.Input, Output = random.Output })), .. Enumerable.Range(0, 12).Select(seed => new RandomNode((ulong)seed).Graph.Bytes)];
            return new(
                ".onnx",
                [.. files, .. files.Select(file => Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(ModelProto.Parser.ParseFrom(file))))],
                [
                    .. JsonTokens[..12], .. new[] { "LSTM", "GRU", "Reshape", "Slice", "Expand", "bidirectional", "clip", "\"layout\"", "\"dims\":[\"-1\"],", "\"dims\":[\"4000000000\",\"4000000000\"],", "\"dataLocation\":1,", "\"domain\":\"a\"," }.Select(Encoding.UTF8.GetBytes),
                    [0x0A, 0x00], [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x0B, 0x0B, 0x0B, 0x0B],
                ],
                (mutated, _) => mutated,
                path =>
                {
                    byte[] bytes = File.ReadAllBytes(path);
                    if (bytes is [(byte)'{', ..])
                    {
                        ModelProto model;
                        try
                        {
                            model = JsonParser.Default.Parse<ModelProto>(Encoding.UTF8.GetString(bytes));
                        }
                        catch (Exception error)
                        {
                            throw new ModelFileException(path, "the mutation", "JSON", error.Message, error);
                        }

                        Onnx.Read<float>(new OnnxFile(path, model.ToByteArray()));
                    }
                    else
                    {
                        Model.Load<float>(path);
                    }
                });
        }
    }

    private static byte[] WithHeaderLength(byte[] mutated, byte[] sound, int at)
    {
        if (mutated.Length >= at + 8)
            BinaryPrimitives.WriteInt64LittleEndian(mutated.AsSpan(at), BinaryPrimitives.ReadInt64LittleEndian(sound.AsSpan(at)) + mutated.Length - sound.Length);
        return mutated;
    }

    private static byte[] Kept()
    {
        using TemporaryFolder folder = new();
        KeptTraining.Run(new Checkpoints(folder.Root), epochs: 2);
        return File.ReadAllBytes(new Checkpoints(folder.Root).Files[0]);
    }

    private static byte[] Saved(string name, Action<string> save)
    {
        using TemporaryFolder folder = new();
        save(folder[name]);
        return File.ReadAllBytes(folder[name]);
    }
}
