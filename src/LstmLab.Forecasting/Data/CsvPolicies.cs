namespace LstmLab.Forecasting;

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

/// <summary>What a number in the column of dates counts.</summary>
public enum NumericTime
{
    /// <summary>Nothing: dates are written by <see cref="Csv.DateFormats"/>.</summary>
    None,

    /// <summary>Seconds from 1970-01-01 in UTC, with or without a fraction.</summary>
    UnixSeconds,

    /// <summary>Milliseconds from 1970-01-01 in UTC.</summary>
    UnixMilliseconds,

    /// <summary>Days of Excel's 1900 system, in which 45292 is 2024-01-01 and .5 is noon; from 61, that is 1900-03-01, on, since Excel
    /// counts a 29 February 1900 before it.</summary>
    ExcelSerial,
}
