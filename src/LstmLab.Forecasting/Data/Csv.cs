using System.Globalization;
using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>Reads a CSV file (RFC 4180, UTF-8, one header line) into a DataFrame. Nothing is guessed from a part of the file, and every
/// defect is an error that names file, line and column, or is treated by the policy stated here.</summary>
/// <remarks>The first value present decides whether a column holds numbers, dates or text; each later one must agree. <see cref="Types"/>
/// overrules it.</remarks>
/// <example><code>
/// var frame = Csv.Load("../datasets/weather.csv", time: "date", series: "location");
/// var gaps = new Csv { Time = "Date", Gaps = GapPolicy.Insert, Missing = Missing.Interpolate }.Read("../datasets/co2-concentration.csv");
/// </code></example>
public sealed record Csv
{
    /// <summary>What stands between two fields.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>How numbers and dates are written; signs, decimals and exponents, but no thousands marks.</summary>
    public CultureInfo Culture { get; init; } = CultureInfo.InvariantCulture;

    /// <summary>Forms of a date; those of ISO 8601 by default. A time with an offset becomes UTC.</summary>
    public IReadOnlyList<string> DateFormats { get; init; } =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

    /// <summary>Types of columns by name: double, DateTime or string.</summary>
    public IReadOnlyDictionary<string, Type> Types { get; init; } = new Dictionary<string, Type>();

    /// <summary>Fields that mean a missing value, in any case.</summary>
    public IReadOnlyList<string> MissingMarks { get; init; } = ["", "NA", "NaN", "null"];

    /// <summary>What becomes of a missing value.</summary>
    public Missing Missing { get; init; } = Missing.Throw;

    /// <summary>Column of dates, which must rise by equal steps; null for rows that are only numbered.</summary>
    public string? Time { get; init; }

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
    public DataFrame Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        CsvRows file = CsvRows.Read(path, this);
        TimeAxis axis = TimeAxis.Of(file, this);
        DataFrame frame = new(file.Columns.Select(column => column.Build(axis.Rows)));
        foreach ((int row, DateTime date, string? series) in axis.Inserted)
        {
            frame.Columns[Time!][row] = date;
            if (Series is not null) frame.Columns[Series][row] = series;
        }

        return Missing.Apply(frame, Series, [.. frame.Columns.Select(column => column.Name)], (column, row) =>
        {
            string place = axis.Rows[row] < 0 ? $"row inserted at {Frequency.Text((DateTime)frame.Columns[Time!][row])}"
                : $"line {file.Lines[axis.Rows[row]]}";
            return $"{file.Name}, {place}, column '{column}'";
        });
    }
}

/// <summary>What becomes of dates out of order.</summary>
public enum UnsortedPolicy
{
    /// <summary>An error.</summary>
    Throw,

    /// <summary>Rows are sorted by date.</summary>
    Sort,
}

/// <summary>What becomes of a date that comes again.</summary>
public enum DuplicatePolicy
{
    /// <summary>An error.</summary>
    Throw,

    /// <summary>The first row in the file is kept.</summary>
    First,

    /// <summary>The last row in the file is kept.</summary>
    Last,
}

/// <summary>What becomes of a date that is left out.</summary>
public enum GapPolicy
{
    /// <summary>An error.</summary>
    Throw,

    /// <summary>Dates need only rise; steps may differ.</summary>
    Accept,

    /// <summary>A row of missing values is inserted, for <see cref="Csv.Missing"/> to treat.</summary>
    Insert,
}
