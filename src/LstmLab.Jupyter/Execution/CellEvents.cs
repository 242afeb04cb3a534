using LstmLab.Jupyter.Display;

namespace LstmLab.Jupyter.Execution;

/// <summary>What a running cell emits, in order. A runner records the events, a kernel sends them.</summary>
internal abstract record CellEvent;

/// <summary>Text as it was written to the stream "stdout" or "stderr".</summary>
internal sealed record StreamText(string Stream, string Text) : CellEvent;

/// <summary>A displayed value. Identifiers count from 1 in each session.</summary>
internal sealed record DisplayAdded(int Id, MimeBundle Data, bool Transient) : CellEvent;

/// <summary>New content of an earlier display of the same session.</summary>
internal sealed record DisplayUpdated(int Id, MimeBundle Data) : CellEvent;

/// <summary>The value of the trailing expression.</summary>
internal sealed record CellValue(MimeBundle Data) : CellEvent;

/// <summary>The outputs of the cell so far are removed; with <paramref name="Wait"/> when the next one comes.</summary>
internal sealed record OutputCleared(bool Wait) : CellEvent;

/// <summary>Why the cell ended early; always the last event.</summary>
internal sealed record CellFailed(CellError Error) : CellEvent;
