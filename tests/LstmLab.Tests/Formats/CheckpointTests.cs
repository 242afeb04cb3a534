using LstmLab.Formats;
using LstmLab.Tests.Layers;
using LstmLab.Tests.Training;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>A training that is stopped, killed or starved of disk goes on to the very same bits.</summary>
public sealed class CheckpointTests : IDisposable
{
    private static readonly Lazy<string> Uninterrupted = new(() => KeptTraining.Run(null));
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void From_any_step_on_it_ends_with_the_bits_of_a_training_never_stopped()
    {
        Assert.Equal(Uninterrupted.Value, KeptTraining.Run(new Checkpoints(_folder["all"], keep: 1000, every: TimeSpan.Zero)));
        Assert.Equal(KeptTraining.Steps, Directory.GetFiles(_folder["all"]).Length);
        for (int step = 1; step <= KeptTraining.Steps; step += 14)
        {
            string name = $"step-{step:D9}.checkpoint";
            Directory.CreateDirectory(_folder[$"{step}"]);
            File.Copy(Path.Combine(_folder["all"], name), Path.Combine(_folder[$"{step}"], name));
            Assert.Equal(Uninterrupted.Value, KeptTraining.Run(new Checkpoints(_folder[$"{step}"])));
        }
    }

    [Fact]
    public async Task Killed_at_random_moments_it_ends_with_the_same_bits()
    {
        ulong seed = KeptTraining.NewSeed();
        TestContext.Current.TestOutputHelper?.WriteLine($"To repeat this: dotnet run --project tests/LstmLab.Tests -- kill 10 {seed}");
        KillReport report = await KeptTraining.Kill(10, seed, TestContext.Current.CancellationToken);
        Assert.Equal(10, report.Kills);
        Assert.True(report.TrainingsEnded > 0);
        TestContext.Current.SendDiagnosticMessage($"{report}");
    }

    [Fact]
    public void Cancelled_it_saves_once_more_and_goes_on_and_a_finished_one_has_nothing_left_to_do()
    {
        for (int stop = 3; stop < KeptTraining.Epochs; stop += 11)
        {
            using CancellationTokenSource source = new();
            Assert.StartsWith($"Cancelled {stop} ", KeptTraining.Run(new Checkpoints(_folder["c"]), cancellation: source.Token, progress: new At(stop, source.Cancel)), StringComparison.Ordinal);
            Assert.Equal($"step-{stop * 6:D9}.checkpoint", Path.GetFileName(new Checkpoints(_folder["c"]).Files[0]));
        }

        Assert.Equal(Uninterrupted.Value, KeptTraining.Run(new Checkpoints(_folder["c"])));
        string[] files = Directory.GetFiles(_folder["c"]);
        Assert.Equal(3, files.Length);
        Assert.Equal(Uninterrupted.Value, KeptTraining.Run(new Checkpoints(_folder["c"]), progress: new At(KeptTraining.Epochs, () => Assert.Fail("An epoch was run again."))));
        Assert.Equal(files.Order(), Directory.GetFiles(_folder["c"]).Order());
    }

    [Fact]
    public void More_epochs_can_be_asked_for_later()
    {
        KeptTraining.Run(new Checkpoints(_folder["m"]), epochs: 13);
        Assert.Equal(Uninterrupted.Value, KeptTraining.Run(new Checkpoints(_folder["m"])));
    }

    [Fact]
    public void Early_stopping_is_remembered_with_its_best_weights()
    {
        Dataset<double> samples = RunningMean.Dataset<double>(count: 4), held = RunningMean.Dataset<double>(count: 30, seed: 9);
        (double[] Weights, History History) Run(int epochs, Checkpoints? checkpoints)
        {
            Model<double> model = RunningMean.Model<double>();
            History history = model.Train(samples.X, samples.Y, new MeanSquaredError(), new Adam(0.05), epochs, validation: held, earlyStopping: new(Patience: 5), checkpoints: checkpoints);
            return ([.. model.Parameters.SelectMany(p => p.Values)], history);
        }

        (double[] weights, History whole) = Run(500, null);
        Run(whole.BestEpoch + 2, new Checkpoints(_folder["e"]));
        for (int again = 0; again < 2; again++)
        {
            (double[] resumed, History history) = Run(500, new Checkpoints(_folder["e"]));
            Assert.Equal((StopReason.StoppedEarly, whole.BestEpoch), (history.StopReason, history.BestEpoch));
            Assert.Equal(whole.ValidationLoss, history.ValidationLoss);
            Assert.Equal(weights, resumed);
        }
    }

