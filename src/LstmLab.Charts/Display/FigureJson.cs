using System.Text.Json.Nodes;
using LstmLab.Charts.Interaction;
using LstmLab.Charts.Rendering;
using LstmLab.Charts.Rendering.Plotly;

namespace LstmLab.Charts.Display;

/// <summary>A figure as the page's script gets it: its controls, and each chart in full with what differs from one combination of values,
/// one width and one language to another.</summary>
internal static class FigureJson
{
    /// <summary>A figure with controls has a sheet for each combination of their values; any other has one.</summary>
    public static JsonObject Of(IReadOnlyList<Sheet> sheets, int start, IReadOnlyList<Control> controls)
    {
        var english = Charts(sheets, Language.English);
        var chinese = Charts(sheets, Language.Chinese);
        bool bilingual = english.Zip(chinese).Any(chart => !chart.First.SequenceEqual(chart.Second, NodeComparer));
        var figure = new JsonObject
        {
            ["language"] = (int)BilingualHtml.Shown,
            ["languages"] = bilingual ? 2 : 1,
            ["controls"] = new JsonArray([.. controls.Select(Settings)]),
            ["charts"] = new JsonArray([.. english.Zip(chinese, (e, c) => Frames.Of(bilingual ? [.. e, .. c] : e, start))]),
        };
        if (controls.Count > 0 && sheets[0].Parts.Count > 1)
        {
            JsonObject[] titles = [.. Titles(sheets, Language.English), .. bilingual ? Titles(sheets, Language.Chinese) : []];
            figure["heading"] = Frames.Of(titles, start);
        }

        return figure;
    }

    /// <summary>A chart as plotly.js and assistive technology get it.</summary>
    public static JsonObject Chart(Picture picture, Language language)
    {
        var chart = Frames.Rounded(JsonNode.Parse(PlotlyChart.Json(PlotlyChart.Of(picture, language))))!.AsObject();
        chart["alt"] = picture.Alt.In(language);
        return chart;
    }

    // For each place of the figure: the wide chart of each combination, then, if there are any, the narrow ones.
    private static JsonObject[][] Charts(IReadOnlyList<Sheet> sheets, Language language) =>
        [.. Enumerable.Range(0, sheets[0].Parts.Count).Select(k =>
        {
            JsonObject[] wide = [.. sheets.Select(sheet => Chart(sheet.Parts[k].Wide, language))];
            JsonObject[] narrow = [.. sheets.Select(sheet => sheet.Parts[k].Narrow).OfType<Picture>().Select(p => Chart(p, language))];
            JsonObject[] all = narrow.Length == wide.Length ? [.. wide, .. narrow] : wide;
            foreach (var chart in all)
                chart["widths"] = all.Length / wide.Length;
            return all;
        })];

    private static IEnumerable<JsonObject> Titles(IReadOnlyList<Sheet> sheets, Language language) =>
        sheets.Select(sheet => new JsonObject { ["text"] = sheet.Whole.Title.In(language) });

    private static JsonObject Settings(Control control) => new()
    {
        ["kind"] = control.Kind.ToString().ToLowerInvariant(),
        ["name"] = Both(control.Name),
        ["values"] = new JsonArray([.. control.Values.Select(Both)]),
        ["start"] = control.Start,
    };

    private static JsonNode Both(Bilingual text) =>
        text.Chinese is null ? JsonValue.Create(text.English) : new JsonArray(text.English, text.Chinese);

    private static readonly IEqualityComparer<JsonNode> NodeComparer = EqualityComparer<JsonNode>.Create(JsonNode.DeepEquals);
}
