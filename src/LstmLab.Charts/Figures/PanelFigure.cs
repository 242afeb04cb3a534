using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>Several figures as one picture; on a narrow page the panels wrap.</summary>
public sealed class PanelFigure : Figure
{
    private readonly int columns;
    private readonly Figure[] figures;
    private readonly bool sharesX;

    internal PanelFigure(Bilingual title, Bilingual? alt, int columns, Figure[] figures, bool sharesX = false)
        : base(title, alt)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (figures.Length == 0)
            throw new ArgumentException($"Panels '{title}': at least one figure is needed, but there is none.");
        if (figures.OfType<PanelFigure>().FirstOrDefault() is { } nested)
            throw new ArgumentException($"Panels '{title}': panels hold single figures, but '{nested.Title}' is made of panels.");
        (this.columns, this.figures, this.sharesX) = (columns, [.. figures], sharesX);
    }

    /// <summary>Says what the figure shows to a reader who cannot see it.</summary>
    public PanelFigure Alt(Bilingual text) => new(Title, text, columns, figures, sharesX);

    /// <summary>Figures above one another on one x axis: their plots are equally wide, and zooming into one zooms into all.</summary>
    internal static PanelFigure Stacked(Bilingual title, Bilingual? alt, XyFigure[] figures)
    {
        Box[] plots = [.. figures.Select(figure => figure.Compose().Scenes[0].Scene).Select(scene =>
            new Box(scene.Plot.Left, 0, scene.Width - scene.Plot.Right, 0))];
        double left = plots.Max(plot => plot.Left), right = plots.Max(plot => plot.Width);
        return new(title, alt, 1, [.. figures.Select(figure => figure.Within(left, right))], sharesX: true);
    }

    internal override Sheet Sheet() =>
        PartCount == 1 ? base.Sheet() : new(Compose(), [.. figures.Select(figure => figure.AsPart())]);

    internal override int PartCount => sharesX ? 1 : figures.Length;

    internal override Figure? Narrow() => sharesX && figures.Any(f => f.Narrow() is not null)
        ? Stacked(Title, AltText, [.. figures.Select(f => (XyFigure)(f.Narrow() ?? f))]) : null;

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

        return new Picture(Title, AltOrDefault, widths.Sum(), top, placed) { Heading = heading, SharesX = sharesX };
    }

    internal override IEnumerable<string> Describe() =>
        figures.SelectMany((f, k) => f.Describe().Prepend($"Panel {k + 1}: {f.Title}"));
}
