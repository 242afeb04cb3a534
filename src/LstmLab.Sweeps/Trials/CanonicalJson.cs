using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LstmLab.Sweeps;

/// <summary>JSON of which equal values have equal bytes: no white space, keys in ordinal order, numbers as the shortest text that reads
/// back to the same double.</summary>
internal static class CanonicalJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes of a value, UTF-8.</summary>
    /// <exception cref="JsonException">A key stands twice, or a number is beyond double.</exception>
    public static byte[] Write(JsonElement value)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Options)) Write(writer, value);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A number as text.</summary>
    public static string Text(double number) => number == 0 ? "0" : number.ToString("R", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, value);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray()) Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                double number = value.GetDouble();
                if (!double.IsFinite(number)) throw new JsonException($"{value.GetRawText()} is beyond the range of numbers.");
                writer.WriteRawValue(Text(number));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement value)
    {
        JsonProperty[] properties = [.. value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal)];
        writer.WriteStartObject();
        for (int n = 0; n < properties.Length; n++)
        {
            if (n > 0 && properties[n].Name == properties[n - 1].Name)
                throw new JsonException($"'{properties[n].Name}' stands there twice.");
            writer.WritePropertyName(properties[n].Name);
            Write(writer, properties[n].Value);
        }

        writer.WriteEndObject();
    }
}
