using System.Numerics;

namespace LstmLab;

/// <summary>Keeps a training's state while it runs, so that it can go on after it was killed; <c>LstmLab.Formats.Checkpoints</c> keeps it
/// in files.</summary>
public abstract class Checkpointing
{
    private protected Checkpointing()
    {
    }

    /// <summary>Whether the state should be saved after the present step.</summary>
    internal abstract bool IsDue { get; }

    /// <summary>The state to go on from, for a model of these layers; null at the beginning.</summary>
    internal abstract TrainingState<T>? Latest<T>(Module<T> model) where T : struct, IBinaryFloatingPointIeee754<T>;

    /// <summary>Saves a state; its arrays are the training's own.</summary>
    internal abstract void Save<T>(Module<T> model, TrainingState<T> state) where T : struct, IBinaryFloatingPointIeee754<T>;
}

/// <summary>A training between two steps: all that the rest of it depends on.</summary>
/// <param name="Name">How errors call it.</param>
/// <param name="Settings">What must be the same for the training to go on, by argument.</param>
/// <param name="Position">How far it has come.</param>
/// <param name="Weights">Values of each parameter.</param>
/// <param name="BestWeights">Values at the end of the best epoch; none without early stopping.</param>
/// <param name="Optimizer">What the optimizer remembers.</param>
internal sealed record TrainingState<T>(
    string Name, IReadOnlyDictionary<string, string> Settings, TrainingPosition Position, T[][] Weights, T[][] BestWeights,
    OptimizerMemory<T> Optimizer)
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The states of the layers that carry them, in the layers' order; null for zeros.</summary>
    public IReadOnlyList<State<T>?> Carried { get; init; } = [];
}

/// <summary>How far a training has come. Random streams are keyed by seed, epoch and step: these numbers are their state, and the
/// schedule's.</summary>
/// <param name="Epoch">The running epoch, from 1.</param>
/// <param name="Samples">How many samples of the epoch's order have been seen.</param>
/// <param name="Step">Steps of all epochs.</param>
/// <param name="LossSum">Of the epoch, each batch's loss times its samples.</param>
/// <param name="LargestNorm">Of the epoch.</param>
/// <param name="BestLoss">Smallest watched loss.</param>
/// <param name="BestEpoch">Its epoch.</param>
/// <param name="Elapsed">Time spent.</param>
/// <param name="Reports">Of the finished epochs.</param>
internal sealed record TrainingPosition(
    int Epoch, int Samples, int Step, double LossSum, double LargestNorm, double BestLoss, int BestEpoch, TimeSpan Elapsed,
    IReadOnlyList<EpochReport> Reports)
{
    /// <summary>Of the epoch, the batches' weights; absent in files that 0.1.0 wrote, where it is the number of samples.</summary>
    public double? WeightSum { get; init; }

    /// <summary>Before the first step.</summary>
    public static TrainingPosition Beginning { get; } = new(1, 0, 0, 0, 0, double.PositiveInfinity, 0, TimeSpan.Zero, []);
}
