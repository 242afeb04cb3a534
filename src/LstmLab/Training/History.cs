using System.Globalization;

namespace LstmLab;

/// <summary>What an epoch of training did.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Epochs">How many were asked for.</param>
/// <param name="Loss">Mean of the batches' losses, weighted by their samples, each measured before the step it caused.</param>
/// <param name="ValidationLoss">Loss on the validation samples after the epoch; null without any.</param>
/// <param name="LearningRate">The learning rate of the epoch.</param>
/// <param name="GradientNorm">Largest gradient norm of the epoch, before clipping.</param>
/// <param name="Elapsed">Time since training began.</param>
public sealed record EpochReport(
    int Epoch, int Epochs, double Loss, double? ValidationLoss, double LearningRate, double GradientNorm, TimeSpan Elapsed)
{
    /// <summary>The metrics on the validation samples by name; null when there are none.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>An estimate of the time left, if all epochs are run.</summary>
    public TimeSpan Remaining => Elapsed / Epoch * (Epochs - Epoch);

    /// <summary>The epoch in a line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"epoch {Epoch}/{Epochs}, loss {Loss:G5}{(ValidationLoss is null ? "" : $", validation {ValidationLoss:G5}")}, "
        + $"{Elapsed.TotalSeconds:F1} s, {Remaining.TotalSeconds:F1} s left");
}

/// <summary>A progress that also learns when the training is over, such as a picture that is drawn to its end.</summary>
public interface ITrainingProgress : IProgress<EpochReport>
{
    /// <summary>The training is over: its epochs were run, it stopped early, it was cancelled or it failed.</summary>
    void Ended();
}

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were run.</summary>
    Completed,

    /// <summary>The watched loss stopped improving.</summary>
    StoppedEarly,

    /// <summary>It was cancelled; the model keeps what it had learnt.</summary>
    Cancelled,
}

/// <summary>The course of a training.</summary>
/// <param name="Epochs">A report for each epoch run.</param>
/// <param name="StopReason">Why it ended.</param>
/// <param name="BestEpoch">The epoch with the smallest watched loss, from 1; 0 when none was finished.</param>
public sealed record History(IReadOnlyList<EpochReport> Epochs, StopReason StopReason, int BestEpoch)
{
    /// <summary>Training loss by epoch.</summary>
    public double[] Loss => [.. Epochs.Select(epoch => epoch.Loss)];

    /// <summary>A metric by epoch.</summary>
    /// <param name="name">Its name, e.g. accuracy.</param>
    /// <exception cref="KeyNotFoundException">It was not measured.</exception>
    public double[] Metric(string name) => [.. Epochs.Select(epoch =>
        epoch.Metrics is { } metrics && metrics.TryGetValue(name, out double value)
            ? value
            : throw new KeyNotFoundException(
                $"'{name}' was not measured in epoch {epoch.Epoch}: pass it to Train with metrics and validation samples."))];

    /// <summary>Validation loss by epoch; NaN where there was none.</summary>
    public double[] ValidationLoss => [.. Epochs.Select(epoch => epoch.ValidationLoss ?? double.NaN)];
}

/// <summary>Ends training when the watched loss (validation loss if there is any, else training loss) no longer improves.</summary>
/// <param name="Patience">Epochs without improvement after which training ends, at least 1.</param>
/// <param name="MinimumImprovement">By how much the loss must fall to count.</param>
/// <remarks>The model is left with the weights of the best epoch.</remarks>
public sealed record EarlyStopping(int Patience, double MinimumImprovement = 0);

/// <summary>The loss or its gradient became NaN or infinite; the weights are those before the step that would have followed.</summary>
public sealed class DivergenceException : ArithmeticException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="place">Where it happened, e.g. "epoch 2, batch 7".</param>
    /// <param name="reason">What was found, and what to do.</param>
    public DivergenceException(string place, string reason) : base($"In {place}, {reason}") => Reason = reason;

    /// <summary>What was found, and what to do.</summary>
    public string Reason { get; }
}
