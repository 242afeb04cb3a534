using System.Globalization;
using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

/// <summary>The expected numbers are those of pandas 1.5.3:
/// <code>
/// t = pd.to_datetime(["2024-01-30 22:00", "2024-01-31 00:00", "2024-01-31 05:00", "2024-01-31 06:00", "2024-01-31 13:30",
///                     "2024-02-02 00:00", "2024-02-02 18:00"])
/// s = pd.Series([1, 2, nan, 4, 8, 16, 32], index=t)
/// s.resample("D").mean(), s.resample("36H", closed="right", label="right").mean(), s.resample("MS").mean(), …
/// </code></summary>
public class ResamplerTests
{
    private const string Text = "t,y\n2024-01-30T22:00,1\n2024-01-31T00:00,2\n2024-01-31T05:00,\n2024-01-31T06:00,4\n2024-01-31T13:30,8\n"
        + "2024-02-02T00:00,16\n2024-02-02T18:00,32\n";

    private static readonly DataFrame Frame = CsvFile.Read(Text, new() { Missing = Missing.Keep });
    private static readonly Frequency Day = Frequency.Every(TimeSpan.FromDays(1));

    [Fact]
    public void Days_are_summed_up_in_every_way()
    {
        Resampler days = Frame.Resample("t", Day);
        Same("2024-01-30 1, 2024-01-31 4.6666667, 2024-02-01 -, 2024-02-02 24", days.Mean());
        Same("2024-01-30 -, 2024-01-31 3.0550505, 2024-02-01 -, 2024-02-02 11.3137085", days.Std());
        Same("2024-01-30 1, 2024-01-31 2, 2024-02-01 -, 2024-02-02 16", days.Min());
        Same("2024-01-30 1, 2024-01-31 8, 2024-02-01 -, 2024-02-02 32", days.Max());
        Same("2024-01-30 1, 2024-01-31 2, 2024-02-01 -, 2024-02-02 16", days.First());
        Same("2024-01-30 1, 2024-01-31 8, 2024-02-01 -, 2024-02-02 32", days.Last());
        Same("2024-01-30 1, 2024-01-31 14, 2024-02-01 0, 2024-02-02 48", days.Sum());
        Same("2024-01-30 1, 2024-01-31 14, 2024-02-01 -, 2024-02-02 48", days.Sum(minCount: 1));
    }

    [Fact]
    public void The_label_and_the_closed_end_are_those_of_pandas()
    {
        Same("2024-01-31 1, 2024-02-01 4.6666667, 2024-02-02 -, 2024-02-03 24", Frame.Resample("t", Day, label: IntervalEnd.Right).Mean());
        Same("2024-01-30 1.5, 2024-01-31 6, 2024-02-01 16, 2024-02-02 32", Frame.Resample("t", Day, closed: IntervalEnd.Right).Mean());
        Frequency six = Frequency.Every(TimeSpan.FromHours(6));
        Same("2024-01-31 3, 2024-01-31T06 4, 2024-01-31T12 -, 2024-01-31T18 8, 2024-02-01 -, 2024-02-01T06 -, 2024-02-01T12 -, "
            + "2024-02-01T18 -, 2024-02-02 16, 2024-02-02T06 -, 2024-02-02T12 -, 2024-02-02T18 32",
            Frame.Resample("t", six, IntervalEnd.Right, IntervalEnd.Right).Sum(minCount: 1));
    }

    [Fact]
    public void Intervals_count_from_midnight_before_the_first_row()
    {
        Same("2024-01-30T21 1.5, 2024-01-31T04 4, 2024-01-31T11 8, 2024-01-31T18 -, 2024-02-01T01 -, 2024-02-01T08 -, 2024-02-01T15 -, "
            + "2024-02-01T22 16, 2024-02-02T05 -, 2024-02-02T12 32", Frame.Resample("t", Frequency.Every(TimeSpan.FromHours(7))).Mean());
        Same("2024-01-30 2.3333333, 2024-01-31T12 8, 2024-02-02 24", Frame.Resample("t", Frequency.Every(TimeSpan.FromHours(36))).Mean());
        Same("2024-01-31T12 2.3333333, 2024-02-02 12, 2024-02-03T12 32",
            Frame.Resample("t", Frequency.Every(TimeSpan.FromHours(36)), IntervalEnd.Right, IntervalEnd.Right).Mean());
    }

