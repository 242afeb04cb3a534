using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using LstmLab.Jupyter;
using LstmLab.Jupyter.Protocol;
using NetMQ;
using NetMQ.Sockets;

namespace LstmLab.Tests.Jupyter;

/// <summary>A Jupyter client and the kernel process it has started. Whatever is waited for too long fails the test.</summary>
internal sealed class KernelClient : IDisposable
{
    private const string Key = "a key of the tests";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly string connectionFile = Path.GetTempFileName();
    private readonly SubscriberSocket iopub = new();
    private readonly RequestSocket heartbeat = new();

    public KernelClient(string? folder = null, int? parent = null)
    {
        var ports = FreePorts(5);
        File.WriteAllText(connectionFile, new JsonObject
        {
            ["transport"] = "tcp",
            ["ip"] = "127.0.0.1",
            ["key"] = Key,
            ["signature_scheme"] = "hmac-sha256",
            ["shell_port"] = ports[0],
            ["control_port"] = ports[1],
            ["stdin_port"] = ports[2],
            ["iopub_port"] = ports[3],
            ["hb_port"] = ports[4],
        }.ToJsonString());
        ProcessStartInfo start = new("dotnet", [typeof(Program).Assembly.Location, "kernel", "start", connectionFile])
        {
            WorkingDirectory = folder ?? Path.GetTempPath(),
            RedirectStandardError = true,
        };
        if (parent is not null) start.Environment["JPY_PARENT_PID"] = $"{parent}";
        process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => { if (line.Data is { } text) lock (Log) Log.Add(text); };
        process.BeginErrorReadLine();

        // One identity on shell and stdin: so the kernel knows whom to ask.
        var identity = Guid.NewGuid().ToByteArray();
        NetMQSocket[] sockets = [Shell, Control, Stdin, iopub, heartbeat];
        foreach (var (socket, port) in sockets.Zip(ports))
        {
            socket.Options.Linger = TimeSpan.Zero;
            socket.Options.Identity = identity;
            socket.Connect($"tcp://127.0.0.1:{port}");
        }

        iopub.SubscribeToAnyTopic();

        // Outputs reach a subscriber once the kernel knows it.
        for (var id = Send("kernel_info_request"); ; id = Send("kernel_info_request"))
        {
            Reply(id);
            var frames = new NetMQMessage();
            if (iopub.TryReceiveMultipartMessage(TimeSpan.FromMilliseconds(200), ref frames)) break;
        }
    }

    public DealerSocket Shell { get; } = new();

    public DealerSocket Control { get; } = new();

    public DealerSocket Stdin { get; } = new();

    public MessageCodec Codec { get; } = new(Key);

    /// <summary>What the kernel has written to its standard error.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Sends a request and returns its id.</summary>
    public string Send(string type, JsonObject? content = null, DealerSocket? to = null, MessageCodec? codec = null)
    {
        var message = Message.Answer(null, [], type, content ?? []);
        (to ?? Shell).SendMultipartMessage((codec ?? Codec).Encode(message));
        return (string)message.Header["msg_id"]!;
    }

    public string SendCell(string code, bool silent = false, bool storeHistory = true, bool stopOnError = true, bool allowStdin = false, JsonObject? expressions = null) => Send("execute_request", new JsonObject
    {
        ["code"] = code,
        ["silent"] = silent,
        ["store_history"] = storeHistory,
        ["stop_on_error"] = stopOnError,
        ["allow_stdin"] = allowStdin,
        ["user_expressions"] = expressions ?? [],
    });

    /// <summary>The reply to a request; replies to others before it are skipped.</summary>
    public JsonObject Reply(string id, DealerSocket? from = null)
    {
        while (true)
        {
            var message = Receive(from ?? Shell);
            if (IsAnswer(message, id)) return message.Content;
        }
    }

    /// <summary>The next output of a request, statuses and inputs included.</summary>
    public Message NextOutput(string id)
    {
        while (true)
        {
            var message = Receive(iopub);
            if (IsAnswer(message, id)) return message;
        }
    }

    /// <summary>Everything a request puts out, from "busy" to "idle".</summary>
    public List<Message> Outputs(string id)
    {
        List<Message> outputs = [];
        do outputs.Add(NextOutput(id));
        while ((string?)outputs[^1].Content["execution_state"] != "idle");
        return outputs;
    }

    /// <summary>Runs a cell to its end.</summary>
    public (JsonObject Reply, List<Message> Outputs) Run(string code)
    {
        var id = SendCell(code);
        return (Reply(id), Outputs(id));
    }

    /// <summary>The text of the value of a cell.</summary>
    public string? Value(string code) => (string?)Run(code).Outputs.Single(output => output.Type == "execute_result").Content["data"]!["text/plain"];

    /// <summary>Text written to a stream until the given one is complete.</summary>
    public string WaitForText(string id, string awaited)
    {
        var text = "";
        while (!text.Contains(awaited, StringComparison.Ordinal)) text += NextOutput(id).Text("text");
        return text;
    }

    public Message Receive(NetMQSocket from)
    {
        NetMQMessage? frames = null;
        if (!from.TryReceiveMultipartMessage(Patience, ref frames)) throw new TimeoutException($"The kernel sent nothing. Its log: {string.Join('\n', Log)}");
        return Codec.Decode(frames!);
    }

    public bool Beats()
    {
        heartbeat.SendFrame("beat");
        return heartbeat.TryReceiveFrameString(Patience, out var echo) && echo == "beat";
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    public bool Exits() => process.WaitForExit(Patience);

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
        foreach (var socket in new NetMQSocket[] { Shell, Control, Stdin, iopub, heartbeat }) socket.Dispose();
        File.Delete(connectionFile);
    }

    private static bool IsAnswer(Message message, string id) => (string?)message.Parent["msg_id"] == id;

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners) listener.Stop();
        return ports;
    }
}
