using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>Several figures as one picture; on a narrow page the panels wrap.</summary>
public sealed class PanelFigure : Figure
{
    private readonly int columns;
    private readonly Figure[] figures;

    internal PanelFigure(Bilingual title, Bilingual? alt, int columns, Figure[] figures)
        : base(title, alt)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (figures.Length == 0)
            throw new ArgumentException($"Panels '{title}': at least one figure is needed, but there is none.");
        if (figures.OfType<PanelFigure>().FirstOrDefault() is { } nested)
            throw new ArgumentException($"Panels '{title}': panels hold single figures, but '{nested.Title}' is made of panels.");
        (this.columns, this.figures) = (columns, [.. figures]);
    }

    /// <summary>Says what the figure shows to a reader who cannot see it.</summary>
    public PanelFigure Alt(Bilingual text) => new(Title, text, columns, figures);

    internal override Sheet Sheet() => new(Compose(), [.. figures.Select(f => f.Compose())]);

    internal override Picture Compose()
    {
        var parts = figures.Select(f => f.Compose().Scenes[0].Scene).ToArray();
        double[] widths = [.. Enumerable.Range(0, Math.Min(columns, parts.Length))
            .Select(c => parts.Where((_, k) => k % columns == c).Max(p => p.Width))];
        var heading = Words.Wrap(Title, widths.Sum() - 24, XyLayout.TitleSize + 1, bold: true);
        var placed = new List<PlacedScene>();
        double top = 14 + heading.Count * XyLayout.TitleLine;
        foreach (var row in parts.Chunk(columns))
        {
            for (int c = 0; c < row.Length; c++)
                placed.Add(new PlacedScene(widths.Take(c).Sum(), top, row[c]));
            top += row.Max(p => p.Height);
        }

        return new Picture(Title, AltOrDefault, widths.Sum(), top, placed) { Heading = heading };
    }

    internal override IEnumerable<string> Describe() =>
        figures.SelectMany((f, k) => f.Describe().Prepend($"Panel {k + 1}: {f.Title}"));
}
