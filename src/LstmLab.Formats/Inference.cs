using System.Globalization;
using System.Numerics;

namespace LstmLab.Formats;

/// <summary>
/// The layers of a bare state dictionary, where names and shapes tell them: LSTM and GRU by their gates, a linear layer by weight and
/// bias, an embedding by a name with "emb"; their order by numbers in the names, or else embedding, recurrent layers, linear layers in the
/// one order in which sizes fit.
/// </summary>
/// <remarks>Recurrent layers return sequences, as PyTorch's do; dropout has no weights and is left out.</remarks>
internal static class Inference
{
    // As many orders as that are tried in no time: 8! = 40 320.
    private const int MostUnnumbered = 8;

    /// <summary>The model, its weights still to be assigned, and the prefixes of its layers in order.</summary>
    /// <exception cref="ModelFileException">A layer or the order cannot be told.</exception>
    public static (Model<T> Model, string[] Prefixes) Infer<T>(StateDict dict) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        if (dict.Prefixes.Count == 0) throw Untold(dict, "layers", "no tensors");
        Part[] parts = [.. dict.Prefixes.Select(prefix => PartOf(dict, prefix))];
        Part[] ordered = parts.All(part => part.Number is not null) ? [.. parts.OrderBy(part => part.Number)] : OnlyChain(dict, parts);
        Layer<T>[] layers =
            [.. ordered.Select(part => Architecture.Layer<T>(new(dict, part.Prefix), new(part.Layer, ReturnSequences: true)))];
        return (Architecture.Chain(dict.Path, layers), [.. ordered.Select(part => part.Prefix)]);
    }

    private static Part PartOf(StateDict dict, string prefix)
    {
        LayerShapes shapes = new(dict, prefix);
        int gates = shapes.Gates();
        if (gates is 3 or 4)
        {
            RecurrentSizes sizes = shapes.Recurrent(gates);
            return new(prefix, gates == 4 ? nameof(Lstm<>) : nameof(Gru<>), sizes.I, sizes.Outputs);
        }

        bool embedding = prefix.Contains("emb", StringComparison.OrdinalIgnoreCase);
        if (gates > 0 || !shapes.Has("weight") || shapes.Has("bias") == embedding)
        {
            throw shapes.Bad(
                "its tensors", "those of an LSTM, a GRU, a linear layer with bias, or an embedding with 'emb' in its name: "
                + "else build the model and call LoadWeights", string.Join(", ", dict.Group(prefix).Keys.Take(20)));
        }

        int[] weight = shapes.Of("weight");
        // Class indexes come from outside: nothing can stand before an embedding.
        return embedding ? new(prefix, nameof(Embedding<>), -1, weight[1]) : new(prefix, nameof(Dense<>), weight[1], weight[0]);
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
        new(dict.Path, "its layers", $"{expected}: else build the model and call LoadWeights", found);

    private sealed record Part(string Prefix, string Layer, long Inputs, long Outputs)
    {
        /// <summary>Embeddings stand first, linear layers last.</summary>
        public int Rank { get; } = Layer switch { nameof(Embedding<>) => 0, nameof(Dense<>) => 2, _ => 1 };

        public int? Number { get; } = int.TryParse(Prefix, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}
