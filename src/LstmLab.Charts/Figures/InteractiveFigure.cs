using LstmLab.Charts.Display;
using LstmLab.Charts.Interaction;
using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>A figure with controls: one picture for each combination of their values.</summary>
public sealed class InteractiveFigure : Figure
{
    private const int Most = 250;

    private readonly Figure[] figures;
    private readonly Control[] controls;
    private readonly int first;

    private InteractiveFigure(Figure[] figures, Control[] controls, int first)
        : base(figures[first].Title, figures[first].AltText) => (this.figures, this.controls, this.first) = (figures, controls, first);

    /// <summary>Plotly JSON. A single control comes along, as Plotly's own slider or menu; of several only their start is there.</summary>
    public override string ToPlotlyJson() => controls is [var only]
        ? Frames.Json(PlotlySteps.Of([.. figures.Select(figure => FigureJson.Chart(figure.Compose(), BilingualHtml.Shown))], only))
        : base.ToPlotlyJson();

    /// <inheritdoc/>
    public override string ToHtml() => FigureHtml.Of([.. figures.Select(SheetOf)], first, controls);

    /// <summary>Draws the figure for all combinations of values.</summary>
    internal static InteractiveFigure Of(Func<int[], Figure> draw, Control[] controls)
    {
        ArgumentNullException.ThrowIfNull(controls);
        if (controls.Length == 0)
            throw new ArgumentException("Interactive: at least one control is needed, but there is none.");
        long count = controls.Aggregate(1L, (product, control) => product * control.Values.Count);
        if (count > Most)
        {
            string sizes = string.Join(" × ", controls.Select(control => control.Values.Count));
            throw new ArgumentException($"Interactive: the figure is drawn for each combination of values, at most {Most}, but there are "
                + $"{sizes} = {count}: use fewer values.");
        }

        IEnumerable<int[]> combinations = controls.Aggregate<Control, IEnumerable<int[]>>([[]],
            (all, control) => all.SelectMany(at => Enumerable.Range(0, control.Values.Count).Select(k => (int[])[.. at, k])));
        Figure[] figures = [.. combinations.Select(draw)];
        foreach (var figure in figures)
        {
            ArgumentNullException.ThrowIfNull(figure, nameof(draw));
            if (figure is InteractiveFigure || figure.PartCount != figures[0].PartCount)
            {
                throw new ArgumentException($"Interactive: each figure must be drawn like the first one, {Kind(figures[0])}, "
                    + $"but '{figure.Title}' is {Kind(figure)}.");
            }
        }

        return new(figures, controls, controls.Aggregate(0, (index, control) => index * control.Values.Count + control.Start));
    }

    internal override Picture Compose() => figures[first].Compose();

    internal override Sheet Sheet() => figures[first].Sheet();

    internal override int PartCount => figures[first].PartCount;

    // The start with a line beneath it that names what can be moved elsewhere.
    internal override Picture Still()
    {
        var still = Compose();
        var lines = Words.Wrap(FigureHtml.Hint(controls), still.Width - 28, XyLayout.NoteSize);
        double height = lines.Count * XyLayout.TextLine + 9;
        var hint = new Scene(
            Words.None, still.Width, height, new Box(0, 0, still.Width, height),
            new Scale(Words.None, 0, still.Width, false, [], Hidden: true),
            new Scale(Words.None, height, 0, false, [], Hidden: true), [], [], [], lines);
        return still with { Height = still.Height + height, Scenes = [.. still.Scenes, new PlacedScene(0, still.Height, hint)] };
    }

    internal override IEnumerable<string> Describe() => figures[first].Describe().Concat(controls.Select(control =>
        $"control '{control.Name}': {control.Values.Count} values from {control.Values[0]} to {control.Values[^1]}, "
        + $"start {control.Values[control.Start]}"));

    // Of the pictures that are not there at first, the title says enough, unless their author says more.
    private Sheet SheetOf(Figure figure, int index)
    {
        var sheet = figure.Sheet();
        return index == first || figure.AltText is not null ? sheet : new(sheet.Whole, [.. sheet.Parts.Select(Brief)]);

        static Part Brief(Part part) => new(Titled(part.Wide), part.Narrow is null ? null : Titled(part.Narrow));
        static Picture Titled(Picture picture) => picture with { Alt = picture.Title };
    }

    private static string Kind(Figure figure) => figure switch
    {
        InteractiveFigure => "interactive itself",
        PanelFigure => $"{figure.PartCount} panels",
        _ => "a single figure",
    };
}
