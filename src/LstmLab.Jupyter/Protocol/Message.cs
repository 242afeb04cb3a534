using System.Globalization;
using System.Text.Json.Nodes;

namespace LstmLab.Jupyter.Protocol;

/// <summary>
/// One message of the Jupyter protocol. Identities say whom a reply is routed to, on iopub its topic; the parent is the header
/// of the request it answers, or empty.
/// </summary>
internal sealed record Message(
    IReadOnlyList<byte[]> Identities, JsonObject Header, JsonObject Parent, JsonObject Metadata, JsonObject Content)
{
    public const string ProtocolVersion = "5.4";

    /// <summary>Of the kernel process: part of every header it writes.</summary>
    private static readonly string Session = Guid.NewGuid().ToString("N");

    private static int count;

    public string Type => Text(Header, "msg_type") ?? "";

    /// <summary>A message of the kernel that belongs to a request.</summary>
    public static Message Answer(
        Message? request, IReadOnlyList<byte[]> identities, string type, JsonObject content, JsonObject? metadata = null)
    {
        var header = new JsonObject
        {
            ["msg_id"] = $"{Session}_{Interlocked.Increment(ref count)}",
            ["session"] = Session,
            ["username"] = "lstmlab",
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["msg_type"] = type,
            ["version"] = ProtocolVersion,
        };
        return new Message(identities, header, request?.Header.DeepClone().AsObject() ?? [], metadata ?? [], content);
    }

    /// <summary>A text of the content; null where it is missing or something else.</summary>
    public string? Text(string name) => Text(Content, name);

    public bool Flag(string name, bool otherwise) =>
        Content[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : otherwise;

    public int Number(string name, int otherwise) =>
        Content[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : otherwise;

    private static string? Text(JsonObject from, string name) =>
        from[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
