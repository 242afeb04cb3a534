using System.Numerics.Tensors;
using LstmLab.Formats;
using Xunit;

namespace LstmLab.Tests.Formats;

public class StoredTrainingTests
{
    private static readonly Dataset<float> Samples = Recall();

    [Fact]
    public void The_file_gives_the_weights_and_the_history_of_the_training()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Root, "recall.safetensors");
        Model<float> trained = NewModel(), loaded = NewModel(), alone = NewModel();
        History first = StoredTraining.Run(path, trained, run => Train(trained, run), null);
        History again = StoredTraining.Run(path, loaded, run => Train(loaded, run), null);
        _ = alone.Train(Samples, new MeanSquaredError(), new Adam(0.01), epochs: 6, batchSize: 10, seed: 3, validation: Samples);

        Assert.Equal(Weights(alone), Weights(trained));
        Assert.Equal(Weights(trained), Weights(loaded));
        Assert.Equal(6, first.Epochs.Count);
        Assert.Equal(first.Loss, again.Loss);
        Assert.Equal(first.ValidationLoss, again.ValidationLoss);
        Assert.Equal(first.Metric("binary accuracy"), again.Metric("binary accuracy"));
        Assert.Equal((first.StopReason, first.BestEpoch), (again.StopReason, again.BestEpoch));
    }

    [Fact]
    public void An_interrupted_training_goes_on_to_the_same_file()
    {
        using TemporaryFolder folder = new();
        string whole = Path.Combine(folder.Root, "whole", "recall.safetensors");
        string parts = Path.Combine(folder.Root, "parts", "recall.safetensors");
        _ = Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(parts)!);
        Model<float> model = NewModel(), stopped = NewModel(), resumed = NewModel();
        _ = StoredTraining.Run(whole, model, run => Train(model, run), null);

        using CancellationTokenSource stop = new();
        _ = Assert.Throws<OperationCanceledException>(() => StoredTraining.Run(parts, stopped, run =>
        {
            // The proof is cancelled by its own token, the training by this test after three epochs.
            bool isProof = run.Cancellation.CanBeCanceled;
            History history = Train(stopped, isProof ? run : run with { Progress = new StopAfter(3, stop), Cancellation = stop.Token });
            if (!isProof) stop.Token.ThrowIfCancellationRequested();
            return history;
        }, null));
        Assert.False(File.Exists(parts));
        List<int> epochs = [];
        _ = StoredTraining.Run(parts, resumed, run => Train(resumed, run with { Progress = new Heard(epochs) }), null);

        Assert.Equal([4, 5, 6], epochs.TakeLast(3));
        Assert.DoesNotContain(1, epochs.Skip(2));
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(parts));
    }

    [Theory, InlineData("1", true), InlineData("recall", true), InlineData("other", false), InlineData(null, false)]
    public void It_trains_again_when_asked_for(string? asked, bool trains)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Root, "recall.safetensors");
        Model<float> first = NewModel(), second = NewModel();
        _ = StoredTraining.Run(path, first, run => Train(first, run), null);
        byte[] before = File.ReadAllBytes(path);
        Directory.Delete(Path.Combine(folder.Root, "recall.training"), recursive: true);
        int calls = 0;
        _ = StoredTraining.Run(path, second, run =>
        {
            calls++;
            return Train(second, run);
        }, asked);

        Assert.Equal(trains ? 2 : 1, calls);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_file_of_another_training_is_refused_with_the_remedy()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Root, "recall.safetensors");
        Model<float> first = NewModel(), other = NewModel();
        _ = StoredTraining.Run(path, first, run => Train(first, run), null);

        var error = Assert.Throws<InvalidDataException>(() => StoredTraining.Run(path, other, run => Train(other, run, rate: 0.02), null));
        Assert.Contains("is of another training", error.Message, StringComparison.Ordinal);
        Assert.Contains("LSTMLAB_TRAIN=recall", error.Message, StringComparison.Ordinal);
        _ = StoredTraining.Run(path, other, run => Train(other, run, rate: 0.02), "recall");
        Model<float> again = NewModel();
        _ = StoredTraining.Run(path, again, run => Train(again, run, rate: 0.02), null);
        Assert.Equal(Weights(other), Weights(again));
        _ = StoredTraining.Run(path, again, run => Train(again, run, rate: 0.02), null);
        Assert.Equal(Weights(other), Weights(again));
    }

    [Fact]
    public void A_file_that_was_not_stored_by_a_training_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Root, "recall.safetensors");
        Model<float> model = NewModel();
        Safetensors.Save(model, path);
        var error = Assert.Throws<ModelFileException>(() => StoredTraining.Run(path, model, run => Train(model, run), null));
        Assert.Contains("StoredTraining", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_that_ignores_what_it_is_given_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Root, "recall.safetensors");
        Model<float> model = NewModel();
        var nothing = Assert.Throws<ArgumentException>(
            () => StoredTraining.Run(path, model, run => Train(model, run with { Checkpoints = null! }), null));
        Assert.Contains("run.Checkpoints", nothing.Message, StringComparison.Ordinal);
        var endless = Assert.Throws<ArgumentException>(
            () => StoredTraining.Run(path, model, run => Train(model, run with { Cancellation = default }), null));
        Assert.Contains("run.Cancellation", endless.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    private static History Train(Model<float> model, StoredRun run, double rate = 0.01) => model.Train(
        Samples, new MeanSquaredError(), new Adam(rate), epochs: 6, batchSize: 10, seed: 3, validation: Samples,
        metrics: [new BinaryAccuracy()], checkpoints: run.Checkpoints, progress: run.Progress, cancellation: run.Cancellation);

    private static Model<float> NewModel() =>
        new(seed: 2, new Lstm<float>(1, 5, returnSequences: false), new Dropout<float>(0.1), new Dense<float>(5, 1));

    private static Dataset<float> Recall()
    {
        RandomStream numbers = new(seed: 1, "recall");
        Tensor<float> x = Tensors.Fill((t, n, i) => (float)numbers.NextUniform(0, 1), 6, 100, 1);
        return new(x, Tensors.Fill(n => x[0, n, 0] > 0.5f ? 1f : 0f, 100, 1));
    }

    private static float[][] Weights(Module<float> model) => [.. model.Parameters.Select(parameter => parameter.Values)];

    private sealed class StopAfter(int epochs, CancellationTokenSource stop) : IProgress<EpochReport>
    {
        public void Report(EpochReport value)
        {
            if (value.Epoch == epochs) stop.Cancel();
        }
    }

    private sealed class Heard(List<int> epochs) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => epochs.Add(value.Epoch);
    }
}
