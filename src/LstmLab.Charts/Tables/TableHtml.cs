using System.Text;

namespace LstmLab.Charts;

/// <summary>A table as HTML, with styles in place: front ends drop style sheets. Text keeps the page's color, so dark themes
/// work.</summary>
internal static class TableHtml
{
    // A wide table is moved sideways under its first column, and under its verdicts where they come second.
    private const int Few = 4, Longest = 18;
    private const string Still = "position:sticky;background:var(--jp-layout-color0,var(--vscode-editor-background,#FFFFFF));";

    private const string Line = "border-bottom:1px solid rgba(128,128,128,0.35);padding:4px 12px;vertical-align:top;";

    public static string Of(Table table)
    {
        var html = new StringBuilder("<div><div style=\"overflow-x:auto\">\n"
            + "<table style=\"border-collapse:collapse;font-size:14px;margin:4px 0\">\n");
        if (table.Title is not null)
            html.Append("<caption style=\"caption-side:top;text-align:left;font-weight:bold;padding:4px 12px;color:inherit\">")
                .Append(BilingualHtml.Of(table.Title)).Append("</caption>\n");
        html.Append("<thead><tr>");
        for (int c = 0; c < table.Headers.Count; c++)
            html.Append("<th scope=\"col\" style=\"").Append(Line).Append(Align(table, c)).Append(Place(table, c))
                .Append("border-bottom-width:2px\">").Append(BilingualHtml.Of(table.Headers[c])).Append("</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        for (int r = 0; r < table.Rows.Length; r++)
            Row(table, r, html);
        html.Append("</tbody>\n</table></div>\n");
        foreach (var note in table.Notes)
            html.Append("<p style=\"font-size:13px;margin:2px 12px\">").Append(BilingualHtml.Of(note)).Append("</p>\n");
        return html.Append("</div>").ToString();
    }

    private static void Row(Table table, int row, StringBuilder html)
    {
        html.Append("<tr>");
        for (int c = 0; c < table.Headers.Count; c++)
        {
            var cell = table.Cell(row, c);
            bool header = c == 0 && !table.IsNumeric(0);
            html.Append(header ? "<th scope=\"row\" style=\"font-weight:normal;" : "<td style=\"").Append(Line).Append(Align(table, c))
                .Append(Place(table, c)).Append(cell.Mark is null ? "" : Verdicts.Style(cell.Mark)).Append("\">");
            html.Append(cell.Picture?.ToHtml() ?? BilingualHtml.Of(cell.Text)).Append(header ? "</th>" : "</td>");
        }

        html.Append("</tr>\n");
    }

    private static string Align(Table table, int column) =>
        table.IsNumeric(column) ? "text-align:right;font-variant-numeric:tabular-nums;" : "text-align:left;";

    // What is short stays on one line: a number broken in two is hard to read.
    private static string Place(Table table, int column)
    {
        bool verdicts = table.Headers.Count > 1 && table.Rows.Any(row => row[1] is Verdict or Marked), wide = table.Headers.Count > Few;
        if (wide && column == 0 && verdicts)
            return Still + "left:0;box-sizing:border-box;width:130px;min-width:130px;max-width:130px;overflow-wrap:break-word;";
        string still = wide && column <= (verdicts ? 1 : 0) ? Still + (column == 0 ? "left:0;" : "left:130px;min-width:96px;") : "";
        return Short(table, column) ? still + "white-space:nowrap;" : still;
    }

    private static bool Short(Table table, int column) => Enumerable.Range(0, table.Rows.Length)
        .Select(row => table.Cell(row, column).Text).Append(table.Headers[column])
        .SelectMany(text => new[] { text.English, text.Chinese ?? "" })
        .All(text => TextTable.Width(text) <= Longest && !text.Contains('\n'));
}
