using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CsvHelper;
using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>One column while its file is read.</summary>
internal sealed class CsvColumn
{
    private static readonly string[] Marks = ["", "NA", "NaN", "null"];

    private readonly string _file;
    private readonly Csv _csv;
    private readonly CsvNumbers _numberFormat;
    private readonly CsvDates _dateFormat;
    private readonly string[] _marks;
    private readonly bool _stated;
    private readonly OddTexts? _odd;
    // NaN stands for a missing number, which no file can hold.
    private readonly List<double> _numbers = [];
    private readonly List<DateTime?> _dates = [];
    private readonly List<TimeSpan> _offsets = [];
    private readonly List<string?> _texts = [];
    private char[] _buffer = new char[64];
    private Type? _type;
    private bool _boolean;
    private int _decided, _missing;

    public CsvColumn(string file, string name, int field, Csv csv, CsvNumbers numbers)
    {
        _file = file;
        _csv = csv;
        _numberFormat = numbers;
        Name = name;
        Field = field;
        IsTime = name == csv.Time;
        _dateFormat = new(csv, IsTime ? csv.NumericTime : NumericTime.None);
        _marks = [.. Marks, .. csv.MissingMarks];
        _stated = csv.Types.TryGetValue(name, out _type) || name == csv.Series;
        if (!_stated) _odd = new();
        if (_type is not null && _type != typeof(double) && _type != typeof(DateTime) && _type != typeof(string))
            throw new InvalidDataException($"{file}, column '{name}' cannot have type "
                + $"{_type.Name}; there are double, DateTime and string.");
        if (IsTime) _type = typeof(DateTime);
    }

    public string Name { get; }

    /// <summary>Which field of a row it is.</summary>
    public int Field { get; }

    /// <summary>The field of the time of day, for the column of the day; null for others.</summary>
    public int? TimeField { get; init; }

    public bool IsTime { get; }

    /// <summary>The offset of each row from UTC; empty where none is written.</summary>
    public IReadOnlyList<TimeSpan> Offsets => _offsets;

    public void Add(CsvReader reader, int line)
    {
        int length = Copy(reader, Field, 0);
        if (TimeField is { } time && length > 0)
        {
            _buffer[length] = ' ';
            length = Copy(reader, time, length + 1);
        }

        ReadOnlySpan<char> text = _buffer.AsSpan(0, length);
        if (IsMissing(text.Trim()))
        {
            AddMissing();
            return;
        }

        if (_decided == 0) Decide(text, reader, line);
        if (_type == typeof(double)) AddNumber(text, reader, line);
        else if (_type == typeof(DateTime)) AddDate(text, reader, line);
        else
        {
            if (!Utf8.IsValid(reader.GetSpan(Field))) throw NotUtf8(_file, line, Name, reader.GetSpan(Field));
            _texts.Add(reader.GetString(Field));
            _odd?.Count(text, line);
        }
    }

    /// <summary>Called after the last row.</summary>
    /// <exception cref="InvalidDataException">The column is text because of a few values among numbers or dates.</exception>
    public void Complete()
    {
        if (_type == typeof(string) && _odd?.Found() is { } found)
            throw new InvalidDataException($"{_file}, line {found.Line}, column '{Name}': {found.Text} made the column text, but "
                + $"{found.Like} of its {found.All} values look like numbers or dates. {CsvRemedy.Of(Name, found.First, _type, _csv)}");
    }

    /// <summary>The date of each row.</summary>
    public DateTime[] Dates(IReadOnlyList<int> lines)
    {
        int hole = _dates.FindIndex(date => date is null);
        if (_dates.Count == 0) hole = 0;
        return hole >= 0
            ? throw new InvalidDataException($"{_file}, line "
            + $"{lines[hole]}, column '{Name}': expected a date, but found none; every row needs one.")
            : [.. _dates.Select(date => date!.Value)];
    }

    /// <summary>The text of each row.</summary>
    public string[] Names() => [.. Enumerable.Range(0, _numbers.Count + _dates.Count + _texts.Count).Select(row =>
        _type == typeof(string) ? _texts[row] ?? ""
        : _type == typeof(DateTime) ? Convert.ToString(_dates[row], CultureInfo.InvariantCulture) ?? ""
        : double.IsNaN(_numbers[row]) ? "" : _numbers[row].ToString(CultureInfo.InvariantCulture))];

    /// <summary>The column of some rows; −1 for one that is not in the file.</summary>
    public DataFrameColumn Build(IReadOnlyList<int> rows)
    {
        if (_type == typeof(string)) return new StringDataFrameColumn(Name, rows.Select(row => row < 0 ? null : _texts[row]));
        if (_type == typeof(DateTime)) return new DateTimeDataFrameColumn(Name, rows.Select(row => row < 0 ? null : _dates[row]));
        return new DoubleDataFrameColumn(Name, rows.Select(row => row < 0 || double.IsNaN(_numbers[row]) ? (double?)null : _numbers[row]));
    }

