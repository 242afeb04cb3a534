using LstmLab.Formats;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>Files on disk, what they say of themselves, and what is refused.</summary>
public class OnnxFileTests
{
    [Fact]
    public void A_forecaster_takes_raw_values_and_tells_its_units()
    {
        using TemporaryFolder folder = new();
        Model<double> model = new(3, new Lstm<double>(2, 4, returnSequences: false), new Dense<double>(4, 1));
        Dictionary<string, string> metadata = new() { ["units"] = "°C", ["window"] = "30", ["training.sha256"] = "00ff" };
        Onnx.Save(model, folder["forecaster.onnx"], new() { Input = new([15, 3], [8, 2]), Output = new([15], [8]), Metadata = metadata });
        Assert.Equal(metadata.OrderBy(entry => entry.Key), Onnx.Metadata(folder["forecaster.onnx"]).OrderBy(entry => entry.Key));

        var raw = Tensors.Fill(n => n % 2 == 0 ? 10f + n : 2.5f, 5, 1, 2);
        double expected = (model.Predict(Tensors.Fill(n => ((double)raw.ToArray()[n] - (n % 2 == 0 ? 15 : 3)) / (n % 2 == 0 ? 8 : 2), 5, 1, 2)).ToArray()[0] * 8) + 15;
        Assert.Equal(expected, Runtime.Run(File.ReadAllBytes(folder["forecaster.onnx"]), raw)[0][0], 1e-5);
        Assert.Equal(expected, Model.Load<float>(folder["forecaster.onnx"]).Predict(raw).ToArray()[0], 1e-5);
    }

    [Fact]
    public void The_extension_says_how()
    {
        using TemporaryFolder folder = new();
        Model<float> model = new(1, new Gru<float>(2, 3), new Dense<float>(3, 1));
        model.Save(folder["model.onnx"]);
        Module<float> back = Model.Load<float>(folder["model.onnx"]);
        Assert.Equal(model.Parameters.SelectMany(parameter => parameter.Values), back.Parameters.SelectMany(parameter => parameter.Values));
        Assert.Equal([folder["model.onnx"]], Directory.GetFiles(folder.Root));
    }

