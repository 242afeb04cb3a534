namespace LstmLab;

/// <summary>The one writer of tables in fixed-width characters.</summary>
internal static class TextTable
{
    /// <summary>
    /// A header and rows as aligned columns with two spaces between them, lines joined by "\n"; a cell of several lines is put
    /// on one.
    /// </summary>
    /// <param name="head">One header for each column.</param>
    /// <param name="rows">One cell for each column.</param>
    /// <param name="right">Whether a column is aligned to the right; none is if null.</param>
    /// <param name="rule">Draws a line beneath the header.</param>
    public static string Write(
        IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows, Func<int, bool>? right = null, bool rule = false)
    {
        string[][] cells = [.. rows.Prepend(head).Select(row => row.Select(cell => cell.ReplaceLineEndings(" ")).ToArray())];
        int[] widths = [.. head.Select((_, column) => cells.Max(row => Width(row[column])))];
        string Line(string[] row) =>
            string.Join("  ", row.Select((cell, column) => Padded(cell, widths[column], right?.Invoke(column) == true))).TrimEnd();
        var lines = cells.Select(Line).ToList();
        if (rule)
        {
            lines.Insert(1, string.Join("  ", widths.Select(width => new string('─', width))));
        }

        return string.Join('\n', lines);
    }

    /// <summary>Columns a text takes in a fixed-width font: two for a Chinese character.</summary>
    public static int Width(string text) => text.EnumerateRunes().Sum(rune => IsWide(rune.Value) ? 2 : 1);

    /// <summary>True for the characters of Chinese, Japanese and Korean text, which are twice as wide as others.</summary>
    public static bool IsWide(int rune) =>
        rune is (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE4F)
            or (>= 0xFF00 and <= 0xFF60) or (>= 0x20000 and <= 0x3FFFD);

    private static string Padded(string cell, int width, bool right)
    {
        string gap = new(' ', width - Width(cell));
        return right ? gap + cell : cell + gap;
    }
}
