using System.Numerics.Tensors;
using Google.Protobuf;
using LstmLab.Formats;
using LstmLab.Tests.House;
using LstmLab.Tests.Layers;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>Graphs that are no chain of layers, replayed node by node.</summary>
public sealed class OnnxReplayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Operators => [.. OnnxGraphs.All.Keys];

    public static TheoryData<string, bool> Modules => [.. OnnxModules.All.Keys.SelectMany(name => new[] { false, true }.Select(lengths => (name, lengths)))];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Operators))]
    public void Every_operator_gives_the_outputs_of_ONNX_Runtime(string name)
    {
        (Graph graph, int[] shape) = OnnxGraphs.All[name]();
        OnnxModel<float> model = new(new OnnxFile(name, graph.Bytes));
        Tensor<float> x = Make.Normal<float>(9, shape);
        IReadOnlyDictionary<string, Tensor<float>> found = model.Run(new Dictionary<string, Tensor<float>> { ["x"] = x });
        using InferenceSession session = new(graph.Bytes);
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(x.ToArray(), [.. shape.Select(length => (long)length)]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, new Dictionary<string, OrtValue> { ["x"] = value }, session.OutputNames);
        foreach ((string output, OrtValue theirs) in session.OutputNames.Zip(outputs))
        {
            Assert.Equal(theirs.GetTensorTypeAndShape().Shape, found[output].Lengths.ToArray().Select(length => (long)length));
            Assert.InRange(OnnxFiles.Error(found[output].ToArray(), theirs.GetTensorDataAsSpan<float>().ToArray()), 0, 2e-6);
        }
    }

    [Theory, MemberData(nameof(Operators))]
    public void Every_operator_has_its_gradient(string name)
    {
        (Graph graph, int[] shape) = OnnxGraphs.All[name]();
        OnnxModel<double> model = new(new OnnxFile(name, graph.Bytes));
        Tensor<double> x = Make.Normal<double>(9, shape);
        Tensor<double> y = model.Forward(x, Pass.PredictWithGradient);
        Tensor<double> target = Make.Normal<double>(4, [.. y.Lengths.ToArray().Select(length => (int)length)]);
        GradientReport report = GradientCheck.Run(model, new Dataset<double>(x, target), new MeanSquaredError());
        Assert.True(report.Passed, $"{name}: {report}");
    }

    [Theory, MemberData(nameof(Modules))]
    public void A_module_of_ours_comes_back_from_its_graph(string name, bool withLengths)
    {
        Module<float> model = OnnxModules.All[name]();
        model.Initialize(3);
        using MemoryStream stream = new();
        byte[] file = OnnxWriter<float>.Write(model, new(), [new(Make.Normal<float>(1, 5, 1, 4), withLengths ? [4] : null)]).ToByteArray();
        OnnxModel<float> back = new(new OnnxFile(name, file));
        Input<float> x = new(Make.Normal<float>(2, 5, 3, 4), withLengths ? [5, 1, 3] : null);
        float[] expected = model.Predict([x]).ToArray();
        Assert.InRange(OnnxFiles.Error(back.Predict([x]).ToArray(), expected), 0, 1e-6);

        Onnx.Save(back, _folder["again.onnx"]);
        OnnxModel<float> again = new(new OnnxFile(_folder["again.onnx"]));
        Assert.Equal(back.Predict([x]).ToArray(), again.Predict([x]).ToArray());
        Assert.InRange(OnnxFiles.Error(Runtime.Run(File.ReadAllBytes(_folder["again.onnx"]), [x]).First().Value, expected), 0, 1e-6);
    }

    [Theory, InlineData("last_out", 3, 1), InlineData("relu_head", 3, 1), InlineData("squeeze_out", 3, 1), InlineData("stateful", 3, 6, 1)]
    public void What_PyTorch_exports_gives_its_outputs(string name, params int[] shape)
    {
        Module<float> model = Onnx.Load<float>(PathOf($"{name}.onnx"));
        Tensor<float> x = Tensors.FromBatchFirst(Read($"{name}.x", 3, 6, 4)), y = Read($"{name}.y", shape);
        float[] found = (shape.Length == 3 ? Tensors.ToBatchFirst(model.Predict(x)) : model.Predict(x)).ToArray();
        Assert.InRange(OnnxFiles.Error(found, y.ToArray()), 0, 1e-6);
        Assert.Equal(2, model.Layers.OfType<Lstm<float>>().Count());
    }

    [Theory, InlineData("one_bi_last_out"), InlineData("one_flatten"), InlineData("one_meanpool"), InlineData("one_softmax"), InlineData("if"), InlineData("function"), InlineData("external")]
    public void What_others_export_gives_the_outputs_of_ONNX_Runtime(string name)
    {
        OnnxModel<float> model = new(new OnnxFile(PathOf($"{name}.onnx")));
        using InferenceSession session = new(PathOf($"{name}.onnx"));
        (string input, NodeMetadata port) = session.InputMetadata.First();
        int[] shape = [.. port.Dimensions.Index().Select(axis => axis.Item > 0 ? axis.Item : axis.Index == 0 ? 3 : 6)];
        Tensor<float> x = Make.Normal<float>(1, shape);
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(x.ToArray(), [.. shape.Select(length => (long)length)]);
        Dictionary<string, OrtValue> values = new() { [input] = value };
        Dictionary<string, Tensor<float>> ours = new() { [input] = x };
        foreach (string other in session.InputMetadata.Keys.Skip(1))
        {
            ours[other] = Tensors.Fill(_ => 1f, 1);
            bool[] truth = [true];
            values[other] = OrtValue.CreateTensorValueFromMemory(truth, [.. session.InputMetadata[other].Dimensions.Select(length => (long)length)]);
        }

        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, values, session.OutputNames);
        IReadOnlyDictionary<string, Tensor<float>> found = model.Run(ours);
        foreach ((string output, OrtValue theirs) in session.OutputNames.Zip(outputs))
            Assert.InRange(OnnxFiles.Error(found[output].ToArray(), theirs.GetTensorDataAsSpan<float>().ToArray()), 0, 1e-6);
    }

    [Fact]
    public void States_that_go_in_and_out_carry_a_sequence_from_chunk_to_chunk()
    {
        OnnxModel<float> model = (OnnxModel<float>)Onnx.Load<float>(PathOf("stateful.onnx"));
        Assert.Equal(["x", "h0", "c0"], model.Inputs.Select(port => port.Name));
        Assert.Equal([false, true, true], model.Inputs.Select(port => port.IsOptional));
        Tensor<float> x = Read("stateful.x", 3, 6, 4);
        float[] whole = model.Run(new Dictionary<string, Tensor<float>> { ["x"] = x })["y"].ToArray();
        Dictionary<string, Tensor<float>> inputs = [];
        float[] steps = new float[whole.Length];
        for (int t = 0; t < 6; t++)
        {
            inputs["x"] = Tensors.Fill(n => x.ToArray()[(n / 4 * 24) + (t * 4) + (n % 4)], 3, 1, 4);
            IReadOnlyDictionary<string, Tensor<float>> outputs = model.Run(inputs);
            for (int b = 0; b < 3; b++) steps[(b * 6) + t] = outputs["y"].ToArray()[b];
            (inputs["h0"], inputs["c0"]) = (outputs["hn"], outputs["cn"]);
        }

        Assert.InRange(OnnxFiles.Error(steps, whole), 0, 1e-6);

        // The other outputs have their names on the tape.
        Tape<float> tape = new Tape<float>().Begin(Pass.Predict);
        model.Forward(tape.Input(Tensors.FromBatchFirst(x)));
        Assert.InRange(OnnxFiles.Error(tape["cn"].Data.ToArray(), inputs["c0"].ToArray()), 0, 1e-6);
    }

    [Fact]
    public void A_replayed_graph_trains_and_goes_back_with_its_new_weights()
    {
        OnnxModel<double> exact = new(new OnnxFile(PathOf("last_out.onnx")));
        Dataset<double> few = new(Make.Normal<double>(1, 4, 2, 4), Make.Normal<double>(2, 2, 1));
        Assert.True(GradientCheck.Run(exact, few, new MeanSquaredError()).Passed);

        OnnxModel<float> model = (OnnxModel<float>)Onnx.Load<float>(PathOf("last_out.onnx"));
        Dataset<float> data = new(Make.Normal<float>(1, 4, 20, 4), Make.Normal<float>(2, 20, 1));
        History history = model.Train(data, new MeanSquaredError(), new Adam(0.01), 30, batchSize: 5);
        Assert.True(history.Epochs[^1].Loss < 0.8 * history.Epochs[0].Loss);
        Onnx.Save(model, _folder["trained.onnx"], new() { Metadata = new Dictionary<string, string> { ["note"] = "trained" } });
        Assert.Equal("trained", Onnx.Metadata(_folder["trained.onnx"])["note"]);
        Assert.Equal(model.Predict(data.X).ToArray(), Onnx.Load<float>(_folder["trained.onnx"]).Predict(data.X).ToArray());
        Safetensors.Save(model, _folder["trained.safetensors"]);
        Module<float> other = Onnx.Load<float>(PathOf("last_out.onnx"));
        other.LoadWeights(_folder["trained.safetensors"]);
        Assert.Equal(model.Predict(data.X).ToArray(), other.Predict(data.X).ToArray());
        Assert.Contains("Input", Assert.Throws<ArgumentException>(() => Onnx.Save(model, _folder["x.onnx"], new() { Input = new([0], [1]) })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recurrent_nodes_of_a_file_that_does_not_open_are_listed_and_open_alone()
    {
        Graph graph = OnnxImportTests.Weights(new Graph().Input("x", OnnxArray.Float, "T", "B", 3), 2, 4, 3, 5, "")
            .Node("LSTM: x W R B -> Y Yh", ("hidden_size", 5), ("direction", "bidirectional"), ("clip", 2f)).Node("Loop: Y -> y").Output("Yh");
        string path = _folder.Write("loop.onnx", graph.Bytes);
        Assert.Throws<ModelFileException>(() => Onnx.Load<float>(path));
        OnnxRecurrentNode node = Assert.Single(Onnx.Recurrent(path));
        Assert.Equal(("LSTM", 3, 5, 2, "graph"), (node.Operator, node.InputSize, node.HiddenSize, node.Directions, node.Place));
        Assert.Equal("2", node.Attributes["clip"]);
        Assert.Equal(["Sigmoid", "Tanh", "Tanh", "Sigmoid", "Tanh", "Tanh"], node.Activations);
        Recurrent<float> layer = node.Open<float>();
        Tensor<float> x = Make.Normal<float>(3, 4, 2, 3);
        graph.Model.Graph.Node.RemoveAt(1);
        layer.Forward(x, Pass.Predict);
        Assert.InRange(OnnxFiles.Error(layer.Final.H.ToArray(), Runtime.Run(graph.Bytes, x)[0]), 0, 1e-6);

        IReadOnlyList<OnnxRecurrentNode> branches = Onnx.Recurrent(PathOf("if.onnx"));
        Assert.Equal(["graph, else_branch of If", "graph, then_branch of If"], branches.Select(one => one.Place[..24]).Order());
        Assert.Single(Onnx.Recurrent(PathOf("function.onnx")));
        Assert.Empty(Onnx.Recurrent(PathOf("quantized.onnx")));
    }

    [Fact]
    public void A_refusal_lists_all_at_once_with_the_remedies()
    {
        Graph graph = new Graph().Input("x", OnnxArray.Float, "n", 3).Node("Loop: x -> a").Node("DynamicQuantizeLinear: a -> b").Node("NonMaxSuppression: b -> y").Node("Relu: y -> z", ("odd", 1)).Output("z");
        string message = Assert.Throws<ModelFileException>(() => Onnx.Load<float>(_folder.Write("all.onnx", graph.Bytes))).Message;
        foreach (string part in new[] { "a loop", "'Loop'", "quantized", "export the float model", "'NonMaxSuppression'", "'odd'" }) Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.Contains("quantized", Assert.Throws<ModelFileException>(() => Onnx.Load<float>(PathOf("quantized.onnx"))).Message, StringComparison.Ordinal);
        Assert.Contains("W: expected weights in the file: make them initializers", Assert.Throws<ModelFileException>(() => Onnx.Load<float>(PathOf("weights_inputs.onnx"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_in_a_second_file_are_read_from_the_folder_of_the_first_and_from_nowhere_else()
    {
        File.Copy(PathOf("external.onnx"), _folder["external.onnx"]);
        Assert.Contains("beside the model", Assert.Throws<ModelFileException>(() => Onnx.Load<float>(_folder["external.onnx"])).Message, StringComparison.Ordinal);
        File.WriteAllBytes(_folder["external.onnx.data"], [1, 2, 3]);
        Assert.Contains("3 bytes", Assert.Throws<ModelFileException>(() => Onnx.Load<float>(_folder["external.onnx"])).Message, StringComparison.Ordinal);
        File.Copy(PathOf("external.onnx.data"), _folder["external.onnx.data"], overwrite: true);
        Tensor<float> x = Make.Normal<float>(1, 5, 2, 3);
        Assert.Equal(Onnx.Load<float>(PathOf("external.onnx")).Predict(x).ToArray(), Onnx.Load<float>(_folder["external.onnx"]).Predict(x).ToArray());
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(_folder["external.onnx"]));
        foreach (string outside in new[] { "../external.onnx.data", "/etc/hostname", "" })
        {
            model.Graph.Initializer.First(tensor => tensor.ExternalData.Count > 0).ExternalData.First(entry => entry.Key == "location").Value = outside;
            Assert.Contains("within the model's folder", Assert.Throws<ModelFileException>(() => Onnx.Load<float>(_folder.Write("outside.onnx", model.ToByteArray()))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_input_that_does_not_fit_is_refused_with_the_node_or_the_inputs()
    {
        OnnxModel<float> model = (OnnxModel<float>)Onnx.Load<float>(PathOf("one_flatten.onnx"));
        Assert.Contains("Gemm", Assert.Throws<ShapeException>(() => model.Predict(Make.Normal<float>(1, 9, 2, 4))).Message, StringComparison.Ordinal);
        Assert.Contains("x [", Assert.Throws<ShapeException>(() => model.Predict(Make.Normal<float>(1, 9, 4))).Message.Replace("'", "", StringComparison.Ordinal).Replace("must be ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Tensor<float> x = Make.Normal<float>(1, 6, 2, 4);
        Assert.Contains("with 2 inputs", Assert.Throws<ArgumentException>(() => model.Predict([new(x), new(x)])).Message, StringComparison.Ordinal);
        Assert.Contains("'y'", Assert.Throws<ArgumentException>(() => model.Run(new Dictionary<string, Tensor<float>> { ["y"] = x })).Message, StringComparison.Ordinal);
    }

    private static string PathOf(string file) => Repository.PathOf("tests", "LstmLab.Tests", "Formats", "TorchExport", file);

    private static Tensor<float> Read(string file, params int[] shape)
    {
        byte[] bytes = File.ReadAllBytes(PathOf(file));
        return Tensors.Of([.. bytes.Chunk(4).Select(number => BitConverter.ToSingle(number))], shape);
    }
}
