namespace LstmLab.Charts.Rendering;

/// <summary>The key beneath the title, for what cannot be labelled where it lies.</summary>
internal static class Legends
{
    public const double Swatch = 26;

    public static LegendEntry[] Place(IReadOnlyList<Mark> marks, bool linesAreLabelled, double width, double top, out int rows)
    {
        var entries = new List<LegendEntry>();
        double left = 14, middle = top + XyLayout.LegendRow / 2;
        rows = 0;
        foreach (var mark in marks)
        {
            var (name, style, line, marker) = mark switch
            {
                Curve c when !(c.Line && linesAreLabelled) => (c.Name, c.Style, c.Line, c.Markers),
                Boxes b => (b.Name, b.Style, false, false),
                Area a => (a.Name, a.Style with { Color = Palette.Tint(a.Style.Color, 0.25) }, false, false),
                Rule { Horizontal: true } r when !linesAreLabelled => (r.Label, r.Style, true, false),
                _ => (null, null, false, false),
            };
            if (string.IsNullOrEmpty(name) || style is null)
                continue;
            double taken = Swatch + TextMetrics.Width(name, XyLayout.LabelSize) + 18;
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
