using System.Diagnostics;
using System.Globalization;
using System.Numerics;

namespace LstmLab;

/// <summary>The epochs of a training: shuffle, step by step, validate, stop early, keep checkpoints.</summary>
internal sealed class TrainingRun<T>(Module<T> model, Trainer<T> trainer, Loss loss, Optimizer optimizer)
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Action _checkInterrupt = HostInterrupt.Check;
    private readonly double _initialRate = optimizer.LearningRate;
    private readonly Stopwatch _watch = new();
    private List<EpochReport> _reports = [];
    private T[][] _bestWeights = [];
    private int _epoch, _seen, _saved, _bestEpoch;
    private double _lossSum, _weightSum, _largestNorm, _best;
    private TimeSpan _before;
    private Dictionary<string, string>? _settings;

    public required IBatchSource<T> Source { get; init; }

    public ulong Seed { get; init; }

    public Dataset<T>? Validation { get; init; }

    public EarlyStopping? EarlyStopping { get; init; }

    public Schedule? Schedule { get; init; }

    public Checkpointing? Checkpoints { get; init; }

    public IReadOnlyList<TrainingMetric> Metrics { get; init; } = [];

    public History Run(int epochs, IProgress<EpochReport>? progress, CancellationToken cancellation)
    {
        try
        {
            return RunEpochs(epochs, progress, cancellation);
        }
        finally
        {
            (progress as ITrainingProgress)?.Ended();
        }
    }

    private History RunEpochs(int epochs, IProgress<EpochReport>? progress, CancellationToken cancellation)
    {
        if (EarlyStopping is not null) _bestWeights = Weights();
        ContinueFrom(Checkpoints?.Latest(model), epochs);
        StopReason reason = StopsAfter(_epoch - 1) ? StopReason.StoppedEarly : StopReason.Completed;
        _watch.Start();
        try
        {
            while (_epoch <= epochs && reason == StopReason.Completed)
            {
                double trainingLoss = Epoch(cancellation);
                if (cancellation.IsCancellationRequested)
                {
                    reason = StopReason.Cancelled;
                    break;
                }

                (double? validationLoss, Dictionary<string, double>? metrics) = trainer.WithAverage(() => Watch(trainingLoss));
                if (StopsAfter(_epoch)) reason = StopReason.StoppedEarly;
                double rate = RateOf(trainer.Steps - 1);
                TimeSpan elapsed = _before + _watch.Elapsed;
                EpochReport report = new(_epoch, epochs, trainingLoss, validationLoss, rate, _largestNorm, elapsed) { Metrics = metrics };
                _reports.Add(report);
                _epoch++;
                _seen = 0;
                _lossSum = 0;
                _weightSum = 0;
                _largestNorm = 0;
                progress?.Report(report);
            }

            Save();
        }
        finally
        {
            optimizer.LearningRate = _initialRate;
        }

        trainer.KeepAverage();
        for (int n = 0; _bestEpoch > 0 && n < _bestWeights.Length; n++) model.Parameters[n].Set(_bestWeights[n]);
        return new(_reports, reason, _bestEpoch);
    }

    private bool StopsAfter(int epoch) => EarlyStopping is not null && epoch - _bestEpoch >= EarlyStopping.Patience;

    private double Epoch(CancellationToken cancellation)
    {
        Source.BeginEpoch(_epoch);
        if (_seen == 0)
        {
            foreach (Recurrent<T> layer in trainer.Carrying) layer.ForgetStates();
        }

        while (_seen < Source.Count && !cancellation.IsCancellationRequested)
        {
            _checkInterrupt();
            optimizer.LearningRate = RateOf(trainer.Steps);
            StepResult step = Step();
            _lossSum += step.Loss * step.Weight;
            _weightSum += step.Weight;
            _largestNorm = Math.Max(_largestNorm, step.GradientNorm);
            if (Checkpoints is { IsDue: true }) Save();
        }

        return _lossSum / _weightSum;
    }

    // The learning rate of a step of this epoch.
    private double RateOf(int step) => _initialRate * (Schedule?.FactorAt(_epoch - 1, step) ?? 1);

    private StepResult Step()
    {
        int batch = Source.NumberOf(_seen);
        Dataset<T> samples = Source.Next(_seen);
        try
        {
            StepResult step = trainer.Step(samples);
            _seen = Source.After(_seen);
            return step;
        }
        catch (DivergenceException error)
        {
            throw new DivergenceException($"epoch {_epoch}, batch {batch + 1}", error.Reason);
        }
    }

    // The loss that decides on stopping; the model holds the averaged weights if there are any.
    private (double? ValidationLoss, Dictionary<string, double>? Metrics) Watch(double trainingLoss)
    {
        double? validationLoss = Validation is null ? null : model.Evaluate(Validation, loss);
        Dictionary<string, double>? metrics = Validation is null || Metrics.Count == 0
            ? null
            : Metrics.ToDictionary(metric => metric.Name, metric => model.Evaluate(Validation, metric));
        double watched = validationLoss ?? trainingLoss;
        if (!double.IsFinite(watched))
            throw new DivergenceException(
                $"the validation after epoch {_epoch}",
                $"the loss is {watched}: the weights have diverged; use a smaller learning rate, or clip the gradients.");
        if (watched < _best - (EarlyStopping?.MinimumImprovement ?? 0))
        {
            _best = watched;
            _bestEpoch = _epoch;
            if (EarlyStopping is not null) _bestWeights = Weights();
        }

        return (validationLoss, metrics);
    }

    private T[][] Weights() => [.. model.Parameters.Select(parameter => (T[])parameter.Values.Clone())];

    private void Save()
    {
        if (trainer.Steps == _saved) return;
        _saved = trainer.Steps;
        TimeSpan elapsed = _before + _watch.Elapsed;
        TrainingPosition position = new(_epoch, _seen, _saved, _lossSum, _largestNorm, _best, _bestEpoch, elapsed, _reports)
        {
            WeightSum = _weightSum,
        };
        T[][] weights = [.. model.Parameters.Select(parameter => parameter.Values)];
        _settings ??= Settings();
        OptimizerMemory<T> memory = optimizer.Remember(model.Parameters);
        Checkpoints?.Save(model, new TrainingState<T>("", _settings, position, weights, _bestWeights, memory)
        {
            Carried = [.. trainer.Carrying.Select(layer => layer.Carried)],
        });
    }

    private void ContinueFrom(TrainingState<T>? state, int epochs)
    {
        if (state is not null)
        {
            bool isOld = !state.Settings.ContainsKey("version");
            foreach ((string name, string here) in isOld ? SettingsOf010() : _settings ??= Settings())
            {
                if (state.Settings.GetValueOrDefault(name) is var there && there != here)
                    throw new ArgumentException(
                        $"{state.Name} is of another training: its {name} is {there ?? "unknown"}, here {here}. "
                        + "Use another folder, or the same settings.");
            }

            for (int n = 0; n < state.Weights.Length; n++) model.Parameters[n].Set(state.Weights[n]);
            optimizer.Restore(model.Parameters, state.Optimizer);
            _bestWeights = state.BestWeights;
            foreach ((Recurrent<T> layer, State<T>? carried) in trainer.Carrying.Zip(state.Carried)) layer.Carried = carried;
        }

        TrainingPosition from = state?.Position ?? TrainingPosition.Beginning;
        _epoch = from.Epoch;
        _seen = from.Samples;
        _saved = from.Step;
        trainer.Steps = from.Step;
        _lossSum = from.LossSum;
        _weightSum = from.WeightSum ?? from.Samples;
        _largestNorm = from.LargestNorm;
        _best = from.BestLoss;
        _bestEpoch = from.BestEpoch;
        _before = from.Elapsed;
        _reports = [.. from.Reports.Select(report => report with { Epochs = epochs })];
    }

    // What a training that goes on must share with the one that was stopped; the number of epochs and the patience may differ.
    private Dictionary<string, string> Settings() => new()
    {
        ["version"] = "2",
        ["samples"] = Source.Identity,
        ["validation"] = Validation?.Sha256() ?? "none",
        ["loss"] = loss.Settings,
        ["learningRate"] = _initialRate.ToString("R", CultureInfo.InvariantCulture),
        ["optimizer"] = optimizer.Settings,
        ["batchSize"] = $"{Source.BatchSize}",
        ["seed"] = $"{Seed}",
        ["shuffle"] = $"{Source.Shuffles}",
        ["earlyStopping"] = EarlyStopping is null ? "none" : EarlyStopping.MinimumImprovement.ToString("R", CultureInfo.InvariantCulture),
        ["clipping"] = trainer.Clipping.Settings,
        ["schedule"] = Schedule?.Settings ?? "none",
        ["frozen"] = string.Join(", ", model.Parameters.Where(parameter => parameter.Frozen).Select(parameter => parameter.Name)),
    };

    // What version 0.1.0 wrote: kinds without their numbers, data without their shapes.
    private Dictionary<string, string> SettingsOf010() => new()
    {
        ["samples"] = Source.IdentityOf010,
        ["validation"] = Validation?.Sha256OfNumbers() ?? "none",
        ["loss"] = loss.Name,
        ["optimizer"] = optimizer.Kind,
        ["learningRate"] = _initialRate.ToString("R", CultureInfo.InvariantCulture),
        ["batchSize"] = $"{Source.BatchSize}",
        ["seed"] = $"{Seed}",
        ["shuffle"] = $"{Source.Shuffles}",
        ["earlyStopping"] = EarlyStopping is null ? "none" : EarlyStopping.MinimumImprovement.ToString("R", CultureInfo.InvariantCulture),
        ["clipping"] = trainer.Clipping.GetType().Name,
        ["schedule"] = Schedule?.GetType().Name ?? "none",
    };
}
