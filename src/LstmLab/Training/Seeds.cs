
namespace LstmLab;

/// <summary>The same experiment over many seeds.</summary>
public static class Seeds
{
    /// <summary>Runs the experiment for seeds 0 … count − 1, on all processors; results stand in the order of seeds, so the number of threads changes nothing.</summary>
    /// <param name="count">Number of seeds.</param>
    /// <param name="experiment">From a seed to its result; makes everything it changes itself.</param>
    /// <param name="progress">Told the number of finished seeds.</param>
    /// <param name="cancellation">Ends the run with an <see cref="OperationCanceledException"/>.</param>
    public static TResult[] Run<TResult>(int count, Func<ulong, TResult> experiment, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        TResult[] results = new TResult[count];
        int finished = 0;
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            results[seed] = Threads.Single(() => experiment((ulong)seed));
            progress?.Report(Interlocked.Increment(ref finished));
        });
        return results;
    }
}
