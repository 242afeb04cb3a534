using System.Text.Json.Nodes;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Language;
using LstmLab.Jupyter.Polyglot;
using LstmLab.Jupyter.Protocol;

namespace LstmLab.Jupyter.Kernel;

/// <summary>Answers requests to execute a cell.</summary>
internal sealed class Cells(KernelSockets sockets, ScriptSession session, History history, EditorWorkspace editor)
{
    /// <summary>Runs the cell, with its outputs on iopub.</summary>
    /// <returns>The reply, and whether the cells that are already queued are to be aborted.</returns>
    public async Task<(JsonObject Reply, bool Abort)> ExecuteAsync(Message request)
    {
        var code = request.Text("code") ?? throw new InvalidDataException("the request to execute has no code");
        var silent = request.Flag("silent", false);
        var counted = !silent && request.Flag("store_history", true);
        var number = session.ExecutionCount + (counted ? 1 : 0);
        if (!silent) sockets.Publish(request, "execute_input", new JsonObject { ["code"] = code, ["execution_count"] = number });

        string? result = null;
        CellError? error;
        using (var publisher = new CellPublisher(sockets, request, number))
        {
            void Record(CellEvent cellEvent)
            {
                result = (cellEvent as CellValue)?.Data.Data.GetValueOrDefault("text/plain")?.ToString() ?? result;
                if (!silent) publisher.Publish(cellEvent);
            }

            session.Input = request.Flag("allow_stdin", false) ? new ConsoleInput(sockets, request, publisher.Flush) : TextReader.Null;
            error = string.IsNullOrWhiteSpace(code) ? null : await session.ExecuteAsync(code, Record, counted).ConfigureAwait(false);
        }

        if (counted) history.Add(number, code, result);
        if (error?.Name != CellError.CompilationError) editor.Add(CellPart.CSharpOnly(code, session.Kernels.Divide(code, null)));
        var reply = error is null ? Replies.Ok() : Replies.Error(error);
        reply["execution_count"] = number;
        reply["payload"] = new JsonArray();
        if (error is null)
        {
            var expressions = request.Content["user_expressions"] as JsonObject ?? [];
            reply["user_expressions"] = await EvaluateAsync(expressions).ConfigureAwait(false);
        }

        return (reply, error is not null && request.Flag("stop_on_error", true));
    }

    private async Task<JsonObject> EvaluateAsync(JsonObject expressions)
    {
        var values = new JsonObject();
        foreach (var (name, expression) in expressions)
        {
            var value = new JsonObject { ["status"] = "ok", ["data"] = new JsonObject(), ["metadata"] = new JsonObject() };
            void Take(CellEvent cellEvent)
            {
                if (cellEvent is CellValue shown) value["data"] = shown.Data.ToJson();
            }

            session.Input = TextReader.Null;
            var failed = await session.ExecuteAsync(expression?.ToString() ?? "", Take, counted: false).ConfigureAwait(false);
            values[name] = failed is { } error ? Replies.Error(error) : value;
        }

        return values;
    }
}
