using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LstmLab.Jupyter.Notebooks;

/// <summary>
/// Writes JSON byte for byte as Jupyter does: sorted keys, indentation of one space, only what JSON demands is escaped, a
/// newline at the end.
/// System.Text.Json's writer escapes more, so that text outside the basic plane would change.
/// </summary>
internal static class JupyterJson
{
    public static string Write(JsonNode node)
    {
        var text = new StringBuilder();
        Write(text, node, 0);
        return text.Append('\n').ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                Block(text, '{', '}', depth, members.OrderBy(member => member.Key, StringComparer.Ordinal), member =>
                {
                    WriteString(text, member.Key);
                    text.Append(": ");
                    Write(text, member.Value, depth + 1);
                });
                break;
            case JsonArray { Count: > 0 } items:
                Block(text, '[', ']', depth, items, item => Write(text, item, depth + 1));
                break;
            case null:
                text.Append("null");
                break;
            default:
                if (node.GetValueKind() == JsonValueKind.String)
                {
                    WriteString(text, node.GetValue<string>());
                }
                else
                {
                    text.Append(node.ToJsonString());
                }

                break;
        }
    }

    private static void Block<T>(StringBuilder text, char open, char close, int depth, IEnumerable<T> parts, Action<T> write)
    {
        text.Append(open);
        var separator = "\n";
        foreach (var part in parts)
        {
            text.Append(separator).Append(' ', depth + 1);
            write(part);
            separator = ",\n";
        }

        text.Append('\n').Append(' ', depth).Append(close);
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
