namespace LstmLab.Charts.Rendering;

/// <summary>Names of lines in the right margin, beside their last values and clear of one another.</summary>
internal static class EndLabels
{
    public static List<(Words Lines, string Color, double Value)> Wanted(IReadOnlyList<Mark> marks)
    {
        var wanted = new List<(Words, string, double)>();
        foreach (var mark in marks)
        {
            var (name, value, style) = mark switch
            {
                Curve { Line: true } c => (c.Name, c.Y.LastOrDefault(double.IsFinite, double.NaN), c.Style),
                ReferenceLine { Horizontal: true } r => (r.Label, r.Value, r.Style),
                _ => (null, double.NaN, null),
            };
            if (name is { English.Length: > 0 } && style is not null && double.IsFinite(value))
                wanted.Add((Words.Wrap(name, 140, XyLayout.LabelSize), Palette.ForText(style.Color), value));
        }

        return wanted;
    }

    public static EndLabel[] Place(List<(Words Lines, string Color, double Value)> wanted, Scale y, Box plot)
    {
        var labels = wanted
            .Select(w => (w.Lines, w.Color, Target: plot.Bottom - Math.Clamp(y.Fraction(w.Value), 0, 1) * plot.Height))
            .OrderBy(l => l.Target)
            .ToArray();
        var heights = labels.Select(l => l.Lines.Count * XyLayout.TextLine).ToArray();
        var middles = labels.Select(l => l.Target).ToArray();
        double limit = plot.Top;
        for (int k = 0; k < middles.Length; k++)
        {
            middles[k] = Math.Max(middles[k], limit + heights[k] / 2);
            limit = middles[k] + heights[k] / 2;
        }

        limit = Math.Max(plot.Bottom + 6, plot.Top + heights.Sum());
        for (int k = middles.Length - 1; k >= 0; k--)
        {
            middles[k] = Math.Min(middles[k], limit - heights[k] / 2);
            limit = middles[k] - heights[k] / 2;
        }

        return [.. labels.Select((l, k) => new EndLabel(l.Lines, l.Color, middles[k], l.Target))];
    }
}

/// <summary>The key beneath the title, for what cannot be labeled where it lies.</summary>
internal static class Legends
{
    public const double Swatch = 26;

    public static LegendEntry[] Place(IReadOnlyList<Mark> marks, bool linesAreLabeled, double width, double top, out int rows)
    {
        var entries = new List<LegendEntry>();
        double left = 14, middle = top + XyLayout.LegendRow / 2;
        rows = 0;
        foreach (var mark in marks)
        {
            var (name, style, line, marker) = mark switch
            {
                Curve c when !(c.Line && linesAreLabeled) => (c.Name, c.Style, c.Line, c.Markers),
                Bars b => (b.Name, b.Style, false, false),
                Area a => (a.Name, a.Style with { Color = Palette.Tint(a.Style.Color, 0.25) }, false, false),
                ReferenceLine { Horizontal: true } r when !linesAreLabeled => (r.Label, r.Style, true, false),
                _ => (null, null, false, false),
            };
            if (name is not { English.Length: > 0 } || style is null)
                continue;
            double taken = Swatch + Words.Of(name).Width(XyLayout.LabelSize) + 18;
            if (left > 14 && left + taken > width)
            {
                left = 14;
                middle += XyLayout.LegendRow;
                rows++;
            }

            entries.Add(new LegendEntry(name, style, line, marker, left, middle));
            left += taken;
        }

        rows += entries.Count > 0 ? 1 : 0;
        return [.. entries];
    }
}
