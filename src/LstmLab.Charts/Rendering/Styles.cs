namespace LstmLab.Charts.Rendering;

/// <summary>Keeps the series of a figure apart: no two with different names get one color and one dash.</summary>
internal static class Styles
{
    // Colors times dashes: more series than a reader can tell apart.
    private const int Most = 40;

    /// <summary>The figure with a style for each series without a role, and another dash or marker where a role is repeated.</summary>
    public static XyState Apart(XyState state)
    {
        var taken = new Taken(state.Samples.Select(s => s.Style).Concat(state.Marks.SelectMany(Fixed)).Where(style => !style.Automatic));
        return state with
        {
            Samples = [.. state.Samples.Select(s => s with { Style = taken.Next("bars", s.Name, s.Style) })],
            Marks = [.. state.Marks.Select(mark => Apart(mark, taken))],
        };
    }

    private static Mark Apart(Mark mark, Taken taken) => mark switch
    {
        Curve c => c with { Style = taken.Next(c.Line ? "line" : "points", c.Name, c.Style) },
        Area a => a with { Style = taken.Next("area", a.Name, a.Style) },
        Bars { Colors: null } b => b with { Style = taken.Next("bars", b.Name, b.Style) },
        ReferenceLine r => r with { Style = taken.Next(r.Horizontal ? "line" : "upright", r.Horizontal ? r.Label : null, r.Style) },
        _ => mark,
    };

    private static IEnumerable<Style> Fixed(Mark mark) => mark switch
    {
        Curve c => [c.Style],
        Area a => [a.Style],
        Bars b => b.Colors is { } colors ? colors.Select(color => b.Style with { Color = color, Automatic = false }) : [b.Style],
        ReferenceLine r => [r.Style],
        _ => [],
    };

    /// <summary>What earlier series look like, and which colors roles have.</summary>
    private sealed class Taken(IEnumerable<Style> roles)
    {
        private readonly HashSet<string> colors = [.. roles.Select(style => style.Color)];
        private readonly Dictionary<string, string?> looks = [];

        public Style Next(string kind, Bilingual? name, Style style)
        {
            Style next = style.Automatic ? Automatic(kind, style)
                : !style.Chosen && Clashes(kind, name, style) ? Varied(kind, style) : style;
            colors.Add(next.Color);
            looks.TryAdd(Look(kind, next), name?.English);
            return next with { Automatic = false };
        }

        private Style Automatic(string kind, Style style)
        {
            Style[] all = [.. Enumerable.Range(0, Most).Select(Palette.At).Select(next => style.Chosen
                ? next with { Dash = style.Dash, Marker = style.Marker, Chosen = true }
                : next)];
            return all.FirstOrDefault(next => !colors.Contains(next.Color))
                ?? all.FirstOrDefault(next => !looks.ContainsKey(Look(kind, next)), all[0]);
        }

        // Unnamed series are parts of something, such as one line for each seed, and may look alike.
        private bool Clashes(string kind, Bilingual? name, Style style) =>
            name is not null && looks.TryGetValue(Look(kind, style), out string? other) && other is not null && other != name.English;

        private Style Varied(string kind, Style style)
        {
            IEnumerable<Style> others = kind switch
            {
                "line" => Palette.Dashes.Zip(Palette.Markers, (dash, marker) => style with { Dash = dash, Marker = marker }),
                "points" => Palette.Markers.Select(marker => style with { Marker = marker }),
                _ => [],
            };
            return others.FirstOrDefault(next => !looks.ContainsKey(Look(kind, next))) ?? Automatic(kind, style);
        }

        private static string Look(string kind, Style style) => kind switch
        {
            "line" => $"{kind} {style.Color} {style.Dash}",
            "points" => $"{kind} {style.Color} {style.Marker}",
            _ => $"{kind} {style.Color}",
        };
    }
}
