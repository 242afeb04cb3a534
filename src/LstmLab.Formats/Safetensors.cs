using System.Numerics;

namespace LstmLab.Formats;

/// <summary>Models as safetensors files, and state dictionaries of PyTorch in them.</summary>
public static class Safetensors
{
    // Files of ours say which layers stand behind the tensors; PyTorch's readers ask for a format.
    internal const string LayersKey = "lstmlab.layers";

    // Numbers written at once: never two copies of a large tensor.
    private const int Piece = 1 << 18;

    /// <summary>Writes a model, whole or not at all, and where it is a chain of this library's layers, what <see cref="Model.Load"/>
    /// needs to rebuild it.</summary>
    /// <param name="model">What is written.</param>
    /// <param name="path">An older file is replaced.</param>
    /// <param name="type">Number type of the file; the model's own when omitted. A narrower one rounds once.</param>
    /// <param name="mergeBiases">Whether the two biases of an LSTM become one, bias_ih, the results unchanged to the bit. A GRU's
    /// cannot.</param>
    /// <param name="prefixes">What stands before the names of each layer with weights, e.g. "lstm", "head"; the layer's path in the
    /// model when omitted.</param>
    /// <exception cref="ArgumentException">The prefixes are not one for each layer with weights, or the type is one of
    /// integers.</exception>
    /// <exception cref="IOException">The file could not be written; an older one is as it was.</exception>
    public static void Save<T>(
        Module<T> model, string path, ElementType? type = null, bool mergeBiases = false, IReadOnlyList<string>? prefixes = null)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        if (type?.IsFloat() == false)
            throw new ArgumentException($"type must be F16, BF16, F32 or F64, but is {type}: weights are no integers.", nameof(type));
        IReadOnlyList<WeightOwner<T>> owners = prefixes is null ? WeightNames.Owners(model) : WeightNames.Owners(model, prefixes);
        NamedValues<T>[] tensors = [.. WeightNames.Tensors(owners, mergeBiases)];
        Dictionary<string, string> metadata = new() { ["format"] = "pt" };
        if (prefixes is null) metadata.Add(LayersKey, Architecture.Describe(model));
        AtomicFile.Write(path, stream => Write(stream, tensors, type ?? Elements.Of<T>(), metadata));
    }

    /// <summary>Reads a model: a file of ours, or a state dictionary whose names and shapes tell its layers.</summary>
    /// <param name="path">The file.</param>
    /// <remarks>
    /// A state dictionary holds no activation, no dropout and no choice of a step: the model is its layers with weights, one after
    /// another, and its recurrent layers return sequences. Where that is a guess, with linear layers in a row, a gap in the layers'
    /// numbers, or an nn.RNN, whose activation may be tanh or ReLU, the file is refused: build the model in code, and call its
    /// <see cref="ModuleWeights.LoadWeights{T}(Module{T}, string, string[])"/>. So do also where an activation stands between a recurrent
    /// layer and a linear one, or after the last: nothing in the file tells.
    /// </remarks>
    /// <exception cref="ModelFileException">The file is damaged, or does not tell the layers.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static Model<T> Load<T>(string path) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        using SafetensorsFile file = new(path);
        StateDict dict = new(file);
        if (!file.Metadata.TryGetValue(LayersKey, out string? layers))
        {
            (Model<T> inferred, string[] prefixes) = Inference.Infer<T>(dict);
            new WeightSource<T>(file).Assign(inferred, prefixes);
            return inferred;
        }

        Model<T> model = Architecture.Build<T>(dict, layers);
        new WeightSource<T>(file).Assign(model, ModuleWeights.Paths(model));
        return model;
    }

    /// <summary>Writes tensors one after another in the given order.</summary>
    internal static void Write<T>(
        Stream stream, IReadOnlyList<NamedValues<T>> tensors, ElementType type, IReadOnlyDictionary<string, string> metadata)
        where T : struct, INumberBase<T>
    {
        List<TensorEntry> entries = [];
        long begin = 0;
        foreach (NamedValues<T> tensor in tensors)
        {
            entries.Add(new(tensor.Name, type, tensor.Shape, begin, (long)tensor.Values.Length * type.Size()));
            begin += entries[^1].Bytes;
        }

        SafetensorsHeader.Write(stream, entries, metadata);
        foreach (NamedValues<T> tensor in tensors)
        {
            for (int n = 0; n < tensor.Values.Length; n += Piece)
                stream.Write(Elements.Encode<T>(tensor.Values.AsSpan(n, Math.Min(Piece, tensor.Values.Length - n)), type));
        }
    }
}

/// <summary>A tensor to be written.</summary>
internal sealed record NamedValues<T>(string Name, int[] Shape, T[] Values);
