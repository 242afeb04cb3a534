namespace LstmLab.Jupyter.Running;

/// <summary>Progress for people: one moving line per notebook in a terminal, one line per cell in a file or a log.</summary>
/// <param name="console">Where the text goes; taken before cells capture the console.</param>
/// <param name="terminalWidth">Columns of the terminal, or null where the output is redirected.</param>
internal sealed class ConsoleProgress(TextWriter console, int? terminalWidth) : IRunProgress
{
    private const int LogWidth = 100;

    public void NotebookStarted(string path) => console.WriteLine(path);

    public void CellStarted(int number, int count, string firstLine)
    {
        var line = $"  [{number}/{count}] {firstLine}";
        var width = (terminalWidth ?? LogWidth) - 1;
        line = line.Length > width ? line[..(width - 1)] + "…" : line;
        if (terminalWidth is null)
        {
            console.WriteLine(line);
        }
        else
        {
            console.Write("\r" + line.PadRight(width));
        }

        console.Flush();
    }

    public void CellFailed(string path, CellFailure failure)
    {
        ClearLine();
        var place = failure.Error.Line is { } line ? $", line {line}: {failure.SourceLine.Trim()}" : "";
        console.WriteLine($"  FAILED {path}, cell {failure.Index} (code cell {failure.CodeIndex}){place}");
        foreach (var text in failure.Error.Traceback)
        {
            console.WriteLine("    " + text);
        }
    }

    public void PageFailed(string message) => Line("FAILED " + message);

    public void PageNoted(string message) => Line("note: " + message);

    public void NotebookEnded(NotebookResult result) => Line($"{result.Result}, {result.Elapsed.TotalSeconds:F1} s");

    /// <summary>The table at the end of a run. The second column counts executed cells of code cells.</summary>
    public void Table(IReadOnlyCollection<NotebookResult> results)
    {
        var rows = results.Select(r => new[] { r.Path, $"{r.CellsRun}/{r.CellCount}", r.Elapsed.TotalSeconds.ToString("F1"), r.Result });
        console.WriteLine();
        var table = TextTable.Write(["Notebook", "Cells", "Seconds", "Result"], rows, right: column => column is 1 or 2);
        console.WriteLine(table.ReplaceLineEndings());
    }

    private void Line(string text)
    {
        ClearLine();
        console.WriteLine("  " + text);
    }

    private void ClearLine()
    {
        if (terminalWidth is { } width)
        {
            console.Write("\r" + new string(' ', width - 1) + "\r");
        }
    }
}
