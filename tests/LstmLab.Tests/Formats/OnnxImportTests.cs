using System.Numerics.Tensors;
using System.Text.Json;
using LstmLab.Formats;
using LstmLab.Tests.Golden;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>Graphs that others wrote: ONNX's own node tests, and the shapes of PyTorch's exporter.</summary>
public class OnnxImportTests
{
    private static readonly JsonElement Golden = GoldenFile.Load("onnx_node_lstm.json");

    public static TheoryData<string> Cases => OnnxNodeTests.Cases;

    [Theory, MemberData(nameof(Cases))]
    public void Nodes_of_onnx_give_their_outputs_on_import(string name)
    {
        JsonElement golden = Golden.GetProperty("cases").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);
        (string, object)[] attributes = [.. golden.GetProperty("attributes").EnumerateObject().Select(one => (one.Name, one.Value.ValueKind == JsonValueKind.String ? (object)one.Value.GetString()! : one.Value.GetInt64()))];
        bool batchFirst = attributes.Contains(("layout", 1L));
        GoldenTensor x = Read(golden, "inputs", "X");
        Graph graph = new Graph(14).Input("X", OnnxArray.Float, "a", "b", x.Shape[2]);
        foreach (JsonProperty input in golden.GetProperty("inputs").EnumerateObject().Where(input => input.Name != "X"))
        {
            GoldenTensor tensor = Read(golden, "inputs", input.Name);
            if (input.Name == "sequence_lens") graph.Lengths(input.Name, [.. tensor.Values.Select(value => (int)value)]);
            else graph.Floats(input.Name, tensor.To<float>(), [.. tensor.Shape.Select(length => (long)length)]);
        }

        string Names(string property) => string.Join(' ', golden.GetProperty(property).EnumerateArray().Select(one => one.GetString() is { Length: > 0 } text ? text : "-"));
        string outputs = Names("node_outputs");
        graph.Node($"LSTM: {Names("node_inputs")} -> {outputs}", attributes).Output([.. outputs.Split(' ').Where(output => output != "-")]);

