namespace LstmLab.Charts.Rendering;

/// <summary>Names of lines in the right margin, beside their last values and clear of one another.</summary>
internal static class EndLabels
{
    public static List<(string[] Lines, string Color, double Value)> Wanted(IReadOnlyList<Mark> marks)
    {
        var wanted = new List<(string[], string, double)>();
        foreach (var mark in marks)
        {
            var (name, value, style) = mark switch
            {
                Curve { Line: true } c => (c.Name, c.Y.LastOrDefault(double.IsFinite, double.NaN), c.Style),
                Rule { Horizontal: true } r => (r.Label, r.Value, r.Style),
                _ => (null, double.NaN, null),
            };
            if (!string.IsNullOrEmpty(name) && style is not null && double.IsFinite(value))
                wanted.Add((TextMetrics.Wrap(name, 140, XyLayout.LabelSize), Palette.ForText(style.Color), value));
        }

        return wanted;
    }

    public static EndLabel[] Place(List<(string[] Lines, string Color, double Value)> wanted, Scale y, Box plot)
    {
        var labels = wanted
            .Select(w => (w.Lines, w.Color, Target: plot.Bottom - Math.Clamp(y.Fraction(w.Value), 0, 1) * plot.Height))
            .OrderBy(l => l.Target)
            .ToArray();
        var heights = labels.Select(l => l.Lines.Length * XyLayout.TextLine).ToArray();
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
