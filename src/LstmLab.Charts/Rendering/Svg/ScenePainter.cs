using OxyPlot;

namespace LstmLab.Charts.Rendering.Svg;

/// <summary>Draws the frame of a scene: title, axes, legend, labels; the marks are drawn by <see cref="MarkPainter"/>.</summary>
internal sealed class ScenePainter(Scene scene, SvgCanvas canvas)
{
    private readonly Box plot = scene.Plot;

    private static readonly Pen Small = new(XyLayout.TickSize, Color: Palette.Quiet);

    public void Paint()
    {
        canvas.Write(14, 20, scene.Title, new Pen(XyLayout.TitleSize, XyLayout.TitleLine, Bold: true));
        if (!scene.Y.Hidden)
            Axes();
        new MarkPainter(scene, canvas).Paint();
        foreach (var entry in scene.Legend)
            Entry(entry);
        foreach (var label in scene.Labels)
            Label(label);
        if (scene.Bar is { } bar)
            Bar(bar);
        canvas.Write(14, scene.Height - 4 - XyLayout.TextLine / 2, scene.Footnotes,
            new Pen(XyLayout.NoteSize, Color: Palette.Quiet, Anchor: Anchor.Last));
    }

    private void Axes()
    {
        foreach (var tick in scene.Y.Ticks)
        {
            double y = plot.Bottom - (tick.At - scene.Y.Min) / (scene.Y.Max - scene.Y.Min) * plot.Height;
            if (!scene.Y.Named)
                canvas.Line([(plot.Left, y), (plot.Right, y)], Palette.Grid, 1);
            canvas.Write(plot.Left - 7, y, tick.Label, Small with { Align = HorizontalAlignment.Right, Anchor = Anchor.Middle });
        }

        foreach (var tick in scene.X.Ticks)
        {
            double x = plot.Left + (tick.At - scene.X.Min) / (scene.X.Max - scene.X.Min) * plot.Width;
            if (!scene.X.Named)
                canvas.Line([(x, plot.Top), (x, plot.Bottom)], Palette.Grid, 1);
            canvas.Write(x, plot.Bottom + 14, tick.Label, Small with { Align = HorizontalAlignment.Center });
        }

        canvas.Line([(plot.Left, plot.Top), (plot.Left, plot.Bottom), (plot.Right, plot.Bottom)], Palette.Quiet, 1);
        double under = scene.Height - 4 - scene.Footnotes.Count * XyLayout.TextLine - 10;
        var pen = new Pen(XyLayout.AxisSize, Align: HorizontalAlignment.Center);
        canvas.Write(plot.Left + plot.Width / 2, under, scene.X.Title, pen with { Anchor = Anchor.Last });
        canvas.Write(14, plot.Top + plot.Height / 2, scene.Y.Title, pen with { Upright = true });
    }

    private void Entry(LegendEntry entry)
    {
        var (left, middle) = (entry.Left, entry.Middle);
        if (entry.Line)
            canvas.Line([(left, middle), (left + Legends.Swatch - 6, middle)], entry.Style.Color, entry.Style.Width, entry.Style.Dash);
        if (entry.Marker)
            Markers.Draw(canvas, entry.Style, left + Legends.Swatch / 2 - 3, middle);
        if (!entry.Line && !entry.Marker)
            canvas.Rectangle(new Box(left + 2, middle - 6, 16, 12), entry.Style.Color);
        canvas.Write(left + Legends.Swatch, middle, Words.Of(entry.Name), new Pen(XyLayout.LabelSize));
    }

    private void Label(EndLabel label)
    {
        if (Math.Abs(label.Middle - label.Target) > 5)
            canvas.Line([(plot.Right, label.Target), (plot.Right + 6, label.Middle)], label.Color, 0.8);
        canvas.Write(plot.Right + 8, label.Middle, label.Lines, new Pen(XyLayout.LabelSize, Color: label.Color, Anchor: Anchor.Middle));
    }

    private void Bar(ColorBar bar)
    {
        const int Steps = 64;
        var place = bar.Place;
        var colors = Enumerable.Range(0, Steps).Select(k => new[] { ColorScale.At(bar.Signed, 1 - (k + 0.5) / Steps) });
        canvas.Image(place, [.. colors]);
        canvas.Rectangle(place, null, Palette.Quiet);
        foreach (var tick in bar.Ticks)
        {
            double y = place.Bottom - (tick.At - bar.Min) / (bar.Max - bar.Min) * place.Height;
            canvas.Line([(place.Right, y), (place.Right + 4, y)], Palette.Quiet, 1);
            canvas.Write(place.Right + 7, y, tick.Label, Small);
        }

        canvas.Write(scene.Width - 10, place.Top - 10, bar.Title,
            new Pen(XyLayout.TickSize, Align: HorizontalAlignment.Right, Anchor: Anchor.Last));
    }
}
