using System.Runtime.ExceptionServices;

namespace LstmLab;

/// <summary>The same experiment over many seeds.</summary>
public static class Seeds
{
    /// <summary>
    /// Runs an experiment for the seeds first … first + count − 1, up to <see cref="Threads.Count"/> of them at a time, each on one thread.
    /// Results are in the order of the seeds, so that the number of threads changes nothing.
    /// </summary>
    /// <param name="count">Number of seeds, at least 0.</param>
    /// <param name="experiment">From a seed to its result. Experiments run side by side, so each makes everything that it changes.</param>
    /// <param name="first">The first seed.</param>
    /// <param name="progress">Receives the number of finished seeds: 1, 2, … count, one call at a time.</param>
    /// <param name="cancellation">Ends the run as soon as the experiments that have begun are over.</param>
    /// <returns>The results, [count].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    /// <exception cref="OperationCanceledException">The run was canceled before the last experiment began.</exception>
    /// <remarks>What an experiment throws comes out as it is, with its stack trace; no further seed is begun. If several throw, the
    /// lowest seed's comes out.</remarks>
    public static TResult[] Run<TResult>(
        int count, Func<ulong, TResult> experiment, ulong first = 0, IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(experiment);
        SeedRun<TResult> run = new(count, experiment, first, progress, cancellation);
        return run.Results(Math.Min(Threads.Count, count));
    }
}

/// <summary>One run over seeds: threads take the next seed until none is left.</summary>
internal sealed class SeedRun<TResult>(
    int count, Func<ulong, TResult> experiment, ulong first, IProgress<int>? progress, CancellationToken cancellation)
{
    private readonly TResult[] _results = new TResult[count];
    private readonly Lock _reporting = new();
    private int _next = -1;
    private int _finished;
    private int _failed = int.MaxValue;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _stopped;

    /// <summary>Runs every experiment on so many threads, of which the calling thread is one.</summary>
    public TResult[] Results(int threads)
    {
        Thread[] others = [.. Enumerable.Range(1, Math.Max(0, threads - 1)).Select(_ => new Thread(Take) { IsBackground = true })];
        foreach (Thread thread in others) thread.Start();
        try
        {
            Take();
            foreach (Thread thread in others) thread.Join();
        }
        finally
        {
            // Whoever interrupts the calling thread wants no further seed.
            _stopped = true;
        }

        _failure?.Throw();
        if (_finished < count) cancellation.ThrowIfCancellationRequested();
        return _results;
    }

    private void Take()
    {
        while (!_stopped && !cancellation.IsCancellationRequested)
        {
            int n = Interlocked.Increment(ref _next);
            if (n >= count) return;
            try
            {
                _results[n] = Threads.Single(() => experiment(first + (ulong)n));
                Report();
            }
            catch (Exception failure)
            {
                Fail(n, failure);
            }
        }
    }

    // Under one lock, so that a number is never reported after a larger one.
    private void Report()
    {
        lock (_reporting)
        {
            _finished++;
            progress?.Report(_finished);
        }
    }

    // Lower seeds have begun before this one and are waited for, so the failure that comes out does not depend on the threads.
    private void Fail(int n, Exception failure)
    {
        lock (_reporting)
        {
            _stopped = true;
            if (n > _failed) return;
            (_failed, _failure) = (n, ExceptionDispatchInfo.Capture(failure));
        }
    }
}
