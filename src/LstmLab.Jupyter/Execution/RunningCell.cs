namespace LstmLab.Jupyter.Execution;

/// <summary>
/// The one cell of the process that runs now. Console and current directory are global to a process, so cells run one at a time;
/// the cell is found from any thread, which an AsyncLocal would not allow.
/// </summary>
internal sealed class RunningCell : IDisposable
{
    private static RunningCell? current;

    private readonly Lock emitting = new();
    private readonly Action<CellEvent> sink;
    private readonly ConsoleCapture console;
    private readonly string previousDirectory = Directory.GetCurrentDirectory();
    private bool ended;

    private RunningCell(ICellSession session, Action<CellEvent> sink)
    {
        Session = session;
        this.sink = sink;
        Directory.SetCurrentDirectory(session.Folder);
        console = new ConsoleCapture(this, session.Input);
    }

    public ICellSession Session { get; }

    public CellExecution Execution { get; } = new();

    public static RunningCell Start(ICellSession session, Action<CellEvent> sink)
    {
        if (current is not null)
        {
            throw new InvalidOperationException("Another cell is running: cells of one process run one at a time.");
        }

        return current = new RunningCell(session, sink);
    }

    public static RunningCell Require() => current ?? throw new InvalidOperationException(
        "No notebook cell is running: display values inside a cell, and await background work before the cell ends.");

    public int NextDisplayId() => Session.NextDisplayId();

    /// <summary>Passes an event on; events of threads that outlive the cell are dropped.</summary>
    public void Emit(CellEvent cellEvent)
    {
        DescriptorOutput.Drain();
        lock (emitting)
        {
            if (!ended)
            {
                sink(cellEvent);
            }
        }
    }

    /// <summary>
    /// Ends the cell although its code still runs. Until that returns it keeps the console, so that what it writes reaches nobody.
    /// </summary>
    public void Abandon()
    {
        DescriptorOutput.Drain();
        lock (emitting)
        {
            if (ended)
            {
                return;
            }

            ended = true;
        }

        Directory.SetCurrentDirectory(previousDirectory);
        current = null;
    }

    public void Dispose()
    {
        Abandon();
        console.Dispose();
    }
}

/// <summary>What a running cell needs of the notebook it belongs to.</summary>
internal interface ICellSession
{
    /// <summary>The notebook's folder, current directory of the cell.</summary>
    string Folder { get; }

    /// <summary>What the cell reads from the console.</summary>
    TextReader Input { get; }

    /// <summary>A number that no other output of the notebook has.</summary>
    int NextDisplayId();
}
