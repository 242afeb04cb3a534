using System.Globalization;
using System.Numerics.Tensors;
using LstmLab.Formats;
using LstmLab.Sweeps;

namespace LstmLab.Tests.Sweeps;

/// <summary>A program that answers trials with short trainings, which keep checkpoints: recall the first of six numbers.</summary>
internal static class ToyTrials
{
    private const int Epochs = 12;

    public static int Run() => TrialProgram.Run((trial, checkpoints, stop) =>
    {
        History history = Train(
            trial.WholeNumber("units"), trial.Number("rate"), (ulong)trial.Seed, checkpoints, new Pause(trial.WholeNumber("pause")), stop);
        if (history.StopReason == StopReason.Cancelled) throw new OperationCanceledException(stop);
        return new { loss = history.Loss[^1].ToString("R", CultureInfo.InvariantCulture) };
    });

    public static History Train(
        int units, double rate, ulong seed, string checkpoints, IProgress<EpochReport>? progress, CancellationToken stop)
    {
        RandomStream numbers = new(seed, "recall");
        Tensor<double> x = Tensors.Fill((t, n, i) => numbers.NextUniform(-1, 1), 6, 32, 1);
        Model<double> model = new(seed, new Lstm<double>(1, units, returnSequences: false), new Dense<double>(units, 1));
        return model.Train(
            x, Tensors.Fill(n => x[0, n, 0], 32, 1), new MeanSquaredError(), new Adam(rate), Epochs, batchSize: 8, seed: seed,
            checkpoints: new Checkpoints(checkpoints), progress: progress, cancellation: stop);
    }

    // Makes an epoch long enough to be interrupted.
    private sealed class Pause(int milliseconds) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => Thread.Sleep(milliseconds);
    }
}
