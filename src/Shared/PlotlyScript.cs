using System.Reflection;

namespace LstmLab;

/// <summary>plotly.js as script elements, to be put on a page once, so that charts are interactive without a network.</summary>
internal static class PlotlyScript
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

    /// <summary>The copy of plotly.js that Plotly.NET carries, 3.6 MB.</summary>
    /// <param name="plotlyNet">The assembly Plotly.NET.</param>
    public static string Of(Assembly plotlyNet)
    {
        var name = plotlyNet.GetManifestResourceNames()
            .FirstOrDefault(name =>
                name.Contains("plotly-", StringComparison.Ordinal) && name.EndsWith(".min.js", StringComparison.Ordinal))
            ?? throw new InvalidOperationException(
                $"{plotlyNet.GetName().Name} should carry plotly.js as a resource 'plotly-VERSION.min.js', but does not.");
        using var reader = new StreamReader(plotlyNet.GetManifestResourceStream(name)!);
        return Before + reader.ReadToEnd().Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase) + After;
    }
}
