using System.Text.Json.Nodes;

namespace LstmLab.Charts.Interaction;

/// <summary>A control as Plotly itself has one: a slider or a menu whose steps update the chart, for front ends that draw Plotly's JSON
/// and run no script.</summary>
internal static class PlotlySteps
{
    private const int Room = 84;

    /// <summary>The chart of the control's start, with the control beneath it; without it if the charts differ in their number of
    /// traces.</summary>
    public static JsonObject Of(IReadOnlyList<JsonObject> charts, Control control)
    {
        var start = charts[control.Start];
        var figure = new JsonObject { ["data"] = start["data"]!.DeepClone(), ["layout"] = start["layout"]!.DeepClone() };
        object[][] all = [.. Frames.Changes(charts).Select(change => Settable(charts[0], change.Path)).DistinctBy(Name)];
        // Plotly takes no element of an array that it gets as a whole.
        object[][] paths = [.. all.Where(path => !all.Any(other => IsBelow(path, other)))];
        if (paths.Any(path => path is ["data", "length"]))
            return figure;
        var layout = figure["layout"]!;
        layout["height"] = (double)layout["height"]! + Room;
        layout["margin"]!["b"] = Room;
        var steps = new JsonArray([.. charts.Select((chart, k) => Step(chart, paths, control.Values[k].In(BilingualHtml.Shown)))]);
        if (control.Kind == ControlKind.Picker)
            layout["updatemenus"] = new JsonArray(Placed(control, "buttons", steps));
        else
            layout["sliders"] = new JsonArray(Placed(control, "steps", steps));
        return figure;
    }

    private static JsonObject Placed(Control control, string name, JsonArray steps)
    {
        var placed = new JsonObject
        {
            ["active"] = control.Start,
            ["x"] = 0.02,
            ["xanchor"] = "left",
            ["y"] = 0,
            ["yanchor"] = "top",
            ["pad"] = new JsonObject { ["t"] = 12 },
            [name] = steps,
        };
        if (name == "steps")
        {
            placed["len"] = 0.96;
            placed["currentvalue"] = new JsonObject { ["prefix"] = control.Name.In(BilingualHtml.Shown) + ": " };
        }
        else
        {
            placed["direction"] = "up";
        }

        return placed;
    }

    private static JsonObject Step(JsonObject chart, object[][] paths, string label)
    {
        var (traces, restyle, relayout) = (new SortedSet<int>(), new JsonObject(), new JsonObject());
        foreach (var path in paths.Where(path => path is ["data", ..]))
            traces.Add((int)path[1]);
        foreach (var path in paths)
        {
            if (path is ["data", int, ..])
                restyle[Name(path[2..])] = new JsonArray([.. traces.Select(t => At(chart, ["data", t, .. path[2..]]))]);
            else if (path is ["layout", ..])
                relayout[Name(path[1..])] = At(chart, path);
        }

        return new JsonObject
        {
            ["label"] = label,
            ["method"] = "update",
            ["args"] = new JsonArray(restyle, relayout, new JsonArray([.. traces.Select(t => (JsonNode)t)])),
        };
    }

    // Plotly sets properties and whole arrays of numbers or texts; where arrays differ in length it gets all of them.
    private static object[] Settable(JsonObject chart, object[] path)
    {
        for (int k = 0; k < path.Length; k++)
        {
            bool isPlain = At(chart, path[..k]) is JsonArray array && array.All(item => item is null or JsonValue or JsonArray);
            if (k > 0 && isPlain)
                return path[..k];
        }

        return path is [.., "length"] and not ["data", "length"] ? path[..^1] : path;
    }

    private static JsonNode? At(JsonNode? node, object[] path)
    {
        foreach (object key in path)
        {
            node = node switch
            {
                JsonArray array when key is int index && index < array.Count => array[index],
                JsonObject parts when key is string name => parts[name],
                _ => null,
            };
        }

        return node?.DeepClone();
    }

    private static bool IsBelow(object[] path, object[] other) =>
        other.Length < path.Length && path.Take(other.Length).SequenceEqual(other);

    private static string Name(object[] path) =>
        string.Concat(path.Select((key, k) => key is int ? $"[{key}]" : k == 0 ? $"{key}" : $".{key}"));
}
