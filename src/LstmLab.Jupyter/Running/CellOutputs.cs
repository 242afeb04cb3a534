using System.Text;
using System.Text.Json.Nodes;
using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Notebooks;

namespace LstmLab.Jupyter.Running;

/// <summary>Records the events of a notebook's cells as outputs of the file format, nothing of which depends on time or chance.</summary>
internal sealed class CellOutputs
{
    private readonly Dictionary<int, JsonObject> displays = [];
    private readonly StringBuilder pending = new();
    private string? pendingStream;
    private JsonArray outputs = [];
    private int executionCount;
    private bool clearOnNext;

    /// <summary>Events recorded from now on belong to this cell.</summary>
    public void StartCell(NotebookCell cell, int count)
    {
        cell.Clear();
        cell.SetExecutionCount(count);
        outputs = cell.Outputs;
        executionCount = count;
        clearOnNext = false;
    }

    public void Record(CellEvent cellEvent)
    {
        if (cellEvent is StreamText { Stream: var stream, Text: var text })
        {
            if (pendingStream != stream)
            {
                EndStream();
                pendingStream = stream;
            }

            ClearIfDue();
            pending.Append(text);
            return;
        }

        EndStream();
        if (cellEvent is OutputCleared { Wait: true })
        {
            clearOnNext = true;
            return;
        }

        ClearIfDue();
        switch (cellEvent)
        {
            case DisplayAdded added:
                var metadata = added.Transient ? new JsonObject { ["lstmlab"] = new JsonObject { ["transient"] = true } } : [];
                displays[added.Id] = new JsonObject
                {
                    ["data"] = Data(added.Data),
                    ["metadata"] = metadata,
                    ["output_type"] = "display_data",
                };
                outputs.Add((JsonNode)displays[added.Id]);
                break;
            case DisplayUpdated updated:
                displays[updated.Id]["data"] = Data(updated.Data);
                break;
            case CellValue value:
                outputs.Add((JsonNode)new JsonObject
                {
                    ["data"] = Data(value.Data),
                    ["execution_count"] = executionCount,
                    ["metadata"] = new JsonObject(),
                    ["output_type"] = "execute_result",
                });
                break;
            case OutputCleared:
                outputs.Clear();
                break;
            case CellFailed { Error: var error }:
                outputs.Add((JsonNode)new JsonObject
                {
                    ["ename"] = error.Name,
                    ["evalue"] = error.Value,
                    ["output_type"] = "error",
                    ["traceback"] = new JsonArray([.. error.Traceback.Select(line => JsonValue.Create(line))]),
                });
                break;
        }
    }

    /// <summary>Stores the text written so far; to be called when the cell has ended, too.</summary>
    public void EndStream()
    {
        if (pendingStream is not null)
        {
            var text = NotebookCell.Lines(Overwrite(pending.ToString()));
            outputs.Add((JsonNode)new JsonObject { ["name"] = pendingStream, ["output_type"] = "stream", ["text"] = text });
            pending.Clear();
            pendingStream = null;
        }
    }

    private void ClearIfDue()
    {
        if (clearOnNext) outputs.Clear();
        clearOnNext = false;
    }

    private static JsonObject Data(MimeBundle bundle)
    {
        var data = new JsonObject();
        foreach (var (mimeType, value) in bundle.Data)
        {
            data[mimeType] = MimeBundle.IsJson(mimeType) ? value.DeepClone() : NotebookCell.Lines((string)value!);
        }

        return data;
    }

    /// <summary>What a terminal shows in the end: a carriage return goes back to the start of the line and later text overwrites.</summary>
    private static string Overwrite(string text)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        return text.Contains('\r') ? string.Join('\n', text.Split('\n').Select(OverwriteLine)) : text;
    }

    private static string OverwriteLine(string line)
    {
        var shown = new StringBuilder();
        foreach (var part in line.Split('\r'))
        {
            shown.Remove(0, Math.Min(part.Length, shown.Length)).Insert(0, part);
        }

        return shown.ToString();
    }
}
