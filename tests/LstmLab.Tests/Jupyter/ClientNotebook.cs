using System.Text.Json.Nodes;
using LstmLab.Jupyter.Notebooks;
using LstmLab.Jupyter.Protocol;

namespace LstmLab.Tests.Jupyter;

/// <summary>Turns messages into stored outputs as the protocol asks of a client.</summary>
internal sealed class ClientNotebook
{
    private readonly Dictionary<string, JsonObject> displays = [];

    public List<JsonArray> Cells { get; } = [];

    public void Add(IEnumerable<Message> messages)
    {
        JsonArray outputs = [];
        Cells.Add(outputs);
        var clear = false;
        foreach (var message in messages.Where(message => message.Type is not ("status" or "execute_input")))
        {
            if (message.Type == "clear_output")
            {
                clear = true;
                continue;
            }

            var content = message.Content;
            if (message.Type == "update_display_data")
            {
                displays[(string)content["transient"]!["display_id"]!]["data"] = Data(content["data"]!);
                continue;
            }

            if (clear) outputs.Clear();
            clear = false;
            outputs.Add((JsonNode)(message.Type switch
            {
                "stream" => new JsonObject { ["name"] = content["name"]!.DeepClone(), ["output_type"] = "stream", ["text"] = NotebookCell.Lines(message.Text("text")!) },
                "execute_result" => new JsonObject { ["data"] = Data(content["data"]!), ["execution_count"] = content["execution_count"]!.DeepClone(), ["metadata"] = new JsonObject(), ["output_type"] = "execute_result" },
                "error" => new JsonObject { ["ename"] = content["ename"]!.DeepClone(), ["evalue"] = content["evalue"]!.DeepClone(), ["output_type"] = "error", ["traceback"] = content["traceback"]!.DeepClone() },
                _ => displays[(string)content["transient"]!["display_id"]!] = new JsonObject { ["data"] = Data(content["data"]!), ["metadata"] = content["metadata"]!.DeepClone(), ["output_type"] = "display_data" },
            }));
        }
    }

    private static JsonObject Data(JsonNode data) =>
        new(data.AsObject().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)(pair.Value is JsonObject json ? json.DeepClone() : NotebookCell.Lines((string)pair.Value!)))));
}
