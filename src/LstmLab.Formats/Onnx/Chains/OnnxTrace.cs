namespace LstmLab.Formats;

/// <summary>
/// Follows a graph from its inputs, node by node: constants are computed, and what depends on an input becomes a chain of steps that layers
/// can take. Axes keep their meaning through transpositions, so that batch-major graphs and time-major ones give the same model.
/// </summary>
internal sealed partial class OnnxTrace
{
    private const int MostSteps = 2000, MostStates = 64, MostAxes = 8;

    private readonly OnnxFile _file;
    private readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _arguments = new(StringComparer.Ordinal);

    private OnnxTrace(OnnxFile file)
    {
        _file = file;
        foreach ((string name, OnnxArray array) in file.Constants) _values.Add(name, array);
        foreach (ValueInfoProto input in file.Inputs)
        {
            DimensionProto[] dims = [.. input.Type?.TensorType?.Shape?.Dim ?? []];
            if (dims.Length > MostAxes)
                throw file.Bad($"input {ModelFileException.Shown(input.Name)}", $"at most {MostAxes} axes", $"{dims.Length}");
            OnnxAxis[] axes = [.. dims.Select(dim => new OnnxAxis(OnnxAxisRole.Any, dim.DimValue > 0 ? dim.DimValue : -1))];
            long width = axes.Length == 0 ? -1 : axes[^1].Length;
            bool isIndex = input.Type?.TensorType?.ElemType is OnnxArray.Int32 or OnnxArray.Int64;
            Define(
                input.Name, new OnnxFlow(new OnnxInput(input.Name, width > int.MaxValue ? -1 : (int)width), axes, IsIndex: isIndex),
                "input");
        }
    }

    /// <summary>The chain of steps that the graph's first output is.</summary>
    /// <exception cref="ModelFileException">The graph is no chain of layers, or holds what this library has no layer for.</exception>
    public static OnnxLink Run(OnnxFile file)
    {
        OnnxTrace trace = new(file);
        foreach (OnnxNode node in file.Nodes)
        {
            OnnxValue[] results = trace.Evaluate(node);
            node.RequireAllRead();
            for (int n = 0; n < node.Outputs.Count; n++)
            {
                if (node.Outputs[n].Length == 0) continue;
                if (n >= results.Length) throw node.Bad("its outputs", $"at most {results.Length}", $"{node.Outputs.Count}");
                trace.Define(node.Outputs[n], results[n], "node");
            }
        }

        return trace.Output();
    }

    private void Define(string name, OnnxValue value, string place)
    {
        if (value is OnnxFlow { Link.Depth: > MostSteps })
            throw _file.Bad(place, $"at most {MostSteps} steps from input to output", "more");
        if (value is OnnxArray { Dims.Length: > MostAxes } or OnnxFlow { Axes.Length: > MostAxes })
            throw _file.Bad(place, $"at most {MostAxes} axes", "more");
        if (value is OnnxStack { Rows.Length: > MostStates }) throw _file.Bad(place, $"at most {MostStates} states", "more");
        if (name.Length == 0 || !_values.TryAdd(name, value))
            throw _file.Bad(
                place, "names of values that differ", name.Length == 0 ? "an empty one" : $"{ModelFileException.Shown(name)} twice");
    }

