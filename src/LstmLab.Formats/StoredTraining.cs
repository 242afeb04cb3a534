using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LstmLab.Formats;

/// <summary>
/// A training that takes minutes, whose weights are kept in a file: whoever runs the code again gets them from the file, after a proof
/// that this code makes them.
/// <code>
/// History history = StoredTraining.Run("weights/names.safetensors", model, run =&gt; model.Train(
///     samples, new SoftmaxCrossEntropy(), new Adam(2e-3), epochs: 20, seed: 1,
///     checkpoints: run.Checkpoints, progress: run.Progress, cancellation: run.Cancellation));
/// </code></summary>
/// <remarks>
/// The file holds the weights, the history without its times, and the SHA-256 of the weights after the first 20 steps. Each run takes
/// these 20 steps anew from the model's initial weights and compares. The training itself runs if the file is missing, or if the
/// environment variable <c>LSTMLAB_TRAIN</c> is 1 or the file's name without its extension. Its checkpoints and its progress are kept in a
/// folder beside the file, <c>names.training</c>, so that an interrupted training goes on where it was, to the same bits. Delete the folder
/// to begin anew.
/// </remarks>
public static class StoredTraining
{
    private const string Key = "lstmlab.stored-training";

    // Enough for the optimizer's memory, dropout and the order of the samples to show in the bits.
    private const int ProofSteps = 20;

    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Gives a model its trained weights: from the file, or by training.</summary>
    /// <param name="path">The .safetensors file with the weights.</param>
    /// <param name="model">The model, with its initial weights.</param>
    /// <param name="train">The training. It is called more than once, so it must make its optimizer itself, and hand over what
    /// <see cref="StoredRun"/> holds.</param>
    /// <returns>The history of the training. From a file, its times are zero.</returns>
    /// <exception cref="InvalidDataException">The file is of another training: another model, other data, other settings or other
    /// code.</exception>
    /// <exception cref="ModelFileException">The file is damaged, or not of a stored training.</exception>
    /// <exception cref="ArgumentException">train does not hand over the checkpoints and the cancellation.</exception>
    /// <exception cref="IOException">The file or the folder could not be read or written.</exception>
    public static History Run<T>(string path, Module<T> model, Func<StoredRun, History> train)
        where T : struct, IBinaryFloatingPointIeee754<T> =>
        Run(path, model, train, Environment.GetEnvironmentVariable("LSTMLAB_TRAIN"));

    /// <summary>The same, with the value of <c>LSTMLAB_TRAIN</c>.</summary>
    internal static History Run<T>(string path, Module<T> model, Func<StoredRun, History> train, string? asked)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        string name = Path.GetFileNameWithoutExtension(path);
        bool trains = !File.Exists(path) || asked == "1" || asked == name;
        // A cell that is run again finds the weights in the model already.
        if (!trains && Holds(model, path)) return Read(path).ToHistory();
        T[][] initial = [.. model.Parameters.Select(parameter => (T[])parameter.Values.Clone())];
        string proof;
        try
        {
            proof = Prove(model, train);
        }
        finally
        {
            for (int n = 0; n < initial.Length; n++) model.Parameters[n].Set(initial[n]);
        }

