using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Training, prediction and evaluation of any module.</summary>
public static class ModuleExtensions
{
    // As many sequences in one pass as keep its workspaces small; more change no bit.
    private const int DefaultBatch = 1024;

    /// <summary>Trains the model on a data set.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">Inputs, [T, N, I].</param>
    /// <param name="y">Targets, [T, N, O] for a model that answers at every step, [N, O] for one that answers once.</param>
    /// <param name="loss">What is minimized.</param>
    /// <param name="optimizer">How the weights move.</param>
    /// <param name="epochs">How often each sample is used.</param>
    /// <param name="batchSize">Samples a step.</param>
    /// <param name="seed">Fixes shuffling and dropout.</param>
    /// <param name="shuffle">Whether each epoch takes the samples in a new random order.</param>
    /// <param name="lengths">Length of each sequence; all T when omitted.</param>
    /// <param name="validation">Samples on which the loss is measured after each epoch; never trained on.</param>
    /// <param name="earlyStopping">When to stop before the last epoch; the best epoch's weights are kept.</param>
    /// <param name="clipping">What is done to the gradients before each step.</param>
    /// <param name="schedule">How the learning rate changes.</param>
    /// <param name="weightAverageDecay">Decay of the moving average of the weights, in (0, 1): the average is what is validated, stopped
    /// on and kept; null keeps the weights themselves.</param>
    /// <param name="checkpoints">Keeps the training's state; if it holds one already, of a training that was stopped or killed, that
    /// training goes on from there, to the very bits of one that was never stopped. The model's and the optimizer's own state are
    /// overwritten then.</param>
    /// <param name="metrics">Numbers to report beside the loss, measured on the validation samples.</param>
    /// <param name="progress">Told after every epoch; an <see cref="ITrainingProgress"/> also when the training is over.</param>
    /// <param name="cancellation">Ends training after the running step; the model and the history keep what was reached.</param>
    /// <exception cref="ShapeException">Shapes disagree.</exception>
    /// <exception cref="ArgumentException">x or y holds NaN or infinity; or the checkpoints are of another training.</exception>
    /// <exception cref="DivergenceException">A loss became NaN or infinite.</exception>
    public static History Train<T>(
        this Module<T> model, Tensor<T> x, Tensor<T> y, Loss loss, Optimizer optimizer, int epochs, int batchSize = 32, ulong seed = 0,
        bool shuffle = true,
        IReadOnlyList<int>? lengths = null, Dataset<T>? validation = null, EarlyStopping? earlyStopping = null, Clipping? clipping = null,
        Schedule? schedule = null, double? weightAverageDecay = null, Checkpointing? checkpoints = null,
        IReadOnlyList<TrainingMetric>? metrics = null, IProgress<EpochReport>? progress = null, CancellationToken cancellation = default)
            where T : struct, IBinaryFloatingPointIeee754<T> =>
        model.Train(
            new Dataset<T>(x, y, lengths), loss, optimizer, epochs, batchSize, seed, shuffle, validation, earlyStopping, clipping, schedule,
            weightAverageDecay, checkpoints, metrics, progress, cancellation);

