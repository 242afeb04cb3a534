using Plotly.NET.LayoutObjects;

namespace LstmLab.Charts.Rendering.Plotly;

/// <summary>Turns the marks of a scene into traces, shapes and annotations.</summary>
internal sealed class PlotlyMarks(PlotlyPicture picture, Scene scene, string suffix, Func<double, double> toX, Func<double, double> toY)
{
    private readonly HashSet<string> inLegend = [.. scene.Legend.Select(e => e.Name)];

    public void Draw()
    {
        foreach (var mark in scene.Marks)
        {
            switch (mark)
            {
                case Curve curve:
                    Draw(curve);
                    break;
                case Area area:
                    Draw(area);
                    break;
                case Boxes boxes:
                    Draw(boxes);
                    break;
                case Rule rule:
                    Draw(rule);
                    break;
                case Callout note:
                    picture.Annotate(Note(note));
                    break;
                case Cells cells:
                    picture.Add("heatmap", Trace(null).With(PlotlyHeatmap.Settings(cells, scene, toX, toY)));
                    break;
                case Outline outline:
                    picture.Add(Path(outline));
                    break;
                case Words words:
                    picture.Annotate(Text(words));
                    break;
            }
        }
    }

    private Settings Trace(string? name) => new()
    {
        ["xaxis"] = "x" + suffix,
        ["yaxis"] = "y" + suffix,
        ["name"] = name is null ? "" : PlotlyText.Escape(name),
        ["showlegend"] = name is not null && inLegend.Contains(name),
        ["legend"] = "legend" + suffix,
    };

    private void Draw(Curve curve) => picture.Add("scatter", Trace(curve.Name).With(new Settings
    {
        ["x"] = Values(curve.X),
        ["y"] = Values(curve.Y),
        ["mode"] = curve.Line ? curve.Markers ? "lines+markers" : "lines" : "markers",
        ["line"] = Stroke(curve.Style.Color, curve.Style.Width, curve.Style.Dash),
        ["marker"] = new Settings { ["color"] = curve.Style.Color, ["symbol"] = Symbol(curve.Style.Marker), ["size"] = 7, ["line"] = Stroke(curve.Style.Color, curve.Style.Marker is Marker.Plus or Marker.Cross ? 1.6 : 0, Dash.Solid) }.Object(),
        ["connectgaps"] = false,
    }));

    private void Draw(Area area)
    {
        foreach (bool upper in (bool[])[false, true])
        {
            picture.Add("scatter", Trace(upper ? area.Name : null).With(new Settings
            {
                ["x"] = Values(area.X),
                ["y"] = Values(upper ? area.High : area.Low),
                ["mode"] = "lines",
                ["line"] = Stroke(area.Style.Color, 0, Dash.Solid),
                ["fill"] = upper ? "tonexty" : null,
                ["fillcolor"] = upper ? Translucent(area.Style.Color, 0.25) : null,
                ["hoverinfo"] = upper ? null : "skip",
            }));
        }
    }

    private void Draw(Boxes boxes)
    {
        AddBars(boxes);
        for (int k = 0; k < (boxes.Labels?.Length ?? 0); k++)
        {
            if (!double.IsFinite(boxes.Top[k]))
                continue;
            bool below = boxes.Top[k] < boxes.Base;
            double whisker = (below ? boxes.Low : boxes.High)?[k] ?? double.NaN;
            double over = double.IsNaN(whisker) ? boxes.Top[k] : below ? Math.Min(whisker, boxes.Top[k]) : Math.Max(whisker, boxes.Top[k]);
            picture.Annotate(PlotlyText.At(
                toX(scene.Plot.Left + scene.X.Fraction((boxes.Left[k] + boxes.Right[k]) / 2) * scene.Plot.Width),
                toY(scene.Plot.Bottom - scene.Y.Fraction(over) * scene.Plot.Height + (below ? 10 : -10)),
                boxes.Labels![k], XyLayout.TickSize, Palette.Ink, "center", "middle"));
        }
    }

    private void AddBars(Boxes boxes) => picture.Add("bar", Trace(boxes.Name).With(new Settings
    {
        ["x"] = Values([.. boxes.Left.Zip(boxes.Right, (l, r) => (l + r) / 2)]),
        ["y"] = Values(boxes.Top),
        ["width"] = Values([.. boxes.Left.Zip(boxes.Right, (l, r) => r - l)]),
        ["marker"] = new Settings { ["color"] = boxes.Colors ?? (object)boxes.Style.Color, ["opacity"] = boxes.Opacity, ["line"] = Stroke("#FFFFFF", 0.6, Dash.Solid) }.Object(),
        ["error_y"] = boxes.Low is null ? null : new Settings
        {
            ["type"] = "data",
            ["symmetric"] = false,
            ["array"] = Values([.. boxes.High!.Zip(boxes.Top, (h, t) => h - t)]),
            ["arrayminus"] = Values([.. boxes.Top.Zip(boxes.Low, (t, l) => t - l)]),
            ["color"] = Palette.Ink,
            ["thickness"] = 1.3,
            ["width"] = 5,
        }.Object(),
    }));

