using System.Numerics.Tensors;
using LstmLab.Formats;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>Weights of models written as code, by name.</summary>
public sealed class ModuleWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Models() => ["code", "nested", "shared", "tied", "alone"];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Models))]
    public void Every_module_keeps_its_weights_in_each_kind_of_file_and_in_memory(string kind)
    {
        Module<float> model = Make(kind, 1);
        float[] weights = Weights(model);
        foreach (string file in new[] { "m.safetensors", "m.checkpoint" })
        {
            model.Save(_folder[file]);
            Module<float> other = Make(kind, 2);
            Assert.NotEqual(weights, Weights(other));
            LoadedWeights loaded = other.LoadWeights(_folder[file]);
            Assert.Equal(weights, Weights(other));
            Assert.Equal(model.Parameters.Select(parameter => parameter.Name), loaded.Matched);
            Assert.Empty(loaded.Missing.Concat(loaded.Left).Concat(loaded.Skipped));
        }

        Module<float> copy = Make(kind, 3);
        copy.Load(model.StateDict());
        Assert.Equal(weights, Weights(copy));
    }

    [Theory, MemberData(nameof(Models))]
    public void A_training_of_any_module_goes_on_from_its_checkpoint(string kind)
    {
        Tensor<float> x = Tensors.Fill(n => (float)(n * 7 % 5), 4, 6, 1), y = Tensors.Fill(n => n * 3 % 7 / 7f, 6, 5);
        float[] Train(int epochs, Checkpoints? checkpoints)
        {
            Module<float> model = Make(kind, 1);
            model.Train(x, y, new MeanSquaredError(), new Adam(0.01), epochs, batchSize: 4, checkpoints: checkpoints);
            return Weights(model);
        }

        Train(2, new Checkpoints(_folder["c"]));
        Assert.Equal(Train(4, null), Train(4, new Checkpoints(_folder["c"])));
    }

    [Fact]
    public void A_shared_table_is_one_tensor_under_its_first_name()
    {
        Module<float> model = Make("tied", 1);
        Assert.Equal(["table.weight", "reader.weight_ih_l0", "reader.weight_hh_l0", "reader.bias_ih_l0", "reader.bias_hh_l0", "answer.bias"], model.StateDict().Keys);
        model.Save(_folder["tied.safetensors"]);
        using SafetensorsFile file = new(_folder["tied.safetensors"]);
        Assert.Equal(model.StateDict().Keys, file.Names);
    }

    [Fact]
    public void A_state_dictionary_holds_copies_in_shapes_of_PyTorch()
    {
        Model<float> model = new(seed: 1, new Dense<float>(2, 3));
        IReadOnlyDictionary<string, Tensor<float>> state = model.StateDict();
        Assert.Equal("[3, 2]", state["0.weight"].Shape());
        Assert.Equal("[3]", state["0.bias"].Shape());
        float before = state["0.weight"][0, 0];
        model.Parameters[0].Values[0] = 99;
        Assert.Equal(before, state["0.weight"][0, 0]);
        model.Load(state);
        Assert.Equal(before, model.Parameters[0].Values[0]);
    }

    [Fact]
    public void Partial_loading_tells_what_matched_what_is_missing_and_what_is_left_over()
    {
        new Model<float>(seed: 1, new Lstm<float>(2, 3), new Dense<float>(3, 4), new Dense<float>(4, 1)).Save(_folder["m.safetensors"]);
        Model<float> model = new(seed: 2, new Lstm<float>(2, 3), new Dense<float>(3, 4, bias: false), new Dense<float>(4, 1), new Dense<float>(1, 2));
        float[] kept = [.. model["3.weight"].Values];
        LoadedWeights loaded = model.LoadWeights(_folder["m.safetensors"], partial: true);
        Assert.Equal(["0.weight_ih_l0", "0.weight_hh_l0", "0.bias_ih_l0", "0.bias_hh_l0", "1.weight", "2.weight", "2.bias"], loaded.Matched);
        Assert.Equal(["3.weight", "3.bias"], loaded.Missing);
        Assert.Equal(["1.bias"], loaded.Left);
        Assert.Equal(kept, model["3.weight"].Values);
        Assert.Contains("left over  1.bias", loaded.ToString(), StringComparison.Ordinal);
        Assert.Equal(10, loaded.ToString().Split('\n').Length);
        Assert.Throws<ModelFileException>(() => model.LoadWeights(_folder["m.safetensors"], partial: false));
    }

    [Fact]
    public void A_transposed_matrix_is_refused_with_that_hint_and_nothing_changes()
    {
        new Model<float>(seed: 1, new Dense<float>(3, 2)).Save(_folder["m.safetensors"]);
        Model<float> model = new(seed: 2, new Dense<float>(2, 3));
        float[] before = Weights(model);
        ModelFileException error = Assert.Throws<ModelFileException>(() => model.LoadWeights(_folder["m.safetensors"], partial: true));
        Assert.Contains("'0.weight' of Dense: expected [3, 2], but found [2, 3], the transpose", error.Message, StringComparison.Ordinal);
        Dictionary<string, Tensor<float>> turned = new() { ["0.weight"] = Tensors.Zeros<float>(2, 3), ["0.bias"] = Tensors.Zeros<float>(3) };
        Assert.Contains("the transpose", Assert.Throws<ShapeException>(() => model.Load(turned)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Weights(model));
    }

    [Theory, MemberData(nameof(Models))]
    public void Load_of_a_model_that_is_code_names_the_remedy_and_the_remedy_works(string kind)
    {
        Module<float> model = Make(kind, 1);
        foreach (string file in new[] { "m.safetensors", "m.checkpoint" })
        {
            model.Save(_folder[file]);
            ModelFileException error = Assert.Throws<ModelFileException>(() => Model.Load<float>(_folder[file]));
            Assert.Contains("LoadWeights", error.Message, StringComparison.Ordinal);
            Assert.Contains(model.GetType().Name.Split('`')[0], error.Message, StringComparison.Ordinal);
            Make(kind, 2).LoadWeights(_folder[file]);
        }
    }

    [Fact]
    public void A_chain_of_the_newer_layers_comes_back_to_the_bit()
    {
        Model<float> model = new(
            seed: 3, new Conv1d<float>(2, 4, 3, stride: 2, padding: Padding.Causal), new Gelu<float>(), new LayerNorm<float>(4, 1e-3), new Relu<float>(),
            new Gru<float>(4, 3), new Tanh<float>(), new Sigmoid<float>(), new MeanOverTime<float>(), new Dense<float>(3, 2), new LogSoftmax<float>());
        Tensor<float> x = Tensors.Fill(n => (n * 7 % 11) - 5f, 7, 3, 2);
        foreach (string file in new[] { "m.safetensors", "m.checkpoint" })
        {
            model.Save(_folder[file]);
            Assert.Equal(model.Predict(x, [7, 3, 1]).ToArray(), Model.Load<float>(_folder[file]).Predict(x, [7, 3, 1]).ToArray());
        }
    }

    private static float[] Weights(Module<float> model) => [.. model.Parameters.SelectMany(parameter => parameter.Values)];

    private static Module<float> Make(string kind, ulong seed)
    {
        Module<float> model = kind switch
        {
            "code" => new Encoder(),
            "nested" => new Model<float>(new Model<float>(new Lstm<float>(1, 3), new Dense<float>(3, 3)), new Encoder(3)),
            "shared" => Shared(),
            "tied" => new Tied(),
            _ => new Lstm<float>(1, 5, returnSequences: false),
        };
        model.Initialize(seed);
        return model;
    }

    private static Model<float> Shared()
    {
        Dense<float> twice = new(5, 5);
        return new(new Gru<float>(1, 5, returnSequences: false), twice, new Relu<float>(), twice);
    }

    private sealed class Encoder(int inputSize = 1) : Module<float>
    {
        private readonly Lstm<float> reader = new(inputSize, 4, returnSequences: false);
        private readonly Dense<float>[] answers = [new(4, 4), new(4, 5)];

        public override Value<float> Forward(params ReadOnlySpan<Value<float>> inputs) => answers[1].Forward(answers[0].Forward(reader.Forward(inputs[0])));
    }

    private sealed class Tied : Module<float>
    {
        private readonly Embedding<float> table;
        private readonly Lstm<float> reader = new(3, 3, returnSequences: false);
        private readonly Dense<float> answer;

        public Tied()
        {
            table = new(5, 3);
            answer = new(table);
        }

        public override Value<float> Forward(params ReadOnlySpan<Value<float>> inputs) => answer.Forward(reader.Forward(table.Forward(inputs[0])));
    }
}
