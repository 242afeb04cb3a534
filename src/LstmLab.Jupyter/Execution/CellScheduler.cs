namespace LstmLab.Jupyter.Execution;

/// <summary>Runs a cell and what it awaits on threads of the pool, and knows which, so that their waits can be interrupted.</summary>
internal sealed class CellScheduler : TaskScheduler
{
    private readonly HashSet<Thread> executing = [];
    private int unfinished;
    private volatile bool abandoned;

    /// <summary>Nothing of the cell runs or is about to: it waits for something without a thread.</summary>
    public bool IsIdle => Volatile.Read(ref unfinished) == 0;

    /// <summary>Wakes every thread of the cell that sleeps or waits.</summary>
    public void InterruptWaits()
    {
        lock (executing)
        {
            foreach (var thread in executing) thread.Interrupt();
        }
    }

    /// <summary>Nothing more of the cell is run.</summary>
    public void Abandon() => abandoned = true;

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    protected override void QueueTask(Task task)
    {
        if (abandoned) return;

        Interlocked.Increment(ref unfinished);
        ThreadPool.UnsafeQueueUserWorkItem(_ => Execute(task), null);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        bool isCells;
        lock (executing) isCells = executing.Contains(Thread.CurrentThread);
        return isCells && TryExecuteTask(task);
    }

    private void Execute(Task task)
    {
        lock (executing) executing.Add(Thread.CurrentThread);
        try
        {
            TryExecuteTask(task);
        }
        finally
        {
            GiveBackThread();
            Interlocked.Decrement(ref unfinished);
        }
    }

    /// <summary>The pool's thread must not carry an interrupt that it has not met into other work.</summary>
    private void GiveBackThread()
    {
        for (var returned = false; !returned;)
        {
            try
            {
                lock (executing) executing.Remove(Thread.CurrentThread);
                returned = true;
                if (CellInterrupt.Requested) Thread.Sleep(1);
            }
            catch (ThreadInterruptedException)
            {
                // Met here, as meant.
            }
        }
    }
}
