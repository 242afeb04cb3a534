using PlotlyAnnotation = Plotly.NET.LayoutObjects.Annotation;

namespace LstmLab.Charts.Rendering.Plotly;

/// <summary>Properties in the order they were given, for Plotly.NET's dynamic objects.</summary>
internal sealed class Settings
{
    private readonly List<(string Name, object Value)> values = [];

    public object? this[string name]
    {
        set
        {
            if (value is not null)
                values.Add((name, value));
        }
    }

    /// <summary>These settings, then the others.</summary>
    public Settings With(Settings others)
    {
        values.AddRange(others.values);
        return this;
    }

    /// <summary>Sets the properties of one of Plotly.NET's objects.</summary>
    public T On<T>(T target)
        where T : DynamicObj.DynamicObj
    {
        foreach (var (name, value) in values)
            target.SetProperty(name, value);
        return target;
    }

    public DynamicObj.DynamicObj Object() => On(new DynamicObj.DynamicObj());
}

/// <summary>Text of a chart. Plotly reads a little HTML in every text, so reserved characters are escaped.</summary>
internal static class PlotlyText
{
    // plotly.js knows no &quot;.
    public static string Escape(string text) =>
        Html.Encode(text).Replace("&quot;", "\"", StringComparison.Ordinal).Replace("\n", "<br>", StringComparison.Ordinal);

    /// <summary>Text at a place of the picture, 0 to 1 from left and from below.</summary>
    public static PlotlyAnnotation At(
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
        }.On(new PlotlyAnnotation());
}
