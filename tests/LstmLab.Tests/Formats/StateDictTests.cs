using System.Text.Json;
using LstmLab.Formats;
using LstmLab.Tests.Golden;
using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>State dictionaries of PyTorch, with the names, shapes and numbers of its golden cases.</summary>
public sealed class StateDictTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Cases() => GoldenLayerTests.Cases();

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Cases))]
    public void A_state_dict_of_PyTorch_opens_gives_the_same_outputs_and_goes_back_byte_for_byte(string set, string id)
    {
        JsonElement golden = GoldenFile.Load($"{set}.json").GetProperty("cases").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);
        SecondSafetensors.Item[] items =
        [
            .. golden.GetProperty("weights").EnumerateObject().Select(weight => Item($"rnn.{weight.Name}", golden.GetProperty("weights").Tensor(weight.Name))),
            Item("head.weight", golden.Tensor("head_weight")), Item("head.bias", golden.Tensor("head_bias")),
        ];
        byte[] bytes = SecondSafetensors.Write(items);
        Module<double> model = Model.Load<double>(_folder.Write("torch.safetensors", bytes));
        Assert.Equal(golden.GetProperty("kind").GetString() == "GRU" ? typeof(Gru<double>) : typeof(Lstm<double>), model.Layers[0].GetType());

        Recurrent<double> layer = GoldenLayerTests.Layer<double>(golden, returnSequences: true);
        Dense<double> head = GoldenLayerTests.Head<double>(golden);
        GoldenLayerTests.Fill(layer.Parameters, golden.GetProperty("weights"));
        Recurrent<double> opened = (Recurrent<double>)model.Layers[0];
        var x = Make.Normal(5, 4, 3, golden.GetProperty("input_size").GetInt32());
        Assert.Equal(head.Forward(layer.Forward(x, default), default).ToArray(), model.Predict(x).ToArray());
        Assert.Equal(layer.Final.H.ToArray(), opened.Final.H.ToArray());

        Model<double> assigned = new(GoldenLayerTests.Layer<double>(golden, returnSequences: true), new Dense<double>(head.Parameters[0].Columns, head.Parameters[0].Rows));
        assigned.LoadWeights(_folder["torch.safetensors"]);
        Safetensors.Save(assigned, _folder["back.safetensors"], prefixes: ["rnn", "head"]);
        Dictionary<string, SecondSafetensors.Item> back = SecondSafetensors.Read(File.ReadAllBytes(_folder["back.safetensors"]));
        Assert.Equal(items.Length, back.Count);
        Assert.All(items, item => Assert.Equivalent(item, back[item.Name], strict: true));
    }

    [Fact]
    public void An_embedding_an_LSTM_and_a_head_are_told_by_names_and_sizes_in_any_order()
    {
        Model<float> model = new(seed: 4, new Embedding<float>(5, 3), new Lstm<float>(3, 4, layers: 2, bidirectional: true), new Dense<float>(8, 2));
        Safetensors.Save(model, _folder["m.safetensors"], prefixes: ["net.emb", "net.lstm", "net.fc"]);
        SecondSafetensors.Item[] sorted = [.. SecondSafetensors.Read(File.ReadAllBytes(_folder["m.safetensors"])).Values.OrderBy(item => item.Name, StringComparer.Ordinal)];
        Module<float> told = Model.Load<float>(_folder.Write("sorted.safetensors", SecondSafetensors.Write(sorted)));
        Assert.Equal(["Embedding", "Lstm", "Dense"], told.Layers.Select(Architecture.NameOf));
        var x = Tensors.Fill(n => (float)(n % 5), 6, 2, 1);
        Assert.Equal(model.Predict(x).ToArray(), told.Predict(x).ToArray());
    }

    [Fact]
    public void The_state_dict_of_a_layer_alone_has_no_prefix()
    {
        Model<double> gru = new(seed: 2, new Gru<double>(2, 3)), other = new(new Gru<double>(2, 3));
        Safetensors.Save(gru, _folder["gru.safetensors"], prefixes: [""]);
        Assert.Equal(["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"], SecondSafetensors.Read(File.ReadAllBytes(_folder["gru.safetensors"])).Keys);
        other.LoadWeights(_folder["gru.safetensors"]);
        Assert.Equal(Weights(gru), Weights(other));
        Assert.Equal(Weights(gru), Weights(Model.Load<double>(_folder["gru.safetensors"])));
    }

    [Theory]
    [InlineData(1, false, 0)]
    [InlineData(3, true, 0)]
    [InlineData(2, true, 2)]
    public void Two_biases_of_an_LSTM_merge_into_one_and_split_again_without_changing_a_bit_of_the_results(int layers, bool bidirectional, int projection)
    {
        Model<float> model = new(seed: 3, new Lstm<float>(2, 5, layers, bidirectional, projectionSize: projection));
        Safetensors.Save(model, _folder["merged.safetensors"], mergeBiases: true);
        Assert.DoesNotContain(SecondSafetensors.Read(File.ReadAllBytes(_folder["merged.safetensors"])).Keys, name => name.Contains("bias_hh", StringComparison.Ordinal));
        var x = Make.Normal<float>(1, 9, 4, 2);
        Assert.Equal(model.Predict(x).ToArray(), Model.Load<float>(_folder["merged.safetensors"]).Predict(x).ToArray());
    }

    [Fact]
    public void A_GRU_keeps_its_two_biases_because_its_candidate_needs_both()
    {
        Model<double> model = new(seed: 3, new Gru<double>(2, 3));
        Safetensors.Save(model, _folder["gru.safetensors"], mergeBiases: true);
        Assert.Equal(Weights(model), Weights(Model.Load<double>(_folder["gru.safetensors"])));
    }

    [Fact]
    public void Layers_of_equal_shapes_need_their_prefixes_and_get_them()
    {
        Model<double> model = new(seed: 1, new Dense<double>(2, 2), new Dense<double>(2, 2)), other = new(new Dense<double>(2, 2), new Dense<double>(2, 2));
        Safetensors.Save(model, _folder["d.safetensors"], prefixes: ["first", "second"]);
        Assert.Equal($"{_folder["d.safetensors"]}: tensors of layer 0, Dense: expected one group of that layer's names and shapes, but found 'first', 'second': pass the layers' prefixes in order.", Refused(() => other.LoadWeights(_folder["d.safetensors"])));
        Assert.Equal($"{_folder["d.safetensors"]}: its layers: expected one order in which the layers' sizes fit, but found several. Build the model in code and call its LoadWeights with this file.", Refused(() => Model.Load<double>(_folder["d.safetensors"])));
        other.LoadWeights(_folder["d.safetensors"], "second", "first");
        Assert.Equal(Weights(model), Weights(other).Skip(6).Concat(Weights(other).Take(6)));
    }

    [Fact]
    public void Another_models_weights_are_refused_and_nothing_changes()
    {
        Safetensors.Save(new Model<double>(new Lstm<double>(2, 3), new Dense<double>(3, 1)), _folder["m.safetensors"]);
        string file = _folder["m.safetensors"];
        foreach ((Model<double> model, string message) in new (Model<double>, string)[]
        {
            (new(new Lstm<double>(2, 4), new Dense<double>(4, 1)), "tensor '0.weight_ih_l0' of Lstm: expected [16, 2], but found [12, 2]."),
            (new(new Lstm<double>(2, 3, layers: 2), new Dense<double>(3, 1)), "tensor '0.weight_ih_l1' of Lstm: expected [12, 3], but found none; the file has '0.weight_ih_l0', '0.weight_hh_l0', '0.bias_ih_l0', '0.bias_hh_l0', '1.weight', '1.bias'. Pass partial: true to load what fits."),
            (new(new Lstm<double>(2, 3), new Dense<double>(3, 1, bias: false)), "its tensors: expected those of the model alone, but found also '1.bias'. Pass partial: true to load what fits."),
            (new(new Gru<double>(2, 3), new Dense<double>(3, 1)), "tensor '0.weight_ih_l0' of Gru: expected [9, 2], but found [12, 2]."),
        })
        {
            double[] before = [.. Weights(model)];
            Assert.Equal($"{file}: {message}", Refused(() => model.LoadWeights(file)));
            Assert.Equal(before, Weights(model));
        }

        Assert.StartsWith("prefixes must be 2 different texts, one for each layer with weights (Lstm, Dense), but are 'a'.", Assert.Throws<ArgumentException>(() => new Model<double>(new Lstm<double>(2, 3), new Dense<double>(3, 1)).LoadWeights(file, "a")).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<double> Weights(Module<double> model) => model.Parameters.SelectMany(parameter => parameter.Values);

    private static string Refused(Action act) => Assert.Throws<ModelFileException>(act).Message;

    private static SecondSafetensors.Item Item(string name, GoldenTensor tensor) => SecondSafetensors.Of(name, tensor.Shape, tensor.Values);
}
