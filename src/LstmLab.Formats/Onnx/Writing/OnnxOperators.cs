using System.Numerics;

namespace LstmLab.Formats;

/// <summary>How each layer is written as nodes: a function for each type of layer. A new layer is one more entry.</summary>
internal static partial class OnnxOperators<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private static readonly Dictionary<Type, Action<OnnxCall<T>>> Writers = new()
    {
        [typeof(Dense<T>)] = Dense,
        [typeof(Embedding<T>)] = Embedding,
        [typeof(Recurrent<T>)] = Recurrent,
        [typeof(InitialState<T>)] = InitialState,
        [typeof(Dropout<T>)] = call => call.Set(call.Input()),
        [typeof(Scale<T>)] = Scale,
        [typeof(Relu<T>)] = call => call.Set(call.Node("Relu", call.Input())),
        [typeof(Tanh<T>)] = call => call.Set(call.Node("Tanh", call.Input())),
        [typeof(Sigmoid<T>)] = call => call.Set(call.Node("Sigmoid", call.Input())),
        [typeof(Gelu<T>)] = Gelu,
        [typeof(Softmax<T>)] = call => call.Set(call.Node("Softmax", [OnnxAttribute.Int("axis", -1)], call.Input())),
        [typeof(LogSoftmax<T>)] = call => call.Set(call.Node("LogSoftmax", [OnnxAttribute.Int("axis", -1)], call.Input())),
        [typeof(LayerNorm<T>)] = LayerNorm,
        [typeof(Add<T>)] = Add,
        [typeof(Concat<T>)] = call => call.Set(call.Concat(-1, [.. call.Call.Inputs.Select((_, n) => call.Input(n))])),
        [typeof(StepAt<T>)] = StepAt,
        [typeof(StackSteps<T>)] = StackSteps,
        [typeof(SumOverTime<T>)] = call => call.Set(Sum(call)),
        [typeof(MeanOverTime<T>)] = Mean,
        [typeof(MaxOverTime<T>)] = Max,
        [typeof(LastStep<T>)] = Last,
        [typeof(Conv1d<T>)] = Convolution,
        [typeof(DotAttention<T>)] = call => Attention(call, DotScores(call)),
        [typeof(AdditiveScore<T>)] = call => Attention(call, AdditiveScores(call)),
    };

    /// <summary>Adds the nodes of a call.</summary>
    /// <exception cref="ArgumentException">The layer has no operator.</exception>
    public static void Write(OnnxCall<T> call)
    {
        for (Type? type = call.Layer.GetType(); type is not null; type = type.BaseType)
        {
            if (!Writers.TryGetValue(type, out Action<OnnxCall<T>>? write)) continue;
            write(call);
            return;
        }

        throw new ArgumentException($"ONNX has no operator for {Architecture.NameOf(call.Layer)}, '{call.Path}' of the model.");
    }

    /// <summary>Two nodes, each of which makes its value of the one before.</summary>
    public static string Scale(Scale<T> scale, string x, Func<string, string, T[], string, string> node)
    {
        T[] offset = [.. scale.Offset], factor = [.. scale.Factor];
        return scale.IsInverse
            ? node("Add", "offset", offset, node("Mul", "scale", factor, x))
            : node("Div", "scale", factor, node("Sub", "offset", offset, x));
    }

    private static void Scale(OnnxCall<T> call) => call.Set(Scale((Scale<T>)call.Layer, call.Input(), (type, name, numbers, x) =>
        call.Node(type, x, call.Graph.Constant($"{call.Path}.{name}", numbers, numbers.Length))));

    private static void Dense(OnnxCall<T> call)
    {
        Parameter<T> weight = call.Layer.Parameters[0];
        string[] bias = [.. call.Layer.Parameters.Skip(1).Select(call.Vector)];
        if (call.Rank() == 2)
        {
            call.Set(call.Node("Gemm", [OnnxAttribute.Int("transB", 1)], [call.Input(), call.Weight(weight), .. bias]));
            return;
        }

        // Gemm takes matrices only.
        string product = call.Node("MatMul", call.Input(), call.Transposed(weight));
        call.Set(bias.Length == 0 ? product : call.Node("Add", product, bias[0]));
    }

    private static void Embedding(OnnxCall<T> call)
    {
        string indexes = call.HasIndexInput ? call.Input() : call.Squeeze(call.Cast(call.Input(), OnnxArray.Int64), -1);
        call.Set(call.Node("Gather", call.Weight(call.Layer.Parameters[0]), indexes));
    }

    private static void Add(OnnxCall<T> call)
    {
        string sum = call.Input();
        for (int n = 1; n < call.Call.Inputs.Count; n++) sum = call.Node("Add", sum, call.Input(n));
        call.Set(sum);
    }

    // x (1 + erf(x / √2)) / 2; older opsets have no Gelu.
    private static void Gelu(OnnxCall<T> call)
    {
        string x = call.Input(), erf = call.Node("Erf", call.Node("Mul", x, call.Graph.Number(0.70710678f)));
        call.Set(call.Node("Mul", call.Node("Mul", x, call.Graph.Number(0.5f)), call.Node("Add", erf, call.Graph.Number(1))));
    }

    private static void LayerNorm(OnnxCall<T> call)
    {
        LayerNorm<T> layer = (LayerNorm<T>)call.Layer;
        string x = call.Input(), weight = call.Vector(layer.Parameters[0]), bias = call.Vector(layer.Parameters[1]);
        if (call.Graph.Opset >= 17)
        {
            AttributeProto[] attributes = [OnnxAttribute.Int("axis", -1), OnnxAttribute.Float("epsilon", layer.Epsilon)];
            call.Set(call.Node("LayerNormalization", attributes, x, weight, bias));
            return;
        }

        AttributeProto lastAxis = OnnxAttribute.Ints("axes", -1);
        string centered = call.Node("Sub", x, call.Node("ReduceMean", [lastAxis], x));
        string variance = call.Node("ReduceMean", [lastAxis], call.Node("Mul", centered, centered));
        string deviation = call.Node("Sqrt", call.Node("Add", variance, call.Graph.Number((float)layer.Epsilon)));
        call.Set(call.Node("Add", call.Node("Mul", call.Node("Div", centered, deviation), weight), bias));
    }
}
