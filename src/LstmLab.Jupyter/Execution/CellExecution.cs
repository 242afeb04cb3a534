using System.Diagnostics;

namespace LstmLab.Jupyter.Execution;

/// <summary>
/// One cell while it runs, with the means to stop it: a flag its loops look at, a wake-up for its waits, and an end for awaits that
/// nobody completes.
/// </summary>
internal sealed class CellExecution
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private const int IdleStepsBeforeAbandon = 5;

    private readonly CellScheduler scheduler = new();
    private readonly TaskCompletionSource abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CellExecution() => CellInterrupt.Requested = false;

    public bool Interrupted { get; private set; }

    /// <summary>Runs the compiled cell.</summary>
    /// <exception cref="KernelInterruptedException">The cell was interrupted while it awaited something, or before it ran.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> code)
    {
        CellInterrupt.Check();
        var running = Task.Factory.StartNew(code, CancellationToken.None, TaskCreationOptions.None, scheduler).Unwrap();

        // What follows must not run on the cell's thread: until the cell has ended, an interrupt wakes each wait of that thread, and so
        // would break a lock of the kernels.
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = running.ContinueWith(
            _ => left.SetResult(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (await Task.WhenAny(left.Task, abandoned.Task).ConfigureAwait(false) == left.Task) return await running.ConfigureAwait(false);

        _ = running.ContinueWith(
            late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        throw new KernelInterruptedException();
    }

    public void End() => ended.TrySetResult();

    /// <summary>Stops the cell.</summary>
    /// <returns>
    /// False if it still runs after the given time, in code that does not return to the cell; then it stops when that returns.
    /// </returns>
    public async Task<bool> InterruptAsync(TimeSpan patience)
    {
        Interrupted = true;
        CellInterrupt.Requested = true;
        var clock = Stopwatch.StartNew();
        for (var idle = 0; !ended.Task.IsCompleted && clock.Elapsed < patience;)
        {
            scheduler.InterruptWaits();
            await Task.WhenAny(ended.Task, Task.Delay(Step)).ConfigureAwait(false);
            idle = scheduler.IsIdle ? idle + 1 : 0;
            if (idle == IdleStepsBeforeAbandon)
            {
                scheduler.Abandon();
                abandoned.TrySetResult();
            }
        }

        return ended.Task.IsCompleted;
    }
}