        if (!trains) return Load(path, model, proof);
        string folder = Path.Combine(Path.ChangeExtension(path, ".training"), proof[..16]);
        using TrainingLog log = new(folder);
        History history = train(new(new Checkpoints(folder), log, CancellationToken.None));
        Save(path, model, new(proof, history.StopReason, history.BestEpoch, [.. history.Epochs.Select(EpochNumbers.Of)]));
        return history;
    }

    // The weights after the first steps.
    private static string Prove<T>(Module<T> model, Func<StoredRun, History> train) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        using CancellationTokenSource stop = new();
        FirstSteps first = new(ProofSteps, stop);
        _ = train(new(first, new Quiet(), stop.Token));
        if (first.Taken == 0)
            throw new ArgumentException("The training must be given run.Checkpoints, but it took no step with them.", nameof(train));
        if (first.Taken > ProofSteps)
            throw new ArgumentException(
                $"The training must be given run.Cancellation, but went on to step {first.Taken} after it was cancelled.", nameof(train));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter<T> parameter in model.Parameters) hash.AppendData(MemoryMarshal.AsBytes<T>(parameter.Values));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static History Load<T>(string path, Module<T> model, string proof) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Log log = Read(path);
        if (log.Proof != proof)
            throw new InvalidDataException(
                $"'{path}' is of another training: after {ProofSteps} steps its weights had the SHA-256 {log.Proof[..16]}…, here "
                + $"{proof[..16]}…. The model, the data, the settings or the code have changed. To train anew, set the environment "
                + $"variable LSTMLAB_TRAIN={Path.GetFileNameWithoutExtension(path)} and run this again.");
        _ = model.LoadWeights(path, partial: false);
        return log.ToHistory();
    }

    private static Log Read(string path)
    {
        using SafetensorsFile file = new(path);
        string text = file.Metadata.GetValueOrDefault(Key)
            ?? throw new ModelFileException(path, $"its '{Key}'", "the text that StoredTraining writes", "none");
        return Parse(path, text);
    }

    // Whether the model has the file's weights.
    private static bool Holds<T>(Module<T> model, string path) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        using SafetensorsFile file = new(path);
        return WeightNames.Tensors(WeightNames.Owners(model), mergeBiases: false).All(weights =>
            file.Tensors.TryGetValue(weights.Name, out TensorEntry? entry) && entry.Type == Elements.Of<T>()
            && file.Values<T>(entry).AsSpan().SequenceEqual(weights.Values));
    }

    private static void Save<T>(string path, Module<T> model, Log log) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Dictionary<string, string> metadata = new() { ["format"] = "pt", [Key] = JsonSerializer.Serialize(log, Json) };
        NamedValues<T>[] tensors = [.. WeightNames.Tensors(WeightNames.Owners(model), mergeBiases: false)];
        AtomicFile.Write(path, stream => Safetensors.Write(stream, tensors, Elements.Of<T>(), metadata));
    }

    private static Log Parse(string path, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Log>(text, Json) is { Proof.Length: 64, Epochs: not null } log ? log
                : throw new JsonException("not all of it");
        }
        catch (JsonException error)
        {
            throw new ModelFileException(path, $"its '{Key}'", "the text that StoredTraining writes", error.Message, error);
        }
    }

    private sealed record Log(string Proof, StopReason StopReason, int BestEpoch, EpochNumbers[] Epochs)
    {
        public History ToHistory() => new([.. Epochs.Select(epoch => epoch.ToReport())], StopReason, BestEpoch);
    }

    // A report without its time: the same training writes the same file.
    private sealed record EpochNumbers(
        int Epoch, int Epochs, double Loss, double? ValidationLoss, double LearningRate, double GradientNorm,
        IReadOnlyDictionary<string, double>? Metrics)
    {
        public static EpochNumbers Of(EpochReport report) => new(
            report.Epoch, report.Epochs, report.Loss, report.ValidationLoss, report.LearningRate, report.GradientNorm, report.Metrics);

        public EpochReport ToReport() =>
            new(Epoch, Epochs, Loss, ValidationLoss, LearningRate, GradientNorm, TimeSpan.Zero) { Metrics = Metrics };
    }

    // Asked after each step whether a checkpoint is due, it counts the steps and ends the training.
    private sealed class FirstSteps(int steps, CancellationTokenSource stop) : Checkpointing
    {
        public int Taken { get; private set; }

        internal override bool IsDue
        {
            get
            {
                if (++Taken == steps) stop.Cancel();
                return false;
            }
        }

        internal override TrainingState<T>? Latest<T>(Module<T> model) => null;

        internal override void Save<T>(Module<T> model, TrainingState<T> state)
        {
        }
    }

    private sealed class Quiet : IProgress<EpochReport>
    {
        public void Report(EpochReport value)
        {
        }
    }

    // Each epoch in a line, on the console and in a file that can be watched.
    private sealed class TrainingLog : IProgress<EpochReport>, IDisposable
    {
        private readonly StreamWriter _file;

        public TrainingLog(string folder)
        {
            _ = Directory.CreateDirectory(folder);
            _file = new(Path.Combine(folder, "progress.txt"), append: true) { AutoFlush = true };
        }

        public void Report(EpochReport value)
        {
            Console.WriteLine(value);
            _file.WriteLine(value);
        }

        public void Dispose() => _file.Dispose();
    }
}

/// <summary>What a training that is stored hands over to <c>model.Train</c>.</summary>
/// <param name="Checkpoints">Where its state is kept.</param>
/// <param name="Progress">Shows each epoch.</param>
/// <param name="Cancellation">Ends it.</param>
public sealed record StoredRun(Checkpointing Checkpoints, IProgress<EpochReport> Progress, CancellationToken Cancellation);
