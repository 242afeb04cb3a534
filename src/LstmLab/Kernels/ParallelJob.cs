using System.Runtime.ExceptionServices;

namespace LstmLab;

/// <summary>
/// One parallel run: how many of its parts are unfinished, and what failed. Nothing in it blocks, so nothing in it can be interrupted.
/// </summary>
internal sealed class ParallelJob
{
    private const int SpinsBeforeYield = 200;
    private Action<int>? _work;
    private Failure? _failure;
    private int _unfinished;

    /// <summary>Prepares a run; the job must be new or finished.</summary>
    public void Begin(Action<int> work, int parts)
    {
        _work = work;
        _failure = null;
        Volatile.Write(ref _unfinished, parts);
    }

    /// <summary>Does one part on the calling thread and counts it, even if it fails.</summary>
    public void Run(int part)
    {
        try
        {
            _work!(part);
        }
        catch (Exception exception)
        {
            Record(new Failure(part, ExceptionDispatchInfo.Capture(exception)));
        }

        Interlocked.Decrement(ref _unfinished);
    }

    /// <summary>Waits until every part has been counted.</summary>
    public void Wait()
    {
        // Not SpinWait, which sleeps and then can be interrupted.
        for (int spins = 0; Volatile.Read(ref _unfinished) > 0; spins++)
        {
            if (spins < SpinsBeforeYield) Thread.SpinWait(1);
            else Thread.Yield();
        }

        _work = null;
    }

    /// <summary>Throws the exception of the lowest part that failed, if any.</summary>
    public void ThrowFailure()
    {
        Failure? failure = _failure;
        _failure = null;
        failure?.Exception.Throw();
    }

    private void Record(Failure failure)
    {
        Failure? seen = Volatile.Read(ref _failure);
        while (seen is null || failure.Part < seen.Part)
        {
            Failure? found = Interlocked.CompareExchange(ref _failure, failure, seen);
            if (ReferenceEquals(found, seen)) return;
            seen = found;
        }
    }

    private sealed record Failure(int Part, ExceptionDispatchInfo Exception);
}
