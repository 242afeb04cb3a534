namespace LstmLab.Formats;

/// <summary>The recurrent nodes of a file that may hold anything else beside them.</summary>
internal sealed class OnnxInspection
{
    private const int DeepestConstant = 100;

    private readonly OnnxFile _file;
    private readonly Dictionary<string, OnnxArray> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxNode> _makers = new(StringComparer.Ordinal);

    private readonly OnnxInspection? _outer;

    // A branch sees the names around it, and has its own.
    private OnnxInspection(OnnxFile file, OnnxInspection? outer) => (_file, _outer) = (file, outer);

    /// <summary>All recurrent nodes, those of branches too.</summary>
    /// <exception cref="ModelFileException">A node's weights are not in the file, or damaged.</exception>
    public static IReadOnlyList<OnnxRecurrentNode> Of(OnnxFile file)
    {
        List<OnnxRecurrentNode> found = [];
        new OnnxInspection(file, null).Visit(file.Graph, "graph", found);
        return found;
    }

    private void Visit(GraphProto graph, string place, List<OnnxRecurrentNode> found)
    {
        foreach (TensorProto tensor in graph.Initializer)
        {
            if (OnnxArray.IsKnown(tensor.DataType))
                _constants[tensor.Name] = OnnxArray.Of(_file, tensor, $"initializer {ModelFileException.Shown(tensor.Name)}");
        }

        OnnxNode[] nodes = [.. graph.Node.Select((node, n) => new OnnxNode(_file, node, n))];
        foreach (OnnxNode node in nodes)
            foreach (string output in node.Outputs) _makers.TryAdd(output, node);
        foreach ((int n, OnnxNode node) in nodes.Index())
        {
            if (node.Operator is "LSTM" or "GRU" or "RNN")
            {
                OnnxRecurrent recurrent = new(node, at => Constant(node, at), _ => null, null);
                found.Add(new(_file, node, recurrent, place));
            }

            foreach (string name in node.AttributeNames.Where(node.IsGraph))
                new OnnxInspection(_file, this).Visit(node.Graph(name)!, $"{place}, {name} of {node.Operator} {n}", found);
        }
    }

    private OnnxArray? Constant(OnnxNode node, int n)
    {
        if (n >= node.Inputs.Count || node.Inputs[n].Length == 0) return null;
        return Constant(node.Inputs[n], 0) ?? throw node.Bad(
            $"input {ModelFileException.Shown(node.Inputs[n])}", "weights in the file", "a value that is made when the graph runs");
    }

    // A weight as it stands, or as constants make it.
    private OnnxArray? Constant(string name, int depth)
    {
        if (_constants.TryGetValue(name, out OnnxArray? known)) return known;
        if (!_makers.TryGetValue(name, out OnnxNode? maker)) return _outer?.Constant(name, depth);
        if (depth > DeepestConstant) return null;
        if (maker.Operator.Length == 0 || OnnxOperations<double>.Of(maker.Operator) is null || maker.AttributeNames.Any(maker.IsGraph))
            return null;
        OnnxScope<double> scope = OnnxScope<double>.OfConstants(_file);
        foreach (string input in maker.Inputs.Where(input => input.Length > 0))
        {
            if (Constant(input, depth + 1) is not { } array) return null;
            scope.Set(input, new(array));
        }

        OnnxDatum<double>[] results = Results(maker, scope);
        foreach ((int n, string output) in maker.Outputs.Index())
            if (output.Length > 0 && n < results.Length) _constants[output] = results[n].Numbers;
        return _constants.GetValueOrDefault(name);
    }

    private OnnxDatum<double>[] Results(OnnxNode maker, OnnxScope<double> scope)
    {
        try
        {
            return new OnnxStep<double>(maker, _file.Opset).Run(scope);
        }
        catch (ShapeException error)
        {
            throw _file.Bad(maker.Place, "constants whose shapes fit", error.Message, error);
        }
    }
}