    /// <summary>The error of bytes that are no UTF-8.</summary>
    public static InvalidDataException NotUtf8(string file, int line, string? column, ReadOnlySpan<byte> found)
    {
        string place = column is null ? "" : $", column '{column}'";
        return new($"{file}, line {line}{place}: expected UTF-8, but found other bytes, which are "
            + $"'{Encoding.Latin1.GetString(found)}' in Latin-1. If that is right, Encoding = Encoding.Latin1 reads the file.");
    }

    // A character takes at least one byte of UTF-8.
    private int Copy(CsvReader reader, int field, int start)
    {
        int bytes = reader.GetSpan(field).Length;
        if (start + bytes + 1 > _buffer.Length) Array.Resize(ref _buffer, 2 * (start + bytes + 1));
        return start + reader.GetChars(field, _buffer.AsSpan(start));
    }

    // The first value present decides what the column holds.
    private void Decide(ReadOnlySpan<char> text, CsvReader reader, int line)
    {
        _decided = line;
        if ((_type is null || _type == typeof(double)) && IsBoolean(text))
        {
            _boolean = true;
            _type = typeof(double);
        }

        _type ??= _numberFormat.TryParse(text, out _) ? typeof(double) : _dateFormat.TryParse(text, out _, out _) ? typeof(DateTime)
            : typeof(string);
        if (_type == typeof(string) && !_stated && OddTexts.LooksLikeNumber(text)) throw Error(text, reader, line, "a number or a date");
        _numbers.Clear();
        int before = _missing;
        for (int n = 0; n < before; n++) AddMissing();
    }

    private void AddMissing()
    {
        if (_decided == 0) _missing++;
        if (_type == typeof(DateTime)) _dates.Add(null);
        else if (_type == typeof(string)) _texts.Add(null);
        else _numbers.Add(double.NaN);
    }

    private void AddNumber(ReadOnlySpan<char> text, CsvReader reader, int line)
    {
        if (_boolean)
        {
            if (!IsBoolean(text)) throw Error(text, reader, line, "True or False");
            _numbers.Add(text.Trim().Equals("true", StringComparison.OrdinalIgnoreCase) ? 1 : 0);
            return;
        }

        if (!_numberFormat.TryParse(text, out double value)) throw Error(text, reader, line, "a number");
        if (_numberFormat.IsMark(value)) AddMissing();
        else _numbers.Add(double.IsFinite(value) ? value : throw Error(text, reader, line, "a finite number"));
    }

    private void AddDate(ReadOnlySpan<char> text, CsvReader reader, int line)
    {
        if (!_dateFormat.TryParse(text, out DateTime date, out TimeSpan? offset))
            throw Error(text, reader, line, IsTime && _csv.NumericTime != NumericTime.None ? $"a date as {_csv.NumericTime}"
                : $"a date as {string.Join(" or ", _csv.DateFormats.Take(2))}");
        bool first = _dates.Count == 0, offsets = _offsets.Count > 0;
        _dates.Add(date);
        if (!IsTime) return;
        if (!first && offset.HasValue != offsets)
            throw new InvalidDataException($"{_file}, line {line}, column '{Name}': expected a time "
                + $"{(offsets ? "with" : "without")} an offset from UTC, as on the lines before, but found '{CsvRemedy.Short(text)}'.");
        if (offset is { } its) _offsets.Add(its);
    }

    private bool IsMissing(ReadOnlySpan<char> text)
    {
        foreach (string mark in _marks)
            if (text.Equals(mark, StringComparison.OrdinalIgnoreCase)) return true;
        return _decided == 0 && _type != typeof(string) && _type != typeof(DateTime) && _numberFormat.IsMark(text);
    }

    private static bool IsBoolean(ReadOnlySpan<char> text) =>
        text.Trim().Equals("true", StringComparison.OrdinalIgnoreCase) || text.Trim().Equals("false", StringComparison.OrdinalIgnoreCase);

    private InvalidDataException Error(ReadOnlySpan<char> found, CsvReader reader, int line, string expected)
    {
        if (!Utf8.IsValid(reader.GetSpan(Field))) return NotUtf8(_file, line, Name, reader.GetSpan(Field));
        string other = _stated || IsTime || _decided == line ? "" : $", as on line {_decided}";
        string help = _stated || expected is "a finite number" ? "" : $" {CsvRemedy.Of(Name, found, _type, _csv)}";
        return new($"{_file}, line {line}, column '{Name}': expected "
            + $"{expected}{other}, but found '{CsvRemedy.Short(found)}'.{help}");
    }
}
