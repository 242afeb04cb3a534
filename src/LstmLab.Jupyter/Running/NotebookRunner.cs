using System.Diagnostics;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Export;
using LstmLab.Jupyter.Notebooks;
using LstmLab.Jupyter.Polyglot;

namespace LstmLab.Jupyter.Running;

/// <summary>
/// Runs a notebook from top to bottom in a session of its own, until a cell fails or takes longer than the timeout, and writes
/// the executed notebook and its page, in any case.
/// </summary>
/// <param name="timeout">The longest time one cell may take.</param>
/// <param name="progress">Hears what the runner does.</param>
/// <param name="series">The notebooks to whose pages a page links.</param>
internal sealed class NotebookRunner(TimeSpan timeout, IRunProgress progress, NotebookSeries? series = null)
{
    /// <summary>Runs and writes one notebook. The page lies beside the executed notebook, with the ending .html.</summary>
    public async Task<NotebookResult> RunAsync(Notebook notebook, string output, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        progress.NotebookStarted(notebook.Path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(notebook.Path))!;
        var session = new ScriptSession(folder);
        var outputs = new CellOutputs();
        var code = notebook.Cells.Where(cell => cell.IsToRun).ToList();
        var (result, run, stuck) = (NotebookResult.Ok, 0, false);
        foreach (var cell in notebook.Cells.Where(cell => cell.IsCode && !cell.IsSkipped))
        {
            cell.Clear();
        }

        foreach (var cell in code)
        {
            progress.CellStarted(++run, code.Count, cell.FirstLine);
            CellNotes.Write($"{notebook.Path}, cell {cell.Index} (code cell {run})");
            outputs.StartCell(cell, run);
            (var error, stuck) = await RunCellAsync(session, cell, notebook.Kernel, outputs, cancellation).ConfigureAwait(false);
            if (error is not null && (stuck || !cell.MayFail))
            {
                result = stuck && cancellation.IsCancellationRequested ? "interrupted" : $"failed in cell {cell.Index}";
                progress.CellFailed(notebook.Path, new CellFailure(cell.Index, run, error.Line is { } line ? cell.Line(line) : "", error));
                break;
            }
        }

        CellNotes.Write("");
        notebook.Write(output);
        var page = HtmlPage.Render(notebook, Path.GetDirectoryName(Path.GetFullPath(output))!, series);
        Notebook.WriteFile(Path.ChangeExtension(output, ".html"), page.Content);
        foreach (var message in page.Notes)
        {
            progress.PageNoted(message);
        }

        foreach (var message in page.Errors)
        {
            progress.PageFailed(message);
            result = result == NotebookResult.Ok ? "page has errors" : result;
        }

        if (!stuck)
        {
            session.Dispose();
        }

        var ended = new NotebookResult(notebook.Path, run, code.Count, clock.Elapsed, result, stuck);
        progress.NotebookEnded(ended);
        return ended;
    }

    private async Task<(CellError? Error, bool Stuck)> RunCellAsync(
        ScriptSession session, NotebookCell cell, string kernel, CellOutputs outputs, CancellationToken cancellation)
    {
        CellError? error = null;
        void Record(CellEvent cellEvent)
        {
            outputs.Record(cellEvent);
            error = (cellEvent as CellFailed)?.Error ?? error;
        }

        var stuck = false;
        try
        {
            var execution = session.ExecuteAsync(cell.Source, Record, language: cell.Kernel ?? kernel);
            await execution.WaitAsync(timeout, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            session.Abandon();
            stuck = true;
            Record(new CellFailed(exception is TimeoutException
                ? CellError.Of("CellTimeout", $"The cell took longer than {timeout.TotalSeconds} seconds, the limit set by --timeout.")
                : CellError.Of("CellInterrupted", "The run was interrupted.")));
        }

        outputs.EndStream();
        return (error, stuck);
    }
}
