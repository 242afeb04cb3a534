using System.Numerics.Tensors;

namespace LstmLab.Formats;

/// <content>Recurrent layers and their states.</content>
internal static partial class OnnxOperators<T>
{
    private static void Recurrent(OnnxCall<T> call)
    {
        Recurrent<T> layer = (Recurrent<T>)call.Layer;
        OnnxNodeWeights<T>[] nodes = OnnxNodeWeights<T>.Of(layer, call.Path);
        string[] hidden = new string[nodes.Length], cells = new string[nodes.Length];
        string x = call.Input();
        for (int l = 0; l < nodes.Length; l++)
        {
            bool isLast = l == nodes.Length - 1, needsFinal = isLast && !layer.ReturnSequences && call.Wants(0);
            bool needsAll = !isLast || (layer.ReturnSequences && call.Wants(0));
            string path = nodes.Length == 1 ? call.Path : $"{call.Path}.{l}";
            string all = needsAll ? call.Graph.Unique($"{path}.states") : "";
            hidden[l] = needsFinal || call.Wants(1) ? call.Graph.Unique($"{path}.hidden") : "";
            cells[l] = call.Call.Outputs.Count > 2 && call.Wants(2) ? call.Graph.Unique($"{path}.cell") : "";
            string[] outputs = Given(all, hidden[l], cells[l]), inputs = Given(InputsOf(call, nodes[l], x, path, l));
            call.Graph.Node(nodes[l].Operator, outputs, inputs, nodes[l].Attributes);
            if (needsAll || needsFinal) x = SideBySide(call, needsAll ? all : hidden[l], nodes[l], needsAll);
        }

        if (call.Wants(0)) call.Set(x);
        if (call.Wants(1)) call.Set(hidden.Length == 1 ? hidden[0] : call.Concat(0, hidden), 1);
        if (call.Call.Outputs.Count > 2 && call.Wants(2)) call.Set(cells.Length == 1 ? cells[0] : call.Concat(0, cells), 2);
    }

    // Without those at the end that are left out.
    private static string[] Given(params string[] names) => names[..(1 + Array.FindLastIndex(names, name => name.Length > 0))];

    private static string[] InputsOf(OnnxCall<T> call, OnnxNodeWeights<T> weights, string x, string path, int l)
    {
        OnnxGraph<T> graph = call.Graph;
        Recurrent<T> layer = (Recurrent<T>)call.Layer;
        int d = weights.D, h = weights.H, rows = weights.Gates * weights.H;
        string lengths = call.Lengths() ?? (weights.Lengths is { } constant ? graph.Lengths($"{path}.lengths", constant) : "");
        // What comes after the layer has the lengths that came with its graph.
        if (l == 0 && call.Lengths() is null && lengths.Length > 0 && layer.ReturnSequences) call.SetLengths(lengths);
        string h0 = call.Optional(1), c0 = call.Optional(2);
        bool isPart = layer.LayerCount > 1;
        if (h0.Length > 0 && isPart) h0 = call.Steps(h0, l * d, (l + 1) * d);
        if (c0.Length > 0 && isPart) c0 = call.Steps(c0, l * d, (l + 1) * d);
        if (h0.Length == 0 && weights.Initial is { } initial)
        {
            h0 = InitialState(call, $"{path}.initial_h", initial.H);
            if (initial.C is not null) c0 = InitialState(call, $"{path}.initial_c", initial.C);
        }

        return
        [
            x, graph.Constant($"{path}.W", weights.W, d, rows, weights.I), graph.Constant($"{path}.R", weights.R, d, rows, h),
            weights.B.Length == 0 ? "" : graph.Constant($"{path}.B", weights.B, d, 2 * rows), lengths, h0, c0,
            weights.P.Length == 0 ? "" : graph.Constant($"{path}.P", weights.P, d, 3 * h),
        ];
    }

    // Y is [T, D, B, H], Y_h [D, B, H]; ours are [T, B, D·H] and [B, D·H].
    private static string SideBySide(OnnxCall<T> call, string states, OnnxNodeWeights<T> weights, bool isSequence)
    {
        if (weights.D == 1) return call.Squeeze(states, isSequence ? 1 : 0);
        string turned = isSequence ? call.Transpose(states, 0, 2, 1, 3) : call.Transpose(states, 1, 0, 2);
        int width = weights.D * weights.H;
        return call.Node("Reshape", turned, isSequence ? call.Graph.Integers(0, 0, width) : call.Graph.Integers(0, width));
    }

    // A state for one batch, or one that every sequence starts from: then it is repeated when the graph runs.
    private static string InitialState(OnnxCall<T> call, string name, Tensor<T> state)
    {
        string constant = call.Graph.Constant(name, state.ToArray(), state.Length(0), state.Length(1), state.Length(2));
        return state.Length(1) == 1 ? Repeated(call, constant, state.Length(0), state.Length(2)) : constant;
    }

    private static string Repeated(OnnxCall<T> call, string state, int layers, int width)
    {
        string shape = call.Concat(0, call.Graph.Integers(layers), call.Size(call.Input(), call.Rank() - 2), call.Graph.Integers(width));
        return call.Node("Expand", state, shape);
    }

    private static void InitialState(OnnxCall<T> call)
    {
        foreach ((int n, Parameter<T> state) in call.Layer.Parameters.Index())
        {
            if (!call.Wants(n)) continue;
            string constant = call.Weight(state, "", state.Values, state.Rows, 1, state.Columns);
            call.Set(Repeated(call, constant, state.Rows, state.Columns), n);
        }
    }
}
