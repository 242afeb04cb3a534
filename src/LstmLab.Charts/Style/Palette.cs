using System.Globalization;

namespace LstmLab.Charts;

/// <summary>How a series is drawn.</summary>
internal sealed record Style(string Color, Dash Dash, Marker Marker, double Width)
{
    /// <summary>True until the figure is laid out, for a series without a role: it gets what no other series has.</summary>
    public bool Automatic { get; init; }

    /// <summary>True if the cell itself chose the dash or the marker.</summary>
    public bool Chosen { get; init; }
}

/// <summary>Roles to styles, after Okabe and Ito's colors, which stay apart for color-blind readers.</summary>
internal static class Palette
{
    public const string Ink = "#222222";
    public const string Quiet = "#595959";
    public const string Grid = "#E3E3E3";
    public const string Negative = "#0072B2";
    public const string Positive = "#D55E00";

    private static readonly Dictionary<Role, Style> Roles = new()
    {
        [Role.InputGate] = new("#0072B2", Dash.Solid, Marker.Circle, 2),
        [Role.ForgetGate] = new("#D55E00", Dash.Dash, Marker.Square, 2),
        [Role.Candidate] = new("#009E73", Dash.Dot, Marker.Triangle, 2.4),
        [Role.OutputGate] = new("#CC79A7", Dash.DashDot, Marker.Diamond, 2),
        [Role.CellState] = new("#000000", Dash.Solid, Marker.Circle, 2),
        [Role.HiddenState] = new("#595959", Dash.LongDash, Marker.Plus, 2),
        [Role.Truth] = new("#000000", Dash.Solid, Marker.Circle, 1.6),
        [Role.Forecast] = new("#0072B2", Dash.LongDash, Marker.Square, 2),
        [Role.Baseline] = new("#767676", Dash.Dash, Marker.Triangle, 1.6),
        [Role.Train] = new("#0072B2", Dash.Solid, Marker.Circle, 2),
        [Role.HeldOut] = new("#D55E00", Dash.Dash, Marker.Square, 2),
        [Role.Document] = new("#E69F00", Dash.Dot, Marker.Diamond, 2.4),
    };

    private static readonly string[] Series =
        ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#595959"];

    public static readonly Dash[] Dashes = [Dash.Solid, Dash.Dash, Dash.Dot, Dash.DashDot, Dash.LongDash];

    public static readonly Marker[] Markers =
        [Marker.Circle, Marker.Square, Marker.Triangle, Marker.Diamond, Marker.Plus, Marker.Cross];

    /// <summary>The style of a role; a series without one gets the palette's first until the figure is laid out.</summary>
    public static Style Of(Role role, Dash dash = Dash.Auto, Marker marker = Marker.Auto)
    {
        var style = Roles.TryGetValue(role, out var known) ? known : At(0) with { Automatic = true };
        return style with
        {
            Dash = dash == Dash.Auto ? style.Dash : dash,
            Marker = marker == Marker.Auto ? style.Marker : marker,
            Chosen = dash != Dash.Auto || marker != Marker.Auto,
        };
    }

    /// <summary>The palette's styles in their order: first every color once, then other dashes of each.</summary>
    public static Style At(int index) =>
        new(Series[index % Series.Length], Dashes[index % Dashes.Length], Markers[index % Markers.Length], 2);

    /// <summary>Lengths of strokes and gaps in pixels; empty for a solid line.</summary>
    public static double[] Strokes(Dash dash) => dash switch
    {
        Dash.Dash => [7, 4],
        Dash.Dot => [2, 3],
        Dash.DashDot => [8, 3, 2, 3],
        Dash.LongDash => [14, 4],
        _ => [],
    };

    /// <summary>The color, darkened until text in it has contrast 4.5 : 1 on white (WCAG 2.1, 1.4.3).</summary>
    public static string ForText(string color)
    {
        var (r, g, b) = Rgb(color);
        while (1.05 / (Luminance(r, g, b) + 0.05) < 4.5)
            (r, g, b) = (r * 0.95, g * 0.95, b * 0.95);
        return Hex(r, g, b);
    }

    /// <summary>The color mixed with white; <paramref name="strength"/> 1 leaves it as it is.</summary>
    public static string Tint(string color, double strength)
    {
        var (r, g, b) = Rgb(color);
        return Hex(Mix(255, r, strength), Mix(255, g, strength), Mix(255, b, strength));
    }

    /// <summary>Black or white, whichever reads better on the color.</summary>
    public static string On(string color)
    {
        var (r, g, b) = Rgb(color);
        return Luminance(r, g, b) > 0.2 ? "#000000" : "#FFFFFF";
    }

    public static (double R, double G, double B) Rgb(string color) =>
        (Byte(color, 1), Byte(color, 3), Byte(color, 5));

    public static string Hex(double r, double g, double b) =>
        string.Create(CultureInfo.InvariantCulture, $"#{(int)Math.Round(r):X2}{(int)Math.Round(g):X2}{(int)Math.Round(b):X2}");

    public static double Mix(double from, double to, double t) => from + (to - from) * t;

    private static int Byte(string color, int at) =>
        int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static double Luminance(double r, double g, double b) =>
        0.2126 * Linear(r) + 0.7152 * Linear(g) + 0.0722 * Linear(b);

    private static double Linear(double channel)
    {
        double c = channel / 255;
        return c <= 0.03928 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }
}

/// <summary>The two color scales of heatmaps: Cividis for magnitudes, blue–white–vermillion for signed values.</summary>
internal static class ColorScale
{
    /// <summary>The color of a cell without a value.</summary>
    public const string Missing = "#FFFFFF";

    // Cividis: Nuñez, Anderton, Renslow 2018, in the eighteen stops plotly.js uses.
    private static readonly string[] Cividis =
    [
        "#00204C", "#002A66", "#00346E", "#273F6C", "#3C4A6B", "#4C556B", "#5B5F6D", "#686A70", "#757575",
        "#838178", "#928C78", "#A19876", "#B0A572", "#C0B16D", "#D1BF66", "#E1CC5C", "#F3DB4F", "#FFE945",
    ];

    private static readonly string[] Diverging = [Palette.Negative, "#FFFFFF", Palette.Positive];

    public static string[] Stops(bool signed) => signed ? Diverging : Cividis;

    /// <summary>The color of a value of a heatmap.</summary>
    public static string Of(double value, double min, double max, bool signed) =>
        double.IsNaN(value) ? Missing : At(signed, (value - min) / (max - min));

    /// <summary>The color at <paramref name="t"/>, 0 for the lower end, 1 for the upper.</summary>
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
