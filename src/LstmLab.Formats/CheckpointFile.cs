using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LstmLab.Formats;

/// <summary>
/// A model, and the state of its training if there is one, in a file: 8 letters "LstmLab1", the format's version in 8 bytes, safetensors
/// with weights (model/…), best weights (best/…), the optimizer's arrays (slot0/…) and carried states (carried/0/h), and the
/// SHA-256 of all before.
/// </summary>
internal static class CheckpointFile
{
    private const int Version = 1, HeadBytes = 16;
    private const string TrainingKey = "lstmlab.training";

    /// <summary>What stands before the names of the model's weights.</summary>
    public const string ModelPrefix = "model/";

    private static readonly byte[] Magic = "LstmLab1"u8.ToArray();
    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IgnoreReadOnlyProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        MaxDepth = 8,
    };

    /// <summary>Writes a model with the state of its training, or without, whole or not at all.</summary>
    public static void Save<T>(Module<T> model, string path, TrainingState<T>? state) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Dictionary<string, string> metadata = new() { [Safetensors.LayersKey] = Architecture.Describe(model) };
        T[][] weights = state?.Weights ?? [.. model.Parameters.Select(parameter => parameter.Values)];
        List<NamedValues<T>> tensors = [.. Under(ModelPrefix, model, weights)];
        if (state is not null)
        {
            (OptimizerMemory<T> memory, bool best) = (state.Optimizer, state.BestWeights.Length > 0);
            int slots = memory.Slots is [var first, ..] ? first.Length : 0;
            Training training = new(state.Settings, state.Position, memory.StepCount, memory.Steps, slots, best);
            metadata.Add(TrainingKey, JsonSerializer.Serialize(training, Json));
            if (best) tensors.AddRange(Under("best/", model, state.BestWeights));
            for (int slot = 0; slot < slots; slot++)
                tensors.AddRange(Under($"slot{slot}/", model, [.. memory.Slots.Select(arrays => arrays[slot])]));
            for (int layer = 0; layer < state.Carried.Count; layer++)
            {
                if (state.Carried[layer] is not { } carried) continue;
                tensors.Add(Named(CarriedName(layer, "h"), carried.H));
                if (carried.C is not null) tensors.Add(Named(CarriedName(layer, "c"), carried.C));
            }
        }

        AtomicFile.Write(path, stream =>
        {
            using SHA256 hash = SHA256.Create();
            using (CryptoStream hashing = new(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
            {
                byte[] version = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(version, Version);
                hashing.Write(Magic);
                hashing.Write(version);
                Safetensors.Write(hashing, tensors, Elements.Of<T>(), metadata);
            }

            stream.Write(hash.Hash!);
        });
    }

    /// <summary>Reads the model alone, with the weights it had when the file was written.</summary>
    /// <exception cref="ModelFileException">The file is damaged.</exception>
    public static Model<T> Load<T>(string path) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        using SafetensorsFile file = Open(path);
        Model<T> model = Architecture.Build<T>(new StateDict(file, ModelPrefix), Text(file, Safetensors.LayersKey));
        new WeightSource<T>(file, ModelPrefix).Assign(model, ModuleWeights.Paths(model));
        return model;
    }

    /// <summary>Reads the state of a training of a model of the same layers and number type.</summary>
    /// <exception cref="ModelFileException">The file is damaged.</exception>
    /// <exception cref="ArgumentException">It is of another model.</exception>
    public static TrainingState<T> LoadState<T>(string path, Module<T> model) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        using SafetensorsFile file = Open(path);
        (string layers, string here) = (Text(file, Safetensors.LayersKey), Architecture.Describe(model));
        if (layers != here) throw Other($"its layers are {layers}, here {here}", "layers");
        if (file.Tensors.Values.FirstOrDefault(tensor => tensor.Type != Elements.Of<T>()) is { } odd)
            throw Other($"its numbers are {odd.Type}, here {Elements.Of<T>()}", "number type");
        Training training = Parse(path, Text(file, TrainingKey));
        if (training.Steps.Length != model.Parameters.Count)
            throw new ModelFileException(path, TrainingKey, $"steps of {model.Parameters.Count} parameters", $"{training.Steps.Length}");
        IReadOnlyList<string> paths = ModuleWeights.Paths(model);
        T[][] Under(string name)
        {
            try
            {
                return [.. new WeightSource<T>(file, name).Read(model, paths).Values.Select(values => values!)];
            }
            catch (ModelFileException error)
            {
                // The checksum holds: the file is whole, and the sizes are others.
                throw new ArgumentException($"{error.Message} It is of another model: use another folder, or the same sizes.", error);
            }
        }

        ArgumentException Other(string difference, string same) =>
            new($"{path} is of another model: {difference}. Use another folder, or the same {same}.");

        T[][] weights = Under(ModelPrefix);
        T[][][] slots = [.. Enumerable.Range(0, training.Slots).Select(slot => Under($"slot{slot}/"))];
        OptimizerMemory<T> memory = new(
            training.StepCount, training.Steps, [.. model.Parameters.Select((_, n) => slots.Select(slot => slot[n]).ToArray())]);
        int carrying = model.Layers.OfType<Recurrent<T>>().Count(layer => layer.CarriesStates);
        return new(path, training.Settings, training.Position, weights, training.Best ? Under("best/") : [], memory)
        {
            Carried = [.. Enumerable.Range(0, carrying).Select(layer => CarriedIn<T>(file, layer))],
        };
    }

    /// <summary>Checks the file's checksum and opens its tensors.</summary>
    /// <exception cref="ModelFileException">The file is damaged.</exception>
    public static SafetensorsFile Open(string path)
    {
        ForeignFile.Refuse(path);
        using (FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            if (stream.Length < HeadBytes + SHA256.HashSizeInBytes)
                throw new ModelFileException(
                    path, "its length", $"at least {HeadBytes + SHA256.HashSizeInBytes} bytes", $"{stream.Length}");
            byte[] head = new byte[HeadBytes], written = new byte[SHA256.HashSizeInBytes];
            stream.ReadExactly(head);
            if (!head.AsSpan(0, 8).SequenceEqual(Magic))
                throw new ModelFileException(path, "bytes 0 to 7", "the letters LstmLab1", Convert.ToHexString(head, 0, 8));
            long version = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(8));
            if (version != Version) throw new ModelFileException(path, "bytes 8 to 15, the format's version", $"{Version}", $"{version}");
            byte[] found = Hash(stream);
            stream.ReadExactly(written);
            if (!found.AsSpan().SequenceEqual(written))
            {
                throw new ModelFileException(
                    path, "its SHA-256", $"{Convert.ToHexString(written)}, as written in its last 32 bytes",
                    $"{Convert.ToHexString(found)}: it was cut or changed");
            }
        }

        return new SafetensorsFile(path, HeadBytes, SHA256.HashSizeInBytes);
    }

    // Of all but the last 32 bytes, where the stream is left.
    private static byte[] Hash(FileStream stream)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[(int)Math.Min(1 << 16, stream.Length)];
        stream.Position = 0;
        for (long left = stream.Length - SHA256.HashSizeInBytes; left > 0;)
        {
            int read = stream.Read(piece, 0, (int)Math.Min(piece.Length, left));
            if (read == 0) throw new EndOfStreamException($"'{stream.Name}' ended while it was read.");
            hash.AppendData(piece, 0, read);
            left -= read;
        }

        return hash.GetHashAndReset();
    }

    private static Training Parse(string path, string text)
    {
        try
        {
            Training? training = JsonSerializer.Deserialize<Training>(text, Json);
            return training is { IsPossible: true } ? training : throw new JsonException("numbers that no training has");
        }
        catch (JsonException error)
        {
            throw new ModelFileException(path, TrainingKey, "the position of a training", error.Message, error);
        }
    }

    private static State<T>? CarriedIn<T>(SafetensorsFile file, int layer) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        (string h, string c) = (CarriedName(layer, "h"), CarriedName(layer, "c"));
        if (!file.Tensors.ContainsKey(h)) return null;
        return new(file.Read<T>(h), file.Tensors.ContainsKey(c) ? file.Read<T>(c) : null);
    }

    private static string CarriedName(int layer, string state) => $"carried/{layer}/{state}";

    private static NamedValues<T> Named<T>(string name, Tensor<T> tensor) where T : struct, IBinaryFloatingPointIeee754<T> =>
        new(name, Array.ConvertAll(tensor.Lengths.ToArray(), length => (int)length), tensor.ToArray());

    private static string Text(SafetensorsFile file, string key) =>
        file.Metadata.GetValueOrDefault(key) ?? throw new ModelFileException(file.Path, $"its '{key}'", "a text", "none");

    private static IEnumerable<NamedValues<T>> Under<T>(
        string under, Module<T> model, T[][] values) where T : struct, IBinaryFloatingPointIeee754<T> =>
        WeightNames.Tensors(WeightNames.Owners(model), mergeBiases: false).Zip(
            values, (tensor, array) => tensor with { Name = under + tensor.Name, Values = array });

    private sealed record Training(
        IReadOnlyDictionary<string, string> Settings, TrainingPosition Position, int StepCount, int[] Steps, int Slots, bool Best)
    {
        /// <summary>Whether a training can stand there.</summary>
        [JsonIgnore]
        public bool IsPossible => StepCount >= 0 && Array.TrueForAll(Steps, step => step >= 0) && Slots is >= 0 and <= 8
            && Position is { Epoch: >= 1, Samples: >= 0, Step: >= 0, BestEpoch: >= 0 } && Position.BestEpoch < Position.Epoch
            && Position.Elapsed >= TimeSpan.Zero && Position.Reports.Count == Position.Epoch - 1
                && Position.Reports.All(report => report is not null)
            && Settings.Values.All(text => text is not null);
    }
}
