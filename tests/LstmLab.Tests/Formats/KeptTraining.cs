using System.Diagnostics;
using System.Security.Cryptography;
using LstmLab.Formats;
using LstmLab.Tests.Training;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>A training of which every part has a state to lose: dropout, shuffling, lengths, a schedule, Adam's averages, the best
/// weights, a history.</summary>
internal static class KeptTraining
{
    public const int Epochs = 40, Steps = Epochs * 6;

    /// <summary>Runs it to its end and returns a hash of all bits of weights and history.</summary>
    public static string Run(Checkpointing? checkpoints, int epochs = Epochs, IProgress<EpochReport>? progress = null,
        CancellationToken cancellation = default)
    {
        Dataset<float> samples = RunningMean.Dataset<float>();
        Model<float> model = RunningMean.Model<float>(dropout: 0.2);
        int[] lengths = [.. Enumerable.Range(0, samples.Count).Select(n => 1 + (n % 8))];
        History history = model.Train(
            samples.X, samples.Y, new MeanSquaredError(), new Adam(0.02), epochs, batchSize: 7, seed: 3, lengths: lengths,
            validation: RunningMean.Dataset<float>(count: 9, seed: 2),
            earlyStopping: new(Patience: 15), clipping: new ClipByNorm(1), schedule: new WarmUp(5, new CosineDecay(Epochs)),
            checkpoints: checkpoints, progress: progress, cancellation: cancellation);
        return Fingerprint(model, history);
    }

    /// <summary>A seed that no earlier run had.</summary>
    public static ulong NewSeed() => (ulong)Environment.TickCount64;

    /// <summary>Kills the training at random moments until that many kills are done; every training that reaches its end must end as one
    /// never killed.</summary>
    /// <param name="kills">How many.</param>
    /// <param name="seed">Fixes the moments, as far as the machine's speed does not.</param>
    /// <param name="cancellation">Ends the test.</param>
    public static async Task<KillReport> Kill(int kills, ulong seed, CancellationToken cancellation)
    {
        string expected = Run(null, cancellation: cancellation);
        RandomStream random = new(seed, "kill");
        (int done, int trainings, int insideWrites, int filesChecked) = (0, 0, 0, 0);
        while (done < kills)
        {
            using TemporaryFolder folder = new();
            for (bool ended = false; !ended;)
            {
                using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!,
                    ["train", folder.Root])
                { RedirectStandardOutput = true })!;
                // It says a line at the start and after each epoch: it is killed some epochs and up to 40 ms further on, whatever it is
                // doing then.
                string? read = "";
                for (int lines = random.NextInt(8); lines >= 0; lines--)
                    read = await process.StandardOutput.ReadLineAsync(cancellation) ?? read;
                Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
                if (done < kills && !process.WaitForExit(random.NextInt(40)))
                {
                    process.Kill();
                    done++;
                    await process.WaitForExitAsync(cancellation);
                }
                else
                {
                    Assert.Equal(expected, $"{read}\n{await output}".TrimEnd().Split('\n')[^1]);
                    (ended, trainings) = (true, trainings + 1);
                }

                string[] files = Directory.GetFiles(folder.Root, "*.checkpoint");
                foreach (string file in files) CheckpointFile.LoadState(file, RunningMean.Model<float>(dropout: 0.2));
                filesChecked += files.Length;
                insideWrites += Directory.GetFiles(folder.Root, "*.tmp").Length > 0 ? 1 : 0;
            }
        }

        return new(seed, done, insideWrites, trainings, filesChecked);
    }

    /// <summary>A line an epoch.</summary>
    public sealed class Lines : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => Console.WriteLine(value.Epoch);
    }

    private static string Fingerprint(Model<float> model, History history)
    {
        using MemoryStream bits = new();
        foreach (float value in model.Parameters.SelectMany(parameter => parameter.Values)) bits.Write(BitConverter.GetBytes(value));
        foreach (double value in history.Epochs.SelectMany(epoch =>
            new[] { epoch.Loss, epoch.ValidationLoss ?? 0, epoch.LearningRate, epoch.GradientNorm }))
            bits.Write(BitConverter.GetBytes(value));
        return $"{history.StopReason} {history.Epochs.Count} {history.BestEpoch} {Convert.ToHexString(SHA256.HashData(bits.ToArray()))}";
    }
}

/// <summary>What was done to a training.</summary>
internal sealed record KillReport(ulong Seed, int Kills, int InsideWrites, int TrainingsEnded, int FilesChecked)
{
    public override string ToString() =>
        $"Seed {Seed}: {Kills} kills, {InsideWrites} of them while a file was written; "
        + $"{TrainingsEnded} trainings ended with the bits of one never killed; "
        + $"{FilesChecked} checkpoints left by kills, all intact";
}
