using LstmLab.Charts.Rendering.Plotly;

namespace LstmLab.Charts;

/// <summary>plotly.js, to be put on a page once: 3.6 MB inline, so that figures are interactive without a network.</summary>
[Display.TypeFormatterSource(typeof(Display.HtmlFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class PlotlyLibrary : Display.IHtmlDisplay
{
    // Where RequireJS is loaded (classic Jupyter), plotly.js would register with it and leave no window.Plotly behind.
    private const string Before = "<script>window.lstmlabDefine = window.define; window.define = undefined;</script>\n<script>";
    // Plotly.NET.Interactive asks RequireJS for a copy from the network: the one on the page answers.
    private const string After = """
        </script>
        <script>window.define = window.lstmlabDefine; delete window.lstmlabDefine;
        (function () {
          var configure = window.requirejs && window.requirejs.config;
          window.requirejs = window.requirejs || function () { };
          window.requirejs.config = function (options) {
            if (options && options.context === 'fsharp-plotly') return function (names, use) { use(window.Plotly); };
            return configure && configure.apply(this, arguments);
          };
        })();</script>
        """;

    /// <summary>The script elements.</summary>
    public string ToHtml() => Before + PlotlyChart.Library().Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase) + After;

    /// <summary>Says that the library is there.</summary>
    public override string ToString() => "Figures of this notebook are interactive: plotly.js is on the page.";

    /// <summary>The library by MIME type: HTML and plain text.</summary>
    public IReadOnlyDictionary<string, object> ToMimeBundle() => new Dictionary<string, object>
    {
        ["text/html"] = ToHtml(),
        ["text/plain"] = ToString(),
    };
}
