using System.Text.Json.Nodes;
using System.Threading.Channels;
using NetMQ;
using NetMQ.Sockets;

namespace LstmLab.Jupyter.Protocol;

/// <summary>
/// The five sockets. One thread of their own receives and sends and does nothing else, so none waits for another or for a
/// cell: what arrives goes into a queue for each channel, what is sent comes from one queue in order. Callers touch that queue
/// alone: an interrupt of a cell's thread cannot break a socket.
/// </summary>
internal sealed class KernelSockets : IDisposable
{
    private readonly MessageCodec codec;
    private readonly RouterSocket shell = new();
    private readonly RouterSocket control = new();
    private readonly RouterSocket stdin = new();
    private readonly PublisherSocket iopub = new();
    private readonly RouterSocket heartbeat = new();
    private readonly Channel<(NetMQSocket Socket, Message Message)> outgoing = Channel.CreateUnbounded<(NetMQSocket, Message)>();
    private readonly NetMQQueue<(NetMQSocket Socket, NetMQMessage Frames)> encoded = new();
    private readonly NetMQPoller poller;
    private readonly Task encoding;

    /// <exception cref="NetMQException">An address cannot be bound.</exception>
    public KernelSockets(ConnectionFile file)
    {
        codec = new MessageCodec(file.Key);
        Bind(
            file,
            (shell, file.ShellPort),
            (control, file.ControlPort),
            (stdin, file.StdinPort),
            (iopub, file.IopubPort),
            (heartbeat, file.HeartbeatPort));
        shell.ReceiveReady += (_, _) => Receive(shell, Shell);
        control.ReceiveReady += (_, _) => Receive(control, Control);
        stdin.ReceiveReady += (_, _) => Receive(stdin, Stdin);
        heartbeat.ReceiveReady += (_, _) => heartbeat.SendMultipartMessage(heartbeat.ReceiveMultipartMessage());
        encoded.ReceiveReady += (_, _) => Send();
        poller = new NetMQPoller { shell, control, stdin, iopub, heartbeat, encoded };
        poller.RunAsync("jupyter sockets", isBackgroundThread: true);
        encoding = Task.Run(EncodeAsync);
    }

    public Channel<Message> Shell { get; } = Channel.CreateUnbounded<Message>();

    public Channel<Message> Control { get; } = Channel.CreateUnbounded<Message>();

    public Channel<Message> Stdin { get; } = Channel.CreateUnbounded<Message>();

    public void ReplyShell(Message request, string type, JsonObject content) =>
        Enqueue(shell, Message.Answer(request, request.Identities, type, content));

    public void ReplyControl(Message request, string type, JsonObject content) =>
        Enqueue(control, Message.Answer(request, request.Identities, type, content));

    public void AskStdin(Message request, JsonObject content) =>
        Enqueue(stdin, Message.Answer(request, request.Identities, "input_request", content));

    public void Publish(Message? request, string type, JsonObject content, JsonObject? metadata = null) =>
        Enqueue(iopub, Message.Answer(request, [System.Text.Encoding.ASCII.GetBytes(type)], type, content, metadata));

    /// <summary>Sends what is queued, then closes.</summary>
    public void Dispose()
    {
        outgoing.Writer.Complete();
        encoding.Wait();
        var sent = new ManualResetEventSlim();
        poller.Run(() => { Send(); sent.Set(); });
        sent.Wait();
        poller.Stop();
        poller.Dispose();
        foreach (var socket in new NetMQSocket[] { shell, control, stdin, iopub, heartbeat }) socket.Dispose();
        encoded.Dispose();
        NetMQConfig.Cleanup();
    }

    private static void Bind(ConnectionFile file, params (NetMQSocket Socket, int Port)[] sockets)
    {
        foreach (var (socket, port) in sockets)
        {
            // No limit: at the limit a publisher drops, and an output would be lost.
            socket.Options.SendHighWatermark = 0;
            socket.Options.ReceiveHighWatermark = 0;
            socket.Options.Linger = TimeSpan.FromSeconds(5);
            socket.Bind($"tcp://{file.Ip}:{port}");
        }
    }

    private void Receive(NetMQSocket socket, Channel<Message> channel)
    {
        var frames = socket.ReceiveMultipartMessage();
        try
        {
            channel.Writer.TryWrite(codec.Decode(frames));
        }
        catch (InvalidDataException exception)
        {
            KernelLog.Write($"Refused {exception.Message}.");
        }
    }

    private void Enqueue(NetMQSocket socket, Message message) => outgoing.Writer.TryWrite((socket, message));

    private async Task EncodeAsync()
    {
        await foreach (var (socket, message) in outgoing.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            encoded.Enqueue((socket, codec.Encode(message)));
        }
    }

    private void Send()
    {
        while (encoded.TryDequeue(out var next, TimeSpan.Zero)) next.Socket.SendMultipartMessage(next.Frames);
    }
}
