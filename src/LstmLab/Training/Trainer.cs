using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>What one training step did.</summary>
/// <param name="Loss">The batch's loss before the step.</param>
/// <param name="GradientNorm">The Euclidean norm of all gradients together, before clipping.</param>
/// <param name="Weight">How much the loss counts in a mean over batches: the number of samples, or of what was averaged where lengths,
/// weights or classes leave something out.</param>
public readonly record struct StepResult(double Loss, double GradientNorm, double Weight);

/// <summary>
/// One training step after the other, for a loop written by hand: forward, loss, backward, clipping, optimizer. It counts the steps, so
/// that dropout draws a new mask at each, and averages the weights if asked to. <c>model.Train</c> is made of it.
/// <code>
/// Trainer&lt;float&gt; trainer = new(model, new MeanSquaredError(), new Adam(0.01)) { Clipping = new ClipByNorm(1) };
/// foreach (Dataset&lt;float&gt; batch in batches) Console.WriteLine(trainer.Step(batch).Loss);
/// </code></summary>
/// <remarks>A repeated step allocates nothing. One instance serves one thread.</remarks>
/// <param name="model">The model.</param>
/// <param name="loss">The loss.</param>
/// <param name="optimizer">The optimizer.</param>
public sealed class Trainer<T>(Module<T> model, Loss loss, Optimizer optimizer) where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorCache<T> _dY = new();
    private readonly List<Value<T>> _inputs = [];
    private readonly Recurrent<T>[] _carrying = [.. model.Layers.OfType<Recurrent<T>>().Where(layer => layer.CarriesStates)];
    private WeightAverage<T>? _average;

    /// <summary>The experiment's seed, from which dropout's masks follow.</summary>
    public ulong Seed { get; init; }

    /// <summary>What is done to the gradients before each step; by default they are only measured.</summary>
    public Clipping Clipping { get; init; } = new ClipByNorm(double.PositiveInfinity);

    /// <summary>Decay of the moving average of the weights, in (0, 1); null for no average.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside (0, 1).</exception>
    public double? WeightAverageDecay
    {
        get;
        init
        {
            if (value is not (null or > 0 and < 1))
                throw new ArgumentOutOfRangeException(nameof(value), value, "The decay must lie in (0, 1).");
            field = value;
            _average = value is { } decay ? new(model, decay) : null;
        }
    }

    /// <summary>The layers that carry their states from step to step.</summary>
    internal IReadOnlyList<Recurrent<T>> Carrying => _carrying;

    /// <summary>Steps taken so far; the next step's dropout masks follow from it.</summary>
    public int Steps { get; set; }

    /// <summary>One step on a batch.</summary>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    /// <exception cref="DivergenceException">The loss or its gradient is NaN or infinite; the weights are those before the
    /// step.</exception>
    public StepResult Step(Dataset<T> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        model.ClearGradients();
        (double value, double weight) = AddGradients(batch, 1);
        return Finish(value, weight);
    }

    /// <summary>One step on the mean loss of several batches, whose gradients are added up: a large batch in parts that fit into
    /// memory.</summary>
    /// <param name="parts">The parts; each counts by its number of samples.</param>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    /// <exception cref="DivergenceException">The loss or its gradient is NaN or infinite; the weights are those before the
    /// step.</exception>
    public StepResult Step(IReadOnlyList<Dataset<T>> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        int count = parts.Sum(part => part.Count);
        if (count == 0) throw new ArgumentException("There is no batch to take a step on.", nameof(parts));
        if (parts.Count > 1 && _carrying.Length > 0)
        {
            throw new ArgumentException(
                $"A step on {parts.Count} batches cannot carry states: one batch would have to go on from another's. Pass one batch.",
                nameof(parts));
        }

        model.ClearGradients();
        double value = 0, weight = 0;
        foreach (Dataset<T> part in parts)
        {
            double share = part.Count / (double)count;
            (double partValue, double partWeight) = AddGradients(part, share);
            value += partValue * share;
            weight += partWeight;
        }

        return Finish(value, weight);
    }

    /// <summary>Runs something with the averaged weights in the model, which get their own back afterwards, also after an
    /// exception.</summary>
    public TResult WithAverage<TResult>(Func<TResult> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _average?.Swap();
        try
        {
            return run();
        }
        finally
        {
            _average?.Swap();
        }
    }

    /// <summary>Leaves the averaged weights in the model.</summary>
    internal void KeepAverage() => _average?.Swap();

    private (double Value, double Weight) AddGradients(Dataset<T> batch, double share)
    {
        Value<T> output = model.Run(batch, Pass.Train(Seed, Steps), _inputs);
        Tensor<T> dY = _dY.Like(output.Data);
        double value = loss.Evaluate(output.Data, batch.Y, out double averaged, dY, output.Lengths, batch.Weights);
        if (share != 1) TensorPrimitives.Multiply(dY.Flat(), T.CreateTruncating(share), dY.Flat());
        output.Tape.Backward((output, dY));
        bool alike = output.Lengths is null && batch.Weights is null && !loss.WeightVaries;
        return (value, alike ? batch.Count : averaged);
    }

    private StepResult Finish(double value, double weight)
    {
        double norm = Clipping.Apply(model.Parameters);
        if (!double.IsFinite(value) || !double.IsFinite(norm))
        {
            throw new DivergenceException(
                $"step {Steps + 1}",
                $"the loss is {value} and the norm of its gradient {norm}, at learning rate {optimizer.LearningRate}: use a smaller one, "
                + "or clip the gradients. The weights are those before this step.");
        }

        optimizer.Step(model.Parameters);
        _average?.Update();
        foreach (Recurrent<T> layer in _carrying) layer.CarryStates();
        Steps++;
        return new(value, norm, weight);
    }
}
