using System.Globalization;
using System.Text;
using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>Reads a CSV file (RFC 4180, UTF-8, one header line, packed by gzip or not) into a DataFrame. Nothing is guessed from a part of
/// the file, and every defect is an error that names file, line and column, or is treated by the policy stated here.</summary>
/// <remarks>The first value present decides whether a column holds numbers, dates or text; each later one must agree.
/// <see cref="Types"/> overrules it. <c>True</c> and <c>False</c> are the numbers 1 and 0. A column is text only if its first value does
/// not begin as a number or a date, and no more than half of all do. A first column without a name, as pandas writes its index, is
/// called <c>index</c>.</remarks>
/// <example><code>
/// var frame = Csv.Load("../datasets/weather.csv", time: "date", series: "location");
/// var gaps = new Csv { Time = "Date", Gaps = GapPolicy.Insert, Missing = Missing.Interpolate }.Read("../datasets/co2-concentration.csv");
/// var prices = new Csv { Time = "Date", DateFormats = ["MM/dd/yyyy"], ThousandsSeparator = ',', Units = Csv.CommonUnits,
///     MissingMarks = ["-"], Unsorted = UnsortedPolicy.Sort }.Read("prices.csv");
/// </code></example>
public sealed record Csv
{
    /// <summary>What stands between two fields.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>How the bytes are read; null for UTF-8, or what a mark of byte order says. A file in neither is an error.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>Lines before the header that are no part of the table.</summary>
    public int SkipFirst { get; init; }

    /// <summary>Lines after the last row that are no part of the table; empty lines at the end of the file are not counted.</summary>
    public int SkipLast { get; init; }

    /// <summary>The character that begins a line of comment; null if there are none.</summary>
    public char? CommentMark { get; init; }

    /// <summary>How numbers and dates are written: the mark before decimals and the names of months.</summary>
    public CultureInfo Culture { get; init; } = CultureInfo.InvariantCulture;

    /// <summary>The mark before the decimals of a number; null for that of <see cref="Culture"/>.</summary>
    public char? DecimalSeparator { get; init; }

    /// <summary>The mark between groups of three digits, as in 1,234,567.8; null if there is none. A space stands for no-break spaces,
    /// too.</summary>
    public char? ThousandsSeparator { get; init; }

    /// <summary>What may stand before or after a number, such as a unit or a sign of currency, and what the number is multiplied by;
    /// upper and lower case differ.</summary>
    public Dictionary<string, double> Units { get; init; } = [];

    /// <summary>Forms of a date; those of ISO 8601 by default. The hour 24:00 is 0:00 of the next day, and an interval
    /// <c>start - end</c> is its start. Of a time with an offset the time of the place is read.</summary>
    public IReadOnlyList<string> DateFormats { get; init; } =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

    /// <summary>What the numbers of <see cref="Time"/> count, where it holds numbers.</summary>
    public NumericTime NumericTime { get; init; }

    /// <summary>Types of columns by name: double, DateTime or string.</summary>
    public Dictionary<string, Type> Types { get; init; } = [];

    /// <summary>Names of columns that are not read.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Fields that mean a missing value, in any case, besides the empty field, <c>NA</c>, <c>NaN</c> and <c>null</c>. A mark
    /// that is a number is compared as one: <c>-9999</c> stands for <c>-9999.00</c>, too.</summary>
    public IReadOnlyList<string> MissingMarks { get; init; } = [];

    /// <summary>What becomes of a missing value.</summary>
    public Missing Missing { get; init; } = Missing.Throw;

    /// <summary>Column of dates, which must rise by equal steps; null for rows that are only numbered.</summary>
    /// <remarks>Dates with an offset, as 2024-03-04T00:00+09:00, are those of the clock of the place. Where the offset changes within a
    /// series, as it does for daylight saving, and steps are shorter than a day, the dates are UTC, whose steps are equal, and a second
    /// column, named as this one with <c>_local</c>, holds the time of the place, from which
    /// <see cref="FrameExtensions.WithCalendar"/> takes the calendar.</remarks>
    public string? Time { get; init; }

    /// <summary>Column of the time of day, where <see cref="Time"/> holds the day alone; null if there is none. Both, with a space
    /// between them, are written by <see cref="DateFormats"/> and become the column <see cref="Time"/>.</summary>
    public string? TimeOfDay { get; init; }

    /// <summary>Column that names the series a row belongs to, each with dates of its own; null for one series. Rows of a series come
    /// together.</summary>
    public string? Series { get; init; }

    /// <summary>From one date to the next; found in the dates by default.</summary>
    public Frequency? Frequency { get; init; }

    /// <summary>What becomes of dates out of order.</summary>
    public UnsortedPolicy Unsorted { get; init; }

    /// <summary>What becomes of a date that comes again.</summary>
    public DuplicatePolicy Duplicates { get; init; }

    /// <summary>What becomes of a date that is left out.</summary>
    public GapPolicy Gaps { get; init; }

    /// <summary>What the commonest marks beside numbers mean: % a hundredth; K, M and B thousands, millions and billions; $, €, £ and ¥
    /// nothing.</summary>
    public static Dictionary<string, double> CommonUnits => new()
    {
        ["%"] = 0.01,
        ["K"] = 1e3,
        ["M"] = 1e6,
        ["B"] = 1e9,
        ["$"] = 1,
        ["€"] = 1,
        ["£"] = 1,
        ["¥"] = 1,
    };

    /// <summary>Reads a file under the strictest policies.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">Column of dates; null for rows that are only numbered.</param>
    /// <param name="series">Column that names the series; null for one series.</param>
    /// <exception cref="InvalidDataException">The file has a defect; the message names file, line, column, what was expected and what was
    /// found.</exception>
    public static DataFrame Load(string path, string? time = null, string? series = null) =>
        new Csv { Time = time, Series = series }.Read(path);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file has a defect that no policy treats; the message names file, line, column, what was
    /// expected and what was found.</exception>
    /// <exception cref="ArgumentException">Options contradict each other: one mark for decimals and thousands, a unit without a name, a
    /// negative count of lines, or a time of day without <see cref="Time"/>.</exception>
    public DataFrame Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        CsvRows file = CsvRows.Read(path, this);
        TimeAxis axis = TimeAxis.Of(file, this);
        DataFrame frame = new();
        foreach (CsvColumn column in file.Columns)
        {
            frame.Columns.Add(column.Name == Time ? new DateTimeDataFrameColumn(Time, axis.Dates) : column.Build(axis.Rows));
            if (column.Name == Time && axis.Local is not null)
                frame.Columns.Add(new DateTimeDataFrameColumn(Time + FrameExtensions.Local, axis.Local));
        }

        foreach ((int row, string? series) in axis.Inserted)
            if (Series is not null) frame.Columns[Series][row] = series;
        return Missing.Apply(frame, Series, Time, [.. frame.Columns.Select(column => column.Name)], (column, row) =>
        {
            string place = axis.Rows[row] < 0 ? $"row inserted at {Frequency.Text(axis.Dates[row])}" : $"line {file.Lines[axis.Rows[row]]}";
            return $"{file.Name}, {place}, column '{column}'";
        });
    }
}
