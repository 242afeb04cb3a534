namespace LstmLab;

/// <summary>How many threads one training uses. The number does not change any bit of a result.</summary>
public static class Threads
{
    private static int _count = Environment.ProcessorCount;

    [ThreadStatic]
    private static bool _single;

    /// <summary>Threads of a training, at least 1; the number of processors unless set. 1 on a thread of an ensemble, which is busy with
    /// other seeds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public static int Count
    {
        get => _single ? 1 : _count;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _count = value;
        }
    }

    /// <summary>Runs something whose trainings use the calling thread alone.</summary>
    internal static TResult Single<TResult>(Func<TResult> run)
    {
        bool before = _single;
        _single = true;
        try
        {
            return run();
        }
        finally
        {
            _single = before;
        }
    }
}
