using System.Globalization;
using CsvHelper;
using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>One column while its file is read.</summary>
internal sealed class CsvColumn
{
    private readonly string _file;
    private readonly Csv _csv;
    private readonly string[] _formats;
    private readonly List<double?> _numbers = [];
    private readonly List<DateTime?> _dates = [];
    private readonly List<string?> _texts = [];
    private char[] _buffer = new char[64];
    private Type? _type;
    private int _decided, _missing;

    public CsvColumn(string file, string name, Csv csv)
    {
        (_file, Name, _csv, _formats, _type) = (file, name, csv, [.. csv.DateFormats], csv.Types.GetValueOrDefault(name));
        if (_type is not null && _type != typeof(double) && _type != typeof(DateTime) && _type != typeof(string))
            throw new InvalidDataException($"{file}, column '{name}' cannot have type "
                + $"{_type.Name}; there are double, DateTime and string.");
    }

    public string Name { get; }

    public void Add(CsvReader reader, int field, int line)
    {
        // A character takes at least one byte of UTF-8.
        if (reader.GetSpan(field).Length > _buffer.Length) _buffer = new char[2 * reader.GetSpan(field).Length];
        ReadOnlySpan<char> text = _buffer.AsSpan(0, reader.GetChars(field, _buffer));
        if (IsMissing(text.Trim()))
        {
            AddMissing();
            return;
        }

        if (_decided == 0) Decide(text, line);
        if (_type == typeof(double)) _numbers.Add(Number(text, line));
        else if (_type == typeof(DateTime))
            _dates.Add(Date(text, out DateTime date) ? date
                : throw Error(text, line, $"a date as {string.Join(" or ", _csv.DateFormats.Take(2))}"));
        else _texts.Add(text.Contains('\uFFFD') ? throw Error(text, line, "UTF-8") : reader.GetString(field));
    }

    /// <summary>The date of each row.</summary>
    public DateTime[] Dates(IReadOnlyList<int> lines)
    {
        if (_type != typeof(DateTime))
            throw new InvalidDataException($"{_file}, column "
                + $"'{Name}' must hold dates, but line {_decided} makes it "
                + $"{(_type == typeof(double) ? "numbers" : "text")}; DateFormats states other forms.");
        int hole = _dates.FindIndex(date => date is null);
        return hole >= 0
            ? throw new InvalidDataException($"{_file}, line "
            + $"{lines[hole]}, column '{Name}': expected a date, but found none; every row needs one.")
            : [.. _dates.Select(date => date!.Value)];
    }

    /// <summary>The text of each row.</summary>
    public string[] Names() => [.. Enumerable.Range(0, _numbers.Count + _dates.Count + _texts.Count).Select(row =>
        _type == typeof(string) ? _texts[row] ?? ""
        : Convert.ToString(_type == typeof(DateTime) ? _dates[row] : _numbers[row], CultureInfo.InvariantCulture) ?? "")];

    /// <summary>The column of some rows; −1 for one that is not in the file.</summary>
    public DataFrameColumn Build(IReadOnlyList<int> rows)
    {
        return _type == typeof(string) ? new StringDataFrameColumn(Name, rows.Select(row => row < 0 ? null : _texts[row]))
            : _type == typeof(DateTime) ? new DateTimeDataFrameColumn(Name, Of(_dates)) : new DoubleDataFrameColumn(Name, Of(_numbers));

        IEnumerable<T?> Of<T>(List<T?> values) where T : struct => rows.Select(row => row < 0 ? null : values[row]);
    }

    // The first value present decides what the column holds.
    private void Decide(ReadOnlySpan<char> text, int line)
    {
        (_decided, int before) = (line, _missing);
        _type ??= double.TryParse(text, NumberStyles.Float, _csv.Culture, out _) ? typeof(double) : Date(text, out _) ? typeof(DateTime)
            : typeof(string);
        _numbers.Clear();
        for (int n = 0; n < before; n++) AddMissing();
    }

    private void AddMissing()
    {
        if (_decided == 0) _missing++;
        if (_type == typeof(DateTime)) _dates.Add(null);
        else if (_type == typeof(string)) _texts.Add(null);
        else _numbers.Add(null);
    }

    private bool IsMissing(ReadOnlySpan<char> text)
    {
        foreach (string mark in _csv.MissingMarks)
            if (text.Equals(mark, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private double Number(ReadOnlySpan<char> text, int line) =>
        !double.TryParse(text, NumberStyles.Float, _csv.Culture, out double value) ? throw Error(text, line, "a number")
        : double.IsFinite(value) ? value : throw Error(text, line, "a finite number");

    // Of several forms the one that fitted last is tried first.
    private bool Date(ReadOnlySpan<char> text, out DateTime date)
    {
        for (int k = 0; k < _formats.Length; k++)
        {
            if (!DateTime.TryParseExact(text, _formats[k], _csv.Culture,
                DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces, out date)) continue;
            (_formats[0], _formats[k]) = (_formats[k], _formats[0]);
            return true;
        }

        date = default;
        return false;
    }

    private InvalidDataException Error(ReadOnlySpan<char> found, int line, string expected)
    {
        string other = _csv.Types.ContainsKey(Name) || _decided == line ? "" : $", as on line {_decided}";
        string help = _csv.Types.ContainsKey(Name) || expected is "a finite number" or "UTF-8" ? ""
            : $" If the column is text, say so: Types = new() {{ [\"{Name}\"] = typeof(string) }}.";
        return new($"{_file}, line {line}, column '{Name}': expected "
            + $"{expected}{other}, but found '{(found.Length > 40 ? $"{found[..40]}…" : found)}'.{help}");
    }
}
