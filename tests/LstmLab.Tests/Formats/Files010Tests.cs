using System.Security.Cryptography;
using LstmLab.Formats;
using LstmLab.Tests.House;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>Files that version 0.1.0 wrote; Files010/README.md says how.</summary>
public sealed class Files010Tests : IDisposable
{
    // What 0.1.0 computed at the end of the training.
    private const string Fingerprint = "55126C4EE58F9233E9856F40073B279359B468DE5EA4BAAE65DDB252828131C3";
    private static readonly int[] AnswerBits = [1051510387, 1051555914, 1050274445, 1049687160];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("model.safetensors"), InlineData("model.onnx")]
    public void A_model_loads_and_answers_with_the_same_bits(string file)
    {
        Module<float> model = Model.Load<float>(PathOf(file));
        Assert.Equal(AnswerBits, model.Predict(Data(12).X).ToArray().Take(4).Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void A_training_goes_on_from_its_checkpoint_and_ends_with_the_bits_of_one_never_stopped()
    {
        string file = "step-000000010.checkpoint";
        File.Copy(PathOf(file), _folder[file]);
        Model<float> resumed = NewModel(), whole = NewModel();
        List<int> epochs = [];
        History history = Train(resumed, new Checkpoints(_folder.Root, keep: 100), new Told(epochs));
        Assert.Equal([4, 5, 6], epochs);
        Assert.Equal(Fingerprint, Hash(resumed, history));
        Assert.Equal(Fingerprint, Hash(whole, Train(whole, null)));
        Assert.Equal(resumed.Predict(Data(12).X).ToArray(), Model.Load<float>(new Checkpoints(_folder.Root).Files[0]).Predict(Data(12).X).ToArray());
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_still_refused_by_its_setting()
    {
        string file = "step-000000010.checkpoint";
        File.Copy(PathOf(file), _folder[file]);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Train(NewModel(), new Checkpoints(_folder.Root), batchSize: 4));
        Assert.Contains("its batchSize is 5, here 4", error.Message, StringComparison.Ordinal);
    }

    private static string PathOf(string file) => Repository.PathOf("tests", "LstmLab.Tests", "Formats", "Files010", file);

    private static Model<float> NewModel() => new(
        seed: 4, new Lstm<float>(2, 3, layers: 2, bidirectional: true, dropout: 0.1), new Dropout<float>(0.2),
        new CellLayer<float>(new GruCell<float>(6, 3), false), new Dense<float>(3, 1));

    private static Dataset<float> Data(int count) =>
        new(Tensors.Fill(n => ((n * 7) % 11) - 5f, 5, count, 2), Tensors.Fill(n => ((n * 5) % 7) - 3f, count, 1));

    private static History Train(Model<float> model, Checkpointing? checkpoints, IProgress<EpochReport>? progress = null, int batchSize = 5) => model.Train(
        Data(12), new MeanSquaredError(), new Adam(0.02), 6, batchSize, seed: 3, validation: Data(4), earlyStopping: new(Patience: 6),
        clipping: new ClipByNorm(1), schedule: new WarmUp(2, new CosineDecay(6)), checkpoints: checkpoints, progress: progress);

    private static string Hash(Model<float> model, History history)
    {
        using MemoryStream bits = new();
        foreach (float value in model.Parameters.SelectMany(parameter => parameter.Values)) bits.Write(BitConverter.GetBytes(value));
        foreach (EpochReport epoch in history.Epochs)
        {
            foreach (double value in new[] { epoch.Loss, epoch.ValidationLoss ?? 0, epoch.LearningRate, epoch.GradientNorm })
                bits.Write(BitConverter.GetBytes(value));
        }

        return Convert.ToHexString(SHA256.HashData(bits.ToArray()));
    }

    private sealed class Told(List<int> epochs) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => epochs.Add(value.Epoch);
    }
}
