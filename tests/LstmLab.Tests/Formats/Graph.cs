using Google.Protobuf;
using LstmLab.Formats;

namespace LstmLab.Tests.Formats;

/// <summary>Graphs as other exporters write them, node by node.</summary>
internal sealed class Graph
{
    public Graph(int opset = 22)
    {
        Model = new() { IrVersion = 7, Graph = new() { Name = "graph" } };
        Model.OpsetImport.Add(new OperatorSetProto { Version = opset });
    }

    public ModelProto Model { get; }

    public byte[] Bytes => Model.ToByteArray();

    /// <summary>An input; a text is an axis of any length.</summary>
    public Graph Input(string name, int type, params object[] axes)
    {
        Model.Graph.Input.Add(Info(name, type, axes));
        return this;
    }

    public Graph Output(params string[] names)
    {
        Model.Graph.Output.AddRange(names.Select(name => new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = OnnxArray.Float } } }));
        return this;
    }

    public Graph Floats(string name, float[] values, params long[] dims)
    {
        TensorProto tensor = new() { Name = name, DataType = OnnxArray.Float, RawData = ByteString.CopyFrom(Elements.Encode<float>(values, ElementType.F32)) };
        tensor.Dims.AddRange(dims);
        Model.Graph.Initializer.Add(tensor);
        return this;
    }

    public Graph Integers(string name, params long[] values) => Add(name, OnnxArray.Int64, [values.Length], values);

    /// <summary>One integer without axes.</summary>
    public Graph Integer(string name, long value) => Add(name, OnnxArray.Int64, [], [value]);

    public Graph Lengths(string name, params int[] values) => Add(name, OnnxArray.Int32, [values.Length], [.. values.Select(value => (long)value)]);

    /// <summary>A node: "LSTM: x W R -> Y Y_h", where "-" leaves an input or output out.</summary>
    public Graph Node(string text, params (string Name, object Value)[] attributes)
    {
        string[] halves = text.Split(": "), ends = halves[1].Split(" -> ");
        NodeProto node = new() { OpType = halves[0] };
        node.Input.AddRange(ends[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => name == "-" ? "" : name));
        node.Output.AddRange(ends[1].Split(' ').Select(name => name == "-" ? "" : name));
        node.Attribute.AddRange(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        Model.Graph.Node.Add(node);
        return this;
    }

    public static AttributeProto Attribute(string name, object value)
    {
        AttributeProto attribute = new() { Name = name };
        switch (value)
        {
            case int or long:
                (attribute.Type, attribute.I) = (OnnxNode.IntType, Convert.ToInt64(value, null));
                break;
            case float or double:
                (attribute.Type, attribute.F) = (OnnxNode.FloatType, Convert.ToSingle(value, null));
                break;
            case string text:
                (attribute.Type, attribute.S) = (OnnxNode.TextType, ByteString.CopyFromUtf8(text));
                break;
            case long[] list:
                attribute.Type = OnnxNode.IntsType;
                attribute.Ints.AddRange(list);
                break;
            case float[] list:
                attribute.Type = OnnxNode.FloatsType;
                attribute.Floats.AddRange(list);
                break;
            case string[] list:
                attribute.Type = OnnxNode.TextsType;
                attribute.Strings.AddRange(list.Select(ByteString.CopyFromUtf8));
                break;
            case TensorProto tensor:
                (attribute.Type, attribute.T) = (OnnxNode.TensorType, tensor);
                break;
            default: throw new ArgumentException($"No attribute holds {value}.");
        }

        return attribute;
    }

    private Graph Add(string name, int type, long[] dims, long[] values)
    {
        TensorProto tensor = new() { Name = name, DataType = type };
        tensor.Dims.AddRange(dims);
        if (type == OnnxArray.Int32) tensor.Int32Data.AddRange(values.Select(value => (int)value));
        else tensor.Int64Data.AddRange(values);
        Model.Graph.Initializer.Add(tensor);
        return this;
    }

    private static ValueInfoProto Info(string name, int type, object[] axes)
    {
        ShapeProto shape = new();
        shape.Dim.AddRange(axes.Select(axis => axis is int length ? new DimensionProto { DimValue = length } : new DimensionProto { DimParam = (string)axis }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = shape } } };
    }
}
