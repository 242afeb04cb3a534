using System.Numerics.Tensors;
using LstmLab.Formats;
using LstmLab.Sequences;
using LstmLab.Tests.Formats;
using Xunit;

namespace LstmLab.Tests.Sequences;

public sealed class LanguageModelTests : IDisposable
{
    private const int Symbols = 6;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Batches_read_on_where_the_batch_before_ended()
    {
        int[] text = [.. Enumerable.Range(0, 23)];
        TextStreams streams = new(text, streams: 2, window: 3);
        Assert.Equal(3, streams.StepsPerEpoch);
        Assert.Equal([0, 11, 1, 12, 2, 13], streams.Batch<double>(0).X.ToArray());
        Assert.Equal([1, 12, 2, 13, 3, 14], streams.Batch<double>(0).Y.ToArray());
        Assert.Equal([3, 14, 4, 15, 5, 16], streams.Batch<double>(1).X.ToArray());
        Assert.Equal(streams.Batch<double>(1).X.ToArray(), streams.Batch<double>(4).X.ToArray());
        Assert.Throws<ArgumentException>(() => new TextStreams(text, 8, 3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void Read_in_pieces_a_text_has_the_bits_of_one_long_pass(int window)
    {
        LanguageModel<double> model = Model();
        int[] text = Text(61);
        double[] whole = model.LogProbabilities(text, window: 1000);
        Assert.Equal(whole, model.LogProbabilities(text, window));

        // Oracle: the softmax of the scores of one pass over the text.
        Tensor<double> scores = model.Forward(Tensors.Fill(t => (double)text[t], 60, 1, 1), Pass.Predict);
        for (int t = 0; t < 60; t++)
        {
            double sum = Enumerable.Range(0, Symbols).Sum(k => Math.Exp(scores[t, 0, k]));
            Assert.Equal(scores[t, 0, text[t + 1]] - Math.Log(sum), whole[t], 1e-13);
        }
    }

    [Fact]
    public void Step_by_step_it_gives_the_probabilities_of_one_long_pass()
    {
        LanguageModel<double> model = Model();
        ModuleSteps<double> steps = new(model, "h", "c");
        int[] text = Text(20);
        double[] whole = model.LogProbabilities(text);
        IReadOnlyList<Input<double>> states = model.States();
        for (int t = 0; t + 1 < text.Length; t++)
        {
            (double[,] logs, states) = steps.Step(states, [text[t]]);
            Assert.Equal(whole[t], logs[0, text[t + 1]], 1e-13);
        }
    }

    [Fact]
    public void It_learns_what_lies_further_back_than_a_window_because_states_are_carried()
    {
        // 0, 1 or 2, then three 3s, then the first symbol again: no window of three symbols holds both.
        RandomStream random = new(1, "copy");
        List<int> text = [];
        for (int n = 0; n < 400; n++)
        {
            int symbol = random.NextInt(3);
            text.AddRange([symbol, 3, 3, 3, symbol, 4]);
        }

        TextStreams streams = new(text, streams: 4, window: 3);
        LanguageModel<float> model = new(5, 8, 32, seed: 1);
        model.Train(streams.Batch<float>, streams.StepsPerEpoch, new SoftmaxCrossEntropy(), new Adam(0.01), epochs: 20, clipping: new ClipByNorm(1));
        double[] logs = model.LogProbabilities(text);
        double copied = Enumerable.Range(300, 50).Average(n => logs[(n * 6) + 3]);
        Assert.True(copied > Math.Log(0.9), $"the copied symbol has probability {Math.Exp(copied)}, by chance 1/3");
    }

    [Fact]
    public void Stopped_within_an_epoch_its_training_goes_on_to_the_same_bits()
    {
        float[] expected = Run(null, default);
        using CancellationTokenSource stop = new();
        int steps = 0;
        Run(new Checkpoints(_folder["t"]), stop.Token, () =>
        {
            if (++steps == 13) stop.Cancel();
        });
        Assert.Equal("step-000000013.checkpoint", Path.GetFileName(new Checkpoints(_folder["t"]).Files[0]));
        Assert.Equal(expected, Run(new Checkpoints(_folder["t"]), default));

        float[] Run(Checkpoints? checkpoints, CancellationToken cancellation, Action? atStep = null)
        {
            TextStreams streams = new(Text(400), streams: 4, window: 10);
            Assert.Equal(9, streams.StepsPerEpoch);
            LanguageModel<float> model = new(Symbols, 4, 8, layers: 2, dropout: 0.2, seed: 1);
            Dataset<float> Batch(int step)
            {
                atStep?.Invoke();
                return streams.Batch<float>(step);
            }

            model.Train(Batch, streams.StepsPerEpoch, new SoftmaxCrossEntropy(), new Adam(0.01), epochs: 3, seed: 2, checkpoints: checkpoints, cancellation: cancellation);
            return [.. model.Parameters.SelectMany(parameter => parameter.Values)];
        }
    }

    private static LanguageModel<double> Model() => new(Symbols, 4, 9, layers: 2, dropout: 0.3, seed: 3);

    private static int[] Text(int length)
    {
        RandomStream random = new(7, "text");
        return [.. Enumerable.Range(0, length).Select(_ => random.NextInt(Symbols))];
    }
}
