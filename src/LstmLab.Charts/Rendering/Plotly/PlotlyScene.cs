using Plotly.NET;
using Plotly.NET.LayoutObjects;
using PlotlyAnnotation = Plotly.NET.LayoutObjects.Annotation;

namespace LstmLab.Charts.Rendering.Plotly;

/// <summary>Collects traces and layout of all scenes of a picture.</summary>
internal sealed class PlotlyPicture
{
    private readonly Layout layout = new();

    public PlotlyPicture(double width, double height, Words heading, Language language)
    {
        (Width, Height, Language) = (width, height, language);
        if (!heading.Empty)
            Annotate(PlotlyText.At(14 / width, 1 - 9 / height, In(heading),
                XyLayout.TitleSize + 1, Palette.Ink, "left", "top", bold: true));
    }

    public double Width { get; }

    public double Height { get; }

    public Language Language { get; }

    /// <summary>True once a scene has a legend.</summary>
    public bool HasLegend { get; set; }

    public List<Trace> Traces { get; } = [];

    private List<PlotlyAnnotation> Annotations { get; } = [];

    private List<Shape> Shapes { get; } = [];

    /// <summary>Words in the chart's language.</summary>
    public string In(Words words) => string.Join('\n', words.In(Language));

    public void Annotate(PlotlyAnnotation annotation) => Annotations.Add(annotation);

    public void Add(Shape shape) => Shapes.Add(shape);

    public void Add(string kind, Settings trace) => Traces.Add(trace.On(new Trace(kind)));

    public void Set(string property, DynamicObj.DynamicObj value) => layout.SetProperty(property, value);

    /// <summary>The layout, with margins of 0: every plot has its place from the scene.</summary>
    public Layout Layout() => new Settings
    {
        ["width"] = Width,
        ["height"] = Height,
        ["margin"] = new Settings { ["l"] = 0, ["r"] = 0, ["t"] = 0, ["b"] = 0, ["autoexpand"] = false }.Object(),
        ["paper_bgcolor"] = "#FFFFFF",
        ["plot_bgcolor"] = "#FFFFFF",
        ["font"] = new Settings { ["family"] = TextMetrics.Font, ["size"] = XyLayout.TickSize, ["color"] = Palette.Ink }.Object(),
        ["hovermode"] = "closest",
        // Nothing is cut off, however long.
        ["hoverlabel"] = new Settings { ["namelength"] = -1, ["align"] = "left" }.Object(),
        ["barmode"] = "overlay",
        ["showlegend"] = HasLegend,
        ["annotations"] = Annotations,
        ["shapes"] = Shapes,
    }.On(layout);
}

/// <summary>Draws the frame of one scene: axes, titles, legend and labels at the places the scene gives them.</summary>
internal sealed class PlotlyScene(PlotlyPicture picture, PlacedScene placed, int index, bool sharesX)
{
    private readonly Scene scene = placed.Scene;
    private readonly string suffix = index == 0 ? "" : (index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public void Draw()
    {
        var plot = scene.Plot;
        picture.Set("xaxis" + suffix, Axis(scene.X, "y" + suffix, [X(plot.Left), X(plot.Right)], sharesX && index > 0 ? "x" : null));
        picture.Set("yaxis" + suffix, Axis(scene.Y, "x" + suffix, [Y(plot.Bottom), Y(plot.Top)]));
        new PlotlyMarks(picture, scene, suffix, X, Y).Draw();
        Text(14, 9, scene.Title, XyLayout.TitleSize, Palette.Ink, "left", "top", bold: true);
        Titles();
        foreach (var label in scene.Labels)
            Text(plot.Right + 8, label.Middle, label.Lines, XyLayout.LabelSize, label.Color, "left", "middle");
        if (scene.Legend.Count > 0)
            Key();
        if (scene.Footnotes.Count > 0)
            Text(14, scene.Height - 4, scene.Footnotes, XyLayout.NoteSize, Palette.Quiet, "left", "bottom");
    }

    private void Text(
        double x, double y, Words text, double size, string color, string xAnchor, string yAnchor, bool bold = false, double angle = 0)
    {
        if (!text.Empty)
            picture.Annotate(PlotlyText.At(X(x), Y(y), picture.In(text), size, color, xAnchor, yAnchor, bold, angle));
    }

    private void Titles()
    {
        var plot = scene.Plot;
        double under = scene.Height - 4 - scene.Footnotes.Count * XyLayout.TextLine - 2;
        Text(plot.Left + plot.Width / 2, under, scene.X.Title, XyLayout.AxisSize, Palette.Ink, "center", "bottom");
        double beside = 14 + Math.Max(0, scene.Y.Title.Count - 1) * XyLayout.TextLine / 2;
        Text(beside, plot.Top + plot.Height / 2, scene.Y.Title, XyLayout.AxisSize, Palette.Ink, "center", "middle", angle: -90);
        if (scene.Bar is { Title.Empty: false } bar)
            Text(scene.Width - 10, bar.Place.Top - 3, bar.Title, XyLayout.TickSize, Palette.Ink, "right", "bottom");
    }

    // Both painters write the scene's ticks; the page gives them up for Plotly's own where a reader zooms in.
    private LinearAxis Axis(Scale scale, string anchor, double[] domain, string? matches = null) => new Settings
    {
        ["anchor"] = anchor,
        ["domain"] = domain,
        ["matches"] = matches,
        ["type"] = scale.Log ? "log" : scale.Dates ? "date" : "linear",
        ["range"] = new[] { At(scale, scale.Min), At(scale, scale.Max) },
        ["visible"] = !scale.Hidden,
        ["fixedrange"] = scale.Hidden ? true : null,
        ["showgrid"] = !scale.Named,
        ["gridcolor"] = Palette.Grid,
        ["zeroline"] = false,
        ["linecolor"] = Palette.Quiet,
        ["tickfont"] = new Settings { ["size"] = XyLayout.TickSize, ["color"] = Palette.Quiet }.Object(),
        ["tickmode"] = scale.Hidden ? null : "array",
        ["tickvals"] = scale.Hidden ? null : scale.Ticks.Select(t => scale.Log ? Math.Pow(10, t.At) : At(scale, t.At)).ToArray(),
        ["ticktext"] = scale.Hidden ? null : scale.Ticks.Select(t => PlotlyText.Escape(picture.In(t.Label))).ToArray(),
        ["tickangle"] = 0,
        ["nticks"] = scale.Hidden || scale.Named ? null : scale.Ticks.Length + 3,
        ["tickformat"] = scale.Dates ? "%Y-%m-%d" : null,
        ["exponentformat"] = "power",
        ["separatethousands"] = true,
    }.On(new LinearAxis());

    private static object At(Scale scale, double place) => scale.Dates ? Dates.Iso(place) : place;

    private void Key()
    {
        // Plotly hides all legends where the last of several scenes has none.
        picture.HasLegend = true;
        picture.Set("legend" + suffix, new Settings
        {
            ["orientation"] = "h",
            ["x"] = X(10),
            ["xanchor"] = "left",
            ["y"] = Y(scene.Legend[0].Middle - XyLayout.LegendRow / 2),
            ["yanchor"] = "top",
            ["font"] = new Settings { ["size"] = XyLayout.LabelSize }.Object(),
            ["bgcolor"] = "rgba(255,255,255,0)",
            ["itemwidth"] = 30,
        }.On(new Legend()));
    }

    private double X(double pixels) => (placed.Left + pixels) / picture.Width;

    private double Y(double pixels) => 1 - (placed.Top + pixels) / picture.Height;
}
