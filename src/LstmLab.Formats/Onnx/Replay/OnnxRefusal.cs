using System.Numerics;

namespace LstmLab.Formats;

/// <summary>All that a graph holds and this library does not run, in one message with the nearest remedy.</summary>
internal static class OnnxRefusal
{
    private const string Quantized = "quantized numbers (export the float model: quantization loses the gradients too)";
    private const string Loops = "a loop within the graph (export without scripted control flow, with a fixed number of steps)";

    /// <summary>Throws when the graph, its branches included, holds an operator or attribute that is not known.</summary>
    /// <exception cref="ModelFileException">The list of them.</exception>
    public static void Require<T>(OnnxFile file) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        OrderedDictionary<string, (int Nodes, HashSet<string> Operators)> found = [];
        foreach (OnnxNode node in All(file, file.Nodes))
        {
            OnnxOperation<T>? known = node.Operator.Length > 0 ? OnnxOperations<T>.Of(node.Operator) : null;
            string[] odd = known is null ? [] : [.. node.AttributeNames.Except(known.Attributes)];
            string? words = known is null ? WordsFor(node) : odd.Length > 0 ? $"attribute {ModelFileException.Shown(odd[0])}" : null;
            if (words is null) continue;
            (int nodes, HashSet<string> operators) = found.GetValueOrDefault(words, (0, new(StringComparer.Ordinal)));
            operators.Add(node.FullName);
            found[words] = (nodes + 1, operators);
        }

        if (found.Count == 0 && file.Unreadable.Count == 0) return;
        IEnumerable<string> kinds = found.Select(one => $"{one.Key}: {Nodes(one.Value.Operators, one.Value.Nodes)}");
        string list = string.Join("; ", kinds.Concat(file.Unreadable.Take(12)));
        bool hasRecurrent = All(file, file.Nodes).Any(node => node.Operator is "LSTM" or "GRU" or "RNN");
        string alone = hasRecurrent ? "; Onnx.Recurrent(path) opens its recurrent nodes alone" : "";
        throw file.Bad("its graph", "operators that this library runs", list + alone);
    }

    private static string Nodes(IEnumerable<string> operators, int count) =>
        $"{string.Join(", ", operators.Take(12).Select(ModelFileException.Shown))} in {count} node{(count == 1 ? "" : "s")}";

    /// <summary>The nodes of a graph and of the branches within it.</summary>
    public static IEnumerable<OnnxNode> All(OnnxFile file, IEnumerable<OnnxNode> nodes)
    {
        foreach (OnnxNode node in nodes)
        {
            yield return node;
            foreach (GraphProto graph in node.AttributeNames.Where(node.IsGraph).Select(node.Graph).OfType<GraphProto>())
                foreach (OnnxNode inner in All(file, graph.Node.Select((proto, n) => new OnnxNode(file, proto, n)))) yield return inner;
        }
    }

    private static string WordsFor(OnnxNode node)
    {
        string name = node.FullName;
        if (name.Contains("Quantize", StringComparison.Ordinal) || name.Contains("QLinear", StringComparison.Ordinal)
            || name.EndsWith("Integer", StringComparison.Ordinal) || name.Contains("QAttention", StringComparison.Ordinal))
            return Quantized;
        if (name is "Loop" or "Scan" || name.StartsWith("Sequence", StringComparison.Ordinal)
            || name.EndsWith("Sequence", StringComparison.Ordinal))
            return Loops;
        return node.Operator.Length == 0 ? "an operator that is not one of ONNX's own" : "an operator without an implementation here";
    }
}