    private OnnxLink Output()
    {
        OnnxValue[] outputs = [.. _file.Outputs.Select(name => _values.GetValueOrDefault(name)
            ?? throw _file.Bad($"output {ModelFileException.Shown(name)}", "a value that the graph makes", "none"))];
        string first = $"output {ModelFileException.Shown(_file.Outputs[0])}";
        if (outputs[0] is not OnnxFlow { IsCell: false, Row: -1, Link: not OnnxInput } answer)
            throw _file.Bad(first, "what layers make of an input", Kind(outputs[0]));
        foreach ((int n, OnnxValue other) in outputs.Index().Skip(1))
        {
            // Final states are at hand after each pass: Recurrent.Final.
            bool isState = other is OnnxStack or OnnxFlow { Link: OnnxRecurrence, Axes.Length: > 0 };
            bool isSequence = other is OnnxFlow { IsCell: false, Link: OnnxRecurrence { ReturnSequences: true } };
            if (!isState || (isSequence && !ReferenceEquals(other, outputs[0])))
                throw _file.Bad($"output {ModelFileException.Shown(_file.Outputs[n])}", "final states, beside one answer", Kind(other));
        }

        OnnxAxis[] axes = [.. answer.Axes.Where(axis => axis.Role != OnnxAxisRole.One)];
        bool isTyped = axes is [.., { Role: OnnxAxisRole.Feature }] && axes.Count(axis => axis.Role == OnnxAxisRole.Feature) == 1
            && axes.Count(axis => axis.Role != OnnxAxisRole.Direction) <= 3;
        if (!isTyped) throw _file.Bad(first, "[.., features]", $"axes {string.Join(", ", axes.Select(axis => axis.Role))}");
        OnnxLink root = answer.Link;
        while (root.Below is { } below) root = below;
        string used = ((OnnxInput)root).Name;
        string[] unused = [.. _file.Inputs.Select(input => input.Name).Where(name => name != used && !_arguments.Contains(name))];
        if (unused.Length > 0)
            throw _file.Bad("its inputs", "one, beside lengths and initial states", $"also {ModelFileException.Shown(unused[0])}");
        return answer.Link;
    }

    private OnnxValue? Value(OnnxNode node, int n)
    {
        string name = n < node.Inputs.Count ? node.Inputs[n] : "";
        if (name.Length == 0) return null;
        return _values.TryGetValue(name, out OnnxValue? value)
            ? value
            : throw node.Bad(
                $"input {ModelFileException.Shown(name)}", "an input, a constant, or a result of a node before", "none of that name");
    }

    private OnnxValue Any(OnnxNode node, int n) => Value(node, n) ?? throw node.Bad($"input {n}", "a value", "none");

    private OnnxFlow Flow(OnnxNode node, int n) =>
        Any(node, n) as OnnxFlow ?? throw node.Bad($"input {n}", "a value that depends on an input", Kind(Any(node, n)));

    private OnnxArray? Optional(OnnxNode node, int n) =>
        Value(node, n) is not { } value ? null : value as OnnxArray ?? throw node.Bad($"input {n}", "a constant", Kind(value));

    private OnnxArray Constant(OnnxNode node, int n) => Optional(node, n) ?? throw node.Bad($"input {n}", "a constant", "none");

    // Integers of a constant, or of an attribute in older opsets.
    private long[]? Integers(OnnxNode node, int n, string attribute)
    {
        if (node.Ints(attribute) is { } listed) return listed;
        if (Optional(node, n) is not { } array) return null;
        if (array.Count > MostAxes || array.Values.Any(value => value != Math.Truncate(value) || Math.Abs(value) > long.MaxValue))
            throw node.Bad($"input {n}", $"at most {MostAxes} integers", $"{array.Count} numbers");
        return [.. array.Values.Select(value => value >= long.MaxValue ? long.MaxValue : (long)value)];
    }

    private static int Axis(OnnxNode node, long axis, int rank)
    {
        if (axis < -rank || axis >= rank) throw node.Bad("its axis", $"one from {-rank} to {rank - 1}", $"{axis}");
        return (int)(axis < 0 ? axis + rank : axis);
    }

    private static void Require(OnnxNode node, OnnxAxis axis, OnnxAxisRole role)
    {
        if (axis.Role == OnnxAxisRole.Any) axis.Role = role;
        if (axis.Role != role) throw node.Bad("the axes of its input", $"{role}".ToLowerInvariant(), $"{axis.Role}".ToLowerInvariant());
    }

    private static string Kind(OnnxValue value) => value switch
    {
        OnnxArray => "a constant",
        OnnxStack or OnnxFlow { IsCell: true } => "states",
        OnnxFlow { Row: >= 0 } => "one of two directions",
        OnnxFlow { IsIndex: true } => "integers",
        OnnxFlow => "an input or what depends on it",
        _ => "numbers made of a shape",
    };
}
