using Google.Protobuf.Collections;

namespace LstmLab.Formats;

/// <summary>The functions that a file defines, written out: each call becomes the nodes of the function, with names of its own.</summary>
internal sealed class OnnxFunctions
{
    private const int DeepestCalls = 20, MostNodes = 100_000, MostCopies = 16;

    private readonly OnnxFile _file;
    private readonly Dictionary<string, FunctionProto> _functions = new(StringComparer.Ordinal);
    private int _calls, _nodes;
    private long _bytes;

    /// <summary>Takes the functions of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="functions">Its functions.</param>
    /// <param name="length">Bytes of the file: what is written out is in proportion.</param>
    /// <exception cref="ModelFileException">One stands twice.</exception>
    public OnnxFunctions(OnnxFile file, RepeatedField<FunctionProto> functions, long length)
    {
        _file = file;
        _bytes = MostCopies * length;
        foreach (FunctionProto function in functions)
            if (!_functions.TryAdd($"{function.Domain}.{function.Name}", function))
                throw file.Bad("functions", "names that differ", $"{ModelFileException.Shown(function.Name)} twice");
    }

    /// <summary>A graph without calls of functions.</summary>
    /// <exception cref="ModelFileException">Functions call each other without end, or make more nodes than any graph has.</exception>
    public GraphProto WriteOut(GraphProto graph)
    {
        GraphProto plain = new(graph);
        plain.Node.Clear();
        plain.Node.AddRange(graph.Node.SelectMany(node => Nodes(node, 0)));
        return plain;
    }

    private IEnumerable<NodeProto> Nodes(NodeProto node, int depth)
    {
        if (++_nodes > MostNodes || depth > DeepestCalls)
            throw _file.Bad("functions", $"at most {MostNodes} nodes, and calls at most {DeepestCalls} deep", "more");
        if (!_functions.TryGetValue($"{node.Domain}.{node.OpType}", out FunctionProto? function))
        {
            NodeProto plain = new(node);
            foreach (AttributeProto attribute in plain.Attribute)
                if (attribute.G is not null) attribute.G = WriteOut(attribute.G);
            return [plain];
        }

        string call = $"{function.Name}:{++_calls}:";
        Dictionary<string, string> names = new(StringComparer.Ordinal) { [""] = "" };
        for (int n = 0; n < function.Input.Count; n++) names[function.Input[n]] = n < node.Input.Count ? node.Input[n] : "";
        for (int n = 0; n < function.Output.Count && n < node.Output.Count; n++)
            if (node.Output[n].Length > 0) names[function.Output[n]] = node.Output[n];
        _bytes -= function.CalculateSize();
        if (_bytes < 0) throw _file.Bad("functions", $"at most {MostCopies} times the file when they are written out", "more");
        NodeProto complete = new(node);
        complete.Attribute.AddRange(function.AttributeProto.Where(given => node.Attribute.All(own => own.Name != given.Name)));
        return function.Node.SelectMany(inner => Nodes(Renamed(inner, complete, names, call), depth + 1));
    }

    private static NodeProto Renamed(NodeProto node, NodeProto call, Dictionary<string, string> names, string prefix)
    {
        NodeProto own = new(node) { Name = prefix + node.Name };
        for (int n = 0; n < own.Input.Count; n++) own.Input[n] = NameOf(own.Input[n]);
        for (int n = 0; n < own.Output.Count; n++) own.Output[n] = NameOf(own.Output[n]);
        own.Attribute.Clear();
        foreach (AttributeProto attribute in node.Attribute)
        {
            AttributeProto? given = attribute.RefAttrName.Length == 0
                ? attribute
                : call.Attribute.FirstOrDefault(other => other.Name == attribute.RefAttrName);
            if (given is null) continue;
            AttributeProto copy = new(given) { Name = attribute.Name };
            if (copy.G is { } graph) copy.G = Within(graph, call, names, prefix);
            own.Attribute.Add(copy);
        }

        return own;

        string NameOf(string name) => names.TryGetValue(name, out string? known) ? known : names[name] = prefix + name;
    }

    // A branch in a function sees the function's names.
    private static GraphProto Within(GraphProto graph, NodeProto call, Dictionary<string, string> names, string prefix)
    {
        GraphProto own = new(graph);
        foreach (TensorProto tensor in own.Initializer) tensor.Name = names[tensor.Name] = prefix + tensor.Name;
        own.Node.Clear();
        own.Node.AddRange(graph.Node.Select(node => Renamed(node, call, names, prefix)));
        foreach (ValueInfoProto output in own.Output) output.Name = names.GetValueOrDefault(output.Name, prefix + output.Name);
        return own;
    }
}
