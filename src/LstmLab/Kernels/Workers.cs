using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace LstmLab;

/// <summary>
/// Threads that wait for work: they spin for a moment, then sleep. Handing work over takes a fraction of a microsecond and allocates
/// nothing.
/// </summary>
/// <remarks>
/// Which thread does a part changes no bit, since no two parts add to the same sum. One run at a time has the workers; a run that finds
/// them busy, because another training has them or because it was started inside a part, does its parts on its own thread. Each run
/// counts in a <see cref="ParallelJob"/> of its own, and the calling thread never blocks in here: Thread.Interrupt, which is how a
/// notebook's stop button ends a cell, stays pending until the caller's next wait and cannot cut a run short.
/// </remarks>
internal static class Workers
{
    /// <summary>Multiply-adds of a whole pass from which on a second thread gains more than it costs to bring it the data.</summary>
    public const long MinWorkToParallelizeBatch = 10_000_000;

    /// <summary>Multiply-adds of a single time step from which on several threads gain more than a barrier at its end costs.</summary>
    public const long MinWorkToParallelizeStep = 200_000;

    private static readonly long ShortPause = Stopwatch.Frequency / 10_000;
    private static readonly Lock Gate = new();
    private static readonly List<Worker> Team = [];
    private static ParallelJob? _idleJob;
    private static long _lastRunEnded;

    /// <summary>The items that belong to one of several parts: <c>count·part/parts … count·(part+1)/parts − 1</c>.</summary>
    public static (int First, int End) Partition(int count, int part, int parts)
    {
        // Two divisions take a noticeable share of a step that is over in less than a microsecond.
        if (parts == 1) return (0, count);
        return (count * part / parts, count * (part + 1) / parts);
    }

    /// <summary>Runs all parts, the first on the calling thread, and returns when all are done.</summary>
    /// <param name="work">Does a part, counted from 0. No two parts write to the same place. Make the delegate once: making it at each
    /// step would allocate.</param>
    /// <param name="parts">Its number of parts, at least 1.</param>
    /// <param name="brief">Whether a part takes less time than a sleeping thread needs to wake up. Then none is woken, unless the last
    /// run has only just ended and more are likely to follow.</param>
    /// <remarks>An exception of a part comes out as it is, when no part is running any more; of several, that of the lowest part.</remarks>
    public static void Run(Action<int> work, int parts, bool brief = false)
    {
        if (parts == 1 || Gate.IsHeldByCurrentThread || !Gate.TryEnter())
        {
            for (int part = 0; part < parts; part++) work(part);
            return;
        }

        try
        {
            // Before anything is handed over: a thread that cannot be started must not leave a run half begun.
            while (Team.Count < parts - 1) Team.Add(new Worker(Team.Count + 1));
            ParallelJob job = _idleJob ?? new();
            _idleJob = null;
            job.Begin(work, parts);
            bool wake = !brief || Stopwatch.GetTimestamp() - _lastRunEnded < ShortPause;
            for (int n = 0; n < parts - 1; n++) Team[n].Begin(job, wake);
            job.Run(0);
            for (int n = 0; n < parts - 1; n++) Team[n].TakeBack()?.Run(n + 1);
            job.Wait();
            // A job is used again only when all its parts are done.
            _idleJob = job;
            _lastRunEnded = Stopwatch.GetTimestamp();
            job.ThrowFailure();
        }
        finally
        {
            Gate.Exit();
        }
    }

    [SuppressMessage("Reliability", "CA1001", Justification = "Workers live as long as the process.")]
    private sealed class Worker
    {
        private const int SpinsBeforeSleep = 5_000;
        private readonly AutoResetEvent _wakeUp = new(false);
        private readonly int _part;
        private ParallelJob? _job;
        private bool _sleeping;

        public Worker(int part)
        {
            _part = part;
            new Thread(Loop) { IsBackground = true, Name = $"LstmLab {part}" }.UnsafeStart();
        }

        public void Begin(ParallelJob job, bool wake)
        {
            Volatile.Write(ref _job, job);
            Interlocked.MemoryBarrier();
            if (wake && Volatile.Read(ref _sleeping)) _wakeUp.Set();
        }

        /// <summary>Takes the job away if its part has not begun; null otherwise. Only one thread gets it.</summary>
        public ParallelJob? TakeBack() => Volatile.Read(ref _job) is null ? null : Interlocked.Exchange(ref _job, null);

        private void Loop()
        {
            while (true) WaitForJob().Run(_part);
        }

        private ParallelJob WaitForJob()
        {
            while (true)
            {
                for (int spins = 0; spins < SpinsBeforeSleep; spins++)
                {
                    if (TakeBack() is { } job) return job;
                    Thread.SpinWait(1);
                }

                // The flag is set before the last look: either the job is seen here, or Begin sees the flag.
                Volatile.Write(ref _sleeping, true);
                Interlocked.MemoryBarrier();
                if (Volatile.Read(ref _job) is null) _wakeUp.WaitOne();
                Volatile.Write(ref _sleeping, false);
            }
        }
    }
}
