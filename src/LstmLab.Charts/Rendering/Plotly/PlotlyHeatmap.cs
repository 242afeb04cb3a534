namespace LstmLab.Charts.Rendering.Plotly;

/// <summary>A heatmap's trace.</summary>
internal static class PlotlyHeatmap
{
    public static Settings Settings(Cells cells, Scene scene, Func<double, double> toX, Func<double, double> toY)
    {
        var bar = scene.Bar!;
        var stops = ColorScale.Stops(cells.Signed);
        return new Settings
        {
            ["z"] = cells.Values.Select(row => row.Select(v => double.IsNaN(v) ? null : (object?)v).ToArray()).ToArray(),
            ["zmin"] = cells.Min,
            ["zmax"] = cells.Max,
            ["text"] = cells.Print ? Printed(cells) : null,
            ["texttemplate"] = cells.Print ? "%{text}" : null,
            ["hovertext"] = cells.Texts,
            ["hovertemplate"] = "%{y}, %{x}: %{hovertext}<extra></extra>",
            ["colorscale"] = stops.Select((c, k) => new object[] { (double)k / (stops.Length - 1), c }).ToArray(),
            ["colorbar"] = new Settings
            {
                ["x"] = toX(bar.Place.Left),
                ["xanchor"] = "left",
                ["xpad"] = 0,
                ["y"] = toY(bar.Place.Bottom),
                ["yanchor"] = "bottom",
                ["ypad"] = 0,
                ["lenmode"] = "pixels",
                ["len"] = bar.Place.Height,
                ["thickness"] = bar.Place.Width,
                ["tickmode"] = "array",
                ["tickvals"] = bar.Ticks.Select(t => t.At).ToArray(),
                ["ticktext"] = bar.Ticks.Select(t => t.Label[0]).ToArray(),
                ["outlinewidth"] = 1,
                ["outlinecolor"] = Palette.Quiet,
            }.Object(),
        };
    }

    // Plotly's own choice of dark or light text is too pale on medium cells.
    private static string[][] Printed(Cells cells) =>
        [.. cells.Values.Select((row, r) => row.Select((v, c) => $"<span style=\"color:{Palette.On(ColorScale.Of(cells, v))}\">{cells.Texts[r][c]}</span>").ToArray())];
}
