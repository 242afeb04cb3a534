using System.IO.Enumeration;
using System.Text.Json.Nodes;
using LstmLab.Jupyter.Protocol;

namespace LstmLab.Jupyter.Kernel;

/// <summary>The cells this kernel has run. It remembers one session, numbered 0, the current one.</summary>
internal sealed class History
{
    private readonly List<Entry> entries = [];

    public void Add(int number, string code, string? output) => entries.Add(new Entry(number, code, output));

    public JsonObject Answer(Message request)
    {
        var found = request.Text("hist_access_type") switch
        {
            "range" => request.Number("session", 0) == 0
                ? entries.Where(entry => entry.Number >= request.Number("start", 0) && entry.Number < request.Number("stop", int.MaxValue))
                : [],
            "search" => Search(request),
            _ => entries.TakeLast(request.Number("n", int.MaxValue)),
        };
        var withOutput = request.Flag("output", false);
        var history = new JsonArray([.. found.Select(entry => new JsonArray(
            0, entry.Number, withOutput ? new JsonArray(entry.Code, entry.Output) : JsonValue.Create(entry.Code)))]);
        return new JsonObject { ["status"] = "ok", ["history"] = history };
    }

    private IEnumerable<Entry> Search(Message request)
    {
        var pattern = request.Text("pattern") is { Length: > 0 } given ? given : "*";
        var found = entries.Where(entry => FileSystemName.MatchesSimpleExpression(pattern, entry.Code, ignoreCase: false));
        found = request.Flag("unique", false) ? found.GroupBy(entry => entry.Code).Select(same => same.Last()) : found;
        return found.TakeLast(request.Number("n", int.MaxValue));
    }

    private sealed record Entry(int Number, string Code, string? Output);
}
