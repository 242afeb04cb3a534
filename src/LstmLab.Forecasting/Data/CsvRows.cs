using CsvHelper;

namespace LstmLab.Forecasting;

/// <summary>A parsed file: typed columns, and the line each row began on.</summary>
internal sealed class CsvRows
{
    private static readonly char[] Separators = [',', ';', '\t', '|'];

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
        using CsvReader reader = CsvReader.FromFile(path, CsvReaderOptions.Default with
        {
            Separator = csv.Separator,
            HasHeader = false,
            SkipEmptyLines = false,
            TrackLineNumbers = true,
            PoolStrings = true,
            MalformedData = CsvMalformedDataHandling.Throw,
        });
        try
        {
            if (!reader.Read()) throw new InvalidDataException($"{name} is empty; a header line with the names of the columns is needed.");
            CsvColumn[] columns = Header(reader, name, csv);
            List<int> lines = [];
            int blank = 0;
            while (reader.Read())
            {
                int line = (int)reader.LineNumber;
                if (reader.FieldCount == 1 && reader.IsEmpty(0))
                {
                    if (blank == 0) blank = line;
                    continue;
                }

                if (blank > 0) throw new InvalidDataException($"{name}, line {blank} is empty, but rows follow; remove it.");
                if (reader.FieldCount != columns.Length)
                    throw new InvalidDataException($"{name}, line "
                        + $"{line} must hold {columns.Length} fields, as the header, but holds "
                        + $"{reader.FieldCount}; a field that holds the separator '{csv.Separator}' needs quotes.");
                lines.Add(line);
                for (int k = 0; k < columns.Length; k++) columns[k].Add(reader, k, line);
            }

            if (lines.Count == 0) throw new InvalidDataException($"{name} has a header, but no rows.");
            return new(name, lines, columns);
        }
        catch (CsvFormatException error)
        {
            throw new InvalidDataException($"{name}, line {Math.Max(error.LineNumber, reader.LineNumber)}: expected a field as RFC 4180 "
                + $"has it, a quoted one closed before the next separator, but found: {error.Message}", error);
        }
    }

    private static CsvColumn[] Header(CsvReader reader, string name, Csv csv)
    {
        string[] names = [.. Enumerable.Range(0, reader.FieldCount).Select(k => reader.GetString(k).Trim())];
        char other = Separators.FirstOrDefault(separator =>
            separator != csv.Separator && names[0].Contains(separator, StringComparison.Ordinal));
        if (names.Length == 1 && other != default)
            throw new InvalidDataException($"{name}, line 1 holds no separator "
                + $"'{csv.Separator}', but '{Shown(other)}': set Separator to that.");
        if (names.Any(string.IsNullOrEmpty))
            throw new InvalidDataException($"{name}, line 1: column {Array.FindIndex(names, string.IsNullOrEmpty) + 1} has no name.");
        if (names.All(text => double.TryParse(text, csv.Culture, out _)))
            throw new InvalidDataException($"{name}, line 1 holds numbers; a header line with the names of the columns is needed.");
        if (names.CountBy(text => text).FirstOrDefault(count => count.Value > 1).Key is { } twice)
            throw new InvalidDataException($"{name}, line 1 names "
                + $"{names.Count(text => text == twice)} columns '{twice}'; names must differ.");
        if (csv.Types.Keys.Except(names).FirstOrDefault() is { } unknown)
            throw new InvalidDataException($"{name} has no column "
                + $"'{unknown}', for which a type is set; its columns are {string.Join(", ", names.Select(text => $"'{text}'"))}.");
        return [.. names.Select(column => new CsvColumn(name, column, csv))];
    }

    private static string Shown(char separator) => separator == '\t' ? "\\t" : separator.ToString();
}
