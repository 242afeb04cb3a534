using Plotly.NET.LayoutObjects;
using PlotlyAnnotation = Plotly.NET.LayoutObjects.Annotation;

namespace LstmLab.Charts.Rendering.Plotly;

/// <summary>Turns the marks of a scene into traces, shapes and annotations.</summary>
internal sealed class PlotlyMarks(PlotlyPicture picture, Scene scene, string suffix, Func<double, double> toX, Func<double, double> toY)
{
    private readonly PlotlyHover hover = new(scene, picture.Language);
    private readonly HashSet<string> inLegend = [.. scene.Legend.Select(e => e.Name.English)];

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
                case Bars bars:
                    Draw(bars);
                    break;
                case ReferenceLine line:
                    Draw(line);
                    break;
                case Annotation note:
                    picture.Annotate(Note(note));
                    break;
                case Cells cells:
                    picture.Add("heatmap", Trace(null).With(PlotlyHeatmap.Settings(cells, scene, toX, toY, hover)));
                    break;
                case Raster raster:
                    picture.Add("image", Trace(null).With(PlotlyRaster.Settings(raster)));
                    break;
                case Path path:
                    picture.Add(Path(path));
                    break;
                case Text text:
                    picture.Annotate(Text(text));
                    break;
            }
        }
    }

    private Settings Trace(Bilingual? name) => new()
    {
        ["xaxis"] = "x" + suffix,
        ["yaxis"] = "y" + suffix,
        ["name"] = name is null ? "" : PlotlyText.Escape(name.In(picture.Language)),
        ["showlegend"] = name is not null && inLegend.Contains(name.English),
        ["legend"] = scene.Legend.Count > 0 ? "legend" + suffix : null,
    };

    private void Draw(Curve curve) => picture.Add("scatter", Trace(curve.Name).With(new Settings
    {
        ["x"] = Places(curve.X),
        ["y"] = Values(curve.Y),
        ["hovertemplate"] = hover.Of(curve),
        ["mode"] = curve.Line ? curve.Markers ? "lines+markers" : "lines" : "markers",
        ["line"] = Stroke(curve.Style.Color, curve.Style.Width, curve.Style.Dash),
        ["marker"] = new Settings
        {
            ["color"] = curve.Style.Color,
            ["symbol"] = Symbol(curve.Style.Marker),
            ["size"] = 7,
            ["line"] = Stroke(curve.Style.Color, curve.Style.Marker is Marker.Plus or Marker.Cross ? 1.6 : 0, Dash.Solid)
        }.Object(),
        ["connectgaps"] = false,
    }));

    private void Draw(Area area)
    {
        foreach (bool upper in (bool[])[false, true])
        {
            picture.Add("scatter", Trace(upper ? area.Name : null).With(new Settings
            {
                ["x"] = Places(area.X),
                ["y"] = Values(upper ? area.High : area.Low),
                ["mode"] = "lines",
                ["line"] = Stroke(area.Style.Color, 0, Dash.Solid),
                ["fill"] = upper ? "tonexty" : null,
                ["fillcolor"] = upper ? Translucent(area.Style.Color, 0.25) : null,
                ["customdata"] = upper ? Values(area.Low) : null,
                ["hovertemplate"] = upper ? hover.Of(area) : null,
                ["hoverinfo"] = upper ? null : "skip",
            }));
        }
    }

    private void Draw(Bars bars)
    {
        AddBars(bars);
        for (int k = 0; k < (bars.Labels?.Length ?? 0); k++)
        {
            if (!double.IsFinite(bars.Top[k]))
                continue;
            bool below = bars.Top[k] < bars.Base;
            double whisker = (below ? bars.Low : bars.High)?[k] ?? double.NaN;
            double over = double.IsNaN(whisker) ? bars.Top[k] : below ? Math.Min(whisker, bars.Top[k]) : Math.Max(whisker, bars.Top[k]);
            picture.Annotate(PlotlyText.At(
                toX(scene.Plot.Left + scene.X.Fraction((bars.Left[k] + bars.Right[k]) / 2) * scene.Plot.Width),
                toY(scene.Plot.Bottom - scene.Y.Fraction(over) * scene.Plot.Height + (below ? 10 : -10)),
                bars.Labels![k], XyLayout.TickSize, Palette.Ink, "center", "middle"));
        }
    }

    private void AddBars(Bars bars) => picture.Add("bar", Trace(bars.Name).With(new Settings
    {
        ["x"] = Values([.. bars.Left.Zip(bars.Right, (l, r) => (l + r) / 2)]),
        ["y"] = Values(bars.Top),
        ["hovertext"] = hover.Of(bars),
        ["hovertemplate"] = "%{hovertext}<extra></extra>",
        ["width"] = Values([.. bars.Left.Zip(bars.Right, (l, r) => r - l)]),
        ["marker"] = new Settings
        {
            ["color"] = bars.Colors ?? (object)bars.Style.Color,
            ["opacity"] = bars.Opacity,
            ["line"] = Stroke("#FFFFFF", 0.6, Dash.Solid)
        }.Object(),
        ["error_y"] = bars.Low is null ? null : new Settings
        {
            ["type"] = "data",
            ["symmetric"] = false,
            ["array"] = Values([.. bars.High!.Zip(bars.Top, (h, t) => h - t)]),
            ["arrayminus"] = Values([.. bars.Top.Zip(bars.Low, (t, l) => t - l)]),
            ["color"] = Palette.Ink,
            ["thickness"] = 1.3,
            ["width"] = 5,
        }.Object(),
    }));

    private void Draw(ReferenceLine line)
    {
        string x = line.Horizontal ? "x" + suffix + " domain" : "x" + suffix, y = line.Horizontal ? "y" + suffix : "y" + suffix + " domain";
        picture.Add(new Settings
        {
            ["type"] = "line",
            ["xref"] = x,
            ["yref"] = y,
            ["x0"] = line.Horizontal ? 0.0 : Place(line.Value),
            ["x1"] = line.Horizontal ? 1.0 : Place(line.Value),
            ["y0"] = line.Horizontal ? line.Value : 0.0,
            ["y1"] = line.Horizontal ? line.Value : 1.0,
            ["line"] = Stroke(line.Style.Color, line.Style.Width, line.Style.Dash),
        }.On(new Shape()));
        if (line is { Horizontal: false, Label: not null })
        {
            double at = scene.Plot.Left + scene.X.Fraction(line.Value) * scene.Plot.Width + (line.LabelLeft ? -6 : 6);
            var label = PlotlyText.At(toX(at), toY(scene.Plot.Top + 9 + line.Row * 17), line.Label.In(picture.Language), XyLayout.LabelSize,
                Palette.ForText(line.Style.Color), line.LabelLeft ? "right" : "left", "middle");
            label.SetProperty("bgcolor", "rgba(255,255,255,0.8)");
            picture.Annotate(label);
        }
    }

    private PlotlyAnnotation Note(Annotation note) => new Settings
    {
        ["xref"] = "x" + suffix,
        ["yref"] = "y" + suffix,
        ["x"] = scene.X.Log ? Math.Log10(note.X) : Place(note.X),
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
        ["text"] = PlotlyText.Escape(picture.In(note.Lines)),
    }.On(new PlotlyAnnotation());

    private Shape Path(Path path)
    {
        var points = path.X.Zip(path.Y, (x, y) => FormattableString.Invariant($"{x:0.##},{y:0.##}"));
        return new Settings
        {
            ["type"] = "path",
            ["xref"] = "x" + suffix,
            ["yref"] = "y" + suffix,
            ["path"] = "M" + string.Join("L", points) + (path.Closed ? "Z" : ""),
            ["fillcolor"] = path.Fill ?? "rgba(0,0,0,0)",
            ["line"] = Stroke(path.Stroke ?? path.Fill ?? Palette.Ink, path.Stroke is null ? 0 : path.Width, path.Dash),
        }.On(new Shape());
    }

    private PlotlyAnnotation Text(Text text) => PlotlyText.At(
        toX(scene.Plot.Left + scene.X.Fraction(text.X) * scene.Plot.Width),
        toY(scene.Plot.Bottom - scene.Y.Fraction(text.Y) * scene.Plot.Height),
        picture.In(text.Lines), text.Size, text.Color, "center", "middle", text.Bold);

    private static DynamicObj.DynamicObj Stroke(string color, double width, Dash dash) => new Settings
    {
        ["color"] = color,
        ["width"] = width,
        ["dash"] = Palette.Strokes(dash) is { Length: > 0 } strokes ? string.Join(',', strokes.Select(s => s + "px")) : "solid",
    }.Object();

    private object Place(double x) => scene.X.Dates ? Dates.Iso(x) : x;

    private object?[] Places(double[] values) => [.. values.Select(v => double.IsFinite(v) ? Place(v) : null)];

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
    public static Settings Settings(Cells cells, Scene scene, Func<double, double> toX, Func<double, double> toY, PlotlyHover hover)
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
            // Without a size Plotly would take one for the length of the text, with all its markup.
            ["textfont"] = cells.Print ? new Settings { ["size"] = XyLayout.TickSize }.Object() : null,
            ["hovertext"] = cells.Texts,
            ["hovertemplate"] = hover.OfCells(bar.Title),
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
                ["ticktext"] = bar.Ticks.Select(t => t.Label.English[0]).ToArray(),
                ["outlinewidth"] = 1,
                ["outlinecolor"] = Palette.Quiet,
            }.Object(),
        };
    }

    // Plotly's own choice of dark or light text is too pale on medium cells.
    private static string[][] Printed(Cells cells) =>
        [.. cells.Values.Select((row, r) =>
        row.Select((v, c) =>
        $"<span style=\"color:{Palette.On(ColorScale.Of(v, cells.Min, cells.Max, cells.Signed))}\">{PlotlyText.Escape((cells.Written ?? cells.Texts)[r][c])}</span>").ToArray())];
}

/// <summary>The trace of a small picture.</summary>
internal static class PlotlyRaster
{
    public static Settings Settings(Raster raster) => new()
    {
        ["z"] = raster.Colors.Select(row => row.Select(color =>
        {
            var (r, g, b) = Palette.Rgb(color);
            return new[] { (int)r, (int)g, (int)b };
        }).ToArray()).ToArray(),
        ["hoverinfo"] = "skip",
    };
}
