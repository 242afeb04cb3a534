using System.Numerics.Tensors;
using Google.Protobuf;
using LstmLab.Formats;
using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>Models written as code give our outputs in ONNX Runtime, at other sizes than those of the example they were recorded on.</summary>
public class OnnxModuleTests
{
    private static readonly int[] Lengths = [5, 1, 3];

    public static TheoryData<string, int> Graphs => [.. OnnxModules.All.Keys.SelectMany(name => new[] { 14, 22 }.Select(opset => (name, opset)))];

    [Theory, MemberData(nameof(Graphs))]
    public void Every_layer_gives_our_outputs(string name, int opset)
    {
        Module<float> model = OnnxModules.All[name]();
        model.Initialize(3);
        foreach (bool withLengths in new[] { false, true })
        {
            byte[] file = Bytes(model, opset, new Input<float>(Make.Normal<float>(1, 5, 1, 4), withLengths ? [4] : null));
            Input<float> x = new(Make.Normal<float>(2, 5, 3, 4), withLengths ? Lengths : null);
            Agree(model.Predict([x]), Runtime.Run(file, [x])["y"]);
        }
    }

    [Theory, InlineData(14), InlineData(22)]
    public void An_encoder_decoder_with_attention_has_two_inputs_and_its_weights_as_an_output(int opset)
    {
        Translator model = new();
        model.Initialize(5);
        byte[] file = Bytes(model, opset, Words(1, 3, 2, [3, 2]), Words(2, 2, 2, [2, 1]));
        Input<float> source = Words(3, 7, 4, [7, 1, 4, 6]), target = Words(4, 5, 4, [5, 5, 2, 1]);
        float[] ours = model.Predict([source, target]).ToArray();
        Dictionary<string, float[]> theirs = Runtime.Run(file, [source, target], "source", "target");
        Assert.Equal(["y", "state", "attention"], theirs.Keys);
        Agree(ours, theirs["y"]);

        Tape<float> tape = new Tape<float>().Begin(Pass.Predict);
        model.Forward(tape.Input(source.Data, source.Lengths), tape.Input(target.Data, target.Lengths));
        Agree(tape["attention"].Data.ToArray(), theirs["attention"]);
        Agree(tape["state"].Data.ToArray(), theirs["state"]);
    }

    [Fact]
    public void A_layer_that_is_called_twice_has_its_weights_once()
    {
        OnnxModules.Code model = new(
            (x, parts) => parts[1].Forward(parts[0].Forward(parts[0].Forward(x[0]))), new Lstm<float>(4, 4, bidirectional: false), new Dense<float>(4, 2));
        model.Initialize(1);
        ModelProto file = OnnxWriter<float>.Write(model, new(), [new(Make.Normal<float>(1, 2, 1, 4))]);
        Assert.Equal(2, file.Graph.Node.Count(node => node.OpType == "LSTM"));
        IEnumerable<string> weights = file.Graph.Initializer.Select(tensor => tensor.Name).Where(name => name.StartsWith("parts.0", StringComparison.Ordinal));
        Assert.Equal(["parts.0.W", "parts.0.R", "parts.0.B"], weights);
        Input<float> x = new(Make.Normal<float>(2, 5, 3, 4));
        Agree(model.Predict([x]), Runtime.Run(file.ToByteArray(), [x])["y"]);
    }

    [Fact]
    public void A_tied_table_is_written_once()
    {
        Embedding<float> table = new(5, 3);
        OnnxModules.Code model = new(
            (x, parts) => parts[2].Forward(parts[1].Forward(parts[0].Forward(x[0]))),
            table, new Gru<float>(3, 3, returnSequences: false), new Dense<float>(table, bias: false));
        model.Initialize(1);
        ModelProto file = OnnxWriter<float>.Write(model, new(), [Words(1, 2, 1, null)]);
        Assert.Equal(15, Assert.Single(file.Graph.Initializer, tensor => tensor.Name.StartsWith("parts.0", StringComparison.Ordinal)).RawData.Length / 4);
        Input<float> x = Words(2, 5, 3, null);
        Agree(model.Predict([x]), Runtime.Run(file.ToByteArray(), [x])["y"]);
    }

    [Fact]
    public void A_chain_with_activations_comes_back_to_the_bit()
    {
        Model<float> model = new(
            seed: 3, new Lstm<float>(4, 3), new Tanh<float>(), new Dense<float>(3, 4), new Relu<float>(), new Gru<float>(4, 3, returnSequences: false),
            new Sigmoid<float>(), new Dense<float>(3, 3), new Softmax<float>());
        Module<float> back = Onnx.Read<float>(new OnnxFile("back", OnnxFiles.Of(model)));
        Tensor<float> x = Make.Normal<float>(2, 5, 3, 4);
        Assert.Equal(model.Predict(x).ToArray(), back.Predict(x).ToArray());
    }

