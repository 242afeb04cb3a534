namespace LstmLab.Formats;

/// <content>Layers that look at the steps of sequences.</content>
internal static partial class OnnxOperators<T>
{
    private static void StepAt(OnnxCall<T> call)
    {
        int t = StepAt<T>.StepOf(call.Call);
        call.Set(call.Steps(call.Input(), t, t + 1));
    }

    private static void StackSteps(OnnxCall<T> call)
    {
        string[] steps = [.. call.Call.Inputs.Select((_, u) => call.Rank(u) == 2 ? call.Unsqueeze(call.Input(u), 0) : call.Input(u))];
        call.Set(call.Concat(0, steps));
    }

    private static string Sum(OnnxCall<T> call) =>
        call.Node("ReduceSum", [OnnxAttribute.Int("keepdims", 0)], Within(call, 0), call.Graph.Integers(0));

    private static void Mean(OnnxCall<T> call)
    {
        string count = call.Lengths() is { } lengths
            ? call.Unsqueeze(call.Cast(lengths, OnnxArray.Float), 1)
            : call.Cast(call.Size(call.Input(), 0), OnnxArray.Float);
        call.Set(call.Node("Div", Sum(call), count));
    }

    private static void Max(OnnxCall<T> call)
    {
        string x = Within(call, float.MinValue);
        // The axes became an input in opset 18.
        call.Set(call.Graph.Opset >= 18
            ? call.Node("ReduceMax", [OnnxAttribute.Int("keepdims", 0)], x, call.Graph.Integers(0))
            : call.Node("ReduceMax", [OnnxAttribute.Int("keepdims", 0), OnnxAttribute.Ints("axes", 0)], x));
    }

    private static void Last(OnnxCall<T> call)
    {
        if (call.Lengths() is not { } lengths)
        {
            call.Set(call.Squeeze(call.Node("Gather", call.Input(), call.Graph.Integers(-1)), 0));
            return;
        }

        string last = call.Node("Sub", call.WideLengths(lengths), call.Graph.Scalar(1));
        string isLast = call.Unsqueeze(call.Node("Equal", call.Times(0), last), 2);
        string alone = call.Node("Where", isLast, call.Input(), call.Graph.Number(0));
        call.Set(call.Node("ReduceSum", [OnnxAttribute.Int("keepdims", 0)], alone, call.Graph.Integers(0)));
    }

    // [T, B, I] becomes [B, I, T] for ONNX and back.
    private static void Convolution(OnnxCall<T> call)
    {
        Conv1d<T> layer = (Conv1d<T>)call.Layer;
        Parameter<T> weight = layer.Parameters[0];
        int k = layer.KernelSize, after = layer.Padding == Padding.Valid ? 0 : k - 1 - layer.Before;
        string kernel = call.Weight(weight, ".kernel", weight.Values, weight.Rows, weight.Columns / k, k);
        string[] bias = [.. layer.Parameters.Skip(1).Select(call.Vector)];
        AttributeProto[] attributes =
        [
            OnnxAttribute.Ints("kernel_shape", k), OnnxAttribute.Ints("strides", layer.Stride),
            OnnxAttribute.Ints("pads", layer.Before, after),
        ];
        string y = call.Node("Conv", attributes, [call.Transpose(Within(call, 0), 1, 2, 0), kernel, .. bias]);
        call.Set(call.Transpose(y, 2, 0, 1));
        if (call.Lengths() is not { } lengths) return;
        // (n − k) / s + 1 without padding, else (n − 1) / s + 1.
        string steps = call.Node("Sub", call.Cast(lengths, OnnxArray.Int64), call.Graph.Scalar(layer.Padding == Padding.Valid ? k : 1));
        string shorter = call.Node("Add", call.Node("Div", steps, call.Graph.Scalar(layer.Stride)), call.Graph.Scalar(1));
        call.SetLengths(call.Cast(shorter, OnnxArray.Int32));
    }

    // Scores e [B, U, T] to weights and contexts.
    private static void Attention(OnnxCall<T> call, string scores)
    {
        if (call.Lengths(1) is { } lengths)
        {
            string mask = call.Unsqueeze(call.Transpose(call.Mask(1, lengths), 1, 0), 1);
            scores = call.Node("Where", mask, scores, call.Graph.Number(float.MinValue));
        }

        string weights = call.Node("Softmax", [OnnxAttribute.Int("axis", -1)], scores);
        if (call.Wants(0)) call.Set(Turned(call, call.Node("MatMul", weights, call.Transpose(call.Input(2), 1, 0, 2))));
        if (call.Wants(1)) call.Set(Turned(call, weights), 1);
    }

    // [B, U, n] to [U, B, n], or [B, n] for one query a sequence.
    private static string Turned(OnnxCall<T> call, string value) =>
        call.Rank() == 2 ? call.Squeeze(value, 1) : call.Transpose(value, 1, 0, 2);

    // Queries, [B, U, Q].
    private static string Queries(OnnxCall<T> call) =>
        call.Rank() == 2 ? call.Unsqueeze(call.Input(), 1) : call.Transpose(call.Input(), 1, 0, 2);

    private static string DotScores(OnnxCall<T> call)
    {
        string scores = call.Node("MatMul", Queries(call), call.Transpose(call.Input(1), 1, 2, 0));
        int width = call.Call.Input(1).Data.Length(2);
        return ((DotAttention<T>)call.Layer).Scaled ? call.Node("Div", scores, call.Graph.Number(MathF.Sqrt(width))) : scores;
    }

    private static string AdditiveScores(OnnxCall<T> call)
    {
        Parameter<T> weight = call.Layer.Parameters[0];
        string keys = call.Unsqueeze(call.Transpose(call.Input(1), 1, 0, 2), 1);
        string units = call.Node("Tanh", call.Node("Add", call.Unsqueeze(Queries(call), 2), keys));
        return call.Squeeze(call.Node("MatMul", units, call.Transposed(weight)), -1);
    }

    // The input with another number beyond each sequence's length.
    private static string Within(OnnxCall<T> call, float beyond) => call.Lengths() is not { } lengths ? call.Input()
        : call.Node("Where", call.Unsqueeze(call.Mask(0, lengths), 2), call.Input(), call.Graph.Number(beyond));
}
