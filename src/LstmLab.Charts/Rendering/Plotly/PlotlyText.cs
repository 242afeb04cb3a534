using Plotly.NET.LayoutObjects;

namespace LstmLab.Charts.Rendering.Plotly;

/// <summary>Text of a chart. Plotly reads a little HTML in every text, so reserved characters are escaped.</summary>
internal static class PlotlyText
{
    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\n", "<br>", StringComparison.Ordinal);

    public static string Lines(string[] lines) => Escape(string.Join('\n', lines));

    /// <summary>Text at a place of the picture, 0 to 1 from left and from below.</summary>
    public static Annotation At(
        double x, double y, string text, double size, string color, string xAnchor, string yAnchor, bool bold = false, double angle = 0) =>
        new Settings
        {
            ["xref"] = "paper",
            ["yref"] = "paper",
            ["x"] = x,
            ["y"] = y,
            ["xanchor"] = xAnchor,
            ["yanchor"] = yAnchor,
            ["align"] = xAnchor == "center" ? "center" : xAnchor,
            ["showarrow"] = false,
            ["textangle"] = angle == 0 ? null : angle,
            ["borderpad"] = 0,
            ["text"] = bold ? $"<b>{Escape(text)}</b>" : Escape(text),
            ["font"] = new Settings { ["size"] = size, ["color"] = color }.Object(),
        }.On(new Annotation());
}
