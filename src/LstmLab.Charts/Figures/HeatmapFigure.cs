using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>A grid of colored cells with its color bar.</summary>
public sealed class HeatmapFigure : Figure
{
    private readonly HeatmapGrid grid;
    private readonly int? width;
    private readonly int? height;

    internal HeatmapFigure(Bilingual title, Bilingual? alt, HeatmapGrid grid, int? width = null, int? height = null)
        : base(title, alt) => (this.grid, this.width, this.height) = (grid, width, height);

    /// <summary>Says what the figure shows to a reader who cannot see it.</summary>
    public HeatmapFigure Alt(Bilingual text) => new(Title, text, grid, width, height);

    /// <summary>Size of the picture in pixels; chosen by the grid by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 240 wide or 160 high.</exception>
    public HeatmapFigure Size(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 240);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 160);
        return new(Title, AltText, grid, width, height);
    }

    /// <summary>Writes a text into each cell, such as a letter, where the value would stand; the value is told when a reader points at
    /// the cell.</summary>
    /// <param name="texts">[rows][columns], as the values.</param>
    /// <exception cref="ArgumentException">There is not one text for each cell.</exception>
    public HeatmapFigure Write(string[][] texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Length != grid.Values.Length || texts.Zip(grid.Values).Any(row => row.First.Length != row.Second.Length))
        {
            throw new ArgumentException(
                $"Heatmap '{Title}': {grid.Values.Length} rows of {grid.Values[0].Length} texts are needed, as there are values.",
                nameof(texts));
        }

        return new(Title, AltText, grid with { Written = texts }, width, height);
    }

    internal override Picture Compose() => PictureOf(HeatmapLayout.Scene(Title, grid, width, height));

    internal override Figure? Narrow() =>
        (width ?? int.MaxValue) <= Part.NarrowWidth ? null : new HeatmapFigure(Title, AltText, grid, Part.NarrowWidth, height);

    internal override IEnumerable<string> Describe()
    {
        var values = grid.Values.SelectMany(r => r).Where(double.IsFinite).DefaultIfEmpty(double.NaN).ToArray();
        yield return $"heatmap of {grid.Values.Length} rows{Named(grid.Y)} and {grid.Values[0].Length} columns{Named(grid.X)}";
        yield return $"values{Named(grid.Scale)} from {Ticks.Short(values.Min())} to {Ticks.Short(values.Max())}"
            + (grid.Log ? ", log scale" : grid.Signed ? ", colours symmetric around 0" : "");
        foreach (var omission in grid.Footnotes)
            yield return "! " + omission;
    }

    private static string Named(Bilingual name) => name.English.Length == 0 ? "" : $" ({name})";
}
