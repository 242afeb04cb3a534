using System.Globalization;

namespace LstmLab.Formats;

/// <summary>
/// Writes the numbers of a training where TensorBoard finds them, epoch by epoch:
/// <c>model.Train(…, progress: new TensorBoardLog("runs/units-4"))</c>, then <c>tensorboard --logdir runs</c>. It needs no server.
/// </summary>
/// <remarks>Each training adds a file events.out.tfevents.… to the folder; TensorBoard joins those of a training that was interrupted and
/// resumed. Tags are loss/training, loss/validation, learning rate, gradient norm and the names of the metrics. The file is begun with the
/// first epoch and closed when the training ends.</remarks>
/// <param name="folder">The folder of one run; made if it is missing.</param>
public sealed class TensorBoardLog(string folder) : ITrainingProgress
{
    private EventFile? _file;

    /// <inheritdoc/>
    /// <exception cref="IOException">The folder cannot be made or written to.</exception>
    public void Report(EpochReport value)
    {
        ArgumentNullException.ThrowIfNull(value);
        double now = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        _file ??= New(now);
        List<(string, float)> scalars = [("loss/training", (float)value.Loss)];
        if (value.ValidationLoss is { } validation) scalars.Add(("loss/validation", (float)validation));
        scalars.Add(("learning rate", (float)value.LearningRate));
        scalars.Add(("gradient norm", (float)value.GradientNorm));
        foreach ((string name, double metric) in value.Metrics ?? new Dictionary<string, double>()) scalars.Add((name, (float)metric));
        _file.Write(now, value.Epoch, scalars);
    }

    /// <inheritdoc/>
    public void Ended()
    {
        _file?.Dispose();
        _file = null;
    }

    // The time to the tick, as names must differ and sort by time.
    private EventFile New(double now)
    {
        _ = Directory.CreateDirectory(folder);
        string time = now.ToString("0000000000.0000000", CultureInfo.InvariantCulture);
        return new(Path.Combine(folder, $"events.out.tfevents.{time}.lstmlab"), now);
    }
}