    private void Draw(Rule rule)
    {
        string x = rule.Horizontal ? "x" + suffix + " domain" : "x" + suffix, y = rule.Horizontal ? "y" + suffix : "y" + suffix + " domain";
        picture.Add(new Settings
        {
            ["type"] = "line",
            ["xref"] = x,
            ["yref"] = y,
            ["x0"] = rule.Horizontal ? 0.0 : rule.Value,
            ["x1"] = rule.Horizontal ? 1.0 : rule.Value,
            ["y0"] = rule.Horizontal ? rule.Value : 0.0,
            ["y1"] = rule.Horizontal ? rule.Value : 1.0,
            ["line"] = Stroke(rule.Style.Color, rule.Style.Width, rule.Style.Dash),
        }.On(new Shape()));
        if (rule is { Horizontal: false, Label: not null })
        {
            double at = scene.Plot.Left + scene.X.Fraction(rule.Value) * scene.Plot.Width + (rule.LabelLeft ? -6 : 6);
            var label = PlotlyText.At(toX(at), toY(scene.Plot.Top + 9 + rule.Row * 17), rule.Label, XyLayout.LabelSize,
                Palette.ForText(rule.Style.Color), rule.LabelLeft ? "right" : "left", "middle");
            label.SetProperty("bgcolor", "rgba(255,255,255,0.8)");
            picture.Annotate(label);
        }
    }

    private Annotation Note(Callout note) => new Settings
    {
        ["xref"] = "x" + suffix,
        ["yref"] = "y" + suffix,
        ["x"] = scene.X.Log ? Math.Log10(note.X) : note.X,
        ["y"] = scene.Y.Log ? Math.Log10(note.Y) : note.Y,
        ["ax"] = note.Dx,
        ["ay"] = note.Dy,
        ["xanchor"] = note.Dx > 0 ? "left" : "right",
        ["align"] = "left",
        ["arrowhead"] = 6,
        ["arrowsize"] = 0.8,
        ["arrowwidth"] = 1,
        ["arrowcolor"] = Palette.Quiet,
        ["bgcolor"] = "rgba(255,255,255,0.8)",
        ["text"] = PlotlyText.Lines(note.Lines),
    }.On(new Annotation());

    private Shape Path(Outline outline)
    {
        var points = outline.X.Zip(outline.Y, (x, y) => FormattableString.Invariant($"{x:0.##},{y:0.##}"));
        return new Settings
        {
            ["type"] = "path",
            ["xref"] = "x" + suffix,
            ["yref"] = "y" + suffix,
            ["path"] = "M" + string.Join("L", points) + (outline.Closed ? "Z" : ""),
            ["fillcolor"] = outline.Fill ?? "rgba(0,0,0,0)",
            ["line"] = Stroke(outline.Stroke ?? outline.Fill ?? Palette.Ink, outline.Stroke is null ? 0 : outline.Width, outline.Dash),
        }.On(new Shape());
    }

    private Annotation Text(Words words) => PlotlyText.At(
        toX(scene.Plot.Left + scene.X.Fraction(words.X) * scene.Plot.Width),
        toY(scene.Plot.Bottom - scene.Y.Fraction(words.Y) * scene.Plot.Height),
        string.Join('\n', words.Lines), words.Size, words.Color, "center", "middle", words.Bold);

    private static DynamicObj.DynamicObj Stroke(string color, double width, Dash dash) => new Settings
    {
        ["color"] = color,
        ["width"] = width,
        ["dash"] = Palette.Strokes(dash) is { Length: > 0 } strokes ? string.Join(',', strokes.Select(s => s + "px")) : "solid",
    }.Object();

    /// <summary>Values for JSON, which has no NaN: missing ones are null.</summary>
    private static object?[] Values(double[] values) => [.. values.Select(v => double.IsFinite(v) ? (object?)v : null)];

    private static string Translucent(string color, double opacity)
    {
        var (r, g, b) = Palette.Rgb(color);
        return FormattableString.Invariant($"rgba({r},{g},{b},{opacity})");
    }

    private static string Symbol(Marker marker) => marker switch
    {
        Marker.Square => "square",
        Marker.Triangle => "triangle-up",
        Marker.Diamond => "diamond",
        Marker.Plus => "cross-thin",
        Marker.Cross => "x-thin",
        _ => "circle",
    };
}

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
