using System.Globalization;

namespace LstmLab.Forecasting;

/// <summary>How a file writes dates.</summary>
/// <param name="csv">The options.</param>
/// <param name="numeric">What a number counts.</param>
internal sealed class CsvDates(Csv csv, NumericTime numeric)
{
    // No date is so many milliseconds away, and its ticks still fit a decimal.
    private const decimal Largest = 1e15m;

    private readonly string[] _formats = [.. csv.DateFormats];

    /// <summary>The time on the clock of the place, and its offset from UTC, null if none is written.</summary>
    public bool TryParse(ReadOnlySpan<char> text, out DateTime date, out TimeSpan? offset)
    {
        offset = null;
        if (numeric != NumericTime.None) return TryNumber(text, out date);
        return TryExact(text, out date, out offset) || TryMidnight(text, out date, out offset) || TryInterval(text, out date, out offset);
    }

    // Of several forms the one that fitted last is tried first.
    private bool TryExact(ReadOnlySpan<char> text, out DateTime date, out TimeSpan? offset)
    {
        offset = null;
        date = default;
        const DateTimeStyles spaces = DateTimeStyles.AllowWhiteSpaces;
        for (int k = 0; k < _formats.Length; k++)
        {
            if (!DateTime.TryParseExact(text, _formats[k], csv.Culture, spaces | DateTimeStyles.RoundtripKind, out date)) continue;
            (_formats[0], _formats[k]) = (_formats[k], _formats[0]);
            if (date.Kind == DateTimeKind.Unspecified) return true;
            // A date of any other kind was written with an offset, which DateTime turned into the time of this machine.
            if (!DateTimeOffset.TryParseExact(text, _formats[0], csv.Culture, spaces, out DateTimeOffset place)) return false;
            date = place.DateTime;
            offset = place.Offset;
            return true;
        }

        return false;
    }

    // ISO 8601 writes the end of a day as 24:00, which no DateTime can be.
    private bool TryMidnight(ReadOnlySpan<char> text, out DateTime date, out TimeSpan? offset)
    {
        offset = null;
        date = default;
        int hour = text.IndexOf("24:00");
        if (hour < 1 || char.IsAsciiDigit(text[hour - 1])) return false;
        if (!TryExact($"{text[..hour]}00{text[(hour + 2)..]}", out date, out offset) || date.TimeOfDay != TimeSpan.Zero) return false;
        date = date.AddDays(1);
        return true;
    }

    private bool TryInterval(ReadOnlySpan<char> text, out DateTime date, out TimeSpan? offset)
    {
        offset = null;
        date = default;
        int dash = text.IndexOf(" - ");
        return dash > 0 && TryExact(text[(dash + 3)..], out _, out _) && TryExact(text[..dash], out date, out offset);
    }

    private bool TryNumber(ReadOnlySpan<char> text, out DateTime date)
    {
        date = default;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)) return false;
        (DateTime zero, decimal ticks, decimal first) = numeric switch
        {
            NumericTime.UnixSeconds => (DateTime.UnixEpoch, TimeSpan.TicksPerSecond, decimal.MinValue),
            NumericTime.UnixMilliseconds => (DateTime.UnixEpoch, TimeSpan.TicksPerMillisecond, decimal.MinValue),
            _ => (new DateTime(1899, 12, 30), (decimal)TimeSpan.TicksPerDay, 61m),
        };
        if (number < first || Math.Abs(number) > Largest) return false;
        decimal whole = zero.Ticks + (number * ticks);
        if (whole < 0 || whole > DateTime.MaxValue.Ticks) return false;
        // Days of Excel are doubles: a minute is no exact part of a day, but a millisecond is told.
        long unit = numeric == NumericTime.ExcelSerial ? TimeSpan.TicksPerMillisecond : 1;
        date = new((long)Math.Round(whole / unit) * unit);
        return true;
    }
}
