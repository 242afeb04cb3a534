using System.Globalization;
using System.Numerics;

namespace LstmLab.Formats;

/// <summary>
/// The layers of a bare state dictionary, where names and shapes tell them: LSTM and GRU by their gates, a linear layer by weight and
/// bias, an embedding by a name with "emb"; their order by numbers in the names, or else embedding, recurrent layers, linear layers in the
/// one order in which sizes fit.
/// </summary>
/// <remarks>Recurrent layers return sequences, as PyTorch's do; dropout has no weights and is left out. Activations have none either:
/// where one is likely, nothing is inferred.</remarks>
internal static class Inference
{
    // As many orders as that are tried in no time: 8! = 40 320.
    private const int MostUnnumbered = 8;

    private const string InCode = "Build the model in code and call its LoadWeights with this file";
    private const string Rnn = "nn.RNN";

    /// <summary>The model, its weights still to be assigned, and the prefixes of its layers in order.</summary>
    /// <exception cref="ModelFileException">A layer, the order or an activation cannot be told.</exception>
    public static (Model<T> Model, string[] Prefixes) Infer<T>(StateDict dict) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        if (dict.Prefixes.Count == 0) throw Untold(dict, "layers", "no tensors");
        Part[] parts = [.. dict.Prefixes.Select(prefix => PartOf(dict, prefix))];
        Part[] ordered = parts.All(part => part.Number is not null) ? [.. parts.OrderBy(part => part.Number)] : OnlyChain(dict, parts);
        RequireToldActivations<T>(dict, ordered);
        Layer<T>[] layers =
            [.. ordered.Select(part => Architecture.Layer<T>(new(dict, part.Prefix), new(part.Layer, ReturnSequences: true)))];
        return (Architecture.Chain(dict.Path, layers), [.. ordered.Select(part => part.Prefix)]);
    }

    private static Part PartOf(StateDict dict, string prefix)
    {
        LayerShapes shapes = new(dict, prefix);
        int gates = shapes.Gates();
        if (gates is 1 or 3 or 4)
        {
            RecurrentSizes sizes = shapes.Recurrent(gates);
            bool isOneLayer = sizes is { Layers: 1, Bidirectional: false };
            string layer = gates switch { 4 => nameof(Lstm<>), 3 => nameof(Gru<>), _ => Rnn };
            string code = gates == 1
                ? isOneLayer ? $"new CellLayer<T>(new ElmanCell<T>({sizes.I}, {sizes.H}))" : ""
                : isOneLayer ? $"new {layer}<T>({sizes.I}, {sizes.H})"
                : $"new {layer}<T>({sizes.I}, {sizes.H}, layers: {sizes.Layers}{(sizes.Bidirectional ? ", bidirectional: true" : "")})";
            return new(prefix, layer, sizes.I, sizes.Outputs, code);
        }

        if (shapes.Has("running_mean"))
        {
            throw shapes.Bad(
                "its tensors", "a layer of this library", "a batch normalization, for which it has none", remedy:
                $"{InCode}, with partial: true; a Scale with the running mean and deviation can take its place.");
        }

        bool embedding = prefix.Contains("emb", StringComparison.OrdinalIgnoreCase);
        if (gates > 0 || !shapes.Has("weight") || shapes.Has("bias") == embedding)
        {
            throw shapes.Bad(
                "its tensors", "those of an LSTM, a GRU, a linear layer with bias, or an embedding with 'emb' in its name",
                WeightNames.Shown(dict.Group(prefix).Keys), remedy: $"{InCode}, with partial: true for tensors that no layer of it has.");
        }

        int[] weight = shapes.Of("weight");
        // Class indexes come from outside: nothing can stand before an embedding.
        return embedding
            ? new(prefix, nameof(Embedding<>), -1, weight[1], $"new Embedding<T>({weight[0]}, {weight[1]})")
            : new(prefix, nameof(Dense<>), weight[1], weight[0], $"new Dense<T>({weight[1]}, {weight[0]})");
    }

    private static void RequireToldActivations<T>(StateDict dict, Part[] parts) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        foreach (Part part in parts.Where(part => part.Layer == Rnn))
        {
            string remedy = part.Code.Length > 0
                ? Code<T>(parts, "") + "; give the ElmanCell activation: Activation.Relu where nonlinearity='relu' was set."
                : "Export it as ONNX, where activations and layers stand in the file, and load that.";
            throw Guessed($"layer {ModelFileException.Shown(part.Prefix)}", "an nn.RNN, whose tanh or ReLU the file does not tell", remedy);
        }

        foreach ((Part first, Part second) in parts.Zip(parts.Skip(1)))
        {
            string both = $"layers {ModelFileException.Shown(first.Prefix)} and {ModelFileException.Shown(second.Prefix)}";
            if (first.Layer == nameof(Dense<>) && second.Layer == nameof(Dense<>))
            {
                throw Guessed(
                    both, "linear layers in a row, where an activation is likely and the file does not tell",
                    Code<T>(parts, "new Relu<T>(), ") + ", with the activations that it has.");
            }

            if (first.Number + 1 < second.Number)
            {
                throw Guessed(
                    both, $"a gap between them, number {first.Number + 1}, where a layer without weights stands, such as an activation",
                    Code<T>(parts, "") + ", with the layers that stand between.");
            }
        }

        ModelFileException Guessed(string place, string found, string remedy) =>
            new(dict.Path, place, "layers that names and shapes tell", found, remedy: remedy);
    }

    // What to type, with a ReLU as an example where linear layers meet.
    private static string Code<T>(Part[] parts, string between) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        string layers = string.Join(", ", parts.Select((part, n) =>
            n > 0 && parts[n - 1].Layer == nameof(Dense<>) && part.Layer == nameof(Dense<>) ? between + part.Code : part.Code));
        string number = typeof(T) == typeof(float) ? "float" : typeof(T) == typeof(double) ? "double" : typeof(T).Name;
        return $"{InCode}, e.g. new Model<T>({layers}).LoadWeights(path)".Replace("<T>", $"<{number}>", StringComparison.Ordinal);
    }

    private static Part[] OnlyChain(StateDict dict, Part[] parts)
    {
        if (parts.Length > MostUnnumbered) throw Untold(dict, $"at most {MostUnnumbered} layers without numbers", $"{parts.Length}");
        List<Part[]> chains = [];
        Extend([], parts);
        return chains.Count == 1
            ? chains[0]
            : throw Untold(dict, "one order in which the layers' sizes fit", chains.Count == 0 ? "none" : "several");

        void Extend(Part[] chain, Part[] left)
        {
            if (chains.Count > 1) return;
            if (left.Length == 0) chains.Add(chain);
            foreach (Part next in left)
                if (chain.Length == 0 || (chain[^1].Rank <= next.Rank && chain[^1].Outputs == next.Inputs))
                    Extend([.. chain, next], [.. left.Where(part => part != next)]);
        }
    }

    private static ModelFileException Untold(StateDict dict, string expected, string found) =>
        new(dict.Path, "its layers", expected, found, remedy: $"{InCode}.");

    private sealed record Part(string Prefix, string Layer, long Inputs, long Outputs, string Code)
    {
        /// <summary>Embeddings stand first, linear layers last.</summary>
        public int Rank { get; } = Layer switch { nameof(Embedding<>) => 0, nameof(Dense<>) => 2, _ => 1 };

        public int? Number { get; } = int.TryParse(Prefix, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}
