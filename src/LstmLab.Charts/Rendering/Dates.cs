using System.Globalization;

namespace LstmLab.Charts.Rendering;

/// <summary>Dates as numbers along an axis: days since the first day of 1970.</summary>
internal static class Dates
{
    public static double Day(DateTime date) => (date - DateTime.UnixEpoch).TotalDays;

    public static double[] Days(DateTime[] dates)
    {
        ArgumentNullException.ThrowIfNull(dates);
        return [.. dates.Select(Day)];
    }

    /// <summary>The date of a day, to the millisecond.</summary>
    public static DateTime Of(double day) => DateTime.UnixEpoch.AddMilliseconds(Math.Round(day * 86_400_000));

    /// <summary>The date as ISO 8601 writes it, with the time of day where there is one.</summary>
    public static string Iso(double day)
    {
        DateTime date = Of(day);
        string form = date.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : date.Second == 0 ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd HH:mm:ss.fff";
        return date.ToString(form, CultureInfo.InvariantCulture);
    }
}
