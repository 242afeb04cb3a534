using System.Text;

namespace LstmLab.Charts;

/// <summary>A table in fixed-width characters: numbers to the right, text to the left, Chinese characters two columns wide.</summary>
internal static class TableText
{
    public static string Of(Table table)
    {
        string[][] cells = [.. table.Rows.Select((_, r) => table.Headers.Select((_, c) => table.Cell(r, c).Text.ReplaceLineEndings(" ")).ToArray())];
        int[] widths = [.. table.Headers.Select((h, c) => cells.Select(r => TextMetrics.Columns(r[c])).Append(TextMetrics.Columns(h)).Max())];
        var text = new StringBuilder();
        if (table.Title is not null)
            text.Append(table.Title).Append('\n');
        Row(table, table.Headers, widths, text);
        text.AppendJoin("  ", widths.Select(w => new string('─', w))).Append('\n');
        foreach (var row in cells)
            Row(table, row, widths, text);
        foreach (var note in table.Notes)
            text.Append(note).Append('\n');
        return text.ToString(0, text.Length - 1);
    }

    private static void Row(Table table, string[] cells, int[] widths, StringBuilder text)
    {
        var padded = cells.Select((cell, c) =>
        {
            string gap = new(' ', widths[c] - TextMetrics.Columns(cell));
            return table.IsNumeric(c) ? gap + cell : cell + gap;
        });
        text.Append(string.Join("  ", padded).TrimEnd()).Append('\n');
    }
}
