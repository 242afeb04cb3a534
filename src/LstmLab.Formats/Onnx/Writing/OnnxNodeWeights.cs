using System.Numerics;
using Google.Protobuf;

namespace LstmLab.Formats;

/// <summary>One layer of a recurrent stack as an operator of ONNX: its weights in ONNX's order and its attributes.</summary>
internal sealed class OnnxNodeWeights<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Cell<T> _cell;
    private readonly int[] _order;

    private OnnxNodeWeights(Recurrent<T> layer, string path, IReadOnlyList<Cell<T>> cells, Parameter<T>[][] parameters)
    {
        _cell = cells[0];
        D = cells.Count;
        string place = $"'{path}' of the model";
        if (_cell.OutputSize != _cell.HiddenSize) throw new ArgumentException($"ONNX's LSTM has no projection: {place} cannot be written.");
        (Operator, _order) = _cell switch
        {
            StandardCell<T> or PeepholeCell<T> or LstmVariantCell<T> => ("LSTM", OnnxGates.Lstm),
            GruCell<T> or ResetBeforeGruCell<T> => ("GRU", OnnxGates.Gru),
            ElmanCell<T> => ("RNN", OnnxGates.Rnn),
            _ => throw new ArgumentException($"ONNX has no operator for {Architecture.NameOf(layer)}, {place}."),
        };
        W = Blocks(parameters, ParameterRole.Input);
        R = Blocks(parameters, ParameterRole.Recurrent);
        B = parameters[0].All(parameter => parameter.Role != ParameterRole.Bias)
            ? []
            : [.. parameters.SelectMany(one => Biases(one, ParameterRole.Bias).Concat(Biases(one, ParameterRole.RecurrentBias)))];
        P =
        [
            .. parameters.SelectMany(one => one).Where(parameter => parameter.Role == ParameterRole.Peephole)
                .SelectMany(parameter => OnnxGates.ToOnnx<T>(parameter.Values, OnnxGates.Peepholes)),
        ];
        OnnxLayer<T>? imported = layer as OnnxLayer<T>;
        Initial = imported?.Initial;
        Lengths = imported?.Lengths;
        string direction = D == 2 ? "bidirectional" : imported?.IsReverse ?? false ? "reverse" : "forward";
        Attributes = [OnnxAttribute.Int("hidden_size", H), OnnxAttribute.Text("direction", direction), .. Special(cells, Operator)];
    }

    public string Operator { get; }

    public int I => _cell.InputSize;

    public int H => _cell.HiddenSize;

    /// <summary>Number of directions.</summary>
    public int D { get; }

    public int Gates => _order.Length;

    /// <summary>[D, G·H, I].</summary>
    public T[] W { get; }

    /// <summary>[D, G·H, H].</summary>
    public T[] R { get; }

    /// <summary>[D, 2·G·H], empty without.</summary>
    public T[] B { get; }

    /// <summary>[D, 3·H], empty without.</summary>
    public T[] P { get; }

    public State<T>? Initial { get; }

    public int[]? Lengths { get; }

    public IReadOnlyList<AttributeProto> Attributes { get; }

    /// <summary>The layers of a stack, from the input on.</summary>
    /// <param name="layer">The stack.</param>
    /// <param name="path">How messages call its place.</param>
    /// <exception cref="ArgumentException">The cell has no operator.</exception>
    public static OnnxNodeWeights<T>[] Of(Recurrent<T> layer, string path)
    {
        Cell<T>[] cells = [.. layer.Cells];
        Parameter<T>[][] parameters = [.. layer.Parameters.Chunk(layer.Parameters.Count / cells.Length)];
        int d = layer.DirectionCount;
        return [.. Enumerable.Range(0, layer.LayerCount).Select(l =>
        {
            Range ofLayer = (l * d)..((l + 1) * d);
            return new OnnxNodeWeights<T>(layer, path, cells[ofLayer], parameters[ofLayer]);
        })];
    }

    private T[] Blocks(Parameter<T>[][] parameters, ParameterRole role) =>
        [.. parameters.SelectMany(one => OnnxGates.ToOnnx<T>(one.Single(parameter => parameter.Role == role).Values, _order))];

    private T[] Biases(Parameter<T>[] parameters, ParameterRole role) =>
        parameters.FirstOrDefault(parameter => parameter.Role == role) is { } bias
            ? OnnxGates.ToOnnx<T>(bias.Values, _order)
            : new T[Gates * H];

    // What the operator's defaults are not.
    private static IEnumerable<AttributeProto> Special(IReadOnlyList<Cell<T>> cells, string @operator)
    {
        Activation[] functions = [.. cells.SelectMany(FunctionsOf)];
        if (functions.Length > 0 && !cells.All(cell => FunctionsOf(cell).SequenceEqual(OnnxGates.StandardFunctions(@operator))))
        {
            AttributeProto names = new() { Name = "activations", Type = OnnxNode.TextsType };
            names.Strings.AddRange(functions.Select(function => ByteString.CopyFromUtf8(function.Name)));
            yield return names;
            double[] alphas = [.. functions.Where(function => Activation.HasAlpha(function.Name)).Select(function => function.Alpha)];
            double[] betas = [.. functions.Where(function => Activation.HasBeta(function.Name)).Select(function => function.Beta)];
            if (alphas.Length > 0) yield return Numbers("activation_alpha", alphas);
            if (betas.Length > 0) yield return Numbers("activation_beta", betas);
        }

        double clip = functions.Length == 0 ? double.PositiveInfinity : functions[0].Clip;
        if (double.IsFinite(clip)) yield return OnnxAttribute.Float("clip", clip);
        if (cells[0] is LstmVariantCell<T> { Coupled: true }) yield return OnnxAttribute.Int("input_forget", 1);
        if (cells[0] is GruCell<T>) yield return OnnxAttribute.Int("linear_before_reset", 1);
    }

    // The activation functions of a cell in ONNX's order.
    private static Activation[] FunctionsOf(Cell<T> cell) => cell switch
    {
        LstmVariantCell<T> lstm => [lstm.Gate, lstm.Candidate, lstm.Output],
        GruCell<T> gru => [gru.Gate, gru.Candidate],
        ResetBeforeGruCell<T> gru => [gru.Gate, gru.Candidate],
        ElmanCell<T> simple => [simple.Activation],
        _ => [],
    };

    private static AttributeProto Numbers(string name, double[] values)
    {
        AttributeProto attribute = new() { Name = name, Type = OnnxNode.FloatsType };
        attribute.Floats.AddRange(values.Select(value => (float)value));
        return attribute;
    }
}
