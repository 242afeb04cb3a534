using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>The training loop: shuffle, gather, forward, loss, backward, clip, step.</summary>
internal sealed class Trainer<T>(Model<T> model, Dataset<T> samples, Loss loss, Optimizer optimizer) where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Batches<T> _batches = new(samples);
    private readonly Buffer<T> _dY = new();
    private readonly Action _checkInterrupt = HostInterrupt.Check;
    private readonly double _initialRate = optimizer.LearningRate;
    private readonly Stopwatch _watch = new();
    private List<EpochReport> _reports = [];
    private T[][] _bestWeights = [];
    private int _epoch, _seen, _step, _saved, _bestEpoch;
    private double _lossSum, _largestNorm, _best;
    private TimeSpan _before;
    private Dictionary<string, string>? _settings;

    public required int BatchSize { get; init; }

    public ulong Seed { get; init; }

    public bool Shuffle { get; init; }

    public Dataset<T>? Validation { get; init; }

    public EarlyStopping? EarlyStopping { get; init; }

    public required Clipping Clipping { get; init; }

    public Schedule? Schedule { get; init; }

    public WeightAverage<T>? Average { get; init; }

    public Checkpointing? Checkpoints { get; init; }

    public History Run(int epochs, IProgress<EpochReport>? progress, CancellationToken cancellation)
    {
        if (EarlyStopping is not null) _bestWeights = Weights();
        GoOnFrom(Checkpoints?.Latest(model), epochs);
        StopReason ending = StopsAfter(_epoch - 1) ? StopReason.StoppedEarly : StopReason.Completed;
        _watch.Start();
        model.Layers[0].InputGradient = false;
        try
        {
            while (_epoch <= epochs && ending == StopReason.Completed)
            {
                optimizer.LearningRate = _initialRate * (Schedule?.Factor(_epoch - 1) ?? 1);
                double trainingLoss = Epoch(cancellation);
                if (cancellation.IsCancellationRequested)
                {
                    ending = StopReason.Cancelled;
                    break;
                }

                Average?.Swap();
                double? validationLoss = Validation is null ? null : model.Evaluate(Validation, loss);
                double watched = validationLoss ?? trainingLoss;
                if (watched < _best - (EarlyStopping?.MinimumImprovement ?? 0))
                {
                    (_best, _bestEpoch) = (watched, _epoch);
                    if (EarlyStopping is not null) _bestWeights = Weights();
                }

                Average?.Swap();
                if (StopsAfter(_epoch)) ending = StopReason.StoppedEarly;
                EpochReport report = new(_epoch, epochs, trainingLoss, validationLoss, optimizer.LearningRate, _largestNorm, _before + _watch.Elapsed);
                _reports.Add(report);
                (_epoch, _seen, _lossSum, _largestNorm) = (_epoch + 1, 0, 0, 0);
                progress?.Report(report);
            }

            Save();
        }
        finally
        {
            optimizer.LearningRate = _initialRate;
            model.Layers[0].InputGradient = true;
        }

        Average?.Swap();
        for (int n = 0; _bestEpoch > 0 && n < _bestWeights.Length; n++) model.Parameters[n].Set(_bestWeights[n]);
        return new(_reports, ending, _bestEpoch);
    }

    private bool StopsAfter(int epoch) => EarlyStopping is not null && epoch - _bestEpoch >= EarlyStopping.Patience;

    private double Epoch(CancellationToken cancellation)
    {
        int[] order = [.. Enumerable.Range(0, samples.Count)];
        if (Shuffle) new RandomStream(Seed, "shuffle", _epoch).Shuffle(order);
        while (_seen < order.Length && !cancellation.IsCancellationRequested)
        {
            _checkInterrupt();
            int count = Math.Min(BatchSize, order.Length - _seen);
            double batchLoss = Gradients(order.AsSpan(_seen, count));
            double norm = Clipping.Apply(model.Parameters);
            if (!double.IsFinite(batchLoss) || !double.IsFinite(norm))
                throw new DivergenceException($"In epoch {_epoch}, batch {(_seen / BatchSize) + 1}, the loss is {batchLoss} and the norm of its gradient {norm}, at learning rate {optimizer.LearningRate}: use a smaller one, or clip the gradients. The weights are those before this batch.");
            optimizer.Step(model.Parameters);
            Average?.Update();
            (_seen, _lossSum, _largestNorm) = (_seen + count, _lossSum + (batchLoss * count), Math.Max(_largestNorm, norm));
            if (Checkpoints is { IsDue: true }) Save();
        }

        return _lossSum / order.Length;
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

    private void Save()
    {
        if (_step == _saved) return;
        _saved = _step;
        TrainingPosition position = new(_epoch, _seen, _step, _lossSum, _largestNorm, _best, _bestEpoch, _before + _watch.Elapsed, _reports);
        Checkpoints?.Save(model, new TrainingState<T>("", _settings ??= Settings(), position, [.. model.Parameters.Select(parameter => parameter.Values)], _bestWeights, optimizer.Remember(model.Parameters)));
    }

    private void GoOnFrom(TrainingState<T>? state, int epochs)
    {
        if (state is not null)
        {
            foreach ((string name, string here) in _settings ??= Settings())
                if (state.Settings.GetValueOrDefault(name) is var there && there != here)
                    throw new ArgumentException($"{state.Name} is of another training: its {name} is {there ?? "unknown"}, here {here}. Use another folder, or the same settings.");
            for (int n = 0; n < state.Weights.Length; n++) model.Parameters[n].Set(state.Weights[n]);
            optimizer.Restore(model.Parameters, state.Optimizer);
            _bestWeights = state.BestWeights;
        }

        TrainingPosition from = state?.Position ?? TrainingPosition.Beginning;
        (_epoch, _seen, _step, _saved) = (from.Epoch, from.Samples, from.Step, from.Step);
        (_lossSum, _largestNorm, _best, _bestEpoch, _before) = (from.LossSum, from.LargestNorm, from.BestLoss, from.BestEpoch, from.Elapsed);
        _reports = [.. from.Reports.Select(report => report with { Epochs = epochs })];
    }

    // What a training that goes on must share with the one that was stopped; the number of epochs and the patience may differ.
    private Dictionary<string, string> Settings() => new()
    {
        ["samples"] = samples.Sha256(),
        ["validation"] = Validation?.Sha256() ?? "none",
        ["loss"] = loss.Name,
        ["optimizer"] = optimizer.Kind,
        ["learningRate"] = _initialRate.ToString("R", CultureInfo.InvariantCulture),
        ["batchSize"] = $"{BatchSize}",
        ["seed"] = $"{Seed}",
        ["shuffle"] = $"{Shuffle}",
        ["earlyStopping"] = EarlyStopping is null ? "none" : EarlyStopping.MinimumImprovement.ToString("R", CultureInfo.InvariantCulture),
        ["clipping"] = Clipping.GetType().Name,
        ["schedule"] = Schedule?.GetType().Name ?? "none",
    };
}
