using System.Text.Json;
using System.Text.Json.Nodes;

namespace LstmLab.Jupyter.Display;

/// <summary>One value in several forms: MIME type → text as a string, <c>+json</c> types as JSON, ordered by MIME type.</summary>
internal sealed class MimeBundle
{
    private readonly SortedDictionary<string, JsonNode> data = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, JsonNode> Data => data;

    public static MimeBundle PlainText(string text) => new MimeBundle().Add("text/plain", text);

    public static bool IsJson(string mimeType) => mimeType == "application/json" || mimeType.EndsWith("+json", StringComparison.Ordinal);

    /// <summary>A copy of the data as one object.</summary>
    public JsonObject ToJson() => new(data.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.DeepClone())));

    /// <summary>Adds one form of the value.</summary>
    /// <exception cref="ArgumentException">The value is neither text, nor bytes, nor JSON for a JSON type.</exception>
    public MimeBundle Add(string mimeType, object? value)
    {
        data[mimeType] = value switch
        {
            string json when IsJson(mimeType) => JsonNode.Parse(json)!,
            JsonNode json when IsJson(mimeType) => json.DeepClone(),
            JsonElement json when IsJson(mimeType) => JsonNode.Parse(json.GetRawText())!,
            string text => JsonValue.Create(text),
            byte[] bytes when !IsJson(mimeType) => JsonValue.Create(Convert.ToBase64String(bytes)),
            _ => throw new ArgumentException(
                $"The MIME bundle's '{mimeType}' is {value?.GetType().FullName ?? "null"}; "
                + $"expected {(IsJson(mimeType) ? "a JsonNode, a JsonElement or JSON text" : "a string")}."),
        };
        return this;
    }
}
