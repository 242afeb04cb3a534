using System.Text;
using CsvHelper;

namespace LstmLab.Forecasting;

/// <summary>A parsed file: typed columns, and the line each row began on.</summary>
internal sealed class CsvRows
{
    private CsvRows(string name, List<int> lines, CsvColumn[] columns) => (Name, Lines, Columns) = (name, lines, columns);

    public string Name { get; }

    public List<int> Lines { get; }

    public CsvColumn[] Columns { get; }

    public CsvColumn Column(string column) => Columns.FirstOrDefault(one => one.Name == column)
        ?? throw Error($"has no column '{column}'; its columns are {string.Join(", ", Columns.Select(one => $"'{one.Name}'"))}.");

    public InvalidDataException Error(string text) => new($"{Name} {text}");

    public static CsvRows Read(string path, Csv csv)
    {
        string name = Path.GetFileName(path);
        using Stream source = CsvSource.Open(path, csv);
        using CsvReader reader = CsvReader.Create(source, CsvReaderOptions.Default with
        {
            Separator = csv.Separator,
            HasHeader = false,
            SkipEmptyLines = false,
            TrackLineNumbers = true,
            PoolStrings = true,
            CommentPrefix = csv.CommentMark,
            MalformedData = CsvMalformedDataHandling.Throw,
        });
        try
        {
            if (!reader.Read()) throw new InvalidDataException($"{name} is empty; a header line with the names of the columns is needed.");
            int fields = reader.FieldCount;
            CsvColumn[] columns = CsvHeader.Columns(reader, name, csv);
            List<int> lines = [];
            int blank = 0;
            while (reader.Read())
            {
                int line = (int)reader.LineNumber + csv.SkipFirst;
                if (reader.FieldCount == 1 && reader.IsEmpty(0))
                {
                    if (blank == 0) blank = line;
                    continue;
                }

                if (reader.FieldCount != fields) throw Uneven(reader, name, line, fields, csv);
                if (blank > 0)
                    throw new InvalidDataException($"{name}, line {blank} is empty, but rows follow; remove it. SkipFirst leaves out lines "
                        + "before the header, SkipLast lines after the last row.");
                lines.Add(line);
                foreach (CsvColumn column in columns) column.Add(reader, line);
            }

            if (lines.Count == 0) throw new InvalidDataException($"{name} has a header, but no rows.");
            foreach (CsvColumn column in columns) column.Complete();
            return new(name, lines, columns);
        }
        catch (CsvFormatException error)
        {
            long line = Math.Max(error.LineNumber, reader.LineNumber) + csv.SkipFirst;
            throw new InvalidDataException($"{name}, line {line}: expected a field as RFC 4180 has it, a quoted one closed before the next "
                + $"separator, but found: {error.Message}", error);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException(
                $"{name} holds bytes that are no {csv.Encoding!.WebName}, as Encoding has it: {error.Message}", error);
        }
    }

    private static InvalidDataException Uneven(CsvReader reader, string name, int line, int fields, Csv csv)
    {
        char first = (char)reader.RawRecord[0];
        string help = reader.FieldCount > fields && fields == 1
            ? $"If line {line} is the header, SkipFirst = {line - 1} leaves out the lines before it."
            : first is '#' or '%' ? $"If it is a comment, CommentMark = '{first}' leaves it out."
            : $"A field that holds the separator '{csv.Separator}' needs quotes; SkipFirst leaves out lines before the header, SkipLast "
                + "lines after the last row.";
        return new($"{name}, line {line} must hold {fields} fields, as the header, but holds {reader.FieldCount}. {help}");
    }
}
