using System.Numerics;
using System.Reflection;

namespace LstmLab.Formats;

/// <summary>A module as a graph: one forward pass is recorded on small examples, and each call of a layer in it becomes nodes.</summary>
internal sealed class OnnxWriter<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    // The wire format ends at 2³¹ bytes.
    private const long MostNumbers = (int.MaxValue - (1 << 20)) / sizeof(float);

    private readonly OnnxOptions _options;
    private readonly Module<T> _model;
    private readonly Dictionary<Value<T>, string> _names = [];
    private readonly Dictionary<object, string> _lengths = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Value<T>> _wanted = [];
    private readonly HashSet<string> _readLengths = new(StringComparer.Ordinal);
    private OnnxPorts<T>? _ports;

    private OnnxWriter(Module<T> model, OnnxOptions options)
    {
        _model = model;
        _options = options;
        Graph = new(options.Opset);
    }

    public OnnxGraph<T> Graph { get; }

    /// <summary>Writes a model.</summary>
    /// <param name="model">The model; neither its weights nor what it holds of its last pass change.</param>
    /// <param name="options">What the file holds beside it.</param>
    /// <param name="examples">One for each input; null for zeros, where the model is a chain that tells its width.</param>
    /// <exception cref="ArgumentException">A layer has no operator, or options or examples do not fit the model.</exception>
    public static ModelProto Write(Module<T> model, OnnxOptions options, IReadOnlyList<Input<T>>? examples = null)
    {
        if (options.Opset is not (14 or 22)) throw new ArgumentException($"Opset must be 14 or 22, but is {options.Opset}.");
        if (model.Parameters.Sum(parameter => (long)parameter.Values.Length) > MostNumbers)
            throw new ArgumentException($"An ONNX file holds at most {MostNumbers} numbers, but the model has more.");
        if (options.Lengths && examples is not null && examples.All(example => example.Lengths is null))
            throw new ArgumentException(
                "The graph shall take lengths, but no example has any: give those examples their lengths that are sequences.");
        foreach (Parameter<T> parameter in model.Parameters) OnnxGraph<T>.RequireFloats(parameter.Name, parameter.Values);
        if (model is OnnxModel<T> replayed) return Rewritten(replayed, options);
        OnnxWriter<T> writer = new(model, options);
        writer.Write(examples ?? [OnnxExample.Of(model, options.Lengths)]);
        return File(writer.Graph.Proto, options.Opset, options.Metadata);
    }

    // A graph of others goes back as it came, with its weights of now.
    private static ModelProto Rewritten(OnnxModel<T> model, OnnxOptions options)
    {
        if (options.Input is not null || options.Output is not null || options.Lengths)
            throw new ArgumentException("A replayed graph keeps its inputs and outputs: leave Input, Output and Lengths out.");
        Dictionary<string, string> metadata = new(model.Metadata);
        foreach ((string key, string value) in options.Metadata) metadata[key] = value;
        return File(OnnxRewriter<T>.Write(model), model.Opset, metadata);
    }

    private static ModelProto File(GraphProto graph, int opset, IReadOnlyDictionary<string, string> metadata)
    {
        string version = typeof(OnnxOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        ModelProto file = new()
        {
            IrVersion = opset <= 14 ? 7 : 10,
            ProducerName = "LstmLab",
            ProducerVersion = version.Split('+')[0],
            Graph = graph,
        };
        file.OpsetImport.Add(new OperatorSetProto { Version = opset });
        foreach ((string key, string value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            file.MetadataProps.Add(new EntryProto { Key = key, Value = value });
        return file;
    }

    public string NameOf(Value<T> value) => _names[value];

    /// <summary>The first name in the model of a weight, which layers may share.</summary>
    public string NameOf(Parameter<T> parameter, string path) =>
        _model.Parameters.FirstOrDefault(other => ReferenceEquals(other.Values, parameter.Values))?.Name ?? $"{path}.{parameter.Name}";

    public bool IsIndex(Value<T> value) => _ports!.IsIndex(value);

    public bool Wants(Value<T> value) => _wanted.Contains(value);

    public void Set(Value<T> value, string name) => _names.Add(value, name);

    public void SetLengths(IReadOnlyList<int> lengths, string name) => _lengths[lengths] = name;

    public string? LengthsOf(Value<T> value, string path)
    {
        if (value.Lengths is null) return null;
        string name = _lengths.GetValueOrDefault(value.Lengths)
            ?? throw new ArgumentException(
                $"'{path}' reads lengths that are not those of an input: a graph has no place for lengths made in code.");
        _readLengths.Add(name);
        return name;
    }

    private void Write(IReadOnlyList<Input<T>> examples)
    {
        // A tape of its own: the model's last passes, and what their layers kept, are not touched.
        Tape<T> tape = new Tape<T>(_model) { IsAside = true }.Begin(Pass.Predict);
        Value<T>[] inputs = [.. examples.Select(example => tape.Input(example.Data, example.Lengths?.ToArray()))];
        Value<T> answer = _model.Forward(inputs);
        Value<T>[] outputs = [answer, .. tape.Named().Where(value => !ReferenceEquals(value, answer))];
        Call<T>[] calls = Live(tape, outputs);
        OnnxPorts<T> ports = _ports = new(inputs, outputs, calls);
        foreach (string name in ports.InputNames.Concat(ports.OutputNames))
            if (Graph.Unique(name) != name) throw new ArgumentException($"Two inputs or outputs of the graph would be named '{name}'.");
        DefineInputs(inputs, ports);
        Dictionary<Layer<T>, string> paths = [];
        foreach ((string path, Layer<T> layer) in _model.NamedLayers) paths.TryAdd(layer, path);
        foreach (Call<T> call in calls)
        {
            string path = paths.GetValueOrDefault(call.Layer, "") is { Length: > 0 } known ? known : Architecture.NameOf(call.Layer);
            OnnxOperators<T>.Write(new(this, call, path));
        }

        string[] unread = [.. _lengths.Values.Except(_readLengths)];
        if (_options.Lengths && _readLengths.Count == 0)
            throw new ArgumentException("Lengths need a layer that reads them, such as a recurrent one, but the model has none.");
        foreach (ValueInfoProto input in Graph.Proto.Input.Where(input => unread.Contains(input.Name)).ToArray()) Graph.Proto.Input.Remove(
            input);
        DefineOutputs(outputs, ports);
    }

    // The calls on which an output depends, in order.
    private Call<T>[] Live(Tape<T> tape, Value<T>[] outputs)
    {
        _wanted.UnionWith(outputs);
        List<Call<T>> live = [];
        foreach (Call<T> call in tape.Calls.Reverse())
        {
            if (!call.Outputs.Any(_wanted.Contains)) continue;
            live.Add(call);
            foreach (Value<T>? input in call.Inputs)
                if (input is not null) _wanted.Add(input);
        }

        live.Reverse();
        return live.Count > 0
            ? [.. live]
            : throw new ArgumentException("The model computes nothing that a file could hold: its output is its input.");
    }

    private void DefineInputs(Value<T>[] inputs, OnnxPorts<T> ports)
    {
        foreach ((int n, Value<T> input) in inputs.Index())
        {
            string name = ports.InputNames[n];
            Graph.Proto.Input.Add(ports.InfoOfInput(n));
            _names.Add(input, n == 0 && _options.Input is { } scaling ? Scaled(input, name, scaling, ports.IsIndex(input)) : name);
            if (input.Lengths is not { } lengths) continue;
            string given = Graph.Unique(n == 0 ? "lengths" : $"{name}_lengths");
            Graph.Proto.Input.Add(OnnxPorts<T>.Info(given, OnnxArray.Int32, "B"));
            _lengths.Add(lengths, given);
        }
    }

    private void DefineOutputs(Value<T>[] outputs, OnnxPorts<T> ports)
    {
        HashSet<string> taken = [.. Graph.Proto.Input.Select(input => input.Name)];
        foreach ((int n, Value<T> output) in outputs.Index())
        {
            string name = ports.OutputNames[n], value = NameOf(output);
            if (n == 0 && _options.Output is { } scaling)
            {
                RequireWidth(output, scaling, "output");
                value = Scale(new([.. Numbers(scaling.Offset)], [.. Numbers(scaling.Factor)], inverse: true), value, "unscale");
            }

            // The name of an input, or one that is an output already, must stay.
            if (taken.Contains(value)) Graph.Node("Identity", [name], [value], []);
            else Graph.Rename(value, name);
            taken.Add(name);
            Graph.Proto.Output.Add(ports.InfoOfOutput(n));
        }
    }

    private string Scaled(Value<T> input, string name, OnnxScaling scaling, bool isIndex)
    {
        if (isIndex) throw new ArgumentException("Class indexes cannot be scaled: leave Input out.");
        RequireWidth(input, scaling, "input");
        return Scale(new([.. Numbers(scaling.Offset)], [.. Numbers(scaling.Factor)]), name, "scale");
    }

    private string Scale(Scale<T> scale, string value, string path) => OnnxOperators<T>.Scale(scale, value, (type, name, numbers, x) =>
        Graph.Node(type, $"{path}.{type.ToLowerInvariant()}", [x, Graph.Constant($"{path}.{name}", numbers, numbers.Length)]));

    private static void RequireWidth(Value<T> value, OnnxScaling scaling, string what)
    {
        int width = value.Data.Length(value.Data.Rank - 1);
        if (scaling.Offset.Count == scaling.Factor.Count && scaling.Offset.Count != width)
            throw new ArgumentException($"The scaling of the {what} has {scaling.Offset.Count} features, but the {what} has {width}.");
    }

    private static IEnumerable<T> Numbers(IReadOnlyList<double> values) => values.Select(T.CreateChecked);
}
