using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

public class CsvDatesTests
{
    [Fact]
    public void Dates_are_tried_before_numbers_in_the_column_of_dates()
    {
        Csv csv = new() { Time = "d", DateFormats = ["yyyyMMdd"] };
        Assert.Equal(new DateTime(2024, 1, 2), CsvFile.Read("d,y\n20240101,1\n20240102,2\n", csv).Dates("d")[1]);
        CsvFile.RefusedWith("d,y\n20240101,1\n", new() { Time = "d" }, "line 2", "'20240101'", "DateFormats");
        CsvFile.RefusedWith("d,y\n2024-01-01,1\nTotal,6\n", new() { Time = "d" }, "line 3", "'Total'", "SkipLast");
    }

    [Fact]
    public void The_hour_24_is_midnight_of_the_next_day()
    {
        DateTime[] dates = CsvFile.Read("d\n2024-02-29T23:00\n2024-02-29T24:00\n2024-03-01T01:00\n", new() { Time = "d" }).Dates("d");
        Assert.Equal(new DateTime(2024, 3, 1), dates[1]);
        CsvFile.RefusedWith("d\n2024-01-01 23:00:00\n2024-01-01 24:00:01\n", new() { Time = "d" }, "line 3", "24:00:01");
    }

    [Fact]
    public void An_interval_is_its_start()
    {
        Csv csv = new() { Time = "d", DateFormats = ["dd.MM.yyyy HH:mm"] };
        Assert.Equal(new DateTime(2024, 1, 1, 0, 15, 0),
            CsvFile.Read("d,y\n01.01.2024 00:00 - 01.01.2024 00:15,1\n01.01.2024 00:15 - 01.01.2024 00:30,1\n", csv).Dates("d")[1]);
        CsvFile.RefusedWith("d,y\n01.01.2024 00:00 - later,1\n", csv, "line 2", "later");
    }

    [Theory]
    [InlineData(NumericTime.UnixSeconds, "1704067200", "2024-01-01T00:00:00")]
    [InlineData(NumericTime.UnixSeconds, "-0.5", "1969-12-31T23:59:59.5")]
    [InlineData(NumericTime.UnixMilliseconds, "1704067200250", "2024-01-01T00:00:00.25")]
    [InlineData(NumericTime.ExcelSerial, "45292", "2024-01-01T00:00:00")]
    [InlineData(NumericTime.ExcelSerial, "45292.0416666667", "2024-01-01T01:00:00")]
    [InlineData(NumericTime.ExcelSerial, "61", "1900-03-01T00:00:00")]
    public void Numbers_count_seconds_or_days(NumericTime time, string number, string date) =>
        Assert.Equal(DateTime.Parse(date, System.Globalization.CultureInfo.InvariantCulture),
            CsvFile.Read($"d,y\n{number},1\n", new() { Time = "d", NumericTime = time }).Dates("d")[0]);

    [Theory]
    [InlineData(NumericTime.ExcelSerial, "60")]
    [InlineData(NumericTime.UnixSeconds, "1e20")]
    [InlineData(NumericTime.UnixSeconds, "1e14")]
    [InlineData(NumericTime.UnixSeconds, "2024-01-01")]
    public void A_number_that_is_no_date_is_refused(NumericTime time, string number) =>
        CsvFile.RefusedWith($"d,y\n{number},1\n", new() { Time = "d", NumericTime = time }, "line 2", number, time.ToString());

    [Fact]
    public void The_time_of_day_may_stand_in_a_column_of_its_own()
    {
        Csv csv = new() { Time = "Date", TimeOfDay = "Time", DateFormats = ["dd/MM/yyyy HH:mm:ss"] };
        DataFrame frame = CsvFile.Read("Date,Time,y\n16/12/2006,17:24:00,1\n16/12/2006,17:25:00,2\n", csv);
        Assert.Equal(["Date", "y"], frame.Columns.Select(column => column.Name));
        Assert.Equal(new DateTime(2006, 12, 16, 17, 25, 0), frame.Dates("Date")[1]);
        frame = CsvFile.Read("t,y,d\n24:00,1,2024-01-01\n", new() { Time = "d", TimeOfDay = "t" });
        Assert.Equal(new DateTime(2024, 1, 2), frame.Dates("d")[0]);
        CsvFile.RefusedWith("Date,y\n16/12/2006,1\n", csv, "'Time'", "time of day");
        Assert.Throws<ArgumentException>(() => CsvFile.Read("d,t\n2024-01-01,10:00\n", new() { TimeOfDay = "t" }));
    }

