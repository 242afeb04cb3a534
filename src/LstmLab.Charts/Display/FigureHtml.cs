using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LstmLab.Charts.Rendering;
using LstmLab.Charts.Rendering.Plotly;
using LstmLab.Charts.Rendering.Svg;
using Plotly.NET;

namespace LstmLab.Charts.Display;

/// <summary>HTML of a figure: the static picture, and a script that puts the interactive chart in its place where plotly.js is loaded
/// and the chart has room. Without scripts, or on a narrow page, the picture stays and scales down.</summary>
internal static class FigureHtml
{
    // A front end may run the script before it attaches the element, or before plotly.js has run: the script asks again for five seconds.
    private const string Script = """
        (function () {
          var figure = {FIGURE}, asked = 0;
          (function draw() {
            var places = document.querySelectorAll('[id="{ID}"]');
            if ((!window.Plotly || places.length === 0) && asked++ < 50) { setTimeout(draw, 100); return; }
            if (!window.Plotly) return;
            places.forEach(function (place) {
              if (place.dataset.drawn || place.clientWidth < figure.layout.width - 1) return;
              place.dataset.drawn = 'yes';
              place.setAttribute('role', 'img');
              place.setAttribute('aria-label', (place.querySelector('desc') || place).textContent);
              place.replaceChildren();
              var own = JSON.parse(JSON.stringify(figure));
              window.Plotly.newPlot(place, own.data, own.layout, {CONFIG});
            });
          })();
        })();
        """;

    public static string Of(Picture picture)
    {
        string style = string.Create(CultureInfo.InvariantCulture, $"width:100%;max-width:{picture.Width}px");
        return Interactive(PlotlyChart.Json(PlotlyChart.Of(picture)), "{ displaylogo: false, displayModeBar: false }", style,
            SvgPicture.Draw(picture));
    }

    /// <summary>A chart made with Plotly.NET, which has no static picture: until plotly.js draws it, and where it cannot, its words stand
    /// there.</summary>
    public static string Of(GenericChart chart) =>
        Interactive(PlotlyChart.Json(chart), PlotlyChart.ConfigJson(chart), "width:100%",
        $"<pre>{Html.Encode(PlotlyChart.Describe(chart))}</pre>");

    /// <summary>Panels side by side as far as the page is wide.</summary>
    public static string Panels(Picture picture, string[] panels)
    {
        var cells = picture.Scenes.Zip(panels, (placed, html) =>
            string.Create(CultureInfo.InvariantCulture,
            $"<div style=\"flex:0 1 {placed.Scene.Width}px;min-width:min(100%,{Math.Min(placed.Scene.Width, 360)}px)\">\n{html}\n</div>\n"));
        return string.Create(CultureInfo.InvariantCulture,
            $"<figure style=\"margin:0;max-width:{picture.Width}px;background:#FFFFFF\" aria-label=\"{Html.Encode(picture.Alt.English)}\">\n")
            + $"<figcaption style=\"font:bold 17px/21px {TextMetrics.Font};color:{Palette.Ink};padding:10px 14px "
            + $"0\">{BilingualHtml.Of(picture.Title)}</figcaption>\n"
            + $"<div style=\"display:flex;flex-wrap:wrap\">\n{string.Concat(cells)}</div>\n</figure>";
    }

    private static string Interactive(string figure, string config, string style, string otherwise)
    {
        // A script element ends at the first "</script", wherever it stands, so no "<" may stay in the JSON.
        string json = figure.Replace("<", "\\u003c", StringComparison.Ordinal);
        string id = "figure-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..12];
        string script = Script.Replace("{ID}", id, StringComparison.Ordinal)
            .Replace("{CONFIG}", config.Replace("<", "\\u003c", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("{FIGURE}", json, StringComparison.Ordinal);
        return $"<div id=\"{id}\" style=\"{style}\">{otherwise}</div>\n<script>\n{script}\n</script>";
    }
}
