using LstmLab.Charts.Progress;

namespace LstmLab.Charts;

/// <summary>The loss curve of a training, drawn while it runs, under a bar with loss, rate and time left: pass it as <c>progress</c>. When
/// the training is over, however it ended, the curve stands there alone.</summary>
/// <example><code>
/// model.Train(x, y, new MeanSquaredError(), new Adam(0.01), epochs: 100, progress: new TrainingCurve(("The loss falls", "损失下降")));
/// </code></example>
/// <param name="title">The one message of the figure.</param>
/// <param name="loss">Name and unit of the loss, at the y axis.</param>
public sealed class TrainingCurve(Bilingual title, Bilingual? loss = null) : ITrainingProgress
{
    private LiveCurve? curve;

    /// <summary>Adds an epoch.</summary>
    public void Report(EpochReport value)
    {
        ArgumentNullException.ThrowIfNull(value);
        XyFigure empty = Figure.New(title).Axes(x: ("epoch", "轮次"), y: loss ?? ("mean squared error", "均方误差"), yLog: true);
        bool held = value.ValidationLoss is not null;
        curve ??= held ? new LiveCurve(empty, (("training", "训练集"), Role.Train), (("held out", "留出数据"), Role.HeldOut))
            : new LiveCurve(empty, (("training", "训练集"), Role.Train));
        curve.Wrap = figure => new TrainingProgress(value, figure);
        if (held) curve.Add(value.Epoch, value.Loss, value.ValidationLoss!.Value);
        else curve.Add(value.Epoch, value.Loss);
    }

    /// <summary>Draws the last state in place, whatever was left out for speed. The training calls it at its end.</summary>
    public void Ended() => curve?.Done();

    /// <summary>The curve so far as a figure, for use in other cells; what is shown is drawn to its last state.</summary>
    /// <exception cref="InvalidOperationException">No epoch was reported.</exception>
    public XyFigure Done() =>
        curve?.Done() ?? throw new InvalidOperationException("No epoch was reported: pass this object as the training's progress.");
}
