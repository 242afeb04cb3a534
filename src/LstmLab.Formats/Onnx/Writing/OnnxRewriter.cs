using System.Numerics;
using Google.Protobuf;

namespace LstmLab.Formats;

/// <summary>A replayed graph as it was read, with the weights that its layers have now.</summary>
internal sealed class OnnxRewriter<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<NodeProto, NodeProto> _changed = new(ReferenceEqualityComparer.Instance);
    private readonly List<TensorProto> _added = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly GraphProto _graph;

    private OnnxRewriter(GraphProto graph) => _graph = graph;

    /// <summary>Writes the graph.</summary>
    /// <param name="model">The graph and its layers.</param>
    /// <exception cref="ArgumentException">The graph's numbers are not float.</exception>
    public static GraphProto Write(OnnxModel<T> model)
    {
        GraphProto graph = model.Graph;
        if (graph.Input.Any(input => input.Type?.TensorType?.ElemType is OnnxArray.Half or OnnxArray.Double or OnnxArray.BFloat16))
        {
            throw new ArgumentException(
                "A replayed graph is written in float; this one has inputs of another type: save its weights with Safetensors.Save.");
        }

        OnnxRewriter<T> writer = new(graph);
        foreach ((OnnxStep<T> step, string path) in model.Weighted) writer.Change(step, path);
        GraphProto written = writer.Copy(graph);
        written.Initializer.AddRange(writer._added);
        HashSet<string> read = [.. OnnxPlan<T>.NamesReadBy(written)];
        string[] dropped = [.. written.Initializer.Select(tensor => tensor.Name).Where(name => !read.Contains(name))];
        TensorProto[] kept = [.. written.Initializer.Where(tensor => read.Contains(tensor.Name))];
        written.Initializer.Clear();
        written.Initializer.AddRange(kept);

        // Older files list initializers among the inputs too.
        foreach (ValueInfoProto input in written.Input.Where(input => dropped.Contains(input.Name)).ToArray()) written.Input.Remove(input);
        return written;
    }

    private void Change(OnnxStep<T> step, string path)
    {
        IReadOnlyList<Parameter<T>> parameters = step.Layer!.Parameters;
        switch (step.Layer)
        {
            case Dense<T> dense:
                (int outputs, int inputs) = (dense.Parameters[0].Rows, dense.Parameters[0].Columns);
                bool isRows = step.Node.Operator == "Conv" || (step.Node.Operator == "Gemm" && step.Node.Int("transB", 0) != 0);
                T[] weight = isRows ? parameters[0].Values : OnnxDense.Transposed(parameters[0].Values, inputs);
                int[] dims = step.Node.Operator == "Conv" ? step.Kernel! : isRows ? [outputs, inputs] : [inputs, outputs];
                Set(step.Node, 1, $"{path}.weight", weight, dims);
                if (step.Node.Operator == "Gemm") Scale(step.Node, parameters.Count > 1);
                if (parameters.Count > 1 && step.Bias is { } bias)
                    Set(bias.Node, bias.Input, $"{path}.bias", parameters[1].Values, outputs);
                break;
            case Embedding<T> table:
                Set(step.Node, 0, $"{path}.weight", table.Table.Values, table.Table.Rows, table.Table.Columns);
                break;
            case LayerNorm<T>:
                Set(step.Node, 1, $"{path}.weight", parameters[0].Values, parameters[0].Rows);
                Set(step.Node, 2, $"{path}.bias", parameters[1].Values, parameters[1].Rows);
                break;
            case Recurrent<T> recurrent:
                OnnxNodeWeights<T> one = OnnxNodeWeights<T>.Of(recurrent, path)[0];
                Set(step.Node, 1, $"{path}.W", one.W, one.D, one.Gates * one.H, one.I);
                Set(step.Node, 2, $"{path}.R", one.R, one.D, one.Gates * one.H, one.H);
                if (one.B.Length > 0) Set(step.Node, 3, $"{path}.B", one.B, one.D, 2 * one.Gates * one.H);
                if (one.P.Length > 0) Set(step.Node, 7, $"{path}.P", one.P, one.D, 3 * one.H);
                break;
        }
    }

    // α is in the weights already, and β where there is a bias.
    private void Scale(OnnxNode node, bool hasBias)
    {
        foreach (AttributeProto attribute in Own(node).Attribute)
            if (attribute.Name == "alpha" || (attribute.Name == "beta" && hasBias)) attribute.F = 1;
    }

    private void Set(OnnxNode node, int input, string name, T[] values, params int[] dims)
    {
        OnnxGraph<T>.RequireFloats(name, values);
        string unique = name;
        for (int n = 2; !_used.Add(unique) || _graph.Input.Any(other => other.Name == unique); n++) unique = $"{name}:{n}";
        float[] numbers = Array.ConvertAll(values, float.CreateChecked);
        ByteString bytes = ByteString.CopyFrom(Elements.Encode<float>(numbers, ElementType.F32));
        TensorProto tensor = new() { Name = $"weights/{unique}", DataType = OnnxArray.Float, RawData = bytes };
        tensor.Dims.AddRange(dims.Select(length => (long)length));
        _added.Add(tensor);
        NodeProto own = Own(node);
        while (own.Input.Count <= input) own.Input.Add("");
        own.Input[input] = tensor.Name;
    }

    private NodeProto Own(OnnxNode node)
    {
        if (!_changed.TryGetValue(node.Proto, out NodeProto? own)) _changed[node.Proto] = own = new(node.Proto);
        return own;
    }

    private GraphProto Copy(GraphProto graph)
    {
        GraphProto copy = new(graph);
        copy.Node.Clear();
        foreach (NodeProto node in graph.Node)
        {
            NodeProto own = _changed.GetValueOrDefault(node) ?? new(node);
            for (int n = 0; n < own.Attribute.Count; n++)
                if (node.Attribute[n].G is { } branch) own.Attribute[n].G = Copy(branch);
            copy.Node.Add(own);
        }

        return copy;
    }
}
