using System.Text;
using System.Text.Json.Nodes;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Protocol;

namespace LstmLab.Jupyter.Kernel;

/// <summary>Sends the events of one cell. Text is collected for a moment, so that many small writes are one message.</summary>
internal sealed class CellPublisher : IDisposable
{
    private const int LargestText = 1 << 18;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(30);

    // Ids of displays are unique among the kernels that have written into one notebook.
    private static readonly string Prefix = Guid.NewGuid().ToString("N");

    private readonly KernelSockets sockets;
    private readonly Message request;
    private readonly int executionCount;
    private readonly Lock publishing = new();
    private readonly StringBuilder text = new();
    private readonly Timer flush;
    private string stream = "stdout";

    public CellPublisher(KernelSockets sockets, Message request, int executionCount)
    {
        (this.sockets, this.request, this.executionCount) = (sockets, request, executionCount);
        flush = new Timer(_ => Flush());
    }

    public void Publish(CellEvent cellEvent)
    {
        lock (publishing)
        {
            if (cellEvent is StreamText written)
            {
                if (stream != written.Stream) SendText();
                stream = written.Stream;
                if (text.Length == 0) flush.Change(Moment, Timeout.InfiniteTimeSpan);
                text.Append(written.Text);
                if (text.Length >= LargestText) SendText();
                return;
            }

            SendText();
            Send(cellEvent);
        }
    }

    /// <summary>Sends text that waits.</summary>
    public void Flush()
    {
        lock (publishing) SendText();
    }

    public void Dispose()
    {
        flush.Dispose();
        Flush();
    }

    private void Send(CellEvent cellEvent)
    {
        switch (cellEvent)
        {
            case DisplayAdded added:
                var metadata = added.Transient ? new JsonObject { ["lstmlab"] = new JsonObject { ["transient"] = true } } : [];
                Display("display_data", added.Id, added.Data.ToJson(), metadata);
                break;
            case DisplayUpdated updated:
                Display("update_display_data", updated.Id, updated.Data.ToJson(), []);
                break;
            case OutputCleared cleared:
                sockets.Publish(request, "clear_output", new JsonObject { ["wait"] = cleared.Wait });
                break;
            case CellValue value:
                sockets.Publish(request, "execute_result", new JsonObject
                {
                    ["execution_count"] = executionCount,
                    ["data"] = value.Data.ToJson(),
                    ["metadata"] = new JsonObject(),
                });
                break;
            case CellFailed { Error: var error }:
                sockets.Publish(request, "error", Replies.Failure(error));
                break;
        }
    }

    private void Display(string type, int id, JsonObject data, JsonObject metadata) =>
        sockets.Publish(request, type, new JsonObject
        {
            ["data"] = data,
            ["metadata"] = metadata,
            ["transient"] = new JsonObject { ["display_id"] = $"{Prefix}-{id}" },
        });

    private void SendText()
    {
        if (text.Length == 0) return;

        sockets.Publish(request, "stream", new JsonObject { ["name"] = stream, ["text"] = text.ToString() });
        text.Clear();
    }
}
