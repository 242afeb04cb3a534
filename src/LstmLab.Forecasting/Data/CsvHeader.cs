using System.Text.Unicode;
using CsvHelper;

namespace LstmLab.Forecasting;

/// <summary>The line that names the columns.</summary>
internal static class CsvHeader
{
    private const string Index = "index";

    private static readonly char[] Separators = [',', ';', '\t', '|'];

    /// <summary>The columns to read, checked against the options.</summary>
    public static CsvColumn[] Columns(CsvReader reader, string file, Csv csv)
    {
        int line = (int)reader.LineNumber + csv.SkipFirst;
        string[] names = Names(reader, file, line);
        char other = Separators.FirstOrDefault(separator =>
            separator != csv.Separator && names[0].Contains(separator, StringComparison.Ordinal));
        if (names.Length == 1 && other != default)
            throw new InvalidDataException($"{file}, line {line} holds no separator "
                + $"'{csv.Separator}', but '{(other == '\t' ? "\\t" : other)}': set Separator to that.");
        if (names.Any(string.IsNullOrEmpty))
            throw new InvalidDataException($"{file}, line {line}: column {Array.FindIndex(names, string.IsNullOrEmpty) + 1} has no name.");
        CsvNumbers numbers = new(csv);
        if (names.Any(IsNumber) && names.All(text => text == Index || IsNumber(text)))
            throw new InvalidDataException($"{file}, line {line} holds numbers; a header line with the names of the columns is needed.");
        if (names.CountBy(text => text).FirstOrDefault(count => count.Value > 1).Key is { } twice)
            throw new InvalidDataException($"{file}, line {line} names "
                + $"{names.Count(text => text == twice)} columns '{twice}'; names must differ.");
        Known(names, csv.Types.Keys, file, "for which a type is set");
        Known(names, csv.Ignore, file, "which is to be ignored");
        if (csv.TimeOfDay is { } time) Known(names, [time], file, "which is to hold the time of day");
        if (csv.TimeOfDay is not null && csv.Time is null)
            throw new ArgumentException("TimeOfDay is the time of the day in Time, but Time is not set.");
        return
        [
            .. names.Index().Where(column => column.Item != csv.TimeOfDay && !csv.Ignore.Contains(column.Item))
                .Select(column => new CsvColumn(file, column.Item, column.Index, csv, numbers)
                {
                    TimeField = column.Item == csv.Time && csv.TimeOfDay is not null ? Array.IndexOf(names, csv.TimeOfDay) : null,
                }),
        ];

        bool IsNumber(string text) => numbers.TryParse(text, out _);
    }

    private static string[] Names(CsvReader reader, string file, int line)
    {
        string[] names = new string[reader.FieldCount];
        for (int k = 0; k < names.Length; k++)
        {
            if (!Utf8.IsValid(reader.GetSpan(k))) throw CsvColumn.NotUtf8(file, line, null, reader.GetSpan(k));
            names[k] = reader.GetString(k).Trim();
        }

        // pandas writes its index so.
        if (names.Length > 1 && names[0].Length == 0 && !names.Contains(Index)) names[0] = Index;
        return names;
    }

    private static void Known(string[] names, IEnumerable<string> wanted, string file, string why)
    {
        if (wanted.Except(names).FirstOrDefault() is { } unknown)
            throw new InvalidDataException($"{file} has no column "
                + $"'{unknown}', {why}; its columns are {string.Join(", ", names.Select(text => $"'{text}'"))}.");
    }
}
