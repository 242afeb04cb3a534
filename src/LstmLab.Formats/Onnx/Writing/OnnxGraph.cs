using System.Numerics;
using Google.Protobuf;

namespace LstmLab.Formats;

/// <summary>A graph that is being written: nodes in order, and each constant once.</summary>
/// <param name="opset">Version of ONNX's operators.</param>
internal sealed class OnnxGraph<T>(int opset) where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _made = new(StringComparer.Ordinal);

    public GraphProto Proto { get; } = new() { Name = "lstmlab" };

    public int Opset => opset;

    /// <summary>A name that no value has yet: the given one, or one that is made of it.</summary>
    public string Unique(string name)
    {
        string unique = name;
        for (int n = 2; !_names.Add(unique); n++) unique = $"{name}:{n}";
        return unique;
    }

    /// <summary>Adds a node of one output.</summary>
    /// <returns>The output's name.</returns>
    public string Node(string type, string output, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        string name = Unique(output);
        Node(type, [name], inputs, attributes);
        return name;
    }

    /// <summary>Adds a node of several outputs, whose names are unique already; an empty one is left out.</summary>
    public void Node(string type, IReadOnlyList<string> outputs, IEnumerable<string> inputs, IEnumerable<AttributeProto> attributes)
    {
        NodeProto node = new() { OpType = type, Name = outputs.First(output => output.Length > 0) };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        Proto.Node.Add(node);
    }

    /// <summary>What was made under that key before, or is made now.</summary>
    public string Once(string key, Func<string> make)
    {
        if (!_made.TryGetValue(key, out string? name)) _made.Add(key, name = make());
        return name;
    }

    /// <summary>Numbers of the model as float, once under each name.</summary>
    /// <exception cref="ArgumentException">One is no finite float.</exception>
    public string Constant(string name, T[] values, params int[] dims) => Once($"constant {name}", () =>
    {
        RequireFloats(name, values);
        float[] numbers = Array.ConvertAll(values, float.CreateChecked);
        ByteString bytes = ByteString.CopyFrom(Elements.Encode<float>(numbers, ElementType.F32));
        return Initializer(new() { Name = Unique(name), DataType = OnnxArray.Float, RawData = bytes }, dims);
    });

    /// <summary>Throws unless all numbers are finite as float.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    public static void RequireFloats(string name, T[] values)
    {
        int odd = Array.FindIndex(values, value => !float.IsFinite(float.CreateChecked(value)));
        if (odd >= 0) throw new ArgumentException($"'{name}' holds {values[odd]} at {odd}, which is no finite float.");
    }

    /// <summary>One number without axes.</summary>
    public string Number(float value) => Once($"number {value:R}", () =>
    {
        TensorProto tensor = new() { Name = Unique($"number_{value:R}"), DataType = OnnxArray.Float };
        tensor.FloatData.Add(value);
        return Initializer(tensor);
    });

    /// <summary>One integer without axes.</summary>
    public string Scalar(int value) => Once($"scalar {value}", () =>
    {
        TensorProto tensor = new() { Name = Unique($"integer_{value}"), DataType = OnnxArray.Int64 };
        tensor.Int64Data.Add(value);
        return Initializer(tensor);
    });

    /// <summary>A list of integers.</summary>
    public string Integers(params int[] values) => Once($"integers {string.Join(' ', values)}", () =>
    {
        TensorProto tensor = new() { Name = Unique($"integers_{string.Join('_', values)}"), DataType = OnnxArray.Int64 };
        tensor.Int64Data.AddRange(values.Select(value => (long)value));
        return Initializer(tensor, values.Length);
    });

    /// <summary>A list of integers of 32 bits, as the lengths of recurrent operators are.</summary>
    public string Lengths(string name, int[] values) => Once($"lengths {name}", () =>
    {
        TensorProto tensor = new() { Name = Unique(name), DataType = OnnxArray.Int32 };
        tensor.Int32Data.AddRange(values);
        return Initializer(tensor, values.Length);
    });

    /// <summary>Gives the result of a node another name.</summary>
    public void Rename(string from, string to)
    {
        foreach (NodeProto node in Proto.Node)
        {
            for (int n = 0; n < node.Input.Count; n++) node.Input[n] = node.Input[n] == from ? to : node.Input[n];
            for (int n = 0; n < node.Output.Count; n++) node.Output[n] = node.Output[n] == from ? to : node.Output[n];
        }
    }

    private string Initializer(TensorProto tensor, params int[] dims)
    {
        tensor.Dims.AddRange(dims.Select(length => (long)length));
        Proto.Initializer.Add(tensor);
        return tensor.Name;
    }
}
