namespace LstmLab.Charts.Rendering;

/// <summary>Gives every part of a heatmap its place.</summary>
internal static class HeatmapLayout
{
    private const double SmallestPrinted = 30;

    public static Scene Scene(Bilingual title, HeatmapGrid grid, int? wantedWidth, int? wantedHeight)
    {
        int rows = grid.Values.Length, columns = grid.Values[0].Length;
        double width = wantedWidth ?? 640;
        var lines = XyLayout.TitleLines(title, width);
        var barTitle = Words.Wrap(grid.Scale, 220, XyLayout.TickSize);
        var footnotes = Words.Join(grid.Footnotes.Select(Words.Of));
        var barTicks = grid.Log ? Ticks.Logarithmic(grid.Min, grid.Max, 6) : Ticks.Linear(grid.Min, grid.Max, 5);
        double top = 10 + lines.Count * XyLayout.TitleLine + 8 + barTitle.Count * XyLayout.TextLine + (barTitle.Count > 0 ? 4 : 0);
        double left = 12 + grid.Rows.Max(r => Words.Of(r).Width(XyLayout.TickSize)) + (grid.Y.English.Length > 0 ? 22 : 4);
        double right = 54 + barTicks.Select(t => t.Label.Width(XyLayout.TickSize)).DefaultIfEmpty(0).Max();
        double cell = (width - left - right) / columns;
        var xTicks = Labels(grid.Columns, cell, grid.Columns.Max(c => Words.Of(c).Width(XyLayout.TickSize)) + 10, wrap: true);
        double bottom = 8 + xTicks.Max(t => t.Label.Count) * XyLayout.TextLine + (grid.X.English.Length > 0 ? 20 : 2)
            + footnotes.Count * XyLayout.TextLine + 4;
        double height = wantedHeight ?? Math.Round(top + bottom + Math.Clamp(rows * Math.Min(cell, 44), 120, 420));
        var plot = new Box(left, top, width - left - right, height - top - bottom);

        bool print = grid.Written is not null || (rows * columns <= 144 && plot.Height / rows >= 18 && cell >= SmallestPrinted
            && Texts(grid).SelectMany(r => r).All(t => TextMetrics.Width(t, XyLayout.TickSize) < cell - 2));
        var y = new Scale(Words.Of(grid.Y), rows - 0.5, -0.5, false, Labels(grid.Rows, plot.Height / rows, 20, wrap: false), Named: true);
        var x = new Scale(Words.Of(grid.X), -0.5, columns - 0.5, false, xTicks, Named: true);
        var bar = new ColorBar(barTitle, grid.Min, grid.Max, grid.Signed, barTicks, new Box(plot.Right + 16, plot.Top, 14, plot.Height));
        var cells = new Cells(grid.Colored, Texts(grid), grid.Min, grid.Max, grid.Signed, print) { Written = grid.Written };
        return new Scene(lines, width, height, plot, x, y, [cells], [], [], footnotes, bar);
    }

    private static string[][] Texts(HeatmapGrid grid) =>
        [.. grid.Values.Select((row, r) => row.Select((_, c) => grid.Text(r, c)).ToArray())];

    private static Tick[] Labels(Texts labels, double slot, double needed, bool wrap)
    {
        if (wrap && slot >= 44)
            return [.. labels.Select((l, k) => new Tick(k, Words.Wrap(l, slot - 6, XyLayout.TickSize)))];
        int stride = Math.Max(1, (int)Math.Ceiling(needed / slot));
        int[] round = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000];
        stride = round.FirstOrDefault(s => s >= stride, stride);
        return [.. labels.Select((l, k) => new Tick(k, Words.Of(l))).Where((_, k) => k % stride == 0)];
    }
}
