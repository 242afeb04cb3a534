using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LstmLab.Charts.Interaction;
using LstmLab.Charts.Rendering;
using LstmLab.Charts.Rendering.Plotly;
using LstmLab.Charts.Rendering.Svg;
using Plotly.NET;

namespace LstmLab.Charts.Display;

/// <summary>HTML of a figure: the static picture, and what the page's script (figures.js) makes the interactive chart of. Without scripts
/// the picture stays and scales down.</summary>
internal static class FigureHtml
{
    /// <summary>A figure with controls has a sheet for each combination of their values, those of the last control next to each
    /// other; any other has one.</summary>
    public static string Of(IReadOnlyList<Sheet> sheets, int start, IReadOnlyList<Control> controls)
    {
        var shown = sheets[start];
        string hint = controls.Count == 0 ? ""
            : $"\n<p data-static style=\"margin:0;padding:0 14px 8px;font:13px/18px {TextMetrics.Font}\">"
            + $"{BilingualHtml.Of(Hint(controls))}</p>";
        string style = string.Create(CultureInfo.InvariantCulture, $"width:100%;max-width:{shown.Whole.Width}px;background:#FFFFFF");
        return Box(FigureJson.Of(sheets, start, controls), style,
            (shown.Parts.Count == 1 ? Place(SvgPicture.Draw(shown.Whole)) : Panels(shown)) + hint);
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
    public static Bilingual Hint(IReadOnlyList<Control> controls)
    {
        return ($"Interactive on an exported page and in Jupyter: {Names(Language.English, ", ")}.",
            $"在导出的网页和 Jupyter 中可以交互：{Names(Language.Chinese, "、")}。");

        string Names(Language language, string between) => string.Join(between, controls.Select(control => control.Name.In(language)));
    }

    private static string Place(string picture) => $"<div data-chart>{picture}</div>";

    // Side by side as far as the page is wide.
    private static string Panels(Sheet sheet)
    {
        var cells = sheet.Parts.Select(part => part.Wide).Select(panel => string.Create(CultureInfo.InvariantCulture,
            $"<div data-chart style=\"flex:0 1 {panel.Width}px;min-width:min(100%,{Math.Min(panel.Width, 360)}px)\">")
            + $"{SvgPicture.Draw(panel)}</div>\n");
        return $"<div data-heading style=\"font:bold 17px/21px {TextMetrics.Font};color:{Palette.Ink};padding:10px 14px 0\">"
            + $"{BilingualHtml.Of(sheet.Whole.Title)}</div>\n"
            + $"<div data-charts style=\"display:flex;flex-wrap:wrap\">\n{string.Concat(cells)}</div>";
    }

    private static string Box(JsonObject figure, string style, string otherwise)
    {
        // A script element ends at the first "</script", wherever it stands, so no "<" may stay in the JSON.
        string json = Frames.Json(figure).Replace("<", "\\u003c", StringComparison.Ordinal);
        string id = "figure-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..12];
        return $"<div id=\"{id}\" style=\"{style}\">\n{otherwise}\n</div>\n"
            + $"<script>(window.lstmlab = window.lstmlab || []).push({{\"id\":\"{id}\",{json[1..]});</script>";
    }
}
