using Plotly.NET;
using Plotly.NET.LayoutObjects;

namespace LstmLab.Charts.Rendering.Plotly;

/// <summary>Collects traces and layout of all scenes of a picture.</summary>
internal sealed class PlotlyPicture
{
    private readonly Layout layout = new();

    public PlotlyPicture(double width, double height, string heading)
    {
        (Width, Height) = (width, height);
        if (heading.Length > 0)
            Annotate(PlotlyText.At(14 / width, 1 - 9 / height, heading, XyLayout.TitleSize + 1, Palette.Ink, "left", "top", bold: true));
    }

    public double Width { get; }

    public double Height { get; }

    public List<Trace> Traces { get; } = [];

    private List<Annotation> Annotations { get; } = [];

    private List<Shape> Shapes { get; } = [];

    public void Annotate(Annotation annotation) => Annotations.Add(annotation);

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
        ["barmode"] = "overlay",
        ["annotations"] = Annotations,
        ["shapes"] = Shapes,
    }.On(layout);
}
