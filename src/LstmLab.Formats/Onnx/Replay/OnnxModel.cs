using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Formats;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its shape as the file has it, e.g. [batch, 30, 4].</param>
/// <param name="IsInteger">Whether it holds integers, such as class indexes or lengths.</param>
/// <param name="IsOptional">Whether a model runs without it: an initial state is zero then, lengths are those of the input.</param>
public sealed record OnnxPort(string Name, string Shape, bool IsInteger, bool IsOptional);

/// <summary>
/// A graph from an ONNX file that is no chain of layers, replayed node by node: several inputs and outputs, residual sums,
/// concatenations, pooling, convolutions. Recurrent nodes, linear maps, convolutions, tables and layer normalizations are layers of this
/// library, so their gates can be drawn, their gradients checked and their weights trained.
/// </summary>
/// <remarks>
/// As a module it takes and returns sequences [T, B, ..] as every other does, also where the graph has the batch first; class indexes are
/// [T, B, 1]. The other outputs have their names on the tape: <c>model.Tape["hn"]</c>. <see cref="Run"/> takes and returns all values in
/// the graph's own shapes. Numbers of the graph that are no weights of a layer, such as those of a batch normalization, stay as they are.
/// </remarks>
public sealed class OnnxModel<T> : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly OnnxFile _file;
    private readonly OnnxPlan<T> _plan;
    private readonly OnnxRoles _roles;
    private readonly List<KeyValuePair<string, Module<T>>> _layers = [];
    private readonly List<(OnnxStep<T> Step, string Path)> _steps = [];
    private readonly Dictionary<string, OnnxTake<T>> _turns = [];

    internal OnnxModel(OnnxFile file)
    {
        _file = file;
        OnnxRefusal.Require<T>(file);
        _plan = new(file, file.Graph, file.Nodes, null);
        _roles = new(file.Nodes, name => _plan.Constants.GetValueOrDefault(name)?.Numbers);
        Inputs = [.. file.Inputs.Select(input => new OnnxPort(
            input.Name, ShapeOf(input), IsInteger(input), _roles.IsState(input.Name) || IsLengths(input) || !_plan.Reads(input.Name)))];
        Outputs = [.. file.Graph.Output.Select(output => new OnnxPort(output.Name, ShapeOf(output), IsInteger(output), true))];
        if (_plan.Constants.ContainsKey(Outputs[0].Name) || Inputs.Any(port => port.Name == Outputs[0].Name))
            throw file.Bad($"output {ModelFileException.Shown(Outputs[0].Name)}", "what nodes make of an input", "an input or a constant");
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (OnnxStep<T> step in _plan.Steps.Where(step => step.Layer is not null))
        {
            string name = NameOf(step.Node, names);
            _layers.Add(new(name, step.Layer!));
            _steps.Add((step, name));
        }

        // Layers draw their weights when they are first asked for, and take those of the file then.
        _ = Parameters;
        foreach (Action assign in _plan.Assignments) assign();
    }

    /// <summary>The graph's inputs.</summary>
    public IReadOnlyList<OnnxPort> Inputs { get; }

    /// <summary>The graph's outputs; the first is the answer.</summary>
    public IReadOnlyList<OnnxPort> Outputs { get; }

    /// <summary>Version of ONNX's operators in the graph.</summary>
    internal int Opset => _file.Opset;

    /// <summary>What the file says of itself.</summary>
    internal IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    /// <summary>The graph as the file has it.</summary>
    internal GraphProto Graph => _file.Graph;

    /// <summary>The nodes whose weights are those of a layer, and the layers' names.</summary>
    internal IReadOnlyList<(OnnxStep<T> Step, string Path)> Weighted => _steps;

    /// <inheritdoc/>
    protected internal override IEnumerable<KeyValuePair<string, Module<T>>> Children => _layers;

    /// <summary>Runs the graph.</summary>
    /// <param name="inputs">All inputs, or those that are not optional, in the graph's order.</param>
    /// <returns>The first output; those after it are named on the tape.</returns>
    /// <exception cref="ArgumentException">There are more or fewer inputs than the graph takes.</exception>
    /// <exception cref="ShapeException">A shape does not fit the graph.</exception>
    public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
    {
        OnnxPort[] required = [.. Inputs.Where(port => !port.IsOptional)];
        OnnxPort[] given = inputs.Length == required.Length ? required : [.. Inputs];
        if (inputs.Length == 0 || inputs.Length != given.Length)
        {
            IEnumerable<string> taken = Inputs.Select(port => $"{port.Name} {port.Shape}{(port.IsOptional ? " (optional)" : "")}");
            throw new ArgumentException(
                $"The graph takes {string.Join(", ", taken)}, but was called with {inputs.Length} inputs.");
        }

        OnnxScope<T> scope = new(_file, _plan, inputs[0].Tape, null);
        for (int n = 0; n < given.Length; n++) scope.Set(given[n].Name, Given(given[n], inputs[n]));
        foreach (OnnxPort port in Inputs.Except(given))
        {
            // x1_lengths are the lengths of x1.
            int of = Array.FindIndex(given, other => port.Name.StartsWith($"{other.Name}_", StringComparison.Ordinal));
            scope.Set(port.Name, Default(port, inputs[Math.Max(0, of)]));
        }

        _plan.RunIn(scope);
        for (int n = Outputs.Count - 1; n > 0; n--) _ = Returned(scope, Outputs[n].Name).Named(Outputs[n].Name);
        return Returned(scope, Outputs[0].Name);
    }

    /// <summary>Runs the graph for prediction on values in its own shapes, as a runtime does.</summary>
    /// <param name="inputs">Values by the inputs' names; optional ones may be left out.</param>
    /// <returns>The outputs by name.</returns>
    /// <exception cref="ArgumentException">An input is missing or unknown.</exception>
    /// <exception cref="ShapeException">A shape does not fit the graph.</exception>
    public IReadOnlyDictionary<string, Tensor<T>> Run(IReadOnlyDictionary<string, Tensor<T>> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        string[] names = [.. Inputs.Select(port => port.Name)];
        IEnumerable<string> required = Inputs.Where(port => !port.IsOptional).Select(port => port.Name);
        string[] wrong = [.. inputs.Keys.Except(names), .. required.Except(inputs.Keys)];
        if (wrong.Length > 0)
            throw new ArgumentException($"The graph takes {string.Join(", ", names)}; missing or unknown is '{wrong[0]}'.", nameof(inputs));
        OnnxScope<T> scope = new(_file, _plan, new Tape<T>().Begin(Pass.Predict), null);
        foreach (OnnxPort port in Inputs)
        {
            if (inputs.TryGetValue(port.Name, out Tensor<T>? tensor)) scope.Set(port.Name, Datum(port, tensor, scope.Tape));
        }

        OnnxPort main = Inputs.FirstOrDefault(port => !port.IsOptional) ?? Inputs.First(port => inputs.ContainsKey(port.Name));
        Tensor<T> first = inputs[main.Name];
        OnnxAxes? axes = _roles[main.Name];
        int batch = LengthOf(axes?.Batch ?? -1), steps = LengthOf(axes?.Time ?? -1);
        int LengthOf(int axis) => first.Length(axis >= 0 && axis < first.Rank ? axis : 0);
        foreach (OnnxPort port in Inputs.Where(port => !inputs.ContainsKey(port.Name)))
            scope.Set(port.Name, Default(port, batch, [.. Enumerable.Repeat(steps, batch)]));
        _plan.RunIn(scope);
        return Outputs.ToDictionary(port => port.Name, port =>
        {
            OnnxArray numbers = scope.Find(port.Name)!.Numbers;
            return Tensors.Of(numbers.To<T>(), numbers.Dims is [] ? [1] : numbers.Dims);
        });
    }

    // Where the graph has the batch first, sequences are turned.
    private OnnxDatum<T> Given(OnnxPort port, Value<T> value)
    {
        Tensor<T> data = value.Data;
        bool isTurned = _roles[port.Name] is { Batch: 0, Time: 1 };
        int rank = _file.Inputs.Single(input => input.Name == port.Name).Type?.TensorType?.Shape?.Dim.Count ?? data.Rank;
        if (port.IsInteger)
        {
            int[] dims = [.. data.Lengths.ToArray().Select(length => (int)length)];
            if (dims.Length == rank + 1 && dims[^1] == 1) dims = dims[..^1];
            OnnxArray array = new(dims, Array.ConvertAll(data.ToArray(), double.CreateChecked)) { Kind = OnnxArray.Int64 };
            return new(isTurned && dims.Length >= 2 ? OnnxMap.Transpose(dims, Swapped(dims.Length)).Of(array) : array);
        }

        if (data.Rank != rank)
        {
            string turned = isTurned ? " with the first two axes exchanged, [T, B, ..]" : "";
            throw new ShapeException($"Input '{port.Name}' must be {port.Shape}{turned}, but is {data.Shape()}.");
        }
        return isTurned ? new(Turned(port.Name, value)) : new(value);
    }

    private static OnnxDatum<T> Datum(OnnxPort port, Tensor<T> tensor, Tape<T> tape)
    {
        if (!port.IsInteger) return new(tape.Input(tensor));
        int[] dims = [.. tensor.Lengths.ToArray().Select(length => (int)length)];
        return new(new OnnxArray(dims, Array.ConvertAll(tensor.ToArray(), double.CreateChecked)) { Kind = OnnxArray.Int64 });
    }

    // Zero states; lengths as the first input's value has them.
    private OnnxDatum<T> Default(OnnxPort port, Value<T> x)
    {
        int batch = x.Data.Rank >= 3 ? x.Data.Length(1) : x.Data.Length(0);
        return Default(port, batch, x.Lengths ?? [.. Enumerable.Repeat(x.Data.Length(0), batch)]);
    }

    private OnnxDatum<T> Default(OnnxPort port, int batch, IReadOnlyList<int> lengths)
    {
        if (port.IsInteger && _plan.Reads(port.Name))
            return new(new OnnxArray([lengths.Count], [.. lengths.Select(length => (double)length)]) { Kind = OnnxArray.Int64 });
        if (!_plan.Reads(port.Name)) return new(new OnnxArray([], [0]));
        IEnumerable<DimensionProto> shape = _file.Inputs.Single(input => input.Name == port.Name).Type?.TensorType?.Shape?.Dim ?? [];
        int[] dims = [.. shape.Select(dim => dim.DimValue > 0 ? (int)dim.DimValue : batch)];
        return new(new OnnxArray(dims, new double[OnnxMap.Count(dims)]));
    }

    private Value<T> Returned(OnnxScope<T> scope, string name)
    {
        OnnxDatum<T> datum = scope.Find(name)!;
        // A number for each sequence is a column, [B, 1].
        if (datum.Dims.Length == 1) datum = new(Moved(name, scope, datum, [datum.Dims[0], 1]));
        Value<T> value = datum.Flow ?? scope.Constant(datum.Numbers);
        return _roles[name] is { IsBatchFirst: true } axes && axes.Rank == value.Data.Rank ? Turned(name, value) : value;
    }

    private Value<T> Moved(string name, OnnxScope<T> scope, OnnxDatum<T> datum, int[] dims) =>
        Turn(name).Of([datum.Flow ?? scope.Constant(datum.Numbers)], dims, () => new(OnnxMap.All(dims[0]), dims));

    private Value<T> Turned(string name, Value<T> value)
    {
        int[] dims = [.. value.Data.Lengths.ToArray().Select(length => (int)length)];
        return Turn(name).Of([value], dims, () => OnnxMap.Transpose(dims, Swapped(dims.Length)));
    }

    private OnnxTake<T> Turn(string name)
    {
        if (!_turns.TryGetValue(name, out OnnxTake<T>? turn)) _turns[name] = turn = new();
        return turn;
    }

    private static int[] Swapped(int rank) => [1, 0, .. Enumerable.Range(2, rank - 2)];

    // fc of an initializer fc.weight; else the node's own name.
    private static string NameOf(OnnxNode node, HashSet<string> taken)
    {
        string weight = node.Inputs.FirstOrDefault(input => input.IndexOf(".weight", StringComparison.Ordinal) > 0) ?? "";
        string name = weight.Length > 0 ? weight[..weight.IndexOf(".weight", StringComparison.Ordinal)] : node.Name.Trim('/').Replace('/', '.').Replace(':', '.');
        if (name.Length is 0 or > 80) name = node.Operator.ToLowerInvariant();
        string unique = name;
        for (int n = 2; !taken.Add(unique); n++) unique = $"{name}_{n}";
        return unique;
    }

    // By what reads it, or by its name where masks are made of it.
    private bool IsLengths(ValueInfoProto input) => _roles.IsLengths(input.Name)
        || (IsInteger(input) && input.Type.TensorType.Shape?.Dim.Count == 1 && input.Name.EndsWith("lengths", StringComparison.Ordinal));

    private static bool IsInteger(ValueInfoProto port) =>
        port.Type?.TensorType?.ElemType is OnnxArray.Int32 or OnnxArray.Int64 or OnnxArray.Bool or OnnxArray.Int8 or OnnxArray.UInt8;

    private static string ShapeOf(ValueInfoProto port) => port.Type?.TensorType?.Shape is { } shape
        ? $"[{string.Join(", ", shape.Dim.Select(LengthOf))}]"
        : "[..]";

    private static string LengthOf(DimensionProto dim) =>
        dim.DimValue > 0 ? $"{dim.DimValue}" : dim.DimParam.Length is > 0 and < 40 ? dim.DimParam : "?";
}