    [Fact]
    public void Saving_neither_reads_nor_changes_what_the_last_pass_left()
    {
        using TemporaryFolder folder = new();
        Lstm<float> layer = new(8, 128);
        Model<float> model = new(seed: 1, layer, new Dense<float>(128, 1));
        model.Predict(Make.Normal<float>(1, 100, 200, 8));
        float[] before = layer.Final.H.ToArray();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Onnx.Save(model, folder["m.onnx"]);
        Safetensors.Save(model, folder["m.safetensors"]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 10_000_000);
        Assert.Equal(before, layer.Final.H.ToArray());
    }

    [Fact]
    public void Saving_after_a_pass_that_failed_works()
    {
        using TemporaryFolder folder = new();
        Model<float> model = new(seed: 1, new CellLayer<float>(new PeepholeCell<float>(2, 3)), new Dense<float>(3, 1));
        Assert.ThrowsAny<ArgumentException>(() => model.Predict(Make.Normal<float>(1, 5, 2, 2), [5, 9]));
        Assert.ThrowsAny<ArgumentException>(() => model.Predict(Make.Normal<float>(1, 5, 2, 3)));
        model.Save(folder["m.onnx"]);
        model.Save(folder["m.safetensors"]);
        Input<float> x = new(Make.Normal<float>(2, 5, 3, 2));
        Agree(model.Predict([x]), Runtime.Run(File.ReadAllBytes(folder["m.onnx"]), [x])["y"]);
    }

    [Fact]
    public void What_cannot_be_written_is_one_error_with_the_place()
    {
        OnnxModules.Code code = new((x, parts) => parts[0].Forward(parts[1].Forward(x[0])), new Dense<float>(4, 1), new Foreign());
        Assert.Contains("examples:", Assert.Throws<ArgumentException>(() => OnnxWriter<float>.Write(code, new())).Message, StringComparison.Ordinal);
        Input<float> x = new(Make.Normal<float>(1, 2, 1, 4));
        string message = Assert.Throws<ArgumentException>(() => OnnxWriter<float>.Write(code, new(), [x])).Message;
        Assert.Contains("Foreign", message, StringComparison.Ordinal);
        Assert.Contains("'parts.1'", message, StringComparison.Ordinal);
        OnnxModules.Code twice = new((x, parts) => parts[0].Forward(parts[0].Forward(x[0]).Named("y")), new Dense<float>(4, 4));
        Assert.Contains("'y'", Assert.Throws<ArgumentException>(() => OnnxWriter<float>.Write(twice, new(), [x])).Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(Module<float> model, int opset, params Input<float>[] examples) =>
        OnnxWriter<float>.Write(model, new() { Opset = opset }, examples).ToByteArray();

    private static Input<float> Words(ulong seed, int steps, int batch, int[]? lengths)
    {
        RandomStream random = new(seed, "words");
        return new(Tensors.Fill(_ => (float)random.NextInt(5), steps, batch, 1), lengths);
    }

    private static void Agree(Tensor<float> ours, float[] theirs) => Agree(ours.ToArray(), theirs);

    private static void Agree(float[] ours, float[] theirs) => Assert.InRange(OnnxFiles.Error(ours, theirs), 0, 1e-6);

    private sealed class Foreign : Layer<float>
    {
        protected internal override void Forward(Call<float> call) => call.Input().Data.Flat().CopyTo(call.OutputLike(call.Input()).Flat());

        protected internal override void Backward(Call<float> call) => throw new NotSupportedException();
    }

    private sealed class Translator : Module<float>
    {
        private readonly Embedding<float> words = new(5, 4);
        private readonly Lstm<float> encoder = new(4, 6), decoder = new(4, 6);
        private readonly AdditiveAttention<float> attention = new(6, 6, 5);
        private readonly Concat<float> concat = new();
        private readonly Dense<float> answer = new(12, 5);

        public override Value<float> Forward(params ReadOnlySpan<Value<float>> inputs)
        {
            (Value<float> keys, Value<float> h, Value<float>? c) = encoder.ForwardWithStates(words.Forward(inputs[0].Named("source")), null);
            (Value<float> queries, Value<float> last, _) = decoder.ForwardWithStates(words.Forward(inputs[1].Named("target")), h, c);
            last.Named("state");
            (Value<float> contexts, Value<float> weights) = attention.Attend(queries, keys);
            weights.Named("attention");
            return answer.Forward(concat.Forward(queries, contexts));
        }
    }
}
