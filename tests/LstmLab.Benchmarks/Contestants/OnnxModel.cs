using System.Runtime.InteropServices;
using Google.Protobuf;

namespace LstmLab.Benchmarks.Contestants;

/// <summary>A file of ONNX with one LSTM node, written field by field; the numbers are those of onnx.proto.</summary>
internal static class OnnxModel
{
    private const int Float = 1, Integer = 2;

    /// <summary>X [T, B, I] to Y [T, 1, B, H]; of a shape that streams, with the states as inputs and outputs.</summary>
    public static byte[] Of(Problem problem)
    {
        Shape shape = problem.Shape;
        string[] states = shape.Streams ? ["initial_h", "initial_c"] : [], finals = shape.Streams ? ["Y_h", "Y_c"] : [];
        return Message(model =>
        {
            Number(model, 1, 8);                                                     // ir_version
            Nested(model, 8, opset => Number(opset, 2, 14));
            Nested(model, 7, graph =>
            {
                Nested(graph, 1, node =>
                {
                    foreach (string input in (string[])["X", "W", "R", "B", "", .. states]) Text(node, 1, input);
                    foreach (string output in (string[])["Y", .. finals]) Text(node, 2, output);
                    Text(node, 4, "LSTM");
                    Nested(node, 5, attribute =>
                    {
                        Text(attribute, 1, "hidden_size");
                        Number(attribute, 3, shape.H);
                        Number(attribute, 20, Integer);
                    });
                });
                Text(graph, 2, "lstm");
                Initializer(graph, "W", Reordered(problem, "weight_ih_l0"), 1, 4 * shape.H, shape.I);
                Initializer(graph, "R", Reordered(problem, "weight_hh_l0"), 1, 4 * shape.H, shape.H);
                Initializer(graph, "B", [.. Reordered(problem, "bias_ih_l0"), .. Reordered(problem, "bias_hh_l0")], 1, 8 * shape.H);
                Variable(graph, 11, "X", shape.T, shape.B, shape.I);
                foreach (string state in states) Variable(graph, 11, state, 1, shape.B, shape.H);
                Variable(graph, 12, "Y", shape.T, 1, shape.B, shape.H);
                foreach (string final in finals) Variable(graph, 12, final, 1, shape.B, shape.H);
            });
        });
    }

    // ONNX stacks gates i, o, f, c.
    private static float[] Reordered(Problem problem, string name)
    {
        float[] values = problem.Weights[name];
        int gate = values.Length / 4;
        return [.. ((int[])[0, 3, 1, 2]).SelectMany(n => values[(n * gate)..((n + 1) * gate)])];
    }

    private static void Initializer(CodedOutputStream graph, string name, float[] values, params int[] lengths) => Nested(graph, 5, tensor =>
    {
        foreach (int length in lengths) Number(tensor, 1, length);
        Number(tensor, 2, Float);
        Text(tensor, 8, name);
        Bytes(tensor, 9, MemoryMarshal.AsBytes<float>(values).ToArray());
    });

    private static void Variable(CodedOutputStream graph, int field, string name, params int[] lengths) => Nested(graph, field, variable =>
    {
        Text(variable, 1, name);
        Nested(variable, 2, type => Nested(type, 1, tensor =>
        {
            Number(tensor, 1, Float);
            Nested(tensor, 2, shape =>
            {
                foreach (int length in lengths) Nested(shape, 1, dimension => Number(dimension, 1, length));
            });
        }));
    });

    private static void Number(CodedOutputStream message, int field, long value)
    {
        message.WriteTag(field, WireFormat.WireType.Varint);
        message.WriteInt64(value);
    }

    private static void Text(CodedOutputStream message, int field, string value)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteString(value);
    }

    private static void Nested(CodedOutputStream message, int field, Action<CodedOutputStream> write) => Bytes(message, field, Message(write));

    private static void Bytes(CodedOutputStream message, int field, byte[] value)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using MemoryStream bytes = new();
        using (CodedOutputStream message = new(bytes, leaveOpen: true)) write(message);
        return bytes.ToArray();
    }
}
