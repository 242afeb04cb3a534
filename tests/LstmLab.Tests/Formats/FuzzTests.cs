using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LstmLab.Formats;
using LstmLab.Tests.Training;
using LstmLab.Training;
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
    internal static Target[] Targets => [Safetensors, Checkpoint];

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
            Model<float> model = Model.Load<float>(path);
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
