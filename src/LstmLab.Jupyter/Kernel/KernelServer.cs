using System.Text.Json.Nodes;
using System.Threading.Channels;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Language;
using LstmLab.Jupyter.Polyglot;
using LstmLab.Jupyter.Protocol;

namespace LstmLab.Jupyter.Kernel;

/// <summary>
/// One kernel: requests of the shell channel one after another, those of the control channel at once, also while a cell runs.
/// </summary>
internal sealed class KernelServer : IDisposable
{
    private static readonly TimeSpan InterruptPatience = TimeSpan.FromSeconds(2.5);

    private readonly KernelSockets sockets;
    private readonly ScriptSession session = new(Directory.GetCurrentDirectory(), interruptible: true);
    private readonly History history = new();
    private readonly EditorWorkspace editor;
    private readonly Cells cells;
    private readonly TaskCompletionSource shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int toAbort;

    public KernelServer(ConnectionFile file)
    {
        // For libraries that compute for long and know neither this program nor a cell.
        AppContext.SetData("LstmLab.CheckInterrupt", (Action)CellInterrupt.Check);
        sockets = new KernelSockets(file);
        editor = new EditorWorkspace(Directory.GetCurrentDirectory(), () => session.PackagePaths);
        cells = new Cells(sockets, session, history, editor);
    }

    /// <summary>Serves until a client asks for the end.</summary>
    public async Task RunAsync()
    {
        sockets.Publish(null, "status", new JsonObject { ["execution_state"] = "starting" });
        var shell = ServeAsync(sockets.Shell, sockets.ReplyShell, AnswerShellAsync);
        var control = ServeAsync(sockets.Control, sockets.ReplyControl, AnswerControlAsync);
        await (await Task.WhenAny(shutdown.Task, shell, control).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Stops the running cell, as a client's interrupt does.</summary>
    public Task<bool> InterruptAsync() => session.InterruptAsync(InterruptPatience);

    public void Dispose()
    {
        sockets.Dispose();
        editor.Dispose();
    }

    /// <summary>
    /// Answers what arrives, between "busy" and "idle". A request that makes an answer fail gets the failure for an answer.
    /// </summary>
    private async Task ServeAsync(
        Channel<Message> channel, Action<Message, string, JsonObject> reply, Func<Message, Task<JsonObject?>> answer)
    {
        await foreach (var request in channel.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            sockets.Publish(request, "status", new JsonObject { ["execution_state"] = "busy" });
            JsonObject? content;
            try
            {
                content = await answer(request).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever a request leads to, the kernel lives on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                KernelLog.Write($"{request.Type}: {exception}");
                content = Replies.Error(CellError.FromException(exception, ""));
            }

            if (content is not null) reply(request, request.Type.Replace("_request", "_reply", StringComparison.Ordinal), content);
            sockets.Publish(request, "status", new JsonObject { ["execution_state"] = "idle" });
            if (request.Type == "shutdown_request") shutdown.TrySetResult();
        }
    }

    private async Task<JsonObject?> AnswerShellAsync(Message request)
    {
        var aborted = toAbort > 0;
        toAbort = Math.Max(0, toAbort - 1);
        switch (request.Type)
        {
            case "execute_request" when aborted:
                return new JsonObject { ["status"] = "aborted", ["execution_count"] = session.ExecutionCount };
            case "execute_request":
                var (reply, abort) = await cells.ExecuteAsync(request).ConfigureAwait(false);
                toAbort = abort ? sockets.Shell.Reader.Count : 0;
                return reply;
            case "complete_request":
                return await Completion
                    .AnswerAsync(session.Kernels, editor, request.Text("code") ?? "", request.Number("cursor_pos", -1))
                    .ConfigureAwait(false);
            case "inspect_request":
                return await Inspection
                    .AnswerAsync(session.Kernels, editor, request.Text("code") ?? "", request.Number("cursor_pos", -1))
                    .ConfigureAwait(false);
            case "is_complete_request":
                return Completeness.Answer(CellPart.CSharpOnly(
                    request.Text("code") ?? "", session.Kernels.Divide(request.Text("code") ?? "", null)));
            case "history_request":
                return history.Answer(request);
            case "comm_info_request":
                return new JsonObject { ["status"] = "ok", ["comms"] = new JsonObject() };
            case "comm_open":
                sockets.Publish(
                    request, "comm_close", new JsonObject { ["comm_id"] = request.Text("comm_id"), ["data"] = new JsonObject() });
                return null;
            default:
                return AnswerAny(request);
        }
    }

    private async Task<JsonObject?> AnswerControlAsync(Message request)
    {
        if (request.Type != "interrupt_request") return AnswerAny(request);

        return await InterruptAsync().ConfigureAwait(false)
            ? Replies.Ok()
            : Replies.Error(CellError.Of("StillRunning", ScriptSession.StillRunning));
    }

    private static JsonObject? AnswerAny(Message request)
    {
        switch (request.Type)
        {
            case "kernel_info_request":
                return Replies.KernelInfo();
            case "shutdown_request":
                return new JsonObject { ["status"] = "ok", ["restart"] = request.Flag("restart", false) };
            default:
                KernelLog.Write($"Unknown request '{request.Type}' is ignored.");
                return null;
        }
    }
}
