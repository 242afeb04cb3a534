using System.Numerics;
using System.Reflection;
using Google.Protobuf;

namespace LstmLab.Formats;

/// <summary>A model as a graph: one node for each recurrent layer and direction pair, and what stands around it.</summary>
internal sealed class OnnxWriter<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    // The wire format ends at 2³¹ bytes.
    private const long MostNumbers = (int.MaxValue - (1 << 20)) / sizeof(float);

    private readonly GraphProto _graph = new() { Name = "lstmlab" };
    private readonly OnnxOptions _options;
    private string _value = "x";
    private bool _isSequence = true, _hasLengths;

    private OnnxWriter(OnnxOptions options) => _options = options;

    public static ModelProto Write(Model<T> model, OnnxOptions options)
    {
        if (options.Opset is not (14 or 22)) throw new ArgumentException($"Opset must be 14 or 22, but is {options.Opset}.");
        if (model.Parameters.Sum(parameter => (long)parameter.Values.Length) > MostNumbers) throw new ArgumentException($"An ONNX file holds at most {MostNumbers} numbers, but the model has more.");
        OnnxWriter<T> writer = new(options);
        writer.Write(model);
        ModelProto file = new()
        {
            IrVersion = options.Opset == 14 ? 7 : 10,
            ProducerName = "LstmLab",
            ProducerVersion = typeof(OnnxOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
            Graph = writer._graph,
        };
        file.OpsetImport.Add(new OperatorSetProto { Version = options.Opset });
        file.MetadataProps.AddRange(options.Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new EntryProto { Key = entry.Key, Value = entry.Value }));
        return file;
    }

    private void Write(Model<T> model)
    {
        Layer<T>[] layers = [.. Scaling(_options.Input, false), .. model.Layers.Where(layer => layer is not Dropout<T>), .. Scaling(_options.Output, true)];
        if (layers.Length == 0) throw new ArgumentException("A model of dropout alone computes nothing that a file could hold.");
        bool isIndex = layers[0] is Embedding<T>;
        _graph.Input.Add(Info("x", isIndex ? OnnxArray.Int64 : OnnxArray.Float, isIndex ? ["T", "B"] : ["T", "B", InputsOf(layers[0])]));
        if (_options.Lengths) _graph.Input.Add(Info("lengths", OnnxArray.Int32, ["B"]));
        int width = 0;
        for (int n = 0; n < layers.Length; n++) width = Layer(layers[n], n, width);
        if (_options.Lengths && !_hasLengths) throw new ArgumentException("Lengths need a recurrent layer, but the model has none.");
        _graph.Node[^1].Output[0] = "y";
        _graph.Output.Add(Info("y", OnnxArray.Float, _isSequence ? ["T", "B", width] : ["B", width]));
    }

    private static Scale<T>[] Scaling(OnnxScaling? scaling, bool inverse) =>
        scaling is null ? [] : [new([.. scaling.Offset.Select(T.CreateChecked)], [.. scaling.Factor.Select(T.CreateChecked)], inverse)];

    private static int InputsOf(Layer<T> layer) => layer switch
    {
        Scale<T> scale => scale.Factor.Count,
        _ => layer.Parameters[0].Columns,
    };

    // Adds a layer and returns the number of its outputs.
    private int Layer(Layer<T> layer, int n, int width)
    {
        string name = $"{n}";
        if (n > 0 && layer is not Embedding<T> && InputsOf(layer) != width) throw new ArgumentException($"Layer {n} of the graph takes {InputsOf(layer)} features, but the one before gives {width}.");
        switch (layer)
        {
            case Scale<T> scale:
                Node(scale.IsInverse ? "Mul" : "Sub", $"{name}.first", _value, Constant($"{name}.{(scale.IsInverse ? "scale" : "offset")}", [.. scale.IsInverse ? scale.Factor : scale.Offset], scale.Factor.Count));
                Node(scale.IsInverse ? "Add" : "Div", $"{name}.scaled", _value, Constant($"{name}.{(scale.IsInverse ? "offset" : "scale")}", [.. scale.IsInverse ? scale.Offset : scale.Factor], scale.Factor.Count));
                return scale.Factor.Count;
            case Embedding<T> when n > 0: throw new ArgumentException("An embedding can only be the first layer of an ONNX graph: its input are integers.");
            case Embedding<T>:
                Parameter<T> table = layer.Parameters[0];
                Node("Gather", $"{name}.rows", Constant($"{name}.weight", table.Values, table.Rows, table.Columns), _value);
                return table.Columns;
            case Dense<T>:
                Dense(layer.Parameters, name);
                return layer.Parameters[0].Rows;
            case Recurrent<T> recurrent: return Recurrent(recurrent, name);
            default: throw new ArgumentException($"ONNX has no operator for {Architecture.NameOf(layer)}.");
        }
    }

    private void Dense(IReadOnlyList<Parameter<T>> parameters, string name)
    {
        Parameter<T> weight = parameters[0];
        string? bias = parameters.Count > 1 ? Constant($"{name}.bias", parameters[1].Values, weight.Rows) : null;
        if (!_isSequence)
        {
            string matrix = Constant($"{name}.weight", weight.Values, weight.Rows, weight.Columns);
            Node("Gemm", $"{name}.y", bias is null ? [_value, matrix] : [_value, matrix, bias]).Attribute.Add(Int("transB", 1));
            return;
        }

        // Gemm takes matrices only.
        Node("MatMul", $"{name}.product", _value, Constant($"{name}.weight", OnnxDense.Transposed(weight.Values, weight.Columns), weight.Columns, weight.Rows));
        if (bias is not null) Node("Add", $"{name}.y", _value, bias);
    }

    private int Recurrent(Recurrent<T> layer, string name)
    {
        if (!_isSequence) throw new ArgumentException($"{Architecture.NameOf(layer)} needs sequences, but the layer before gives one vector a sequence.");
        OnnxNodeWeights<T>[] nodes = OnnxNodeWeights<T>.Of(layer);
        foreach ((int l, OnnxNodeWeights<T> weights) in nodes.Index())
            Recurrent(weights, nodes.Length == 1 ? name : $"{name}.{l}", l == nodes.Length - 1 && !layer.ReturnSequences);
        return nodes[^1].D * nodes[^1].H;
    }

    private void Recurrent(OnnxNodeWeights<T> weights, string name, bool isLast)
    {
        (int d, int h, int rows) = (weights.D, weights.H, weights.Gates * weights.H);
        List<string> inputs = [_value, Constant($"{name}.W", weights.W, d, rows, weights.I), Constant($"{name}.R", weights.R, d, rows, h), weights.B.Length == 0 ? "" : Constant($"{name}.B", weights.B, d, 2 * rows)];
        inputs.Add(_options.Lengths ? "lengths" : weights.Lengths is { } lengths ? Integers($"{name}.lengths", OnnxArray.Int32, lengths) : "");
        inputs.Add(weights.Initial is null ? "" : InitialState($"{name}.initial_h", weights.Initial.H));
        inputs.Add(weights.Initial?.C is null ? "" : InitialState($"{name}.initial_c", weights.Initial.C));
        inputs.Add(weights.P.Length == 0 ? "" : Constant($"{name}.P", weights.P, d, 3 * h));
        _hasLengths |= _options.Lengths;
        NodeProto node = Node(weights.Operator, $"{name}.states", [.. inputs.Take(1 + inputs.FindLastIndex(input => input.Length > 0))]);
        if (isLast) node.Output.Insert(0, "");
        node.Attribute.AddRange(weights.Attributes);

        // Y is [T, D, B, H], Y_h [D, B, H]; ours are [T, B, D·H] and [B, D·H].
        int axis = isLast ? 0 : 1;
        if (d == 1)
        {
            Node("Squeeze", $"{name}.y", _value, Integers($"{name}.axis", OnnxArray.Int64, axis));
        }
        else
        {
            Node("Transpose", $"{name}.turned", _value).Attribute.Add(Ints("perm", isLast ? [1, 0, 2] : [0, 2, 1, 3]));
            Node("Reshape", $"{name}.y", _value, Integers($"{name}.shape", OnnxArray.Int64, isLast ? [0, d * h] : [0, 0, d * h]));
        }

        _isSequence = !isLast;
    }

    // A state for one batch, or one that every sequence starts from: then it is repeated when the graph runs.
    private string InitialState(string name, System.Numerics.Tensors.Tensor<T> state)
    {
        string constant = Constant(name, state.ToArray(), state.Length(0), state.Length(1), state.Length(2)), x = _value;
        if (state.Length(1) != 1) return constant;
        Node("Shape", $"{name}.sizes", x);
        Node("Gather", $"{name}.batch", _value, Integers($"{name}.one", OnnxArray.Int64, 1));
        Node("Concat", $"{name}.shape", Integers($"{name}.d", OnnxArray.Int64, state.Length(0)), _value, Integers($"{name}.h", OnnxArray.Int64, state.Length(2))).Attribute.Add(Int("axis", 0));
        Node("Expand", $"{name}.repeated", constant, _value);
        string repeated = _value;
        _value = x;
        return repeated;
    }

    // A node of one output, which becomes the running value.
    private NodeProto Node(string type, string output, params string[] inputs)
    {
        NodeProto node = new() { OpType = type, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(_value = output);
        _graph.Node.Add(node);
        return node;
    }

    private string Constant(string name, T[] values, params int[] dims)
    {
        float[] numbers = Array.ConvertAll(values, float.CreateChecked);
        int odd = Array.FindIndex(numbers, number => !float.IsFinite(number));
        if (odd >= 0) throw new ArgumentException($"'{name}' holds {values[odd]} at {odd}, which is no finite float.");
        return Initializer(new() { Name = name, DataType = OnnxArray.Float, RawData = ByteString.CopyFrom(Elements.Encode<float>(numbers, ElementType.F32)) }, dims);
    }

    private string Integers(string name, int type, params int[] values)
    {
        TensorProto tensor = new() { Name = name, DataType = type };
        if (type == OnnxArray.Int32) tensor.Int32Data.AddRange(values);
        else tensor.Int64Data.AddRange(values.Select(value => (long)value));
        return Initializer(tensor, values.Length);
    }

    private string Initializer(TensorProto tensor, params int[] dims)
    {
        tensor.Dims.AddRange(dims.Select(length => (long)length));
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static AttributeProto Int(string name, int value) => OnnxNodeWeights<T>.Int(name, value);

    private static AttributeProto Ints(string name, params long[] values)
    {
        AttributeProto attribute = new() { Name = name, Type = OnnxNode.IntsType };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    private static ValueInfoProto Info(string name, int type, params object[] axes)
    {
        ShapeProto shape = new();
        shape.Dim.AddRange(axes.Select(axis => axis is int length ? new DimensionProto { DimValue = length } : new DimensionProto { DimParam = (string)axis }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = shape } } };
    }
}
