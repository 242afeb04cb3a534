namespace LstmLab.Charts;

/// <summary>Widths of text without a font at hand: Helvetica's own for ASCII, one em for Chinese characters.</summary>
internal static class TextMetrics
{
    public const string Font = "Helvetica, Arial, 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";

    // Adobe's Helvetica metrics, characters 32 to 126, thousandths of an em.
    private static readonly int[] Helvetica =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556,
        556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556,
        556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    /// <summary>Width in pixels of one line, with 5 % to spare for wider fallback fonts.</summary>
    public static double Width(string text, double size, bool bold = false)
    {
        double units = 0;
        foreach (var rune in text.EnumerateRunes())
            units += rune.Value is >= 32 and <= 126 ? Helvetica[rune.Value - 32] : TextTable.IsWide(rune.Value) ? 1000 : 600;
        return units / 1000 * size * (bold ? 1.12 : 1.05);
    }

    /// <summary>Breaks text into lines no wider than <paramref name="width"/>: at spaces, and between Chinese characters.</summary>
    public static string[] Wrap(string text, double width, double size, bool bold = false)
    {
        var lines = new List<string>();
        foreach (var paragraph in text.Split('\n'))
        {
            string line = "";
            foreach (var piece in Pieces(paragraph))
            {
                if (line.Length > 0 && Width((line + piece).TrimEnd(), size, bold) > width)
                {
                    lines.Add(line.TrimEnd());
                    line = piece.TrimStart();
                }
                else
                {
                    line += piece;
                }
            }

            lines.Add(line.TrimEnd());
        }

        return [.. lines];
    }

    private static IEnumerable<string> Pieces(string text)
    {
        int start = 0;
        for (int k = 0; k < text.Length; k++)
        {
            bool last = k + 1 == text.Length;
            bool afterSpace = text[k] == ' ' && !last && text[k + 1] != ' ';
            bool besideWide = !last && (TextTable.IsWide(text[k]) || TextTable.IsWide(text[k + 1])) && !IsClosing(text[k + 1]);
            if (last || afterSpace || besideWide)
            {
                yield return text[start..(k + 1)];
                start = k + 1;
            }
        }
    }

    private static bool IsClosing(char c) => "，。、；：！？）》」』,.;:!?)".Contains(c, StringComparison.Ordinal);
}
