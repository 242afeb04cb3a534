using LstmLab.Formats;

namespace LstmLab.Tests.Formats;

/// <summary>A model of random layers, sizes, directions and weights, and inputs for it.</summary>
internal sealed class RandomModel
{
    private readonly RandomStream _random;
    private readonly List<Layer<float>> _layers = [];

    /// <summary>Draws model and inputs from a seed.</summary>
    public RandomModel(ulong seed)
    {
        _random = new(seed, "model");
        (T, B) = (1 + Next(8), 1 + Next(4));
        int width = 1 + Next(5), classes = Next(4) == 0 ? 2 + Next(6) : 0;
        Lengths = Next(3) == 0 ? [.. Enumerable.Range(0, B).Select(_ => 1 + Next(T))] : null;
        if (classes > 0) _layers.Add(new Embedding<float>(classes, width));
        Input = classes == 0 && Next(2) == 0 ? Scaling(width) : null;
        bool isSequence = true;
        for (int n = 0, count = 1 + Next(2); n < count && isSequence; n++) (width, isSequence) = AddRecurrent(width, isLast: n == count - 1);
        for (int n = Next(3); n > 0; n--)
        {
            if (Next(2) == 0) _layers.Add(new Dropout<float>(0.5));
            _layers.Add(new Dense<float>(width, width = 1 + Next(4), bias: Next(4) > 0));
        }

        Output = Next(2) == 0 ? Scaling(width) : null;
        Model = new(seed, [.. _layers]);
        foreach (Parameter<float> parameter in Model.Parameters)
            for (int k = 0; k < parameter.Values.Length; k++) parameter.Values[k] = (float)(0.5 * _random.NextNormal());
        X = Tensors.Fill(n => classes > 0 ? Next(classes) : (float)_random.NextNormal(), T, B, classes > 0 ? 1 : Input?.Offset.Count ?? Model.Layers[0].Parameters[0].Columns);
    }

    public int T { get; }

    public int B { get; }

    public int[]? Lengths { get; }

    public Model<float> Model { get; }

    public System.Numerics.Tensors.Tensor<float> X { get; }

    public OnnxScaling? Input { get; }

    public OnnxScaling? Output { get; }

    public string Text => $"T {T}, B {B}, lengths [{string.Join(", ", Lengths ?? [])}], {string.Join(" → ", Model.Layers.Select(Describe))}";

    /// <summary>The model's answer to raw values: scaled, computed, scaled back.</summary>
    public float[] Answer()
    {
        var x = Input is null ? X : new Scale<float>(Floats(Input.Offset), Floats(Input.Factor)).Forward(X, default);
        var y = Model.Predict(x, Lengths);
        return (Output is null ? y : new Scale<float>(Floats(Output.Offset), Floats(Output.Factor), inverse: true).Forward(y, default)).ToArray();
    }

    private static float[] Floats(IReadOnlyList<double> values) => [.. values.Select(value => (float)value)];

    private static string Describe(Layer<float> layer) =>
        layer is Recurrent<float> recurrent ? $"{layer.GetType().Name} of {recurrent.Unrolled.Count} {recurrent.Unrolled[0].Cell.GetType().Name} {recurrent.Unrolled[0].Cell.InputSize}→{recurrent.Unrolled[0].Cell.HiddenSize}" : layer.GetType().Name;

    private (int Width, bool IsSequence) AddRecurrent(int width, bool isLast)
    {
        (int hidden, bool both, bool bias, bool sequences, int layers) = (1 + Next(6), Next(2) == 0, Next(4) > 0, !isLast || Next(2) == 0, 1 + Next(2));
        Recurrent<float> layer = Next(8) switch
        {
            0 or 1 => new Lstm<float>(width, hidden, layers, both, bias, returnSequences: sequences),
            2 => new Gru<float>(width, hidden, layers, both, bias, returnSequences: sequences),
            3 => new CellLayer<float>(new PeepholeCell<float>(width, hidden), sequences),
            4 => new CellLayer<float>(new ElmanCell<float>(width, hidden), sequences),
            5 => new CellLayer<float>(new StandardCell<float>(width, hidden), sequences),
            6 => new CellLayer<float>(new GruCell<float>(width, hidden), sequences),
            _ => new OnnxLayer<float>([.. Enumerable.Range(0, both ? 2 : 1).Select(_ => (Cell<float>)new PeepholeCell<float>(width, hidden))], !both && Next(2) == 0, sequences, null, null),
        };
        _layers.Add(layer);
        Cell<float> cell = layer.Unrolled[0].Cell;
        bool two = layer is OnnxLayer<float> ? layer.Unrolled.Count == 2 : layer is Lstm<float> or Gru<float> && both;
        return (cell.HiddenSize * (two ? 2 : 1), sequences);
    }

    private OnnxScaling Scaling(int width) => new([.. Enumerable.Range(0, width).Select(_ => 3 * _random.NextNormal())], [.. Enumerable.Range(0, width).Select(_ => 0.5 + (2 * _random.NextDouble()))]);

    private int Next(int below) => (int)(_random.NextDouble() * below);
}
