using System.Diagnostics;

namespace LstmLab;

/// <summary>Work that can be cut into parts which touch different outputs.</summary>
internal interface IParallelWork
{
    /// <summary>Does a part, counted from 0.</summary>
    void Run(int part);
}

/// <summary>
/// Threads that wait for work by spinning for a moment, then by sleeping: handing work over takes a fraction of a microsecond and allocates nothing.
/// Which thread does a part changes no bit, since parts share no sum; the caller does what nobody has begun when its own part is done.
/// </summary>
internal static class Workers
{
    /// <summary>Multiply-adds of a pass from which on a second thread gains more than it costs to bring it the numbers.</summary>
    public const long WorthSharing = 10_000_000;

    /// <summary>Multiply-adds of a single step from which on threads gain more than it costs that they meet.</summary>
    public const long WorthMeeting = 200_000;

    private const int SpinsBeforeSleep = 5_000;
    private static readonly long JustBefore = Stopwatch.Frequency / 10_000;
    private static readonly Lock Gate = new();
    private static readonly List<Worker> Team = [];
    private static int _unfinished;
    private static long _ended;
    private static Exception? _failure;

    /// <summary>What of so many is a part's. A division is worth avoiding where a step takes less than a microsecond.</summary>
    public static (int First, int End) Share(int count, int part, int parts) => parts == 1 ? (0, count) : (count * part / parts, count * (part + 1) / parts);

    /// <summary>Does all parts, the first on the calling thread; returns when all are done.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="parts">How many parts it has.</param>
    /// <param name="brief">Whether it is done sooner than a sleeping thread wakes up: then none is woken, unless work has come just before and so may come again.</param>
    public static void Run(IParallelWork work, int parts, bool brief = false)
    {
        // A second training at the same time does its parts itself.
        if (parts == 1 || !Gate.TryEnter())
        {
            for (int part = 0; part < parts; part++) work.Run(part);
            return;
        }

        try
        {
            while (Team.Count < parts - 1) Team.Add(new Worker(Team.Count + 1));
            Volatile.Write(ref _unfinished, parts);
            bool wake = !brief || Stopwatch.GetTimestamp() - _ended < JustBefore;
            for (int n = 0; n < parts - 1; n++) Team[n].Begin(work, wake);
            Do(work, 0);
            for (int n = 0; n < parts - 1; n++)
                if (Team[n].Take() is not null) Do(work, n + 1);
            SpinWait wait = default;
            while (Volatile.Read(ref _unfinished) > 0) wait.SpinOnce(sleep1Threshold: -1);
            _ended = Stopwatch.GetTimestamp();
            if (Interlocked.Exchange(ref _failure, null) is { } failure) throw new InvalidOperationException("A part of the work failed.", failure);
        }
        finally
        {
            Gate.Exit();
        }
    }

    private static void Do(IParallelWork work, int part)
    {
        try
        {
            work.Run(part);
        }
        catch (Exception failure)
        {
            _failure = failure;
        }

        Interlocked.Decrement(ref _unfinished);
    }

    private sealed class Worker
    {
        private readonly object _bell = new();
        private readonly int _part;
        private IParallelWork? _work;
        private int _sleeps;

        public Worker(int part)
        {
            _part = part;
            new Thread(Loop) { IsBackground = true, Name = $"LstmLab {part}" }.UnsafeStart();
        }

        public void Begin(IParallelWork work, bool wake)
        {
            Volatile.Write(ref _work, work);
            Interlocked.MemoryBarrier();
            if (!wake || Volatile.Read(ref _sleeps) == 0) return;
            lock (_bell) Monitor.Pulse(_bell);
        }

        // The work, for one taker.
        public IParallelWork? Take() => Volatile.Read(ref _work) is null ? null : Interlocked.Exchange(ref _work, null);

        private void Loop()
        {
            while (true) Do(Next(), _part);
        }

        private IParallelWork Next()
        {
            while (true)
            {
                for (int spins = 0; spins < SpinsBeforeSleep; spins++)
                {
                    if (Take() is { } work) return work;
                    Thread.SpinWait(1);
                }

                // Says that it sleeps before it looks a last time: whoever brings work either sees the word or is seen.
                lock (_bell)
                {
                    Interlocked.Exchange(ref _sleeps, 1);
                    while (Volatile.Read(ref _work) is null) Monitor.Wait(_bell);
                    Interlocked.Exchange(ref _sleeps, 0);
                }
            }
        }
    }
}
