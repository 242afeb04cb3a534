using System.Globalization;

namespace LstmLab.Forecasting;

/// <summary>From one date of a series to the next.</summary>
public sealed class Frequency
{
    private readonly Func<DateTime, DateTime> _next, _floor, _previous;
    private readonly string _name;

    private Frequency(string name, Func<DateTime, DateTime> next, Func<DateTime, DateTime> floor, Func<DateTime, DateTime> previous)
    {
        _previous = previous;
        _name = name;
        _next = next;
        _floor = floor;
    }

    /// <summary>Monday to Friday.</summary>
    public static Frequency Weekday { get; } = new("a weekday", date =>
        date.AddDays(date.DayOfWeek switch { DayOfWeek.Friday => 3, DayOfWeek.Saturday => 2, _ => 1 }), date =>
        date.Date.AddDays(date.DayOfWeek switch { DayOfWeek.Saturday => -1, DayOfWeek.Sunday => -2, _ => 0 }), date =>
        date.AddDays(date.DayOfWeek == DayOfWeek.Monday ? -3 : -1));

    /// <summary>A fixed time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public static Frequency Every(TimeSpan time) => time > TimeSpan.Zero ? new(Text(time), date => date + time,
            date => date - new TimeSpan(date.TimeOfDay.Ticks % time.Ticks), date => date - time)
        : throw new ArgumentOutOfRangeException(nameof(time), time, "A step must be a positive time.");

    /// <summary>Months; the last day of a month is followed by a last day.</summary>
    /// <param name="count">How many, at least 1.</param>
    public static Frequency Months(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new(count == 1 ? "a month" : $"{count} months", date =>
        {
            DateTime next = date.AddMonths(count);
            bool last = date.Day == DateTime.DaysInMonth(date.Year, date.Month);
            return last ? next.AddDays(DateTime.DaysInMonth(next.Year, next.Month) - next.Day) : next;
        }, date => new(date.Year, date.Month, 1), date => date.AddMonths(-count));
    }

    /// <summary>The next date.</summary>
    public DateTime Next(DateTime date) => _next(date);

    /// <summary>The beginning of the first interval, given the first date: for a fixed time counted from midnight of that day, for months
    /// the first of its month, for weekdays midnight, of Friday at weekends.</summary>
    internal DateTime Floor(DateTime first) => _floor(first);

    /// <summary>The beginning of the interval before one that begins at a date.</summary>
    internal DateTime Previous(DateTime start) => _previous(start);

    /// <summary>The step in words.</summary>
    public override string ToString() => _name;

    /// <summary>The step most frequent among rising dates: weekdays, months or a fixed time.</summary>
    internal static Frequency Find(IReadOnlyList<DateTime> dates)
    {
        if (dates.Count < 2) return Every(TimeSpan.FromDays(1));
        TimeSpan usual = dates.Zip(dates.Skip(1), (a, b) => b - a).CountBy(time => time).OrderByDescending(count => count.Value)
            .ThenBy(count => count.Key).First().Key;
        bool working = dates.Count > 5 && dates.All(date => date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
        return usual.TotalDays switch
        {
            1 when working => Weekday,
            >= 28 and <= 31 => Months(),
            >= 89 and <= 92 => Months(3),
            365 or 366 => Months(12),
            _ => Every(usual),
        };
    }

    /// <summary>A date without a time of day that is zero.</summary>
    internal static string Text(DateTime date) =>
        date.ToString(date.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    private static string Text(TimeSpan time) => time switch
    {
        { TotalDays: 1 } => "a day",
        { TotalHours: 1 } => "an hour",
        { TotalMinutes: 1 } => "a minute",
        { TotalDays: > 1 } => Number(time.TotalDays, "days"),
        { TotalHours: > 1 } => Number(time.TotalHours, "hours"),
        { TotalMinutes: > 1 } => Number(time.TotalMinutes, "minutes"),
        _ => Number(time.TotalSeconds, "s"),
    };

    private static string Number(double count, string unit) => string.Create(CultureInfo.InvariantCulture, $"{count:0.###} {unit}");
}
