using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LstmLab.Charts.Interaction;
using LstmLab.Charts.Rendering;
using LstmLab.Charts.Rendering.Plotly;
using LstmLab.Charts.Rendering.Svg;
using Plotly.NET;

namespace LstmLab.Charts.Display;

/// <summary>HTML of a figure: the static picture, and what the page's script (figures.js) makes the interactive chart of. Without scripts,
/// or where a figure without controls has no room, the picture stays and scales down.</summary>
internal static class FigureHtml
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Bilingual Hint = ("On an exported page, or after running the cell in Jupyter, this figure can be moved:",
        "在导出的网页上，或在 Jupyter 中运行该单元格之后，可以拨动这张图：");

    /// <summary>A figure with controls has a sheet for each combination of their values, those of the last control next to each
    /// other; any other has one.</summary>
    public static string Of(IReadOnlyList<Sheet> sheets, int start, IReadOnlyList<Control> controls)
    {
        var (shown, languages) = (sheets[start], new[] { Language.English, Language.Chinese });
        var charts = Enumerable.Range(0, shown.Charts.Count)
            .Select(k => languages.Select(language => sheets.Select(sheet => Chart(sheet.Charts[k], language)).ToArray()).ToArray()).ToArray();
        bool bilingual = charts.Any(chart => chart[0].Zip(chart[1]).Any(both => !JsonNode.DeepEquals(both.First, both.Second)));
        var titles = languages.Select(language => sheets.Select(sheet => new JsonObject { ["text"] = sheet.Whole.Title.In(language) })).ToArray();
        var figure = new JsonObject
        {
            ["language"] = (int)BilingualHtml.Shown,
            ["languages"] = bilingual ? 2 : 1,
            ["controls"] = new JsonArray([.. controls.Select(Settings)]),
            ["charts"] = new JsonArray([.. charts.Select(chart => Frames.Of(bilingual ? [.. chart[0], .. chart[1]] : chart[0], start))]),
        };
        if (controls.Count > 0 && shown.Panels.Count > 0)
            figure["heading"] = Frames.Of([.. titles[0], .. bilingual ? titles[1] : []], start);
        string hint = controls.Count == 0 ? "" : $"\n<p data-static style=\"margin:0;padding:0 14px 8px;font:13px/18px {TextMetrics.Font}\">"
            + $"{BilingualHtml.Of(HintOf(controls))}</p>";
        string style = string.Create(CultureInfo.InvariantCulture, $"width:100%;max-width:{shown.Whole.Width}px;background:#FFFFFF");
        return Box(figure, style, (shown.Panels.Count == 0 ? Place(SvgPicture.Draw(shown.Whole)) : Panels(shown)) + hint);
    }

    /// <summary>A chart made with Plotly.NET, which has no static picture: until plotly.js draws it, and where it cannot, its words stand
    /// there.</summary>
    public static string Of(GenericChart chart) => Box(
        new JsonObject
        {
            ["language"] = 0,
            ["languages"] = 1,
            ["controls"] = new JsonArray(),
            ["charts"] = new JsonArray(JsonNode.Parse(PlotlyChart.Json(chart))),
            ["config"] = JsonNode.Parse(PlotlyChart.ConfigJson(chart)),
        },
        "width:100%", Place($"<pre>{Html.Encode(PlotlyChart.Describe(chart))}</pre>"));

    /// <summary>What a static picture says of the controls that it lacks.</summary>
    public static Bilingual HintOf(IReadOnlyList<Control> controls) => (
        $"{Hint.English} {string.Join(", ", controls.Select(c => c.Name.In(Language.English)))}.",
        $"{Hint.Chinese}{string.Join("、", controls.Select(c => c.Name.In(Language.Chinese)))}。");

    /// <summary>A chart as plotly.js and assistive technology get it.</summary>
    public static JsonObject Chart(Picture picture, Language language)
    {
        var chart = Frames.Rounded(JsonNode.Parse(PlotlyChart.Json(PlotlyChart.Of(picture))))!.AsObject();
        chart["alt"] = picture.Alt.In(language);
        return chart;
    }

    /// <summary>JSON with every sign as it is.</summary>
    public static string Json(JsonNode node) => node.ToJsonString(Readable);

    private static string Place(string picture) => $"<div data-chart>{picture}</div>";

    // Side by side as far as the page is wide.
    private static string Panels(Sheet sheet)
    {
        var cells = sheet.Panels.Select(panel => string.Create(CultureInfo.InvariantCulture,
            $"<div data-chart style=\"flex:0 1 {panel.Width}px;min-width:min(100%,{Math.Min(panel.Width, 360)}px)\">")
            + $"{SvgPicture.Draw(panel)}</div>\n");
        return $"<div data-heading style=\"font:bold 17px/21px {TextMetrics.Font};color:{Palette.Ink};padding:10px 14px 0\">"
            + $"{BilingualHtml.Of(sheet.Whole.Title)}</div>\n"
            + $"<div data-charts style=\"display:flex;flex-wrap:wrap\">\n{string.Concat(cells)}</div>";
    }

    private static JsonObject Settings(Control control) => new()
    {
        ["kind"] = control.Kind.ToString().ToLowerInvariant(),
        ["name"] = Both(control.Name),
        ["values"] = new JsonArray([.. control.Values.Select(Both)]),
        ["start"] = control.Start,
    };

    private static JsonNode Both(Bilingual text) =>
        text.Chinese is null ? JsonValue.Create(text.English) : new JsonArray(text.English, text.Chinese);

    private static string Box(JsonObject figure, string style, string otherwise)
    {
        // A script element ends at the first "</script", wherever it stands, so no "<" may stay in the JSON.
        string json = Json(figure).Replace("<", "\\u003c", StringComparison.Ordinal);
        string id = "figure-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..12];
        return $"<div id=\"{id}\" style=\"{style}\">\n{otherwise}\n</div>\n"
            + $"<script>(window.lstmlab = window.lstmlab || []).push({{\"id\":\"{id}\",{json[1..]});</script>";
    }
}
