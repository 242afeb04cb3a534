using System.Globalization;

namespace LstmLab.Charts.Rendering;

/// <summary>Ticks of an axis of dates: at round hours, days, months or years.</summary>
internal static class DateTicks
{
    private static readonly (int Count, Unit Unit)[] Steps =
    [
        (1, Unit.Hour), (3, Unit.Hour), (6, Unit.Hour), (12, Unit.Hour), (1, Unit.Day), (2, Unit.Day), (5, Unit.Day), (10, Unit.Day),
        (1, Unit.Month), (2, Unit.Month), (3, Unit.Month), (6, Unit.Month), (1, Unit.Year), (2, Unit.Year), (5, Unit.Year), (10, Unit.Year),
        (20, Unit.Year), (50, Unit.Year), (100, Unit.Year),
    ];

    private enum Unit
    {
        Hour,
        Day,
        Month,
        Year,
    }

    /// <summary>Ticks between two days, about as many as asked for.</summary>
    public static Tick[] Of(double min, double max, int about)
    {
        var step = Steps.FirstOrDefault(s => Length(s) * about >= max - min, Steps[^1]);
        DateTime[] dates = [.. From(Dates.Of(min), step).SkipWhile(date => Dates.Day(date) < min - 1e-9)
            .TakeWhile(date => Dates.Day(date) <= max + 1e-9)];
        return [.. dates.Select((date, k) => new Tick(Dates.Day(date), Words.Of(Label(date, k == 0 ? null : dates[k - 1], step.Unit))))];
    }

    private static double Length((int Count, Unit Unit) step) => step.Count * step.Unit switch
    {
        Unit.Hour => 1 / 24.0,
        Unit.Day => 1,
        Unit.Month => 30.4,
        _ => 365.25,
    };

    // Round dates, the first of them not after the start.
    private static IEnumerable<DateTime> From(DateTime start, (int Count, Unit Unit) step)
    {
        for (DateTime date = First(start, step); date.Year < 9900; date = Next(date, step))
            yield return date;
    }

    private static DateTime First(DateTime start, (int Count, Unit Unit) step) => step.Unit switch
    {
        Unit.Hour => start.Date,
        Unit.Day => new DateTime(start.Year, start.Month, 1),
        Unit.Month => new DateTime(start.Year, 1, 1),
        _ => new DateTime(Math.Max(1, start.Year / step.Count * step.Count), 1, 1),
    };

    // Days of a month start again with every month, so that its first always bears a label; the last ones would come too close.
    private static DateTime Next(DateTime date, (int Count, Unit Unit) step)
    {
        switch (step.Unit)
        {
            case Unit.Hour:
                return date.AddHours(step.Count);
            case Unit.Day:
                DateTime next = date.AddDays(step.Count), month = new DateTime(date.Year, date.Month, 1).AddMonths(1);
                return next > month.AddDays(-step.Count / 2) ? month : next;
            case Unit.Month:
                return date.AddMonths(step.Count);
            default:
                return date.AddYears(step.Count);
        }
    }

    // What changes seldom stands below, where it changes.
    private static Bilingual Label(DateTime date, DateTime? before, Unit unit)
    {
        bool newDay = before?.Date != date.Date, newYear = before?.Year != date.Year;
        return unit switch
        {
            Unit.Hour => (Text(date, "HH:mm") + (newDay ? Text(date, "'\n'MMM d, yyyy") : ""),
                Text(date, "HH:mm") + (newDay ? Text(date, "'\n'yyyy年M月d日") : "")),
            Unit.Day => (Text(date, "MMM d") + (newYear ? Text(date, "'\n'yyyy") : ""),
                Text(date, "M月d日") + (newYear ? Text(date, "'\n'yyyy年") : "")),
            Unit.Month => (Text(date, "MMM") + (newYear ? Text(date, "'\n'yyyy") : ""),
                Text(date, "%M月") + (newYear ? Text(date, "'\n'yyyy年") : "")),
            _ => (Text(date, "yyyy"), Text(date, "yyyy年")),
        };
    }

    private static string Text(DateTime date, string form) => date.ToString(form, CultureInfo.InvariantCulture);
}
