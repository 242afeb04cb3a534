using System.Numerics;

namespace LstmLab.Formats;

/// <summary>A recorded call of a layer that is being written as nodes: its inputs' names, and where the names of its outputs go.</summary>
internal sealed class OnnxCall<T>(OnnxWriter<T> writer, Call<T> call, string path) where T : struct, IBinaryFloatingPointIeee754<T>
{
    public OnnxGraph<T> Graph => writer.Graph;

    public Call<T> Call => call;

    public Layer<T> Layer => call.Layer;

    /// <summary>The layer's name in the model.</summary>
    public string Path => path;

    /// <summary>The name of an input's value.</summary>
    public string Input(int n = 0) => writer.NameOf(call.Input(n));

    /// <summary>The name of an input's value; empty for one that was left out.</summary>
    public string Optional(int n) => n < call.Inputs.Count && call.Inputs[n] is { } value ? writer.NameOf(value) : "";

    /// <summary>Number of axes of an input.</summary>
    public int Rank(int n = 0) => call.Input(n).Data.Rank;

    /// <summary>Whether the first input is one of the graph that holds integers.</summary>
    public bool HasIndexInput => writer.IsIndex(call.Input());

    /// <summary>The lengths of an input's sequences, [B] of 32 bits; null when all are T long.</summary>
    public string? Lengths(int n = 0) => writer.LengthsOf(call.Input(n), path);

    /// <summary>Whether anything reads an output.</summary>
    public bool Wants(int output) => writer.Wants(call.Outputs[output]);

    /// <summary>Says which value of the graph an output is.</summary>
    public void Set(string name, int output = 0) => writer.Set(call.Outputs[output], name);

    /// <summary>Says that the first output's sequences have other lengths than any value before.</summary>
    public void SetLengths(string name) => writer.SetLengths(call.Outputs[0].Lengths!, name);

    /// <summary>A weight under its name in the model, once however many layers and calls use it.</summary>
    public string Weight(Parameter<T> parameter) => Weight(parameter, "", parameter.Values, parameter.Rows, parameter.Columns);

    /// <summary>A weight in one axis.</summary>
    public string Vector(Parameter<T> parameter) => Weight(parameter, "", parameter.Values, parameter.Rows);

    /// <summary>The transpose of a weight.</summary>
    public string Transposed(Parameter<T> parameter) =>
        Weight(parameter, ".transposed", OnnxDense.Transposed(parameter.Values, parameter.Columns), parameter.Columns, parameter.Rows);

    /// <summary>A weight's numbers in another order or shape.</summary>
    public string Weight(Parameter<T> parameter, string suffix, T[] values, params int[] dims) =>
        Graph.Constant(writer.NameOf(parameter, path) + suffix, values, dims);

    /// <summary>Adds a node of one output.</summary>
    public string Node(string type, params string[] inputs) => Node(type, [], inputs);

    /// <summary>Adds a node of one output.</summary>
    public string Node(string type, AttributeProto[] attributes, params string[] inputs) =>
        Graph.Node(type, $"{path}.{type.ToLowerInvariant()}", inputs, attributes);

    public string Unsqueeze(string value, params int[] axes) => Node("Unsqueeze", value, Graph.Integers(axes));

    public string Squeeze(string value, params int[] axes) => Node("Squeeze", value, Graph.Integers(axes));

    public string Transpose(string value, params long[] perm) => Node("Transpose", [OnnxAttribute.Ints("perm", perm)], value);

    public string Cast(string value, int type) => Node("Cast", [OnnxAttribute.Int("to", type)], value);

    public string Concat(int axis, params string[] values) => Node("Concat", [OnnxAttribute.Int("axis", axis)], values);

    /// <summary>Steps from, from + 1, … before to on the first axis.</summary>
    public string Steps(string value, int from, int to) =>
        Node("Slice", value, Graph.Integers(from), Graph.Integers(to), Graph.Integers(0));

    /// <summary>The length of an axis, a list of one integer.</summary>
    public string Size(string value, int axis) => Node("Gather", Node("Shape", value), Graph.Integers(axis));

    /// <summary>The numbers 0 … T − 1 of an input's steps, [T, 1].</summary>
    public string Times(int n) => Graph.Once($"times {Input(n)}", () =>
        Unsqueeze(Node("Range", Graph.Scalar(0), Squeeze(Size(Input(n), 0), 0), Graph.Scalar(1)), 1));

    /// <summary>Lengths as integers of 64 bits, [1, B].</summary>
    public string WideLengths(string lengths) => Graph.Once($"wide {lengths}", () => Unsqueeze(Cast(lengths, OnnxArray.Int64), 0));

    /// <summary>Which steps of an input are below their sequence's length, [T, B].</summary>
    public string Mask(int n, string lengths) =>
        Graph.Once($"mask {Input(n)} {lengths}", () => Node("Less", Times(n), WideLengths(lengths)));
}
