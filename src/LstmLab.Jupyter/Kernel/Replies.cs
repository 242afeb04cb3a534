using System.Text.Json.Nodes;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Protocol;

namespace LstmLab.Jupyter.Kernel;

/// <summary>Contents of replies that depend on nothing but their arguments.</summary>
internal static class Replies
{
    public static string Version { get; } = typeof(Replies).Assembly.GetName().Version!.ToString(3);

    public static JsonObject Ok() => new() { ["status"] = "ok" };

    public static JsonObject Failure(CellError error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Value,
        ["traceback"] = new JsonArray([.. error.Traceback.Select(line => JsonValue.Create(line))]),
    };

    /// <summary>The reply to a request that failed.</summary>
    public static JsonObject Error(CellError error)
    {
        var reply = Failure(error);
        reply["status"] = "error";
        return reply;
    }

    public static JsonObject KernelInfo() => new()
    {
        ["status"] = "ok",
        ["protocol_version"] = Message.ProtocolVersion,
        ["implementation"] = "lstmlab",
        ["implementation_version"] = Version,
        ["banner"] = $"C# (LstmLab {Version}, .NET {Environment.Version})",
        ["debugger"] = false,
        ["help_links"] = new JsonArray(new JsonObject { ["text"] = "C#", ["url"] = "https://learn.microsoft.com/dotnet/csharp/" }),
        ["language_info"] = new JsonObject
        {
            ["name"] = "C#",
            ["version"] = "14.0",
            ["mimetype"] = "text/x-csharp",
            ["file_extension"] = ".cs",
            ["pygments_lexer"] = "csharp",
            ["codemirror_mode"] = "text/x-csharp",
            ["nbconvert_exporter"] = "script",
        },
    };
}
