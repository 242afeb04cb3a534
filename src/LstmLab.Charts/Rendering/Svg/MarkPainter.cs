using OxyPlot;

namespace LstmLab.Charts.Rendering.Svg;

/// <summary>Draws the marks of a scene inside its plot.</summary>
internal sealed class MarkPainter(Scene scene, SvgCanvas canvas)
{
    private readonly Box plot = scene.Plot;

    public void Paint()
    {
        canvas.Clip(new Box(plot.Left - 1, plot.Top - 1, plot.Width + 2, plot.Height + 2));
        foreach (var mark in scene.Marks)
            Draw(mark);
        canvas.Unclip();
        foreach (var line in scene.Marks.OfType<ReferenceLine>().Where(r => !r.Horizontal && r.Label is not null))
            LineLabel(line);
        foreach (var note in scene.Marks.OfType<Annotation>())
            Note(note);
    }

    private void Draw(Mark mark)
    {
        switch (mark)
        {
            case Area area:
                foreach (var run in Runs(area.X.Length, k => double.IsFinite(area.X[k])))
                    canvas.Polygon([.. run.Select(k => (X(area.X[k]), Y(area.High[k]))),
                        .. run.Reverse().Select(k => (X(area.X[k]), Y(area.Low[k])))], area.Style.Color, null, opacity: 0.25);
                break;
            case Bars bars:
                Draw(bars);
                break;
            case Curve curve:
                Draw(curve);
                break;
            case ReferenceLine { Horizontal: true } line:
                canvas.Line([(plot.Left, Y(line.Value)), (plot.Right, Y(line.Value))], line.Style.Color, line.Style.Width, line.Style.Dash);
                break;
            case ReferenceLine line:
                canvas.Line([(X(line.Value), plot.Bottom), (X(line.Value), plot.Top)], line.Style.Color, line.Style.Width, line.Style.Dash);
                break;
            case Cells cells:
                CellPainter.Draw(canvas, plot, cells);
                break;
            case Raster raster:
                canvas.Image(plot, raster.Colors);
                break;
            case Path path:
                Draw(path);
                break;
            case Text text:
                canvas.Write(X(text.X), Y(text.Y), text.Lines, new Pen(text.Size, text.Size * 1.2, text.Color, text.Bold,
                    HorizontalAlignment.Center, Anchor.Middle));
                break;
        }
    }

    private void Draw(Path path)
    {
        (double, double)[] points = [.. path.X.Zip(path.Y, (x, y) => (X(x), Y(y)))];
        if (path.Closed)
            canvas.Polygon(points, path.Fill, path.Stroke, path.Width);
        else
            canvas.Line(points, path.Stroke ?? Palette.Ink, path.Width, path.Dash);
    }

    private void Draw(Curve curve)
    {
        foreach (var run in Runs(curve.X.Length, k => double.IsFinite(curve.X[k]) && double.IsFinite(curve.Y[k])))
        {
            if (curve.Line)
                canvas.Line([.. run.Select(k => (X(curve.X[k]), Y(curve.Y[k])))], curve.Style.Color, curve.Style.Width, curve.Style.Dash);
            if (curve.Markers || run.Length == 1)
            {
                foreach (int k in run)
                    Markers.Draw(canvas, curve.Style, X(curve.X[k]), Y(curve.Y[k]));
            }
        }
    }

    private void Draw(Bars bars)
    {
        double floor = scene.Y.Log ? plot.Bottom : Y(bars.Base);
        for (int k = 0; k < bars.Top.Length; k++)
        {
            if (!double.IsFinite(bars.Top[k]))
                continue;
            double left = X(bars.Left[k]), right = X(bars.Right[k]), end = Y(bars.Top[k]), middle = (left + right) / 2;
            canvas.Rectangle(new Box(left, Math.Min(end, floor), right - left, Math.Abs(floor - end)), bars.Colors?[k] ?? bars.Style.Color,
                "#FFFFFF", 0.6, bars.Opacity);
            bool below = bars.Top[k] < bars.Base;
            double over = end;
            if (bars.Low is not null && double.IsFinite(bars.Low[k]))
            {
                double low = Y(bars.Low[k]), high = Y(bars.High![k]);
                over = below ? Math.Max(over, low) : Math.Min(over, high);
                canvas.Line([(middle - 5, low), (middle + 5, low), (middle, low), (middle, high), (middle - 5, high), (middle + 5, high)],
                    Palette.Ink, 1.3);
            }

            if (bars.Labels is not null)
                canvas.Write(middle, over + (below ? 10 : -10), Words.Of(bars.Labels[k]),
                    new Pen(XyLayout.TickSize, Align: HorizontalAlignment.Center));
        }
    }

