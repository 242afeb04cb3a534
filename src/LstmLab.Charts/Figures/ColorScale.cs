using LstmLab.Charts.Rendering;

namespace LstmLab.Charts;

/// <summary>The two colour scales of heatmaps: Cividis for magnitudes, blue–white–vermillion for signed values.</summary>
internal static class ColorScale
{
    /// <summary>The colour of a cell without a value.</summary>
    public const string Missing = "#FFFFFF";

    // Cividis: Nuñez, Anderton, Renslow 2018, in the eighteen stops plotly.js uses.
    private static readonly string[] Cividis =
    [
        "#00204C", "#002A66", "#00346E", "#273F6C", "#3C4A6B", "#4C556B", "#5B5F6D", "#686A70", "#757575",
        "#838178", "#928C78", "#A19876", "#B0A572", "#C0B16D", "#D1BF66", "#E1CC5C", "#F3DB4F", "#FFE945",
    ];

    private static readonly string[] Diverging = [Palette.Negative, "#FFFFFF", Palette.Positive];

    public static string[] Stops(bool signed) => signed ? Diverging : Cividis;

    /// <summary>The colour of a value of a heatmap.</summary>
    public static string Of(Cells cells, double value) =>
        double.IsNaN(value) ? Missing : At(cells.Signed, (value - cells.Min) / (cells.Max - cells.Min));

    /// <summary>The colour at <paramref name="t"/>, 0 for the lower end, 1 for the upper.</summary>
    public static string At(bool signed, double t)
    {
        var stops = Stops(signed);
        double place = Math.Clamp(t, 0, 1) * (stops.Length - 1);
        int k = Math.Min((int)place, stops.Length - 2);
        var (r0, g0, b0) = Palette.Rgb(stops[k]);
        var (r1, g1, b1) = Palette.Rgb(stops[k + 1]);
        double u = place - k;
        return Palette.Hex(Palette.Mix(r0, r1, u), Palette.Mix(g0, g1, u), Palette.Mix(b0, b1, u));
    }
}
