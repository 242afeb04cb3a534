using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LstmLab.Charts.Interaction;

/// <summary>A place of a chart's JSON, and what stands there in each of several charts; null where a chart has no such place.</summary>
internal sealed record Change(object[] Path, string?[] Values);

/// <summary>Charts that differ in places, such as one for each value of a slider or one for each language.</summary>
internal static class Frames
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One chart in full and, as its <c>frames</c>, whatever differs between them: places whose values change alike stand
    /// together, each with its different values, and <c>at</c> says which of them each chart has, −1 if none.</summary>
    public static JsonObject Of(IReadOnlyList<JsonObject> charts, int start)
    {
        var figure = charts[start].DeepClone().AsObject();
        var groups = Changes(charts).Select(change => (change.Path, Values: change.Values.OfType<string>().Distinct().ToList(), change))
            .Select(c => (c.Path, c.Values, At: string.Join(',', c.change.Values.Select(v => v is null ? -1 : c.Values.IndexOf(v)))))
            .GroupBy(c => c.At, c => $"[{Json(c.Path)},[{string.Join(',', c.Values)}]]")
            .Select(group => $"{{\"at\":[{group.Key}],\"set\":[{string.Join(',', group)}]}}")
            .ToArray();
        if (groups.Length > 0)
            figure["frames"] = JsonNode.Parse($"[{string.Join(',', groups)}]");
        return figure;
    }

    /// <summary>The places in which the charts differ, in the order of the charts.</summary>
    public static IEnumerable<Change> Changes(IReadOnlyList<JsonNode?> charts) => Changes([], charts);

    /// <summary>The chart with numbers of 7 digits, which no screen can tell from more.</summary>
    public static JsonNode? Rounded(JsonNode? node) => node switch
    {
        JsonObject all => new JsonObject(all.Select(part => KeyValuePair.Create(part.Key, Rounded(part.Value)))),
        JsonArray all => new JsonArray([.. all.Select(Rounded)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => JsonValue.Create(Rounded(value.GetValue<double>())),
        _ => node?.DeepClone(),
    };

    // Whole numbers may be years, rows or seconds, of which every digit counts.
    private static double Rounded(double value) => value == Math.Round(value)
        ? value
        : double.Parse(value.ToString("G7", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static IEnumerable<Change> Changes(object[] path, IReadOnlyList<JsonNode?> nodes)
    {
        if (nodes.Skip(1).All(node => JsonNode.DeepEquals(node, nodes[0])))
            return [];
        if (nodes.All(node => node is JsonObject))
        {
            var objects = nodes.Cast<JsonObject>().ToArray();
            return objects.SelectMany(o => o.Select(part => part.Key)).Distinct().SelectMany(key => objects.All(o => o.ContainsKey(key))
                ? Changes([.. path, key], [.. objects.Select(o => o[key])])
                : [new Change([.. path, key], [.. objects.Select(o => o.ContainsKey(key) ? Json(o[key]) : null)])]);
        }

        return nodes.All(node => node is JsonArray) ? Changes(path, [.. nodes.Cast<JsonArray>()])
            : [new Change(path, [.. nodes.Select(Json)])];
    }

    private static IEnumerable<Change> Changes(object[] path, JsonArray[] arrays)
    {
        int shared = arrays.Min(a => a.Count), longest = arrays.Max(a => a.Count);
        if (arrays.All(a => a.All(item => item is null or JsonValue)))
        {
            // Numbers or texts: all of them, unless the lengths agree and less than half of them change.
            int changed = Enumerable.Range(0, shared).Count(k => arrays.Any(a => !JsonNode.DeepEquals(a[k], arrays[0][k])));
            if (shared < longest || changed * 2 > shared)
                return [new Change(path, [.. arrays.Select(Json)])];
        }

        Change[] length = shared < longest ? [new Change([.. path, "length"], [.. arrays.Select(a => Json(a.Count))])] : [];
        return length
            .Concat(Enumerable.Range(0, shared).SelectMany(k => Changes([.. path, k], [.. arrays.Select(a => a[k])])))
            .Concat(Enumerable.Range(shared, longest - shared).Select(k =>
                new Change([.. path, k], [.. arrays.Select(a => k < a.Count ? Json(a[k]) : null)])));
    }

    /// <summary>JSON with every sign as it is.</summary>
    public static string Json(JsonNode? node) => node?.ToJsonString(Readable) ?? "null";

    private static string Json(object[] path) => JsonSerializer.Serialize(path, Readable);
}