    private void LineLabel(ReferenceLine line)
    {
        double width = Words.Of(line.Label).Width(XyLayout.LabelSize), y = plot.Top + 9 + line.Row * 17;
        double left = line.LabelLeft ? X(line.Value) - 6 - width : X(line.Value) + 6;
        canvas.Rectangle(new Box(left - 2, y - 8, width + 4, 16), "#FFFFFF", opacity: 0.8);
        canvas.Write(line.LabelLeft ? left + width : left, y, Words.Of(line.Label), new Pen(XyLayout.LabelSize,
            Color: Palette.ForText(line.Style.Color), Align: line.LabelLeft ? HorizontalAlignment.Right : HorizontalAlignment.Left));
    }

    private void Note(Annotation note)
    {
        double x = X(note.X), y = Y(note.Y), width = note.Lines.Width(XyLayout.TickSize);
        double near = x + note.Dx, first = y + note.Dy - (note.Lines.Count - 1) * XyLayout.TextLine * (note.Dy < 0 ? 1 : 0);
        canvas.Line([(x, y), (near, y + note.Dy)], Palette.Quiet, 1);
        canvas.Disc(x, y, 2.4, Palette.Quiet);
        canvas.Rectangle(new Box(note.Dx > 0 ? near : near - width - 6, first - 8, width + 6, note.Lines.Count * XyLayout.TextLine + 1),
            "#FFFFFF", opacity: 0.8);
        canvas.Write(near + (note.Dx > 0 ? 3 : -3), y + note.Dy, note.Lines, new Pen(XyLayout.TickSize,
            Align: note.Dx > 0 ? HorizontalAlignment.Left : HorizontalAlignment.Right, Anchor: note.Dy < 0 ? Anchor.Last : Anchor.First));
    }

    private static IEnumerable<int[]> Runs(int count, Func<int, bool> present)
    {
        int start = 0;
        for (int k = 0; k <= count; k++)
        {
            if (k < count && present(k))
                continue;
            if (k > start)
                yield return [.. Enumerable.Range(start, k - start)];
            start = k + 1;
        }
    }

    private double X(double value) => plot.Left + scene.X.Fraction(value) * plot.Width;

    private double Y(double value) => plot.Bottom - scene.Y.Fraction(value) * plot.Height;
}

/// <summary>Draws the cells of a heatmap: rectangles in a small grid, one image in a large one.</summary>
internal static class CellPainter
{
    private const int MostRectangles = 600;

    public static void Draw(SvgCanvas canvas, Box plot, Cells cells)
    {
        string[][] colors = [.. cells.Values.Select(row =>
            row.Select(v => ColorScale.Of(v, cells.Min, cells.Max, cells.Signed)).ToArray())];
        int rows = colors.Length, columns = colors[0].Length;
        if (rows * columns > MostRectangles && !cells.Print)
        {
            canvas.Image(plot, colors);
            return;
        }

        double width = plot.Width / columns, height = plot.Height / rows;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                var place = new Box(plot.Left + column * width, plot.Top + row * height, width, height);
                string color = colors[row][column];
                canvas.Rectangle(place, color, color == ColorScale.Missing ? Palette.Grid : color, 0.5);
                if (cells.Print)
                {
                    canvas.Write(place.Left + width / 2, place.Top + height / 2, Words.Of((cells.Written ?? cells.Texts)[row][column]),
                        new Pen(XyLayout.TickSize, Color: Palette.On(color), Align: HorizontalAlignment.Center));
                }
            }
        }
    }
}

/// <summary>The shapes that mark points.</summary>
internal static class Markers
{
    private const double R = 3.6;

    public static void Draw(SvgCanvas canvas, Style style, double x, double y)
    {
        switch (style.Marker)
        {
            case Marker.Square:
                canvas.Rectangle(new Box(x - R * 0.9, y - R * 0.9, R * 1.8, R * 1.8), style.Color);
                break;
            case Marker.Triangle:
                canvas.Polygon([(x, y - R * 1.2), (x + R * 1.1, y + R * 0.8), (x - R * 1.1, y + R * 0.8)], style.Color, null);
                break;
            case Marker.Diamond:
                canvas.Polygon([(x, y - R * 1.25), (x + R * 1.25, y), (x, y + R * 1.25), (x - R * 1.25, y)], style.Color, null);
                break;
            case Marker.Plus:
                canvas.Line([(x - R * 1.2, y), (x + R * 1.2, y)], style.Color, 1.6);
                canvas.Line([(x, y - R * 1.2), (x, y + R * 1.2)], style.Color, 1.6);
                break;
            case Marker.Cross:
                canvas.Line([(x - R, y - R), (x + R, y + R)], style.Color, 1.6);
                canvas.Line([(x - R, y + R), (x + R, y - R)], style.Color, 1.6);
                break;
            default:
                canvas.Disc(x, y, R, style.Color);
                break;
        }
    }
}
