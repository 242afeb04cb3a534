using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Newtonsoft.Json;
using Plotly.NET;

namespace LstmLab.Charts.Rendering.Plotly;

/// <summary>Charts of Plotly.NET: a picture as one, one as JSON, and the plotly.js that the package carries.</summary>
internal static class PlotlyChart
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>.NET Interactive's own tool carries FSharp.Core 10.0 where Plotly.NET asks for 10.1. A second copy beside the first would
    /// not fit together with it, and the older one has all that is called, so it answers. Where the host's copy is new enough, nobody
    /// asks.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255",
        Justification = "It must be there before the first type of Plotly.NET is loaded, also by a cell of its own.")]
    internal static void RedirectFSharpCore() => AssemblyLoadContext.Default.Resolving += (_, name) =>
        name.Name == "FSharp.Core" ? AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(a => a.GetName().Name == "FSharp.Core") : null;

    /// <summary>The picture in one language; charts of two languages differ in their texts alone.</summary>
    public static GenericChart Of(Picture picture, Language language)
    {
        var chart = new PlotlyPicture(picture.Width, picture.Height, picture.Heading, language);
        for (int k = 0; k < picture.Scenes.Count; k++)
            new PlotlyScene(chart, picture.Scenes[k], k, picture.SharesX).Draw();
        return GenericChart.setLayout(chart.Layout(), GenericChart.ofTraceObjects(false, chart.Traces));
    }

    /// <summary>The picture in the language that is shown where nothing switches it.</summary>
    public static GenericChart Of(Picture picture) => Of(picture, BilingualHtml.Shown);

    /// <summary>An object with <c>data</c> and <c>layout</c>.</summary>
    public static string Json(GenericChart chart)
    {
        var figure = JsonNode.Parse(GenericChart.toFigureJson(chart))!.AsObject();
        figure.Remove("frames");
        return figure.ToJsonString(Readable);
    }

    /// <summary>How plotly.js is to behave, the chart's own wishes last.</summary>
    public static string ConfigJson(GenericChart chart)
    {
        var config = new JsonObject { ["displaylogo"] = false, ["responsive"] = true };
        var wishes = JsonNode.Parse(JsonConvert.SerializeObject(GenericChart.getConfig(chart), Globals.JSON_CONFIG))!.AsObject();
        foreach (var (name, value) in wishes)
            config[name] = value?.DeepClone();
        return config.ToJsonString(Readable);
    }

    /// <summary>What the chart holds, for a reader who cannot see it.</summary>
    public static string Describe(GenericChart chart)
    {
        var figure = JsonNode.Parse(Json(chart))!;
        var title = figure["layout"]?["title"];
        string heading = $"Chart of Plotly.NET{((title is JsonObject ? title["text"] : title) is { } text ? $": {text}" : "")}";
        return string.Join('\n',
            figure["data"]!.AsArray()
            .Select(trace => $"- {trace!["type"]}{(trace["name"] is { } name && $"{name}".Length > 0 ? $" '{name}'" : "")}")
            .Prepend(heading));
    }
}