    [Fact]
    public void What_ONNX_cannot_hold_is_refused_and_leaves_the_file_alone()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.onnx", [1, 2, 3]);
        Refused("ONNX has no operator for DocumentCell, '0' of the model.", new CellLayer<float>(new DocumentCell<float>(2, 3)));
        Refused("ONNX has no operator for OriginalCell, '0' of the model.", new CellLayer<float>(new OriginalCell<float>(2, 3)));
        Refused("ONNX's LSTM has no projection: '0' of the model cannot be written.", new Lstm<float>(2, 3, projectionSize: 2));
        Assert.Contains("does not tell the shape of its input", Message(new(new Dropout<float>(0.5)), new()), StringComparison.Ordinal);
        Refused("x must be [T, B, I] = [any, any, 3], but is [1, 3].", new Gru<float>(2, 3, returnSequences: false), new Lstm<float>(3, 3));
        Model<float> sound = new(new Dense<float>(2, 3));
        Assert.Equal("Opset must be 14 or 22, but is 15.", Message(sound, new() { Opset = 15 }));
        Assert.Equal("Lengths need a layer that reads them, such as a recurrent one, but the model has none.", Message(sound, new() { Lengths = true }));
        Assert.Equal("The scaling of the input has 1 features, but the input has 2.", Message(sound, new() { Input = new([1], [1]) }));
        Assert.Equal("offset and scale must hold one number a feature, but hold 1 and 2.", Message(sound, new() { Output = new([1], [1, 2]) }));
        sound.Parameters[0].Values[4] = float.NaN;
        Assert.Equal("'0.weight' holds NaN at 4, which is no finite float.", Message(sound, new()));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));

        void Refused(string message, params Layer<float>[] layers) => Assert.Equal(message, Message(new(layers), new()));

        string Message(Model<float> model, OnnxOptions options) => Assert.ThrowsAny<ArgumentException>(() => Onnx.Save(model, path, options)).Message;
    }

    [Fact]
    public void Damaged_and_hostile_files_are_refused_with_the_place()
    {
        Refused("graph: expected a graph, but found none.", graph => graph.Model.Graph = null);
        Refused("opset_import: expected one version of ONNX's operators from 1 to 25, but found 99.", graph => graph.Model.OpsetImport[0].Version = 99);
        Refused("metadata_props: expected keys that differ, but found 'a' twice.", graph => graph.Model.MetadataProps.AddRange([new() { Key = "a" }, new() { Key = "a" }]));
        Refused("initializer: expected names that differ, but found 'W' twice.", graph => graph.Floats("W", [1], 1));
        Refused("initializer 'h': expected external data in a file within the model's folder, but found '../../etc/passwd'.", graph => graph.Floats("h", [], 0).Model.Graph.Initializer[^1].ExternalData.Add(new EntryProto { Key = "location", Value = "../../etc/passwd" }));
        Refused("initializer 'h', dims: expected lengths from 0 on whose product is below 2³¹, but found [-1].", graph => graph.Floats("h", [], -1));
        Refused("initializer 'h', dims: expected lengths from 0 on whose product is below 2³¹, but found [4000000000, 4000000000].", graph => graph.Floats("h", [], 4_000_000_000, 4_000_000_000));
        Refused("initializer 'h', raw_data: expected 400 bytes, for [100], but found 4.", graph => graph.Floats("h", [1], 100));
        Refused("initializer 'h': expected 2000000000 numbers, for [2000000000], but found 0.", graph => graph.Floats("h", [], 2_000_000_000));
        Refused("its graph: expected operators that this library runs, but found type 77 in initializer 'h'; Onnx.Recurrent(path) opens its recurrent nodes alone.", graph => graph.Floats("h", [1], 1).Model.Graph.Initializer[^1].DataType = 77);
        Refused("its graph: expected operators that this library runs, but found a loop within the graph (export without scripted control flow, with a fixed number of steps): 'Loop' in 1 node; Onnx.Recurrent(path) opens its recurrent nodes alone.", graph => graph.Node("Loop: x -> z"));
        Refused("its graph: expected operators that this library runs, but found attribute 'foo': 'LSTM' in 1 node; Onnx.Recurrent(path) opens its recurrent nodes alone.", graph => graph.Model.Graph.Node[0].Attribute.Add(Graph.Attribute("foo", 1)));
        Refused("node 0, 'LSTM', its attributes: expected names that differ, but found 'hidden_size' twice.", graph => graph.Model.Graph.Node[0].Attribute.Add(Graph.Attribute("hidden_size", 4)));
        Refused("node 0, 'LSTM', hidden_size: expected 4, as R has it, but found 2000000000.", graph => graph.Model.Graph.Node[0].Attribute[0].I = 2_000_000_000);
        Refused("node 0, 'LSTM', attribute 'hidden_size': expected type 2, but found 1.", graph => graph.Model.Graph.Node[0].Attribute[0].Type = 1);
        Refused("node 0, 'LSTM', direction: expected forward, reverse or bidirectional, but found 'up'.", graph => graph.Model.Graph.Node[0].Attribute.Add(Graph.Attribute("direction", "up")));
        Refused("node 0, 'LSTM', clip: expected a limit above 0, but found NaN.", graph => graph.Model.Graph.Node[0].Attribute.Add(Graph.Attribute("clip", float.NaN)));
        Refused("node 0, 'LSTM', activations: expected 3 names, but found 1.", graph => graph.Model.Graph.Node[0].Attribute.Add(Graph.Attribute("activations", new[] { "Tanh" })));
        Refused("node 0, 'LSTM', W: expected [1, 16, 4], but found [1, 12, 4].", graph => graph.Model.Graph.Initializer[0].Dims.Clear(), graph => graph.Model.Graph.Initializer[0].Dims.AddRange([1, 12, 4]));
        Refused("node 0, 'LSTM', input 'z': expected an input, a constant, or a result of a node before, but found none of that name.", graph => graph.Model.Graph.Node[0].Input[0] = "z");
        Refused("node 0, 'Identity', input 'b': expected an input, a constant, or a result of a node before, but found none of that name.", graph => graph.Model.Graph.Node.Clear(), graph => graph.Node("Identity: b -> a").Node("Identity: a -> b"));
        Refused("node: expected names of values that differ, but found 'x' twice.", graph => graph.Node("Identity: x -> x"));
        Refused("output 'q': expected a value that the graph makes, but found none.", graph => graph.Model.Graph.Output[0].Name = "q");
        Refused("output 'x': expected what nodes make of an input, but found an input or a constant.", graph => graph.Model.Graph.Output[0].Name = "x");

        static void Refused(string message, Action<Graph> change, Action<Graph>? then = null)
        {
            Graph graph = OnnxImportTests.Weights(new Graph().Input("x", OnnxArray.Float, "T", "B", 3), 1, 4, 3, 4, "").Node("LSTM: x W R B -> Y", ("hidden_size", 4)).Output("Y");
            Assert.Single(Onnx.Read<float>(new OnnxFile("hostile.onnx", graph.Bytes)).Layers);
            change(graph);
            then?.Invoke(graph);
            Assert.Equal($"hostile.onnx: {message}", Assert.Throws<ModelFileException>(() => Onnx.Read<float>(new OnnxFile("hostile.onnx", graph.Bytes))).Message);
        }
    }

    [Fact]
    public void The_last_step_is_taken_below_any_number_of_layers()
    {
        Graph graph = OnnxImportTests.Weights(new Graph().Input("x", OnnxArray.Float, "T", "B", 3), 1, 4, 3, 4, "").Floats("one", [1], 1).Integer("last", -1).Integers("axis1", 1)
            .Node("LSTM: x W R B -> Y").Node("Squeeze: Y axis1 -> y0");
        for (int n = 0; n < 100; n++) graph.Node($"Div: y{n} one -> y{n + 1}");
        Module<float> model = Onnx.Read<float>(new OnnxFile("last", graph.Node("Gather: y100 last -> y", ("axis", 0)).Output("y").Bytes));
        Assert.Equal(101, model.Layers.Count);
        Assert.False(((Recurrent<float>)model.Layers[0]).ReturnSequences);
    }

    [Fact]
    public void A_file_that_grows_when_it_is_read_is_refused_in_little_memory()
    {
        // Doubled 40 times over; one matrix as ten thousand layers; a million empty nodes; a fill of 2⁹⁰ numbers; a constant looked at again and again.
        Graph doubled = new Graph().Floats("c0", [1, 2], 2).Input("x", OnnxArray.Float, "n", 2);
        for (int n = 0; n < 40; n++) doubled.Node($"Concat: c{n} c{n} -> c{n + 1}", ("axis", 0));
        Graph tied = new Graph().Floats("w", new float[100 * 100], 100, 100).Input("x0", OnnxArray.Float, "n", 100).Output("x9999");
        for (int n = 0; n < 10_000; n++) tied.Node($"MatMul: x{n} w -> x{n + 1}");
        byte[] empty = [0x3A, 0x80, 0x89, 0x7A, .. Enumerable.Repeat<byte[]>([0x0A, 0x00], 1_000_000).SelectMany(node => node)];
        Graph filled = new Graph().Integers("huge", 1 << 30, 1 << 30, 1 << 30).Input("x", OnnxArray.Float, "n", 2).Node("ConstantOfShape: huge -> z").Node("Add: x z -> y").Output("y");
        Graph scanned = new Graph().Floats("w", new float[100_000], 100_000).Input("x", OnnxArray.Float, "n", 2).Output("x");
        for (int n = 0; n < 10_000; n++) scanned.Node($"Cast: w -> v{n}", ("to", 1));
        foreach (byte[] bytes in new[] { doubled.Bytes, tied.Bytes, empty, filled.Bytes, scanned.Bytes })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<ModelFileException>(() => Onnx.Read<float>(new OnnxFile("bomb.onnx", bytes)));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000 + (50L * bytes.Length));
        }
    }
}
