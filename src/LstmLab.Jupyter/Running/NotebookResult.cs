using LstmLab.Jupyter.Execution;

namespace LstmLab.Jupyter.Running;

/// <summary>
/// How far a notebook came: the code cells executed (a failing one included) of all, and "ok" or what went wrong in few words.
/// Stuck: a cell was abandoned and may still be running, so this process must not run another one.
/// </summary>
internal sealed record NotebookResult(string Path, int CellsRun, int CellCount, TimeSpan Elapsed, string Result, bool Stuck)
{
    public const string Ok = "ok";

    public bool Succeeded => Result == Ok;
}

/// <summary>
/// A failing cell: its position among all cells and among the executed ones, both from 1 (the second is the number tracebacks call it by),
/// the C# line, empty where the error has none, and the error.
/// </summary>
internal sealed record CellFailure(int Index, int CodeIndex, string SourceLine, CellError Error);
