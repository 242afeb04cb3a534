using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Layers;
using LstmLab.Losses;
using LstmLab.Numerics;
using LstmLab.Optimizers;

namespace LstmLab.Training;

/// <summary>The training loop: shuffle, gather, forward, loss, backward, clip, step.</summary>
internal sealed class Trainer<T>(Model<T> model, Samples<T> samples, Loss loss, Optimizer optimizer) where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Batches<T> _batches = new(samples);
    private readonly Buffer<T> _dY = new();
    private readonly Action _checkInterrupt = HostInterrupt.Check;
    private int _step;

    public required int BatchSize { get; init; }

    public ulong Seed { get; init; }

    public bool Shuffle { get; init; }

    public Samples<T>? Validation { get; init; }

    public EarlyStopping? EarlyStopping { get; init; }

    public required Clipping Clipping { get; init; }

    public Schedule? Schedule { get; init; }

    public History Run(int epochs, IProgress<EpochReport>? progress, CancellationToken cancellation)
    {
        List<EpochReport> reports = [];
        (double initialRate, double best, int bestEpoch) = (optimizer.LearningRate, double.PositiveInfinity, 0);
        T[][] bestWeights = EarlyStopping is null ? [] : Weights();
        Stopwatch watch = Stopwatch.StartNew();
        Ending ending = Ending.Completed;
        try
        {
            for (int epoch = 1; epoch <= epochs && ending == Ending.Completed; epoch++)
            {
                optimizer.LearningRate = initialRate * (Schedule?.Factor(epoch - 1) ?? 1);
                (double trainingLoss, double norm) = Epoch(epoch, cancellation);
                if (cancellation.IsCancellationRequested)
                {
                    ending = Ending.Cancelled;
                    break;
                }

                double? validationLoss = Validation is null ? null : model.Evaluate(Validation, loss);
                double watched = validationLoss ?? trainingLoss;
                if (watched < best - (EarlyStopping?.MinimumImprovement ?? 0))
                {
                    (best, bestEpoch) = (watched, epoch);
                    if (EarlyStopping is not null) bestWeights = Weights();
                }

                if (EarlyStopping is not null && epoch - bestEpoch >= EarlyStopping.Patience) ending = Ending.StoppedEarly;
                EpochReport report = new(epoch, epochs, trainingLoss, validationLoss, optimizer.LearningRate, norm, watch.Elapsed);
                reports.Add(report);
                progress?.Report(report);
            }
        }
        finally
        {
            optimizer.LearningRate = initialRate;
        }

        for (int n = 0; bestEpoch > 0 && n < bestWeights.Length; n++) model.Parameters[n].Set(bestWeights[n]);
        return new(reports, ending, bestEpoch);
    }

    private (double Loss, double Norm) Epoch(int epoch, CancellationToken cancellation)
    {
        int[] order = [.. Enumerable.Range(0, samples.Count)];
        if (Shuffle) new RandomStream(Seed, "shuffle", epoch).Shuffle(order);
        (double sum, double largestNorm) = (0, 0);
        for (int start = 0; start < order.Length && !cancellation.IsCancellationRequested; start += BatchSize)
        {
            _checkInterrupt();
            int count = Math.Min(BatchSize, order.Length - start);
            double batchLoss = Gradients(order.AsSpan(start, count));
            double norm = Clipping.Apply(model.Parameters);
            if (!double.IsFinite(batchLoss) || !double.IsFinite(norm))
                throw new DivergenceException($"In epoch {epoch}, batch {(start / BatchSize) + 1}, the loss is {batchLoss} and the norm of its gradient {norm}, at learning rate {optimizer.LearningRate}: use a smaller one, or clip the gradients. The weights are those before this batch.");
            largestNorm = Math.Max(largestNorm, norm);
            optimizer.Step(model.Parameters);
            sum += batchLoss * count;
        }

        return (sum / order.Length, largestNorm);
    }

    private double Gradients(ReadOnlySpan<int> indexes)
    {
        (Tensor<T> batchX, Tensor<T> batchY, IReadOnlyList<int>? lengths) = _batches.Gather(indexes);
        model.ClearGradients();
        Tensor<T> y = model.Forward(batchX, new Pass(true, lengths, Seed, _step++));
        Tensor<T> dY = _dY.Like(y);
        double value = loss.Evaluate(y, batchY, dY, lengths);
        model.Backward(dY);
        return value;
    }

    private T[][] Weights() => [.. model.Parameters.Select(parameter => (T[])parameter.Values.Clone())];
}