    [Fact]
    public void Months_begin_on_the_first_and_weekends_belong_to_Friday()
    {
        Same("2024-01-01 3.75, 2024-02-01 24", Frame.Resample("t", Frequency.Months()).Mean());
        Same("2024-02-01 3.75, 2024-03-01 24", Frame.Resample("t", Frequency.Months(), IntervalEnd.Right).Mean());
        // pd.Series(range(1, 9), index=pd.date_range("2023-11-15", periods=8, freq="20D")).resample("2MS").sum()
        Same("2023-11-01 6, 2024-01-01 15, 2024-03-01 15", Days(new(2023, 11, 15), 20).Resample("t", Frequency.Months(2)).Sum());
        // pd.Series(range(1, 9), index=pd.date_range("2024-01-04", "2024-01-11")).resample("B").sum()
        Same("2024-01-04 1, 2024-01-05 9, 2024-01-08 5, 2024-01-09 6, 2024-01-10 7, 2024-01-11 8",
            Days(new(2024, 1, 4), 1).Resample("t", Frequency.Weekday).Sum());
    }

    // pd.Series([1, 2, 3], index=pd.to_datetime(["2024-01-31 00:00", "2024-02-01 00:00", "2024-02-01 12:00"])).resample(…, closed="right")
    [Fact]
    public void A_first_row_at_an_open_beginning_belongs_to_the_interval_before()
    {
        DataFrame frame = CsvFile.Read("t,y\n2024-01-31T00:00,1\n2024-02-01T00:00,2\n2024-02-01T12:00,3\n");
        Same("2024-01-30 1, 2024-01-31 2, 2024-02-01 3", frame.Resample("t", Day, closed: IntervalEnd.Right).Sum());
        Same("2024-01-30T12 1, 2024-01-31 0, 2024-01-31T12 2, 2024-02-01 3",
            frame.Resample("t", Frequency.Every(TimeSpan.FromHours(12)), closed: IntervalEnd.Right).Sum());
        Same("2024-01-01 3, 2024-02-01 3", frame.Resample("t", Frequency.Months(), closed: IntervalEnd.Right).Sum());
        frame = CsvFile.Read("t,y\n2024-01-08,1\n2024-01-09,2\n2024-01-13,3\n");
        Same("2024-01-05 1, 2024-01-08 2, 2024-01-09 -, 2024-01-10 -, 2024-01-11 -, 2024-01-12 3",
            frame.Resample("t", Frequency.Weekday, closed: IntervalEnd.Right).Mean());
    }

    // A, B = two groups: df.groupby("p").resample("D", on="t").y.mean()
    [Fact]
    public void Each_series_has_intervals_of_its_own()
    {
        DataFrame frame = CsvFile.Read("p,t,y\nA,2024-01-01T00:00,1\nB,2024-01-02T00:00,3\nA,2024-01-01T12:00,2\nB,2024-01-04T00:00,4\n");
        DataFrame days = frame.Resample("t", Day, series: "p").Mean();
        Assert.Equal(["p", "t", "y"], days.Columns.Select(column => column.Name));
        Assert.Equal(["A", "B", "B", "B"], days.Values("p"));
        Same("2024-01-01 1.5, 2024-01-02 3, 2024-01-03 -, 2024-01-04 4", days);
    }

    [Fact]
    public void Columns_of_text_and_dates_that_fall_are_named()
    {
        DataFrame frame = CsvFile.Read("t,y,s\n2024-01-02,1,rain\n2024-01-01,2,sun\n");
        Assert.Contains("'t', row 1", Assert.Throws<ArgumentException>(() => frame.Resample("t", Day)).Message, StringComparison.Ordinal);
        frame = CsvFile.Read("t,y,s\n2024-01-01,1,rain\n2024-01-02,2,sun\n");
        Assert.Contains("'s' must hold numbers", Assert.Throws<ArgumentException>(() => frame.Resample("t", Day).Mean()).Message,
            StringComparison.Ordinal);
        Same("2024-01-01 1, 2024-01-02 2", frame.Resample("t", Day).Mean("y"));
    }

    private static DataFrame Days(DateTime first, int step) =>
        Frames.Of(1, 2, 3, 4, 5, 6, 7, 8).WithTimes("t", first, Frequency.Every(TimeSpan.FromDays(step)));

    private static void Same(string expected, DataFrame frame)
    {
        string[] dates = [.. frame.Dates("t").Select(date =>
            date.ToString(date.Hour == 0 ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture))];
        string[] values = [.. frame.Values("y").Select(value =>
            value is double number ? number.ToString("0.#######", CultureInfo.InvariantCulture) : "-")];
        Assert.Equal(expected, string.Join(", ", dates.Zip(values, (date, value) => $"{date} {value}")));
    }
}
