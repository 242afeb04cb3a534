using System.Numerics.Tensors;
using LstmLab.Formats;
using LstmLab.Tests.House;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>State dictionaries of the kinds that people have: nn.RNN, nn.LSTMCell, integers, activations that no file tells.</summary>
public sealed class StateDictKindTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Linear_layers_in_a_row_are_not_guessed_and_the_remedy_gives_PyTorchs_outputs()
    {
        string message = Refused("mlp_relu");
        Assert.Contains("'fc1' and 'fc2'", message, StringComparison.Ordinal);
        Assert.Contains("an activation is likely", message, StringComparison.Ordinal);
        Assert.Contains(
            "new Model<float>(new Lstm<float>(4, 8), new Dense<float>(8, 5), new Relu<float>(), new Dense<float>(5, 1)).LoadWeights(path)",
            message, StringComparison.Ordinal);
        Model<float> model = new(new Lstm<float>(4, 8), new Dense<float>(8, 5), new Relu<float>(), new Dense<float>(5, 1));
        LoadedWeights loaded = model.LoadWeights(PathOf("mlp_relu.safetensors"));
        Assert.Equal(8, loaded.Matched.Count);
        AssertOutputs(model, "mlp_relu");
    }

    [Fact]
    public void An_RNN_is_not_guessed_because_tanh_or_ReLU_is_not_in_the_file_and_the_remedy_gives_PyTorchs_outputs()
    {
        string message = Refused("rnn");
        Assert.Contains("'rnn'", message, StringComparison.Ordinal);
        Assert.Contains("tanh or ReLU", message, StringComparison.Ordinal);
        Assert.Contains(
            "new Model<float>(new CellLayer<float>(new ElmanCell<float>(4, 8)), new Dense<float>(8, 2)).LoadWeights(path)", message, StringComparison.Ordinal);
        Assert.Contains("Activation.Relu", message, StringComparison.Ordinal);
        Model<float> model = new(new CellLayer<float>(new ElmanCell<float>(4, 8)), new Dense<float>(8, 2));
        LoadedWeights loaded = model.LoadWeights(PathOf("rnn.safetensors"));
        Assert.Equal(["rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "out.weight", "out.bias"], loaded.Matched);
        Assert.Empty(loaded.Left);
        AssertOutputs(model, "rnn");
        Model<float> withRelu = new(new CellLayer<float>(new ElmanCell<float>(4, 8, Activation.Relu)), new Dense<float>(8, 2));
        withRelu.LoadWeights(PathOf("rnn.safetensors"), "rnn", "out");
    }

    [Fact]
    public void An_RNN_of_two_layers_is_led_to_ONNX()
    {
        string file = _folder.Write("rnn2.safetensors", SecondSafetensors.Write(
            from layer in (int[])[0, 1]
            from item in new[] { ("weight_ih", 4), ("weight_hh", 2) }
            select SecondSafetensors.Of($"rnn.{item.Item1}_l{layer}", [2, layer == 0 ? item.Item2 : 2], new float[layer == 0 ? 2 * item.Item2 : 4])));
        string message = Assert.Throws<ModelFileException>(() => Model.Load<float>(file)).Message;
        Assert.Contains("tanh or ReLU", message, StringComparison.Ordinal);
        Assert.Contains("ONNX", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_biases_are_summed_for_a_cell_with_one_but_not_for_a_GRU_which_needs_both()
    {
        new Model<double>(seed: 1, new Lstm<double>(2, 3)).Save(_folder["lstm.safetensors"]);
        Model<double> one = new(new CellLayer<double>(new StandardCell<double>(2, 3, biases: 1)));
        one.LoadWeights(_folder["lstm.safetensors"]);
        Tensor<double> x = Tensors.Fill(n => Math.Sin(n), 4, 2, 2);
        Assert.All(Model.Load<double>(_folder["lstm.safetensors"]).Predict(x).ToArray().Zip(one.Predict(x).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-15));
        new Model<double>(seed: 1, new Gru<double>(2, 3)).Save(_folder["gru.safetensors"]);
        Model<double> gru = new(new CellLayer<double>(new GruCell<double>(2, 3, biases: 1)));
        Assert.Contains("'0.bias_hh_l0'", Assert.Throws<ModelFileException>(() => gru.LoadWeights(_folder["gru.safetensors"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_LSTMCell_is_the_first_layer_of_a_stack()
    {
        Module<float> told = Model.Load<float>(PathOf("lstmcell_fc.safetensors"));
        Assert.Equal(["Lstm", "Dense"], told.Layers.Select(layer => layer.GetType().Name.Split((char)96)[0]));
        Model<float> code = new(new Lstm<float>(4, 8), new Dense<float>(8, 1));
        LoadedWeights loaded = code.LoadWeights(PathOf("lstmcell_fc.safetensors"), "cell", "fc");
        Assert.Equal(6, loaded.Matched.Count);
        using SafetensorsFile file = new(PathOf("lstmcell_fc.safetensors"));
        Assert.Equal(file.Read<float>("cell.weight_hh").ToArray(), told.Parameters[1].Values);
        Assert.Equal(told.Parameters.SelectMany(parameter => parameter.Values), code.Parameters.SelectMany(parameter => parameter.Values));
        Dictionary<string, Tensor<float>> memory = file.Names.ToDictionary(name => name.Replace("cell", "0", StringComparison.Ordinal).Replace("fc", "1", StringComparison.Ordinal), file.Read<float>);
        Model<float> other = new(new Lstm<float>(4, 8), new Dense<float>(8, 1));
        other.Load(memory);
        Assert.Equal(told.Parameters.SelectMany(parameter => parameter.Values), other.Parameters.SelectMany(parameter => parameter.Values));
    }

    [Fact]
    public void A_batch_normalization_is_refused_by_name_and_partial_loading_tells_what_matched()
    {
        string message = Refused("batchnorm");
        Assert.Contains("'bn'", message, StringComparison.Ordinal);
        Assert.Contains("batch normalization", message, StringComparison.Ordinal);
        Assert.Contains("partial: true", message, StringComparison.Ordinal);
        Model<float> model = new(new Lstm<float>(4, 8), new Dense<float>(8, 1));
        Assert.Contains("Pass partial: true", Assert.Throws<ModelFileException>(() => model.LoadWeights(PathOf("batchnorm.safetensors"))).Message, StringComparison.Ordinal);
        LoadedWeights loaded = model.LoadWeights(PathOf("batchnorm.safetensors"), partial: true);
        Assert.Equal(["lstm.weight_ih_l0", "lstm.weight_hh_l0", "lstm.bias_ih_l0", "lstm.bias_hh_l0", "fc.weight", "fc.bias"], loaded.Matched);
        Assert.Empty(loaded.Missing);
        Assert.Equal(["bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"], loaded.Left);
        Assert.Equal(["bn.num_batches_tracked"], loaded.Skipped);
        Assert.Contains("skipped    bn.num_batches_tracked", loaded.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_are_read_as_what_they_are()
    {
        using (SafetensorsFile file = new(PathOf("batchnorm.safetensors")))
        {
            Assert.Equal(ElementType.I64, file.TypeOf("bn.num_batches_tracked"));
            Assert.Single(file.Read<long>("bn.num_batches_tracked").ToArray());
        }

        (string Type, byte[] Bytes, double[] Values)[] kinds =
        [
            ("BOOL", [0, 1], [0, 1]), ("U8", [255, 1], [255, 1]), ("I8", [255, 1], [-1, 1]),
            ("U16", [255, 255, 1, 0], [65535, 1]), ("I16", [255, 255, 1, 0], [-1, 1]),
            ("U32", [255, 255, 255, 255, 1, 0, 0, 0], [4294967295, 1]), ("I32", [255, 255, 255, 255, 1, 0, 0, 0], [-1, 1]),
            ("U64", [.. BitConverter.GetBytes(1UL << 63), .. BitConverter.GetBytes(1UL)], [9.2233720368547758e18, 1]),
            ("I64", [.. BitConverter.GetBytes(-5L), .. BitConverter.GetBytes(1L)], [-5, 1]),
        ];
        foreach ((string type, byte[] bytes, double[] values) in kinds)
        {
            using SafetensorsFile file = new(_folder.Write($"{type}.safetensors", SecondSafetensors.Write(new SecondSafetensors.Item("n", type, [2], bytes))));
            Assert.Equal(values, file.Read<double>("n").ToArray());
            Assert.Equal(type, $"{file.TypeOf("n")}");
        }

        string unknown = _folder.Write("f8.safetensors", SecondSafetensors.Write(new SecondSafetensors.Item("n", "F8_E4M3", [2], [1, 2])));
        Assert.Contains("'F8_E4M3'", Assert.Throws<ModelFileException>(() => new SafetensorsFile(unknown)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Safetensors.Save(new Model<float>(new Dense<float>(1, 1)), _folder["i.safetensors"], ElementType.I8));
    }

    [Fact]
    public void Quantized_weights_are_never_taken_for_weights()
    {
        string file = _folder.Write("q.safetensors", SecondSafetensors.Write(
            new SecondSafetensors.Item("fc.weight", "I8", [1, 2], [3, 4]), SecondSafetensors.Of("fc.bias", [1], [0.5f])));
        Model<float> model = new(new Dense<float>(2, 1));
        foreach (Action load in (Action[])[() => model.LoadWeights(file, "fc"), () => model.LoadWeights(file, partial: true, "fc")])
        {
            string message = Assert.Throws<ModelFileException>(load).Message;
            Assert.Contains("'fc.weight'", message, StringComparison.Ordinal);
            Assert.Contains("quantized", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_gap_in_the_numbers_is_a_layer_without_weights()
    {
        Safetensors.Save(new Model<float>(seed: 1, new Lstm<float>(2, 3), new Dense<float>(3, 1)), _folder["gap.safetensors"], prefixes: ["0", "2"]);
        string message = Assert.Throws<ModelFileException>(() => Model.Load<float>(_folder["gap.safetensors"])).Message;
        Assert.Contains("'0' and '2'", message, StringComparison.Ordinal);
        Assert.Contains("number 1", message, StringComparison.Ordinal);
        Assert.Contains("LoadWeights", message, StringComparison.Ordinal);
        new Model<float>(new Lstm<float>(2, 3), new Tanh<float>(), new Dense<float>(3, 1)).LoadWeights(_folder["gap.safetensors"]);
    }

    [Fact]
    public void Partial_loading_finds_groups_by_shape_and_never_loads_nothing_in_silence()
    {
        Safetensors.Save(new Model<float>(seed: 1, new Lstm<float>(2, 3), new Dense<float>(3, 1)), _folder["m.safetensors"], prefixes: ["lstm", "head"]);
        Model<float> other = new(new Lstm<float>(2, 3), new Dense<float>(3, 2));
        LoadedWeights loaded = other.LoadWeights(_folder["m.safetensors"], partial: true);
        Assert.Equal(4, loaded.Matched.Count);
        Assert.Equal(["1.weight", "1.bias"], loaded.Missing);
        Assert.Equal(["head.weight", "head.bias"], loaded.Left);
        Model<float> foreign = new(new Gru<float>(5, 5));
        string message = Assert.Throws<ModelFileException>(() => foreign.LoadWeights(_folder["m.safetensors"], partial: true)).Message;
        Assert.Contains("none fits", message, StringComparison.Ordinal);
        Assert.Contains("'0.weight_ih_l0'", message, StringComparison.Ordinal);
        Assert.Contains("'lstm.weight_ih_l0'", message, StringComparison.Ordinal);
    }

    private static string Refused(string name) =>
        Assert.Throws<ModelFileException>(() => Model.Load<float>(PathOf($"{name}.safetensors"))).Message;

    private static void AssertOutputs(Model<float> model, string name)
    {
        float[] y = model.Predict(Tensors.Of(Numbers($"{name}.x"), 6, 3, 4)).ToArray(), expected = Numbers($"{name}.y");
        Assert.Equal(expected.Length, y.Length);
        Assert.All(y.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
    }

    private static float[] Numbers(string name) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(PathOf(name))).ToArray();

    private static string PathOf(string name) => Repository.PathOf("tests", "LstmLab.Tests", "Formats", "StateDicts", name);
}
