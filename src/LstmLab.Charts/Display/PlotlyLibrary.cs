namespace LstmLab.Charts;

/// <summary>plotly.js and the script that draws and moves figures with it, to be put on a page once: 3.6 MB inline, so that figures are
/// interactive without a network.</summary>
[Display.TypeFormatterSource(typeof(Display.HtmlFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class PlotlyLibrary : Display.IHtmlDisplay
{
    /// <summary>The script elements.</summary>
    public string ToHtml() =>
        $"<script>\n{Resource.Text("figures.js")}</script>\n" + PlotlyScript.Of(typeof(global::Plotly.NET.GenericChart).Assembly);

    /// <summary>Says that the library is there.</summary>
    public override string ToString() => "Figures of this notebook are interactive: plotly.js is on the page.";

    /// <summary>The library by MIME type: HTML and plain text.</summary>
    public IReadOnlyDictionary<string, object> ToMimeBundle() => new Dictionary<string, object>
    {
        ["text/html"] = ToHtml(),
        ["text/plain"] = ToString(),
    };
}