    /// <summary>Trains the model on a data set, which may have more than one input.</summary>
    /// <inheritdoc cref="Train{T}(Module{T}, Tensor{T}, Tensor{T}, Loss, Optimizer, int, int, ulong, bool, IReadOnlyList{int}?, Dataset{T}?, EarlyStopping?, Clipping?, Schedule?, double?, Checkpointing?, IReadOnlyList{TrainingMetric}?, IProgress{EpochReport}?, CancellationToken)"/>
    /// <remarks>The samples are inputs with their targets.</remarks>
    public static History Train<T>(
        this Module<T> model, Dataset<T> samples, Loss loss, Optimizer optimizer, int epochs, int batchSize = 32, ulong seed = 0,
        bool shuffle = true,
        Dataset<T>? validation = null, EarlyStopping? earlyStopping = null, Clipping? clipping = null, Schedule? schedule = null,
        double? weightAverageDecay = null, Checkpointing? checkpoints = null, IReadOnlyList<TrainingMetric>? metrics = null,
        IProgress<EpochReport>? progress = null, CancellationToken cancellation = default) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        samples.Require("samples");
        ShuffledBatches<T> source = new(samples, Math.Min(batchSize, samples.Count), shuffle, seed);
        return Run(
            model, source, loss, optimizer, epochs, seed, validation, earlyStopping, clipping, schedule, weightAverageDecay, checkpoints,
            metrics, progress, cancellation);
    }

    /// <summary>Trains the model on fresh batches, made as they are needed.</summary>
    /// <inheritdoc cref="Train{T}(Module{T}, Tensor{T}, Tensor{T}, Loss, Optimizer, int, int, ulong, bool, IReadOnlyList{int}?, Dataset{T}?, EarlyStopping?, Clipping?, Schedule?, double?, Checkpointing?, IReadOnlyList{TrainingMetric}?, IProgress{EpochReport}?, CancellationToken)"/>
    /// <remarks>batchOf gives the batch of step 0, 1, 2, …: the same batch for the same step, so that a resumed training ends with the
    /// same bits.
    /// stepsPerEpoch is the number of steps between two reports.</remarks>
    public static History Train<T>(
        this Module<T> model, Func<int, Dataset<T>> batchOf, int stepsPerEpoch, Loss loss, Optimizer optimizer, int epochs, ulong seed = 0,
        Dataset<T>? validation = null, EarlyStopping? earlyStopping = null, Clipping? clipping = null, Schedule? schedule = null,
        double? weightAverageDecay = null, Checkpointing? checkpoints = null, IReadOnlyList<TrainingMetric>? metrics = null,
        IProgress<EpochReport>? progress = null, CancellationToken cancellation = default) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(batchOf);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerEpoch, 1);
        StreamedBatches<T> source = new(batchOf, stepsPerEpoch);
        return Run(
            model, source, loss, optimizer, epochs, seed, validation, earlyStopping, clipping, schedule, weightAverageDecay, checkpoints,
            metrics, progress, cancellation);
    }

    /// <summary>The model's answers, without dropout; a copy.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">Inputs, [T, N, I].</param>
    /// <param name="lengths">Length of each sequence; all T when omitted.</param>
    /// <param name="batchSize">Sequences a pass, which bounds the memory; it changes no bit.</param>
    public static Tensor<T> Predict<T>(this Module<T> model, Tensor<T> x, IReadOnlyList<int>? lengths = null, int batchSize = DefaultBatch)
        where T : struct, IBinaryFloatingPointIeee754<T> => model.Predict([new(x, lengths)], batchSize);

    /// <summary>The answers of a model with several inputs, without dropout; a copy.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">Its inputs, the samples on the last axis but one.</param>
    /// <param name="batchSize">Samples a pass, which bounds the memory; it changes no bit.</param>
    public static Tensor<T> Predict<T>(this Module<T> model, IReadOnlyList<Input<T>> inputs, int batchSize = DefaultBatch)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (inputs.Count == 0) throw new ArgumentException("There is no input to answer.", nameof(inputs));
        Tensor<T> x = inputs[0].Data;
        if (x.Rank < 2) throw new ShapeException($"x must be [T, B, I] or [B, I], but is {x.Shape()}.");
        // The targets are not looked at.
        Dataset<T> samples = new(x, x, inputs[0].Lengths) { More = [.. inputs.Skip(1)] };
        List<Value<T>> values = [];
        int count = x.Length(x.Rank - 2);
        if (count <= batchSize) return model.Run(samples, Pass.Predict, values).Data.To<T, T>();
        Batches<T> batches = new(samples);
        Tensor<T>? answers = null;
        for (int first = 0; first < count; first += batchSize)
        {
            int[] indexes = [.. Enumerable.Range(first, Math.Min(batchSize, count - first))];
            Tensor<T> part = model.Run(batches.Gather(indexes), Pass.Predict, values).Data;
            answers ??= part.Rank == 3 ? Tensors.Zeros<T>(part.Length(0), count, part.Length(2)) : Tensors.Zeros<T>(count, part.Length(1));
            CopyInto(answers, part, first);
        }

        return answers!;
    }

    /// <summary>The loss on samples, without dropout and without changing the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">Inputs and targets.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="batchSize">Samples a pass, which bounds the memory.</param>
    public static double Evaluate<T>(this Module<T> model, Dataset<T> samples, Loss loss, int batchSize = DefaultBatch)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(loss);
        (double sum, double weight) = SumOver(model, samples, batchSize, (y, batch) =>
        {
            double sum = loss.Sum(y.Data, batch.Y, out double weight, null, y.Lengths, batch.Weights);
            return (sum, weight);
        });
        return sum / weight;
    }

    /// <summary>A metric on samples, without dropout and without changing the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">Inputs and targets.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="batchSize">Samples a pass, which bounds the memory.</param>
    public static double Evaluate<T>(this Module<T> model, Dataset<T> samples, TrainingMetric metric, int batchSize = DefaultBatch)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(metric);
        (double sum, double weight) = SumOver(model, samples, batchSize, (y, batch) => metric.Measure(y.Data, batch.Y, y.Lengths));
        return metric.Value(sum, weight);
    }

    // Sums over batches in order.
    private static (double Sum, double Weight) SumOver<T>(
        Module<T> model, Dataset<T> samples, int batchSize, Func<Value<T>, Dataset<T>, (double Sum, double Weight)> measure)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        List<Value<T>> values = [];
        if (samples.Count <= batchSize) return measure(model.Run(samples, Pass.Predict, values), samples);
        Batches<T> batches = new(samples);
        (double sum, double weight) = (0, 0);
        for (int first = 0; first < samples.Count; first += batchSize)
        {
            int[] indexes = [.. Enumerable.Range(first, Math.Min(batchSize, samples.Count - first))];
            Dataset<T> batch = batches.Gather(indexes);
            (double partSum, double partWeight) = measure(model.Run(batch, Pass.Predict, values), batch);
            sum += partSum;
            weight += partWeight;
        }

        return (sum, weight);
    }

    /// <summary>One forward pass on a batch, without gradients of the inputs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">Its inputs.</param>
    /// <param name="pass">What the pass is for.</param>
    /// <param name="values">Room for the inputs' values, so that a repeated pass allocates nothing.</param>
    internal static Value<T> Run<T>(this Module<T> model, Dataset<T> batch, Pass pass, List<Value<T>> values)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Tape<T> tape = model.BeginTape(pass);
        values.Clear();
        values.Add(tape.Input(batch.X, batch.Lengths));
        for (int n = 0; n < batch.More.Count; n++) values.Add(tape.Input(batch.More[n].Data, batch.More[n].Lengths));
        return model.Forward(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values));
    }

    private static History Run<T>(
        Module<T> model, IBatchSource<T> source, Loss loss, Optimizer optimizer, int epochs, ulong seed, Dataset<T>? validation,
        EarlyStopping? earlyStopping, Clipping? clipping, Schedule? schedule, double? weightAverageDecay, Checkpointing? checkpoints,
        IReadOnlyList<TrainingMetric>? metrics,
        IProgress<EpochReport>? progress, CancellationToken cancellation) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        if (weightAverageDecay is not null && checkpoints is not null)
            throw new ArgumentException(
                "weightAverageDecay and checkpoints exclude each other: a checkpoint holds no average of the weights.",
                nameof(checkpoints));
        validation?.Require("validation");
        Trainer<T> trainer = new(model, loss, optimizer)
        {
            Seed = seed,
            Clipping = clipping ?? new ClipByNorm(double.PositiveInfinity),
            WeightAverageDecay = weightAverageDecay,
        };
        TrainingRun<T> run = new(model, trainer, loss, optimizer)
        {
            Source = source,
            Seed = seed,
            Validation = validation,
            EarlyStopping = earlyStopping,
            Schedule = schedule,
            Checkpoints = checkpoints,
            Metrics = metrics ?? [],
        };
        return run.Run(epochs, progress, cancellation);
    }

    private static void CopyInto<T>(Tensor<T> all, Tensor<T> part, int first)
    {
        int steps = part.Rank == 3 ? part.Length(0) : 1, rows = part.Length(part.Rank - 2);
        int width = part.Length(part.Rank - 1), count = all.Length(all.Rank - 2);
        for (int t = 0; t < steps; t++)
            part.Flat().Slice(t * rows * width, rows * width).CopyTo(all.Flat().Slice(((t * count) + first) * width, rows * width));
    }
}