    [Fact]
    public void A_constant_offset_leaves_the_clock_of_the_place()
    {
        DataFrame frame = CsvFile.Read("d,y\n2024-03-04 00:00:00+09:00,1\n2024-03-05 00:00:00+09:00,2\n", new() { Time = "d" });
        Assert.Equal(["d", "y"], frame.Columns.Select(column => column.Name));
        Assert.Equal(DayOfWeek.Monday, frame.Dates("d")[0].DayOfWeek);
        frame = frame.WithCalendar("d", CalendarFeature.Week);
        Assert.Equal([0, 1], new[] { frame.Numbers("week_sin")[0], frame.Numbers("week_cos")[0] });
        frame = CsvFile.Read("d,y\n2024-03-04T00:00:00+0900,1\n2024-03-05T00:00:00+0900,2\n", new() { Time = "d" });
        Assert.Equal(DayOfWeek.Monday, frame.Dates("d")[0].DayOfWeek);
    }

    [Fact]
    public void Days_follow_the_clock_of_the_place_through_daylight_saving()
    {
        DataFrame frame = CsvFile.Read("d,y\n2024-03-08T00:00-05:00,1\n2024-03-09T00:00-05:00,2\n2024-03-10T00:00-05:00,3\n"
            + "2024-03-11T00:00-04:00,4\n", new() { Time = "d" });
        Assert.Equal(Enumerable.Range(8, 4).Select(day => new DateTime(2024, 3, day)), frame.Dates("d"));
    }

    [Fact]
    public void Hours_follow_UTC_through_daylight_saving_and_the_calendar_the_place()
    {
        const string text = "d,y\n2024-03-31T00:00+01:00,0\n2024-03-31T01:00+01:00,1\n2024-03-31T03:00+02:00,2\n2024-03-31T05:00+02:00,3\n";
        DataFrame frame = CsvFile.Read(text, new() { Time = "d", Gaps = GapPolicy.Insert, Missing = Missing.Interpolate });
        Assert.Equal(["d", "d_local", "y"], frame.Columns.Select(column => column.Name));
        Assert.Equal([23, 0, 1, 2, 3], frame.Dates("d").Select(date => date.Hour));
        Assert.Equal([0, 1, 3, 4, 5], frame.Dates("d_local").Select(date => date.Hour));
        Assert.Equal([0, 1, 2, 2.5, 3], frame.Numbers("y"));
        Assert.Equal([0.0, 2, 6, 8, 10], frame.WithCalendar("d", CalendarFeature.HalfHour).Numbers("half_hour"));
        Assert.Equal(5, frame.Fill(Missing.Interpolate).Rows.Count);
    }

    [Fact]
    public void Series_may_have_offsets_of_their_own()
    {
        const string text = "p,d\nA,2024-03-04T00:00+09:00\nA,2024-03-04T01:00+09:00\nB,2024-03-04T00:00Z\nB,2024-03-04T01:00Z\n";
        DataFrame frame = CsvFile.Read(text, new() { Time = "d", Series = "p" });
        Assert.Equal([0, 1, 0, 1], frame.Dates("d").Select(date => date.Hour));
    }

    [Theory]
    [InlineData("d\n2024-03-04T00:00+09:00\n2024-03-05T00:00\n", "with an offset")]
    [InlineData("d\n2024-03-04T00:00\n2024-03-05T00:00+09:00\n", "without an offset")]
    public void Offsets_stand_in_all_rows_or_in_none(string text, string fact) =>
        CsvFile.RefusedWith(text, new() { Time = "d" }, "line 3", fact);
}
