using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>A figure with controls: one picture for each combination of their values.</summary>
public sealed class InteractiveFigure : Figure
{
    private const int Most = 250;

    private readonly Figure[] frames;
    private readonly Control[] controls;
    private readonly Figure start;

    internal InteractiveFigure(Func<int[], Figure> draw, Control[] controls)
        : this([.. Combinations(controls).Select(draw)], controls)
    {
    }

    private InteractiveFigure(Figure[] frames, Control[] controls)
        : base(frames[IndexOfStart(controls)].Title, frames[IndexOfStart(controls)].AltText) =>
        (this.frames, this.controls, start) = (frames, controls, frames[IndexOfStart(controls)]);

    /// <inheritdoc/>
    public override string ToHtml() => start.ToHtml();

    internal override Picture Compose() => start.Compose();

    internal override IEnumerable<string> Describe() => start.Describe();

    private static int IndexOfStart(Control[] controls) => controls.Aggregate(0, (index, c) => index * c.Values.Length + c.Start);

    // All combinations of indices; those of the last control change fastest.
    private static IEnumerable<int[]> Combinations(Control[] controls)
    {
        ArgumentNullException.ThrowIfNull(controls);
        if (controls.Length == 0)
            throw new ArgumentException("Interactive: at least one control is needed, but there is none.");
        long count = controls.Aggregate(1L, (product, c) => product * c.Values.Length);
        if (count > Most)
        {
            string sizes = string.Join(" × ", controls.Select(c => c.Values.Length));
            throw new ArgumentException($"Interactive: the figure is drawn for each combination of values, at most {Most}, but there are "
                + $"{sizes} = {count}: use fewer values.");
        }

        return controls.Aggregate<Control, IEnumerable<int[]>>([[]],
            (all, c) => all.SelectMany(at => Enumerable.Range(0, c.Values.Length).Select(k => (int[])[.. at, k])));
    }
}
