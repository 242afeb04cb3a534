using LstmLab.Formats;

namespace LstmLab.Tests.Formats;

/// <summary>Small graphs that together use every operator that is replayed, each with the shape of its input x.</summary>
internal static class OnnxGraphs
{
    public static IReadOnlyDictionary<string, Func<(Graph Graph, int[] Shape)>> All { get; } = Make();

    private static Dictionary<string, Func<(Graph Graph, int[] Shape)>> Make()
    {
        Dictionary<string, Func<(Graph, int[])>> all = [];
        foreach (string name in new[] { "Relu", "Tanh", "Sigmoid", "Exp", "Neg", "Abs", "Erf", "Softsign", "Softplus", "HardSwish", "LeakyRelu", "Elu", "Selu", "HardSigmoid", "ThresholdedRelu", "Gelu", "Sign", "Floor", "Ceil", "Round" })
            Add(name, [2, 3], graph => graph.Node($"{name}: x -> y"));
        foreach (string name in new[] { "Sqrt", "Log", "Reciprocal" })
            Add(name, [2, 3], graph => graph.Node("Mul: x x -> s").Floats("c", [0.5f], 1).Node("Add: s c -> p").Node($"{name}: p -> y"));
        Add("LeakyRelu of 0.3", [2, 3], graph => graph.Node("LeakyRelu: x -> y", ("alpha", 0.3f)));
        Add("Gelu by tanh", [2, 3], graph => graph.Node("Gelu: x -> y", ("approximate", "tanh")));
        foreach (string name in new[] { "Add", "Sub", "Mul", "Div", "Max", "Min", "PRelu" })
        {
            Add($"{name} of a row", [2, 3, 4], graph => graph.Floats("c", Floats(4, 0.7f), 4).Node($"{name}: x c -> y"));
            if (name != "PRelu") Add($"{name} of two", [2, 3, 4], graph => graph.Node("Tanh: x -> t").Floats("c", [1.5f], 1).Node("Add: t c -> u").Integers("one", 1).Node("ReduceMean: u one -> v", ("keepdims", 1)).Node($"{name}: x v -> y"));
        }

        foreach (float power in new[] { 2, 3, -1, 0.5f, 1.7f })
            Add($"Pow {power}", [2, 3], graph => graph.Node("Mul: x x -> s").Floats("c", [0.5f], 1).Node("Add: s c -> p").Floats("e", [power], 1).Node("Pow: p e -> y"));
        Add("Sum of three", [2, 3], graph => graph.Node("Tanh: x -> t").Node("Sum: x t x -> y"));
        Add("Clip", [2, 3], graph => graph.Floats("a", [-0.5f]).Floats("b", [0.8f]).Node("Clip: x a b -> y"));
        Add("Where", [2, 3], graph => graph.Floats("z", [0.2f], 1).Node("Greater: x z -> c").Node("Tanh: x -> t").Node("Where: c x t -> y"));
        Add("Comparisons", [2, 3], graph => graph.Floats("z", [0.2f], 1).Node("Less: x z -> a").Node("Not: a -> b").Node("Or: a b -> c").Node("And: a c -> d").Node("Xor: d b -> e").Node("LessOrEqual: x z -> f").Node("Cast: f -> g", ("to", 1)).Node("Cast: e -> h", ("to", 1)).Node("Mul: h x -> i").Node("Add: g i -> y"));
        Add("Transpose", [2, 3, 4], graph => graph.Node("Transpose: x -> y", ("perm", new long[] { 2, 0, 1 })));
        Add("Reshape", [2, 3, 4], graph => graph.Integers("s", 0, -1, 2).Node("Reshape: x s -> y"));
        Add("Reshape by a shape", [2, 3, 4], graph => graph.Node("Shape: x -> s").Integers("at", 1).Node("Gather: s at -> t").Integers("m", -1).Node("Concat: t m -> u", ("axis", 0)).Node("Reshape: x u -> y"));
        Add("Flatten", [2, 3, 4], graph => graph.Node("Flatten: x -> y", ("axis", 2)));
        Add("Squeeze and Unsqueeze", [2, 1, 4], graph => graph.Integers("one", 1).Node("Squeeze: x one -> s").Integers("two", -1, 0).Node("Unsqueeze: s two -> y"));
        Add("Slice backward", [5, 4], graph => graph.Integers("a", -1, 1).Integers("b", -100, 4).Integers("axes", 0, 1).Integers("s", -2, 2).Node("Slice: x a b axes s -> y"));
        Add("Split", [2, 6], graph => graph.Integers("s", 1, 2, 3).Node("Split: x s -> a b c", ("axis", 1)).Node("ReduceSum: b -> d").Node("Concat: c a -> e", ("axis", 1)).Node("Mul: e d -> y"));
        Add("Split in equal parts", [7, 2], graph => graph.Node("Split: x -> a b", ("axis", 0), ("num_outputs", 2)).Node("Concat: b a -> y", ("axis", 0)));
        Add("Gather", [3, 4], graph => graph.Integers("at", 2, 0, -1).Node("Gather: x at -> y", ("axis", 1)));
        Add("GatherElements", [3, 4], graph => graph.Floats("i", [3, 0, -1, 1], 2, 2).Node("Cast: i -> at", ("to", 7)).Node("GatherElements: x at -> y", ("axis", 1)));
        Add("ScatterND", [3, 4], graph => graph.Floats("i", [2, 0], 2, 1).Node("Cast: i -> at", ("to", 7)).Node("Tanh: x -> t").Integers("a", 0).Integers("b", 2).Node("Slice: t a b -> u").Node("ScatterND: x at u -> y"));
        Add("A number without axes", [2, 3], graph => graph.Node("ReduceMean: x -> m", ("keepdims", 0)).Node("Sub: x m -> c").Node("Tanh: m -> t").Node("Mul: c t -> y"));
        Add("Expand", [3, 1], graph => graph.Integers("s", 2, 1, 4).Node("Expand: x s -> y"));
        Add("Tile", [2, 3], graph => graph.Integers("n", 2, 3).Node("Tile: x n -> y"));
        foreach (string mode in new[] { "constant", "edge", "reflect" })
            Add($"Pad, {mode}", [2, 4], graph => graph.Integers("p", 1, 2, 0, 3).Floats("v", [0.5f]).Node("Pad: x p v -> y", ("mode", mode)));
        Add("Range and shapes", [2, 3], graph => graph.Node("Shape: x -> s", ("start", 1)).Integer("zero", 0).Integer("one", 1).Node("Squeeze: s -> n").Node("Range: zero n one -> r").Node("Cast: r -> f", ("to", 1)).Node("Mul: x f -> y"));
        Add("ConstantOfShape", [2, 3], graph => graph.Node("Shape: x -> s").Node("ConstantOfShape: s -> z").Node("Add: x z -> y"));
        Add("ReverseSequence", [4, 2, 3], graph => graph.Integers("n", 3, 1).Node("ReverseSequence: x n -> y"));
        foreach (string name in new[] { "Sum", "Mean", "Max", "Min", "SumSquare", "L1", "L2" })
        {
            Add($"Reduce{name}", [2, 3, 4], graph => graph.Integers("axes", 1).Node($"Reduce{name}: x axes -> y", ("keepdims", 0)));
            Add($"Reduce{name} of two axes", [2, 3, 4], graph => graph.Integers("axes", 0, -1).Node($"Reduce{name}: x axes -> y"));
        }

        Add("ArgMax", [2, 5], graph => graph.Node("ArgMax: x -> i", ("axis", 1)).Node("Cast: i -> f", ("to", 1)).Node("Mul: x f -> y"));
        Add("AveragePool beyond its pads", [1, 1, 6], graph => graph.Node(
            "AveragePool: x -> y", ("kernel_shape", new long[] { 3 }), ("strides", new long[] { 2 }), ("pads", new long[] { 1, 1 }),
            ("ceil_mode", 1), ("count_include_pad", 1)));
        Add("Gelu of a constant", [2, 3], graph => graph.Floats("c", [-2, 0.7f, 3], 3).Node("Gelu: c -> g").Node("Add: x g -> y"));
        Add("Mod by truncation", [2, 3], graph => graph.Floats("c", [0.7f], 1).Node("Mod: x c -> y", ("fmod", 1)));
        Add("Pow 67 of either sign", [2, 3], graph => graph.Floats("e", [67]).Floats("c", [0.02f]).Node("Tanh: x -> t").Node("Mul: t c -> u")
            .Node("Sign: x -> s").Node("Add: s u -> b").Node("Pow: b e -> y"));
        Add("Pow of integers", [2, 3], graph => graph.Floats("e", [0.5f]).Node("Shape: x -> s").Node("Pow: s e -> p").Node("Cast: p -> f", ("to", 1))
            .Integer("zero", 0).Node("ReduceSum: f -> g").Node("Mul: x g -> y"));
        Add("ReduceMean of integers", [2, 3], graph => graph.Node("Shape: x -> s").Node("Cast: s -> i", ("to", 6)).Node("ReduceMean: i -> m")
            .Node("Cast: m -> f", ("to", 1)).Node("Mul: x f -> y"));
        Add("ReduceProd of nothing", [2, 3], graph => graph.Integers("two", 2).Node("Shape: x -> s").Node("Slice: s two two -> e")
            .Node("ReduceProd: e -> p").Node("Cast: p -> f", ("to", 1)).Node("Add: x f -> y"));
        Add("Slice of nothing, backward", [2, 3], graph => graph.Integers("two", 2).Integers("zero", 0).Integers("m", -1).Integers("l", -9)
            .Node("Shape: x -> s").Node("Slice: s two two -> e").Node("Slice: e m l zero m -> b").Node("Concat: b two -> c", ("axis", 0))
            .Node("ReduceSum: c -> p").Node("Cast: p -> f", ("to", 1)).Node("Add: x f -> y"));
        Add("CastLike", [2, 3], graph => graph.Floats("f", [1.7f, -1.7f, 3], 3).Integer("i", 1).Node("CastLike: f i -> g")
            .Node("Cast: g -> h", ("to", 1)).Node("Mul: x h -> y"));
        Add("Dropout with its mask", [2, 3], graph => graph.Node("Dropout: x -> d mask").Node("Cast: mask -> f", ("to", 1)).Node("Mul: d f -> y"));
        Add("MaxPool with its places unread", [1, 2, 5], graph => graph.Node("MaxPool: x -> y at", ("kernel_shape", new long[] { 2 })));
        Add("Where without axes", [2, 3], graph => graph.Integers("zero", 0).Node("ReduceMean: x -> m", ("keepdims", 0)).Node("Tanh: m -> t")
            .Node("Greater: m t -> c").Node("Where: c m t -> s").Node("Unsqueeze: s zero -> y"));
        Add("MatMul of one with itself", [3, 3], graph => graph.Node("MatMul: x x -> y"));
        Add("Concat of one with itself", [2, 3], graph => graph.Node("Tanh: x -> t").Node("Concat: t x t -> y", ("axis", 1)));
        Add("Where of one with itself", [2, 3], graph => graph.Floats("z", [0.2f], 1).Node("Greater: x z -> c").Node("Where: c x x -> y"));
        Add("MatMul of two", [2, 3, 4], graph => graph.Node("Transpose: x -> t", ("perm", new long[] { 0, 2, 1 })).Node("MatMul: x t -> y"));
        Add("MatMul with a matrix of four axes", [2, 2, 3, 4], graph => graph.Floats("w", Floats(8, 0.1f), 4, 2).Node("MatMul: x w -> y"));
        Add("MatMul from the left", [4, 3], graph => graph.Floats("w", Floats(8, 0.1f), 2, 4).Node("MatMul: w x -> y"));
        Add("MatMul with a bias", [2, 3, 4], graph => graph.Floats("w", Floats(8, 0.1f), 4, 2).Floats("b", [1, -1], 2).Node("MatMul: x w -> p").Node("Add: b p -> y"));
        Add("Gemm", [4, 3], graph => graph.Floats("w", Floats(8, 0.1f), 2, 4).Floats("b", [1, -1], 2).Node("Gemm: x w b -> y", ("transA", 1), ("transB", 1), ("alpha", 0.5f), ("beta", 2f)));
        Add("Gemm of two", [3, 3], graph => graph.Node("Tanh: x -> t").Node("Gemm: x t x -> y", ("transB", 1), ("alpha", 0.5f), ("beta", 2f)));
        foreach (string name in new[] { "Softmax", "LogSoftmax" })
        {
            Add($"{name} of a middle axis", [2, 3, 4], graph => graph.Node($"{name}: x -> y", ("axis", 1)));
            Add($"{name} of opset 11", [2, 3, 4], graph => graph.Node($"{name}: x -> y", ("axis", 1)), opset: 11);
        }

        Add("Conv over time", [2, 3, 7], graph => graph.Floats("w", Floats(24, 0.1f), 4, 3, 2).Floats("b", Floats(4, 0.2f), 4).Node("Conv: x w b -> y", ("strides", new long[] { 2 }), ("pads", new long[] { 1, 0 })));
        Add("Conv of pictures", [1, 2, 5, 6], graph => graph.Floats("w", Floats(36, 0.1f), 2, 2, 3, 3).Node("Conv: x w -> y", ("dilations", new long[] { 2, 1 }), ("pads", new long[] { 2, 1, 2, 1 })));
        Add("Conv in groups", [2, 4, 6], graph => graph.Floats("w", Floats(24, 0.1f), 4, 2, 3).Floats("b", Floats(4, 0.2f), 4).Node("Conv: x w b -> y", ("group", 2), ("auto_pad", "SAME_UPPER"), ("strides", new long[] { 2 })));
        Add("ConvTranspose", [2, 3, 5], graph => graph.Floats("w", Floats(18, 0.1f), 3, 2, 3).Floats("b", [1, -1], 2).Node("ConvTranspose: x w b -> y", ("strides", new long[] { 2 }), ("pads", new long[] { 1, 0 }), ("output_padding", new long[] { 1 })));
        Add("ConvTranspose in groups", [1, 4, 3, 4], graph => graph.Floats("w", Floats(24, 0.1f), 4, 1, 2, 3).Node("ConvTranspose: x w -> y", ("group", 2), ("dilations", new long[] { 1, 2 }), ("strides", new long[] { 2, 1 })));
        Add("MaxPool", [1, 2, 5, 6], graph => graph.Node("MaxPool: x -> y", ("kernel_shape", new long[] { 2, 3 }), ("strides", new long[] { 2, 2 }), ("ceil_mode", 1)));
        Add("AveragePool", [2, 2, 7], graph => graph.Node("AveragePool: x -> y", ("kernel_shape", new long[] { 3 }), ("strides", new long[] { 2 }), ("pads", new long[] { 1, 1 })));
        Add("GlobalAveragePool", [2, 3, 4], graph => graph.Node("GlobalAveragePool: x -> y"));
        Add("GlobalMaxPool", [2, 3, 4], graph => graph.Node("GlobalMaxPool: x -> y"));
        Add("BatchNormalization", [2, 3, 4], graph => graph.Floats("s", Floats(3, 0.4f), 3).Floats("b", Floats(3, 0.2f), 3).Floats("m", Floats(3, 0.1f), 3).Floats("v", [0.5f, 1, 2], 3).Node("BatchNormalization: x s b m v -> y"));
        Add("InstanceNormalization", [2, 3, 4], graph => graph.Floats("s", Floats(3, 0.4f), 3).Floats("b", Floats(3, 0.2f), 3).Node("InstanceNormalization: x s b -> y"));
        Add("LayerNormalization", [2, 3, 4], graph => graph.Floats("s", Floats(4, 0.4f), 4).Floats("b", Floats(4, 0.2f), 4).Node("LayerNormalization: x s b -> y"));
        Add("LayerNormalization of two axes", [2, 3, 4], graph => graph.Floats("s", Floats(12, 0.4f), 3, 4).Node("LayerNormalization: x s -> y", ("axis", 1)));
        foreach (string direction in new[] { "forward", "reverse", "bidirectional" })
        {
            int d = direction == "bidirectional" ? 2 : 1;
            foreach ((string name, int gates) in new[] { ("LSTM", 4), ("GRU", 3), ("RNN", 1) })
            {
                string states = name == "LSTM" ? " h c" : " h", outputs = name == "LSTM" ? "Y H C" : "Y H";
                Add($"{name}, {direction}, from learned states", [4, 2, 3], graph => OnnxImportTests.Weights(graph, d, gates, 3, 2, "")
                    .Floats("h", Floats(d * 4, 0.3f), d, 2, 2).Floats("c", Floats(d * 4, 0.5f), d, 2, 2).Lengths("n", 4, 2)
                    .Node($"{name}: x W R B n{states} -> {outputs}", ("hidden_size", 2), ("direction", direction))
                    .Node("ReduceSum: Y -> s").Node("Mul: H s -> u").Node(name == "LSTM" ? "Add: u C -> y" : "Tanh: u -> y"));
            }
        }

        return all;

        void Add(string name, int[] shape, Action<Graph> build, int opset = 20) => all.Add(name, () =>
        {
            Graph graph = new Graph(opset).Input("x", OnnxArray.Float, [.. shape.Select(length => (object)length)]);
            build(graph);
            return (graph.Output("y"), shape);
        });
    }

    private static float[] Floats(int count, float step) => [.. Enumerable.Range(1, count).Select(n => (n % 5 * step) - step + (0.01f * n))];
}
