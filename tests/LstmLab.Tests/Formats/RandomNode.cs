using LstmLab.Formats;

namespace LstmLab.Tests.Formats;

/// <summary>One recurrent node with random attributes: direction, activation functions, clip, coupled gates, peepholes, lengths, initial states.</summary>
internal sealed class RandomNode
{
    private static readonly string[] Functions = ["Affine", "Relu", "LeakyRelu", "ThresholdedRelu", "Tanh", "ScaledTanh", "Sigmoid", "HardSigmoid", "Elu", "Softsign", "Softplus"];

    private readonly RandomStream _random;
    private readonly List<string> _text = [];

    public RandomNode(ulong seed)
    {
        _random = new(seed, "node");
        string type = new[] { "LSTM", "GRU", "RNN" }[Next(3)], direction = new[] { "forward", "reverse", "bidirectional" }[Next(3)];
        int gates = type == "LSTM" ? 4 : type == "GRU" ? 3 : 1, functions = type == "LSTM" ? 3 : type == "GRU" ? 2 : 1;
        int d = direction == "bidirectional" ? 2 : 1, t = 1 + Next(5), b = 1 + Next(3), i = 1 + Next(4), h = 1 + Next(5);
        (D, H) = (d, h);
        bool zeros = Next(6) == 0;
        Lengths = zeros || Next(3) == 0 ? [.. Enumerable.Range(0, b).Select(_ => zeros && Next(2) == 0 ? 0 : 1 + Next(t))] : null;
        X = Tensors.Fill(_ => (float)_random.NextNormal(), t, b, i);
        Graph = new Graph(Next(2) == 0 ? 14 : 22).Input("x", OnnxArray.Float, "T", "B", i).Floats("W", Normals(d * gates * h * i), d, gates * h, i).Floats("R", Normals(d * gates * h * h), d, gates * h, h);
        if (Lengths is not null) Graph.Lengths("lengths", Lengths);
        string bias = May(3, "B", n => Graph.Floats(n, Normals(d * 2 * gates * h), d, 2 * gates * h)), hidden = May(2, "h0", n => Graph.Floats(n, Normals(d * b * h), d, b, h));
        string cell = type == "LSTM" ? May(2, "c0", n => Graph.Floats(n, Normals(d * b * h), d, b, h)) : "", peepholes = type == "LSTM" ? May(2, "P", n => Graph.Floats(n, Normals(d * 3 * h), d, 3 * h)) : "";
        List<(string, object)> attributes = [("hidden_size", h), ("direction", direction)];
        if (Next(2) == 0) attributes.Add(("clip", 0.2 + _random.NextDouble()));
        if (type == "LSTM" && Next(3) == 0) attributes.Add(("input_forget", 1));
        if (type == "GRU") attributes.Add(("linear_before_reset", Next(2)));
        if (Next(2) == 0) AddFunctions(attributes, d * functions);
        string node = $"{type}: x W R {bias} {(Lengths is null ? "-" : "lengths")} {hidden} {cell} {peepholes}".TrimEnd() + $" -> Y Y_h{(type == "LSTM" ? " Y_c" : "")}";
        Graph.Node(node, [.. attributes]).Output(type == "LSTM" ? ["Y", "Y_h", "Y_c"] : ["Y", "Y_h"]);
        Text = $"{node}, T {t}, B {b}, lengths [{string.Join(", ", Lengths ?? [])}], {string.Join(", ", attributes)}, {string.Join(" ", _text)}";
    }

    public Graph Graph { get; }

    public System.Numerics.Tensors.Tensor<float> X { get; }

    public int[]? Lengths { get; }

    public int D { get; }

    public int H { get; }

    public string Text { get; }

    /// <summary>1e-6 of the largest state; more with activation functions without bound, in which roundings grow from step to step.</summary>
    public double Limit { get; private set; } = 1e-6;

    // All with parameters of their own: the numbers of a list are taken by the functions that have any, in order.
    private void AddFunctions(List<(string, object)> attributes, int count)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(_ => Functions[Next(Functions.Length)])];
        float[] alphas = [.. names.Where(Activation.HasAlpha).Select(_ => (float)(0.2 + _random.NextDouble()))], betas = [.. names.Where(Activation.HasBeta).Select(_ => (float)(0.2 + _random.NextDouble()))];
        attributes.Add(("activations", names));
        if (names.Any(name => name is not ("Tanh" or "ScaledTanh" or "Sigmoid" or "HardSigmoid" or "Softsign"))) Limit = 1e-5;
        if (alphas.Length > 0) attributes.Add(("activation_alpha", alphas));
        if (betas.Length > 0) attributes.Add(("activation_beta", betas));
        _text.AddRange([.. names, .. alphas.Select(value => $"{value}"), .. betas.Select(value => $"{value}")]);
    }

    private string May(int of, string name, Action<string> add)
    {
        if (Next(of) == 0) return "-";
        add(name);
        return name;
    }

    private float[] Normals(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(0.6 * _random.NextNormal()))];

    private int Next(int below) => (int)(_random.NextDouble() * below);
}
