namespace LstmLab.Forecasting;

/// <summary>What a date tells: columns a model may know ahead.</summary>
/// <param name="Columns">Their names.</param>
/// <param name="Of">Their values for a date.</param>
public sealed record CalendarFeature(IReadOnlyList<string> Columns, Func<DateTime, double[]> Of)
{
    /// <summary>Place in the year, as <c>year_sin</c> and <c>year_cos</c>: 1 January 0:00 is angle 0, also after a leap year.</summary>
    public static CalendarFeature Year { get; } = Cycle("year", ShareOfYear);

    /// <summary>Place in the week, as <c>week_sin</c> and <c>week_cos</c>: Monday 0:00 is angle 0.</summary>
    public static CalendarFeature Week { get; } = Cycle("week", date => ((((int)date.DayOfWeek + 6) % 7) + date.TimeOfDay.TotalDays) / 7);

    /// <summary>Place in the day, as <c>day_sin</c> and <c>day_cos</c>: midnight is angle 0.</summary>
    public static CalendarFeature Day { get; } = Cycle("day", date => date.TimeOfDay.TotalDays);

    /// <summary>1 on Saturday and Sunday, else 0, as <c>weekend</c>.</summary>
    public static CalendarFeature Weekend { get; } = new(["weekend"], date =>
        [date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 1 : 0]);

    /// <summary>0 … 47, as <c>half_hour</c>.</summary>
    public static CalendarFeature HalfHour { get; } = new(["half_hour"], date => [(int)(date.TimeOfDay.TotalHours * 2)]);

    /// <summary>How much of its year has passed at a date, in [0, 1): days since 1 January 0:00 over the days of that year, 365 or
    /// 366.</summary>
    internal static double ShareOfYear(DateTime date) =>
        (date.DayOfYear - 1 + date.TimeOfDay.TotalDays) / (DateTime.IsLeapYear(date.Year) ? 366 : 365);

    private static CalendarFeature Cycle(string name, Func<DateTime, double> share) =>
        new([$"{name}_sin", $"{name}_cos"], date => [double.SinPi(2 * share(date)), double.CosPi(2 * share(date))]);
}
