using System.Numerics;

namespace LstmLab;

/// <summary>Where a training's batches come from. A place in an epoch is the number of samples (of a data set) or batches (of a stream)
/// before it.</summary>
internal interface IBatchSource<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Places of an epoch.</summary>
    int Count { get; }

    /// <summary>Samples a batch; 0 when it is not fixed.</summary>
    int BatchSize { get; }

    /// <summary>Whether each epoch has an order of its own.</summary>
    bool Shuffles { get; }

    /// <summary>Tells this source from others.</summary>
    string Identity { get; }

    /// <summary>What version 0.1.0 told this source by.</summary>
    string IdentityOf010 { get; }

    /// <summary>Sets the epoch, from 1.</summary>
    void BeginEpoch(int epoch);

    /// <summary>The batch at a place.</summary>
    Dataset<T> Next(int place);

    /// <summary>The place after that batch.</summary>
    int After(int place);

    /// <summary>The number of the batch at a place, from 0.</summary>
    int NumberOf(int place);
}

/// <summary>A data set, each epoch in a new order.</summary>
internal sealed class ShuffledBatches<T>(Dataset<T> samples, int batchSize, bool shuffle, ulong seed) : IBatchSource<T>
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Batches<T> _batches = new(samples);
    private int[] _order = [];

    public int Count => samples.Count;

    public int BatchSize => batchSize;

    public bool Shuffles => shuffle;

    public string Identity => samples.Sha256();

    public string IdentityOf010 => samples.Sha256OfNumbers();

    public void BeginEpoch(int epoch)
    {
        _order = [.. Enumerable.Range(0, samples.Count)];
        if (shuffle) new RandomStream(seed, "shuffle", epoch).Shuffle(_order);
    }

    public Dataset<T> Next(int place) => _batches.Gather(_order.AsSpan(place, Math.Min(batchSize, _order.Length - place)));

    public int After(int place) => Math.Min(place + batchSize, _order.Length);

    public int NumberOf(int place) => place / batchSize;
}

/// <summary>Fresh batches: the batch of each step is made when it is needed.</summary>
internal sealed class StreamedBatches<T>(Func<int, Dataset<T>> batchOf, int stepsPerEpoch) : IBatchSource<T>
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    private int _first;

    public int Count => stepsPerEpoch;

    public int BatchSize => 0;

    public bool Shuffles => false;

    public string Identity => $"a stream of {stepsPerEpoch} steps an epoch";

    public string IdentityOf010 => Identity;

    public void BeginEpoch(int epoch) => _first = (epoch - 1) * stepsPerEpoch;

    public Dataset<T> Next(int place)
    {
        Dataset<T> batch = batchOf(_first + place)
            ?? throw new InvalidOperationException($"The stream of batches gave null for step {_first + place}.");
        return batch.Require($"batch {_first + place}");
    }

    public int After(int place) => place + 1;

    public int NumberOf(int place) => place;
}