        Module<float> model = Onnx.Read<float>(new OnnxFile(name, graph.Bytes));
        Tensor<float> y = model.Predict(batchFirst ? TimeFirst(x.ToTensor<float>()) : x.ToTensor<float>());
        State<float> final = ((Recurrent<float>)model.Layers[0]).Final;
        foreach (JsonProperty output in golden.GetProperty("outputs").EnumerateObject())
        {
            // One direction wherever the batch comes first: [B, T, 1, H] is [B, T, H].
            float[] found = output.Name switch { "Y_h" => final.H.ToArray(), "Y_c" => final.C!.ToArray(), _ => (batchFirst ? TimeFirst(y) : y).ToArray() };
            GoldenErrors.Values("onnx_node_lstm, imported", $"{name} {output.Name}", Read(golden, "outputs", output.Name).Values, found, 1e-6);
        }
    }

    [Fact]
    public void A_batch_major_LSTM_with_its_last_step_and_a_linear_layer_is_ours()
    {
        // nn.LSTM(3, 4, batch_first=True); nn.Linear(4, 2) on out[:, -1]; zero states in the shape of the batch.
        Graph graph = Weights(new Graph(17).Input("x", OnnxArray.Float, "batch", "time", 3), 1, 4, 3, 4, "")
            .Floats("fc", Normals(5, 8), 2, 4).Floats("fb", Normals(6, 2), 2).Integer("i0", 0).Integer("last", -1).Integers("one", 1).Integers("four", 4).Integers("axis0", 0).Integers("axis1", 1)
            .Node("Shape: x -> shape").Node("Gather: shape i0 -> n", ("axis", 0)).Node("Unsqueeze: n axis0 -> n1").Node("Concat: one n1 four -> sizes", ("axis", 0)).Node("ConstantOfShape: sizes -> zeros")
            .Node("Transpose: x -> xt", ("perm", new long[] { 1, 0, 2 })).Node("LSTM: xt W R B - zeros zeros -> Y Yh Yc", ("hidden_size", 4))
            .Node("Squeeze: Y axis1 -> out").Node("Transpose: out -> outb", ("perm", new long[] { 1, 0, 2 })).Node("Gather: outb last -> h", ("axis", 1))
            .Node("Gemm: h fc fb -> y", ("alpha", 1f), ("beta", 1f), ("transB", 1)).Output("y", "Yh", "Yc");
        Module<float> model = Agrees(graph, Make(1, 5, 2, 3), batchFirst: true);
        Assert.IsType<Lstm<float>>(model.Layers[0]);
        Assert.IsType<Dense<float>>(model.Layers[1]);
    }

    [Fact]
    public void A_bidirectional_stack_whose_last_directions_are_put_side_by_side_is_ours()
    {
        // nn.GRU(3, 4, 2, bidirectional=True), then nn.Linear on cat((h[-2], h[-1]), 1).
        Graph graph = Weights(Weights(new Graph(17).Input("x", OnnxArray.Float, "time", "batch", 3), 2, 3, 3, 4, "0"), 2, 3, 8, 4, "1")
            .Floats("fc", Normals(5, 16), 8, 2).Floats("fb", Normals(6, 2), 2).Integers("merge", 0, 0, -1).Integer("m2", -2).Integer("m1", -1)
            .Node("GRU: x W0 R0 B0 -> Y0 H0", ("hidden_size", 4), ("direction", "bidirectional"), ("linear_before_reset", 1))
            .Node("Transpose: Y0 -> T0", ("perm", new long[] { 0, 2, 1, 3 })).Node("Reshape: T0 merge -> x1")
            .Node("GRU: x1 W1 R1 B1 -> Y1 H1", ("hidden_size", 4), ("direction", "bidirectional"), ("linear_before_reset", 1))
            .Node("Concat: H0 H1 -> h", ("axis", 0)).Node("Gather: h m2 -> ha", ("axis", 0)).Node("Gather: h m1 -> hb", ("axis", 0)).Node("Concat: ha hb -> both", ("axis", 1))
            .Node("MatMul: both fc -> p").Node("Add: fb p -> y").Output("y", "h");
        Module<float> model = Agrees(graph, Make(2, 5, 2, 3), batchFirst: false);
        Assert.Equal(["Gru`1", "Gru`1", "Dense`1"], model.Layers.Select(layer => layer.GetType().Name));
    }

    [Fact]
    public void Weights_sorted_within_the_graph_and_scalers_are_ours()
    {
        // An exporter that leaves PyTorch's order r, z, n of a GRU to be sorted when the graph runs; the scaler is one number for all.
        Graph graph = new Graph(14).Input("x", OnnxArray.Float, "time", "batch", 2).Floats("w", Normals(1, 18), 9, 2).Floats("r", Normals(2, 27), 9, 3).Floats("bi", Normals(3, 9), 9).Floats("bh", Normals(4, 9), 9)
            .Floats("mean", [0.5f], 1).Floats("scale", [2, 3], 1, 1, 2).Integers("s0", 0).Integers("s3", 3).Integers("s6", 6).Integers("end", long.MaxValue).Integers("axis0", 0).Integers("axis1", 1)
            .Node("Sub: x mean -> c").Node("Div: c scale -> z");
        foreach (string name in new[] { "w", "r", "bi", "bh" })
            graph.Node($"Slice: {name} s0 s3 axis0 -> {name}a").Node($"Slice: {name} s3 s6 axis0 -> {name}b").Node($"Slice: {name} s6 end axis0 -> {name}c").Node($"Concat: {name}b {name}a {name}c -> {name}d", ("axis", 0));
        graph.Node("Concat: bid bhd -> b", ("axis", 0)).Node("Unsqueeze: wd axis0 -> W").Node("Unsqueeze: rd axis0 -> R").Node("Unsqueeze: b axis0 -> B")
            .Node("GRU: z W R B -> Y", ("hidden_size", 3), ("linear_before_reset", 1)).Node("Squeeze: Y axis1 -> y").Output("y");
        Module<float> model = Agrees(graph, Make(3, 4, 2, 2), batchFirst: false);
        Assert.Equal(["Scale`1", "Gru`1"], model.Layers.Select(layer => layer.GetType().Name));
        Assert.Equal(Normals(1, 18), model.Parameters[0].Values);
    }

    [Fact]
    public void A_layout_with_the_batch_first_is_the_same_layer()
    {
        float[] h = Normals(7, 2 * 2 * 4), turned = new float[h.Length];
        for (int n = 0; n < h.Length; n++) turned[(n / 4 % 2 * 8) + (n / 8 * 4) + (n % 4)] = h[n];
        float[][] found =
        [
            .. new[] { 0, 1 }.Select(layout => Onnx.Read<float>(new OnnxFile("layout", Weights(new Graph().Input("x", OnnxArray.Float, "a", "b", 3), 2, 4, 3, 4, "")
                .Floats("h", layout == 0 ? h : turned, 2, 2, 4).Node("LSTM: x W R B - h -> y", ("hidden_size", 4), ("layout", layout), ("direction", "bidirectional")).Output("y").Bytes)).Predict(Make(4, 5, 2, 3)).ToArray()),
        ];
        Assert.Equal(found[0], found[1]);
        Assert.NotEqual(found[0], Onnx.Read<float>(new OnnxFile("no state", Weights(new Graph().Input("x", OnnxArray.Float, "a", "b", 3), 2, 4, 3, 4, "").Node("LSTM: x W R B -> y", ("direction", "bidirectional")).Output("y").Bytes)).Predict(Make(4, 5, 2, 3)).ToArray());
    }

    [Fact]
    public void Numbers_of_every_type_are_read()
    {
        float[] values = [1, -0.5f, 0.25f, 3];
        TensorProto[] tensors =
        [
            new() { DataType = OnnxArray.Double, DoubleData = { 1, -0.5, 0.25, 3 } },
            new() { DataType = OnnxArray.Float, FloatData = { values } },
            new() { DataType = OnnxArray.Half, Int32Data = { values.Select(value => (int)BitConverter.HalfToUInt16Bits((Half)value)) } },
            new() { DataType = OnnxArray.BFloat16, Int32Data = { values.Select(value => BitConverter.SingleToInt32Bits(value) >>> 16) } },
            .. new[] { (OnnxArray.Float, ElementType.F32), (OnnxArray.Double, ElementType.F64), (OnnxArray.Half, ElementType.F16), (OnnxArray.BFloat16, ElementType.BF16) }
                .Select(type => new TensorProto { DataType = type.Item1, RawData = Google.Protobuf.ByteString.CopyFrom(Elements.Encode<float>(values, type.Item2)) }),
        ];
        foreach (TensorProto tensor in tensors)
        {
            tensor.Dims.AddRange([2, 2]);
            Graph graph = new Graph().Input("x", OnnxArray.Float, "n", 2).Node("Constant:  -> w", ("value", tensor)).Node("MatMul: x w -> y").Output("y");
            Assert.Equal([1, 0.25f, -0.5f, 3], Onnx.Read<float>(new OnnxFile("types", graph.Bytes)).Parameters[0].Values);
        }
    }

    internal static Graph Weights(Graph graph, int directions, int gates, int inputs, int hidden, string suffix) => graph
        .Floats("W" + suffix, Normals(1, directions * gates * hidden * inputs), directions, gates * hidden, inputs).Floats("R" + suffix, Normals(2, directions * gates * hidden * hidden), directions, gates * hidden, hidden)
        .Floats("B" + suffix, Normals(3, directions * 2 * gates * hidden), directions, 2 * gates * hidden);

    internal static float[] Normals(ulong seed, int count) => Layers.Make.Normal<float>(seed, count).ToArray();

    private static Tensor<float> Make(ulong seed, params int[] shape) => Layers.Make.Normal<float>(seed, shape);

    // x is [T, B, I]; a batch-major graph gets it turned.
    private static Module<float> Agrees(Graph graph, Tensor<float> x, bool batchFirst)
    {
        Module<float> model = Onnx.Read<float>(new OnnxFile("graph", graph.Bytes));
        double error = OnnxFiles.Error(model.Predict(x).ToArray(), Runtime.Run(graph.Bytes, batchFirst ? TimeFirst(x) : x)[0]);
        Assert.InRange(error, 0, 1e-6);
        return model;
    }

    private static GoldenTensor Read(JsonElement golden, string group, string name)
    {
        JsonElement tensor = golden.GetProperty(group).GetProperty(name);
        return new(tensor.Tensor("data").Values, [.. tensor.Tensor("shape").Values.Select(length => (int)length)]);
    }

    private static Tensor<float> TimeFirst(Tensor<float> tensor) => Tensor.PermuteDimensions(tensor, [1, 0, 2]).ToDenseTensor();
}
