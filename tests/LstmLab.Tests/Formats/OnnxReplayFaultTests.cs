using System.Numerics.Tensors;
using LstmLab.Formats;
using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>Graphs at the edge of what may be replayed: shapes that change from pass to pass, names in branches, hostile constants.</summary>
public sealed class OnnxReplayFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shapes_may_change_from_pass_to_pass()
    {
        Graph graph = new Graph().Input("x", OnnxArray.Float, "n", "m").Integers("one", 1).Floats("z", [-100], 1)
            .Node("ReduceMean: x one -> mean").Node("Sub: x mean -> c").Node("Greater: x z -> all").Node("Tanh: x -> t")
            .Node("Where: all c t -> w").Node("Mul: w x -> y").Output("y");
        OnnxModel<float> model = new(new OnnxFile("shapes", graph.Bytes));
        foreach (int[] shape in new int[][] { [2, 1], [2, 3], [3, 2], [6, 1], [2, 3] })
        {
            Tensor<float> x = Make.Normal<float>(9, shape);
            Tensor<float> y = model.Forward(x, Pass.Predict);
            Assert.Equal(shape, y.Lengths.ToArray().Select(length => (int)length));
            Assert.InRange(OnnxFiles.Error(y.ToArray(), Runtime.Run(graph.Bytes, x)[0]), 0, 1e-6);
        }
    }

    [Fact]
    public void A_graph_may_run_twice_in_one_pass()
    {
        Graph graph = new Graph().Input("x", OnnxArray.Float, 3, 3).Floats("w", [0.3f, -0.2f, 0.5f], 1, 3).Node("Transpose: x -> t")
            .Node("Tanh: t -> u").Node("Mul: u w -> v").Node("MatMul: v x -> y").Output("y");
        Twice model = new(new OnnxModel<double>(new OnnxFile("twice", graph.Bytes)));
        Dataset<double> data = new(Make.Normal<double>(1, 3, 3), Make.Normal<double>(2, 3, 3));
        Assert.True(GradientCheck.Run(model, data, new MeanSquaredError()).Passed);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_branch_may_read_a_product_before_its_bias_is_added(bool condition)
    {
        Graph branches = new Graph().Node("Tanh: p -> left").Node("Identity: s -> right");
        AttributeProto Branch(string name, int node, string output)
        {
            GraphProto branch = new() { Name = name };
            branch.Node.Add(branches.Model.Graph.Node[node]);
            branch.Output.Add(new ValueInfoProto { Name = output, Type = new() { TensorType = new() { ElemType = OnnxArray.Float } } });
            return new() { Name = name, Type = OnnxNode.GraphType, G = branch };
        }

        Graph graph = new Graph().Input("x", OnnxArray.Float, "n", 2).Floats("w", [1, 2, 3, 4], 2, 2).Floats("b", [5, 6], 2)
            .Floats("c", [condition ? 1 : 0]).Node("MatMul: x w -> p").Node("Add: p b -> s").Node("Cast: c -> is", ("to", OnnxArray.Bool))
            .Node("If: is -> y").Output("y");
        graph.Model.Graph.Node[^1].Attribute.Add(Branch("then_branch", 0, "left"));
        graph.Model.Graph.Node[^1].Attribute.Add(Branch("else_branch", 1, "right"));
        OnnxModel<float> model = new(new OnnxFile("if", graph.Bytes));
        Tensor<float> x = Make.Normal<float>(9, 3, 2);
        Assert.InRange(OnnxFiles.Error(model.Forward(x, Pass.Predict).ToArray(), Runtime.Run(graph.Bytes, x)[0]), 0, 1e-6);
    }

    [Fact]
    public void Branches_that_use_the_same_names_keep_their_own_weights()
    {
        GraphProto BranchOf(float weight)
        {
            Graph branch = OnnxImportTests.Weights(new Graph(), 1, 4, 3, 2, "").Floats("half", [weight]);
            branch.Model.Graph.Initializer.Single(tensor => tensor.Name == "W").Name = "W0";
            return branch.Node("Mul: W0 half -> W").Node("LSTM: x W R B -> Y", ("hidden_size", 2)).Output("Y").Model.Graph;
        }

        Graph graph = new Graph().Input("x", OnnxArray.Float, "T", "B", 3).Floats("c", [1]).Node("Cast: c -> is", ("to", OnnxArray.Bool))
            .Node("If: is -> y").Output("y");
        graph.Model.Graph.Node[1].Attribute.Add(new AttributeProto { Name = "then_branch", Type = OnnxNode.GraphType, G = BranchOf(1) });
        graph.Model.Graph.Node[1].Attribute.Add(new AttributeProto { Name = "else_branch", Type = OnnxNode.GraphType, G = BranchOf(2) });
        float[][] weights = [.. Onnx.Recurrent(_folder.Write("same.onnx", graph.Bytes)).Select(node => node.Open<float>().Parameters[0].Values)];
        Assert.Equal(2, weights.Length);
        Assert.Equal(weights[0].Select(value => 2 * value), weights[1]);
    }

    [Fact]
    public void A_product_of_the_wrong_width_is_refused()
    {
        Graph graph = new Graph().Input("x", OnnxArray.Float, "n", "m").Floats("w", [1, 2, 3, 4, 5, 6], 2, 3).Node("Tanh: x -> t")
            .Node("Gemm: t w -> y", ("transB", 1)).Output("y");
        OnnxModel<float> model = new(new OnnxFile("gemm", graph.Bytes));
        Assert.Contains("3", Assert.Throws<ShapeException>(() => model.Forward(Make.Normal<float>(1, 4, 2), Pass.Predict)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_that_is_written_again_keeps_what_is_no_weight()
    {
        // C is no bias of a row; w is also an input, as older files have it.
        Graph graph = new Graph().Input("x", OnnxArray.Float, 2, 2).Input("w", OnnxArray.Float, 2, 3).Floats("w", [1, 2, 3, 4, 5, 6], 2, 3)
            .Floats("c", [1, 2, 3, 4, 5, 6], 2, 3).Node("Gemm: x w c -> g", ("alpha", 0.5f), ("beta", 3f)).Node("Sum: g g -> y").Output("y");
        OnnxModel<float> model = new(new OnnxFile("gemm", graph.Bytes));
        Onnx.Save(model, _folder["again.onnx"]);
        Tensor<float> x = Make.Normal<float>(1, 2, 2);
        Assert.InRange(OnnxFiles.Error(Runtime.Run(File.ReadAllBytes(_folder["again.onnx"]), x)[0], Runtime.Run(graph.Bytes, x)[0]), 0, 1e-6);
    }

    [Fact]
    public void The_weights_of_a_second_file_count_as_part_of_the_file()
    {
        Graph graph = new Graph().Input("x", OnnxArray.Float, "n", 200).Node("MatMul: x w -> y").Output("y");
        TensorProto tensor = new() { Name = "w", DataType = OnnxArray.Float, DataLocation = 1, Dims = { 200, 200 } };
        tensor.ExternalData.Add(new EntryProto { Key = "location", Value = "w.bin" });
        graph.Model.Graph.Initializer.Add(tensor);
        File.WriteAllBytes(_folder["w.bin"], new byte[4 * 200 * 200]);
        Assert.IsType<Model<float>>(Onnx.Load<float>(_folder.Write("w.onnx", graph.Bytes)));
    }

    [Fact]
    public void Functions_have_defaults_and_are_not_written_out_without_end()
    {
        Graph body = new Graph().Node("LeakyRelu: a -> b");
        AttributeProto reference = new() { Name = "alpha", Type = OnnxNode.FloatType, RefAttrName = "slope" };
        body.Model.Graph.Node[0].Attribute.Add(reference);
        FunctionProto function = new() { Name = "Bent", Domain = "own", Input = { "a" }, Output = { "b" } };
        function.Node.Add(body.Model.Graph.Node);
        function.AttributeProto.Add(Graph.Attribute("slope", 0.5f));
        Graph graph = new Graph().Input("x", OnnxArray.Float, 2, 3).Node("Bent: x -> y").Output("y");
        graph.Model.Graph.Node[0].Domain = "own";
        graph.Model.Functions.Add(function);
        Tensor<float> y = new OnnxModel<float>(new OnnxFile("bent", graph.Bytes)).Forward(Tensors.Fill(_ => -1f, 2, 3), Pass.Predict);
        Assert.All(y.ToArray(), value => Assert.Equal(-0.5f, value));

        // Each call would copy a long list.
        TensorProto many = new() { DataType = OnnxArray.Float, Dims = { 100_000 } };
        many.FloatData.AddRange(new float[100_000]);
        FunctionProto large = new() { Name = "Large", Domain = "own", Output = { "b" } };
        large.Node.Add(new Graph().Node("Constant:  -> b", ("value", many)).Model.Graph.Node);
        graph.Model.Functions.Add(large);
        for (int n = 0; n < 1000; n++) graph.Model.Graph.Node.Add(new NodeProto { OpType = "Large", Domain = "own", Output = { $"l{n}" } });
        Assert.Contains("functions", Assert.Throws<ModelFileException>(() => new OnnxFile("large", graph.Bytes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Expand: c huge -> y")]
    [InlineData("Tile: c huge -> y")]
    [InlineData("Tile: c -> y")]
    [InlineData("Expand: c -> y")]
    [InlineData("Expand: c negative -> y")]
    [InlineData("ConstantOfShape: huge -> y")]
    [InlineData("ConstantOfShape: negative -> y")]
    [InlineData("ConstantOfShape:  -> y")]
    [InlineData("Expand: one huge -> y")]
    [InlineData("ConstantOfShape: empty -> y")]
    [InlineData("Pad: c huge -> y")]
    [InlineData("Pad: c pads -> y")]
    [InlineData("Pad: c negative none -> y")]
    [InlineData("Range: none none none -> y")]
    [InlineData("MatMul: column row -> y")]
    [InlineData("Gemm: column row -> y")]
    [InlineData("Split: c huge -> y z")]
    [InlineData("Split: c negative -> y z")]
    [InlineData("Where: none c c -> y")]
    [InlineData("ScatterND: c none c -> y")]
    [InlineData("GatherElements: c row -> y")]
    [InlineData("Cast: c -> y", "to", 8)]
    [InlineData("ArgMax: none -> y")]
    [InlineData("Flatten: c -> y", "axis", 9)]
    public void Constants_that_make_no_sense_are_refused_before_they_take_memory(string text, string? attribute = null, int value = 0)
    {
        Graph graph = new Graph().Input("x", OnnxArray.Float, 2).Floats("c", [1, 2], 1, 2).Integers("huge", int.MaxValue, int.MaxValue)
            .Integers("negative", -5, 7).Floats("none", [], 0).Floats("one", [1], 1)
            .Integers("pads", 0, int.MaxValue, int.MaxValue, 0).Integers("empty", int.MaxValue, 0).Floats("column", new float[9000], 9000, 1).Floats("row", new float[9000], 1, 9000);
        graph = attribute is null ? graph.Node(text) : graph.Node(text, (attribute, value));
        graph = graph.Node("Cast: y -> f", ("to", 1)).Node("Sum: x f x -> out").Output("out");
        Assert.Throws<ModelFileException>(() => Onnx.Load<float>(_folder.Write("bad.onnx", graph.Bytes)));
    }

    [Fact]
    public void A_state_may_come_before_the_sequences()
    {
        Graph graph = new Graph().Input("h", OnnxArray.Float, 1, "B", 2).Input("x", OnnxArray.Float, "T", "B", 3);
        graph = OnnxImportTests.Weights(graph, 1, 3, 3, 2, "").Node("GRU: x W R B - h -> Y Y_h", ("hidden_size", 2)).Node("Tanh: Y_h -> t")
            .Node("Add: t Y_h -> y").Output("y");
        OnnxModel<float> model = new(new OnnxFile("gru", graph.Bytes));
        Tensor<float> x = Make.Normal<float>(1, 4, 5, 3);
        float[] expected = model.Forward(x, Pass.Predict).ToArray();
        Assert.Equal(expected, model.Run(new Dictionary<string, Tensor<float>> { ["x"] = x })["y"].ToArray());
    }

    private sealed class Twice(OnnxModel<double> inner) : Module<double>
    {
        protected internal override IEnumerable<KeyValuePair<string, Module<double>>> Children => [new("inner", inner)];

        public override Value<double> Forward(params ReadOnlySpan<Value<double>> inputs) => inner.Forward(inner.Forward(inputs[0]));
    }
}