    [Theory]
    [InlineData("SGD")]
    [InlineData("SGD with momentum")]
    [InlineData("AMSGrad")]
    [InlineData("AdamW")]
    [InlineData("RMSprop")]
    public void Every_optimizer_keeps_its_memory(string name)
    {
        Optimizer New() => name switch
        {
            "SGD" => new Sgd(0.1),
            "SGD with momentum" => new Sgd(0.05, momentum: 0.9, dampening: 0.2),
            "AMSGrad" => new Adam(0.01, amsgrad: true),
            "AdamW" => new AdamW(0.01),
            _ => new RmsProp(0.001, momentum: 0.5, centered: true),
        };
        Dataset<double> samples = RunningMean.Dataset<double>();
        double[] Run(int epochs, Checkpoints? checkpoints)
        {
            Model<double> model = new(seed: 1, new Gru<double>(1, 4), new Dense<double>(4, 1));
            model.Train(samples.X, samples.Y, new MeanSquaredError(), New(), epochs, batchSize: 16, checkpoints: checkpoints);
            return [.. model.Parameters.SelectMany(p => p.Values)];
        }

        Run(3, new Checkpoints(_folder["o"]));
        Assert.Equal(Run(6, null), Run(6, new Checkpoints(_folder["o"])));
    }

    [Theory]
    [InlineData("cut", "its SHA-256: expected ")]
    [InlineData("flipped", "its SHA-256: expected ")]
    [InlineData("empty", "its length: expected at least 48 bytes, but found 0.")]
    [InlineData("other", "bytes 0 to 7: expected the letters LstmLab1, but found 514B030414000000.")]
    [InlineData("zip", "its first bytes: expected those of a model, but found a zip archive.")]
    [InlineData("newer", "bytes 8 to 15, the format's version: expected 1, but found 2.")]
    public void A_damaged_latest_file_is_one_clear_error_and_the_one_before_it_is_used_when_asked(string damage, string message)
    {
        KeptTraining.Run(new Checkpoints(_folder["d"], every: TimeSpan.Zero), epochs: 9);
        string[] files = [.. new Checkpoints(_folder["d"]).Files];
        byte[] bytes = File.ReadAllBytes(files[0]);
        if (damage == "flipped") bytes[bytes.Length / 2] ^= 4;
        if (damage == "newer") bytes[8] = 2;
        byte[] damaged = damage switch { "cut" => bytes[..^100], "empty" => [], "other" => [0x51, 0x4B, 3, 4, 0x14, 0, 0, 0, .. bytes[8..]], "zip" => [0x50, 0x4B, 3, 4, 0x14, 0, 0, 0, .. bytes[8..]], _ => bytes };
        File.WriteAllBytes(files[0], damaged);
        IOException error = Assert.Throws<IOException>(() => KeptTraining.Run(new Checkpoints(_folder["d"])));
        Assert.StartsWith($"{files[0]}: {message}", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(". Delete it, or pass skipDamaged: true, and the training goes on from the file before it.", error.Message, StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllBytes(files[0]));
        Assert.Equal(Uninterrupted.Value, KeptTraining.Run(new Checkpoints(_folder["d"], keep: 1, skipDamaged: true)));
        Assert.EndsWith("step-000000240.checkpoint", Assert.Single(new Checkpoints(_folder["d"]).Files), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_one_clear_error_and_the_checkpoint_before_it_is_intact()
    {
        KeptTraining.Run(new Checkpoints(_folder["f"]), epochs: 5);
        string[] before = [.. new Checkpoints(_folder["f"]).Files];
        // The next file is written to a device that is always full.
        string next = Path.Combine(_folder["f"], "step-000000054.checkpoint");
        File.CreateSymbolicLink(next + ".tmp", "/dev/full");
        Assert.Equal($"'{next}' could not be written, and what stood there is as it was: No space left on device : '{next}.tmp'", Assert.Throws<IOException>(() => KeptTraining.Run(new Checkpoints(_folder["f"]), epochs: 9)).Message);
        Assert.Equal(before, Directory.GetFiles(_folder["f"]));
        Assert.Equal(Uninterrupted.Value, KeptTraining.Run(new Checkpoints(_folder["f"])));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_known_before_the_first_step()
    {
        // Not even root may make a folder there.
        Assert.StartsWith("Checkpoints cannot be kept in '/proc/lstmlab': ", Assert.Throws<IOException>(() => KeptTraining.Run(new Checkpoints("/proc/lstmlab"), progress: new At(1, () => Assert.Fail("An epoch was run.")))).Message, StringComparison.Ordinal);
        Assert.StartsWith("'/proc/m.checkpoint' could not be written, and what stood there is as it was: ", Assert.Throws<IOException>(() => RunningMean.Model<float>().Save("/proc/m.checkpoint")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_trainings_checkpoint_is_refused_by_the_setting_that_differs()
    {
        Dataset<float> samples = RunningMean.Dataset<float>();
        void Train(Model<float>? model = null, Dataset<float>? other = null, int batchSize = 8, double rate = 0.01) =>
            (model ?? RunningMean.Model<float>()).Train((other ?? samples).X, (other ?? samples).Y, new MeanSquaredError(), new Adam(rate), epochs: 2, batchSize: batchSize, checkpoints: new Checkpoints(_folder["s"]));

        Train();
        string file = _folder[Path.Combine("s", "step-000000010.checkpoint")];
        string Refused(Action act) => Assert.Throws<ArgumentException>(act).Message;
        Assert.Equal($"{file} is of another training: its batchSize is 8, here 16. Use another folder, or the same settings.", Refused(() => Train(batchSize: 16)));
        Assert.Equal($"{file} is of another training: its learningRate is 0.01, here 0.02. Use another folder, or the same settings.", Refused(() => Train(rate: 0.02)));
        Assert.Equal($"{file} is of another training: its samples is {samples.Sha256()}, here {RunningMean.Dataset<float>(seed: 5).Sha256()}. Use another folder, or the same settings.", Refused(() => Train(other: RunningMean.Dataset<float>(seed: 5))));
        Assert.StartsWith($"{file} is of another model: its layers are ", Refused(() => Train(new(new Gru<float>(1, 8), new Dense<float>(8, 1)))), StringComparison.Ordinal);
        Assert.Equal($"{file}: tensor 'model/0.weight_ih_l0' of Lstm: expected [24, 1], but found [32, 1]. It is of another model: use another folder, or the same sizes.", Refused(() => Train(new(new Lstm<float>(1, 6), new Dense<float>(6, 1)))));
    }

    [Fact]
    public void Every_number_of_the_loss_optimizer_clipping_and_schedule_must_be_that_of_the_stopped_training()
    {
        Dataset<float> samples = RunningMean.Dataset<float>();
        void Train(double delta = 1, double beta1 = 0.9, double decay = 0.01, double norm = 1, int length = 20, bool frozen = false)
        {
            Model<float> model = RunningMean.Model<float>();
            model.Parameters[0].Frozen = frozen;
            model.Train(
                samples, new HuberLoss(delta), new AdamW(0.01, beta1, weightDecay: decay), epochs: 2, batchSize: 8, clipping: new ClipByNorm(norm),
                schedule: new CosineDecay(length), checkpoints: new Checkpoints(_folder["n"]));
        }

        Train();
        Train();
        (string Setting, Action Act)[] others =
        [
            ("loss", () => Train(delta: 2)), ("optimizer", () => Train(beta1: 0.8)), ("optimizer", () => Train(decay: 0.1)),
            ("clipping", () => Train(norm: 100)), ("schedule", () => Train(length: 100)), ("frozen", () => Train(frozen: true)),
        ];
        foreach ((string setting, Action act) in others)
            Assert.Contains($"its {setting} is ", Assert.Throws<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_of_another_shape_with_the_same_numbers_are_other_data()
    {
        float[] numbers = [.. Enumerable.Range(0, 24).Select(n => n / 24f)];
        Dataset<float> Samples(int steps, int count) => new(Tensors.Of(numbers, steps, count, 24 / steps / count), Tensors.Zeros<float>(count, 1));
        Assert.NotEqual(Samples(2, 4).Sha256(), Samples(3, 4).Sha256());
    }

    [Fact]
    public void What_a_killed_save_left_is_removed_by_the_next_training()
    {
        Directory.CreateDirectory(_folder["k"]);
        string left = Path.Combine(_folder["k"], "step-000000007.checkpoint.tmp");
        File.WriteAllBytes(left, [1, 2, 3]);
        KeptTraining.Run(new Checkpoints(_folder["k"]), epochs: 1);
        Assert.False(File.Exists(left));
    }

    [Fact]
    public void A_checkpoint_opens_as_a_model_and_a_model_is_saved_as_one()
    {
        Model<float> model = RunningMean.Model<float>(dropout: 0.2);
        var x = Make.Normal<float>(3, 7, 2, 1);
        model.Save(_folder["m.checkpoint"]);
        Assert.Equal(model.Predict(x).ToArray(), Model.Load<float>(_folder["m.checkpoint"]).Predict(x).ToArray());
        Dataset<float> samples = RunningMean.Dataset<float>();
        model.Train(samples.X, samples.Y, new MeanSquaredError(), new Adam(), epochs: 2, checkpoints: new Checkpoints(_folder["t"]));
        Assert.Equal(model.Predict(x).ToArray(), Model.Load<float>(new Checkpoints(_folder["t"]).Files[0]).Predict(x).ToArray());
    }

    private sealed class At(int epoch, Action action) : IProgress<EpochReport>
    {
        public void Report(EpochReport value)
        {
            if (value.Epoch == epoch) action();
        }
    }
}
