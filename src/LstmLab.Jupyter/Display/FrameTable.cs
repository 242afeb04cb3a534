using System.Collections;
using System.Globalization;

namespace LstmLab.Jupyter.Display;

/// <summary>A DataFrame of Microsoft.Data.Analysis, known by its name: its first rows, numbers to the right, and its shape below.</summary>
internal sealed class FrameTable
{
    private const int RowLimit = 10;

    private readonly (string Name, string[] Cells, bool Numeric)[] columns;
    private readonly string shape;

    private FrameTable(dynamic frame)
    {
        long rows = frame.Rows.Count;
        columns = [.. ((IEnumerable)frame.Columns).Cast<dynamic>().Select(column => (
            (string)column.Name,
            Enumerable.Range(0, (int)Math.Min(rows, RowLimit)).Select(row => Text((object?)column[(long)row])).ToArray(),
            (bool)column.IsNumericColumn()))];
        shape = string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows × {columns.Length} columns");
    }

    /// <summary>Null for any other value.</summary>
    public static FrameTable? TryCreate(object value) =>
        value.GetType().FullName == "Microsoft.Data.Analysis.DataFrame" ? new FrameTable(value) : null;

    public string ToHtml()
    {
        string Row(string cell, Func<(string Name, string[] Cells, bool Numeric), string> text) =>
            $"<tr>{string.Concat(columns.Select(column => Cell(cell, column.Numeric, text(column))))}</tr>\n";
        string Cell(string cell, bool numeric, string text) =>
            $"<{cell} style=\"text-align:{(numeric ? "right" : "left")}\">{Html.Encode(text)}</{cell}>";
        var body = Enumerable.Range(0, Shown).Select(row => Row("td", column => column.Cells[row]));
        return $"<div style=\"overflow-x:auto\">\n<table>\n<thead>{Row("th", column => column.Name)}</thead>\n"
            + $"<tbody>\n{string.Concat(body)}</tbody>\n</table>\n<p>{shape}</p>\n</div>";
    }

    public string ToText()
    {
        var rows = Enumerable.Range(0, Shown).Select(row => columns.Select(column => column.Cells[row]).ToArray());
        return TextTable.Write([.. columns.Select(column => column.Name)], rows, right: column => columns[column].Numeric) + "\n" + shape;
    }

    private int Shown => columns.Select(column => column.Cells.Length).FirstOrDefault();

    private static string Text(object? value) => value switch
    {
        null => "–",
        double number => number.ToString("G6", CultureInfo.InvariantCulture),
        float number => number.ToString("G6", CultureInfo.InvariantCulture),
        DateTime date =>
            date.ToString(date.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!.ReplaceLineEndings(" "),
    };
}
