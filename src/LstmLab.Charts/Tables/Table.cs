using System.Reflection;
using LstmLab.Charts.Display;

namespace LstmLab.Charts;

/// <summary>A table of a notebook, shown as HTML and as aligned text. Each change gives a new table.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class Table : IHtmlDisplay
{
    private Table(Bilingual? title, Texts headers, object?[][] rows, Dictionary<string, string> formats, Bilingual[] notes)
    {
        (Title, Headers, Rows, Formats, Notes) = (title, headers, rows, formats, notes);
        for (int k = 0; k < rows.Length; k++)
        {
            if (rows[k].Length != headers.Count)
                throw new ArgumentException($"Table{(title is null ? "" : $" '{title}'")}: row "
                    + $"{k} must hold {headers.Count} cells, one for each header, but holds {rows[k].Length}.");
        }
    }

    internal Bilingual? Title { get; }

    internal Texts Headers { get; }

    internal object?[][] Rows { get; }

    internal Dictionary<string, string> Formats { get; }

    internal Bilingual[] Notes { get; }

    /// <summary>A table of rows.</summary>
    /// <param name="title">Its caption; none if null.</param>
    /// <param name="headers">One header per column.</param>
    /// <param name="rows">Cells: text, numbers, <see cref="Verdict"/>, <see cref="Marked"/>, <see cref="Pixels"/>; null and NaN are
    /// missing.</param>
    /// <exception cref="ArgumentException">A row has not one cell for each header.</exception>
    public static Table Of(Bilingual? title, Texts headers, params object?[][] rows)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(rows);
        return new Table(title, headers, rows, [], []);
    }

    /// <summary>A table of records or anonymous objects: one row each, one column per public property.</summary>
    /// <param name="items">The rows.</param>
    /// <param name="title">Its caption; none if null.</param>
    public static Table Of<T>(IEnumerable<T> items, Bilingual? title = null)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(items);
        var properties = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0)
            .ToArray();
        var rows = items.Select(item => properties.Select(p => p.GetValue(item)).ToArray());
        return new Table(title, [.. properties.Select(p => new Bilingual(p.Name))], [.. rows], [], []);
    }

    /// <summary>Formats the numbers of some columns, as <c>"0.000"</c>; other numbers keep four significant digits.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public Table Format(string format, params Texts columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var formats = new Dictionary<string, string>(Formats);
        foreach (var column in columns)
        {
            if (!Headers.Any(header => header.English == column.English))
                throw new ArgumentException($"Table: there is no column '{column}'; the columns are '{string.Join(", ", Headers)}'.");
            formats[column.English] = format;
        }

        return new Table(Title, Headers, Rows, formats, Notes);
    }

    /// <summary>Replaces the headers, as property names are seldom what a reader should see.</summary>
    /// <exception cref="ArgumentException">Their number is not that of the columns.</exception>
    public Table Named(params Texts headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        if (headers.Count != Headers.Count)
            throw new ArgumentException($"Table: {Headers.Count} headers are needed, one for each column, but there are "
                + $"{headers.Count}.");
        var formats = Headers.Zip(headers).Where(h => Formats.ContainsKey(h.First.English))
            .ToDictionary(h => h.Second.English, h => Formats[h.First.English]);
        return new Table(Title, headers, Rows, formats, Notes);
    }

    /// <summary>Adds a line beneath the table.</summary>
    public Table Note(Bilingual text) => new(Title, Headers, Rows, Formats, [.. Notes, text]);

    /// <summary>A semantic HTML table.</summary>
    public string ToHtml() => TableHtml.Of(this);

    /// <summary>The table in fixed-width characters.</summary>
    public override string ToString()
    {
        var cells = Rows.Select((_, r) => Headers.Select((_, c) => Cell(r, c).Text.English).ToArray());
        string text = TextTable.Write([.. Headers.Select(header => header.English)], cells, right: IsNumeric, rule: true);
        return string.Join('\n', [.. Title is null ? [] : new[] { Title.English }, text, .. Notes.Select(note => note.English)]);
    }

    /// <summary>The table by MIME type: HTML and plain text.</summary>
    public IReadOnlyDictionary<string, object> ToMimeBundle() => new Dictionary<string, object>
    {
        ["text/html"] = ToHtml(),
        ["text/plain"] = ToString(),
    };

    internal TableCell Cell(int row, int column) =>
        TableCell.Of(Rows[row][column], Formats.GetValueOrDefault(Headers[column].English));

    /// <summary>True for a column that holds numbers and nothing else but missing values.</summary>
    internal bool IsNumeric(int column) =>
        Rows.Any(r => TableCell.IsNumber(r[column])) && Rows.All(r => TableCell.IsMissing(r[column]) || TableCell.IsNumber(r[column]));
}
