using System.Text.Json.Nodes;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Protocol;

namespace LstmLab.Jupyter.Kernel;

/// <summary>
/// The console's input during one cell: each line is asked of the client, after the text that tells the user what to type is sent. An
/// interrupt of the cell ends the wait.
/// </summary>
internal sealed class ConsoleInput(KernelSockets sockets, Message request, Action beforeAsking) : CellInput
{
    private string line = "";
    private int next;

    public override int Peek() => next < line.Length ? line[next] : -1;

    public override int Read()
    {
        if (next >= line.Length) (line, next) = (Ask("", isPassword: false) + "\n", 0);
        return line[next++];
    }

    public override string ReadLine()
    {
        if (next >= line.Length) return Ask("", isPassword: false);

        var rest = line[next..].TrimEnd('\n');
        next = line.Length;
        return rest;
    }

    public override string Ask(string prompt, bool isPassword)
    {
        beforeAsking();
        while (sockets.Stdin.Reader.TryRead(out _))
        {
            // An answer to a question that was interrupted.
        }

        sockets.AskStdin(request, new JsonObject { ["prompt"] = prompt, ["password"] = isPassword });
        return sockets.Stdin.Reader.ReadAsync().AsTask().GetAwaiter().GetResult().Text("value") ?? "";
    }
}
