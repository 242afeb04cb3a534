using LstmLab.Forecasting;
using LstmLab.Tests.House;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

public class FrameTests
{
    [Fact]
    public void The_wind_of_Chicago_is_clipped_and_the_frame_before_stays_as_it_was()
    {
        DataFrame frame = Csv.Load(Repository.PathOf("datasets", "chicago_weather_daily_2001_2016.csv"), "date");
        DataFrame clipped = frame.Clip("wind_max", 0, 80);
        Assert.Equal((406.2, 80), (Math.Round(frame.Numbers("wind_max").Max(), 1), clipped.Numbers("wind_max").Max()));
        Assert.Equal(3, frame.Numbers("wind_max").Zip(clipped.Numbers("wind_max")).Count(pair => pair.First != pair.Second));
        Assert.Equal("The range of 'wind_max' must rise, but is 1 … 0.",
            Assert.Throws<ArgumentException>(() => frame.Clip("wind_max", 1, 0)).Message);
    }

    [Fact]
    public void Holidays_of_the_Dow_Jones_are_carried_forward_and_taken_out()
    {
        DataFrame frame = Csv.Load(Repository.PathOf("datasets", "djia8012.csv"), "date");
        DataFrame traded = frame.DropRepeated("close");
        Assert.Equal(302, frame.Rows.Count - traded.Rows.Count);
        Assert.DoesNotContain(new DateTime(2012, 12, 25), traded.Dates("date"));
        Assert.DoesNotContain(0, Transformation.LogReturn.Forward(traded.Numbers("close")));
    }

    [Fact]
    public void A_column_transformed_stands_beside_the_rows_that_have_a_value()
    {
        DataFrame frame = CsvFile.Read("d,y\n2012-01-01,1\n2012-01-02,3\n2012-01-03,6\n").Transform("y", Transformation.Difference, "dy");
        Assert.Equal([2, 3], frame.Numbers("dy"));
        Assert.Equal([3, 6], frame.Numbers("y"));
        Assert.Equal(new DateTime(2012, 1, 2), frame.Dates("d")[0]);
    }

    [Fact]
    public void Numbered_rows_get_dates()
    {
        DataFrame load = Csv.Load(Repository.PathOf("datasets", "taylor_halfhourly_mw.csv"))
            .WithTimes("time", new DateTime(2000, 6, 5), Frequency.Every(TimeSpan.FromMinutes(30)));
        Assert.Equal(new DateTime(2000, 8, 27, 23, 30, 0), load.Dates("time")[^1]);
    }

    [Fact]
    public void Columns_of_another_length_and_rows_beyond_the_end_are_refused()
    {
        DataFrame frame = Frames.Of(1, 2, 3);
        Assert.Equal("Column 'z' must hold 3 values, one for each row, but holds 2.",
            Assert.Throws<ArgumentException>(() => frame.With("z", [1, 2])).Message);
        Assert.StartsWith("Rows 1 … 3 do not lie within the frame's 0 … 2.",
            Assert.Throws<ArgumentOutOfRangeException>(() => frame.Slice(1, 4)).Message, StringComparison.Ordinal);
        Assert.Equal([2, 3], frame.Slice(1, 3).Numbers("y"));
        Assert.Equal("Column 'y', row 0 must be a date, but is 1.", Assert.Throws<ArgumentException>(() => frame.Dates("y")).Message);
    }

    [Fact]
    public void A_column_is_replaced_in_place() =>
        Assert.Equal(["a", "b"], CsvFile.Read("a,b\n1,2\n").With("a", [5]).Columns.Select(column => column.Name));

    [Theory]
    [InlineData("2024-01-01", 0, 1)]
    [InlineData("2023-07-02T12:00", 0, -1)]
    [InlineData("2024-07-02", 0, -1)]
    public void The_year_is_a_circle(string date, double sine, double cosine) => Feature(date, CalendarFeature.Year, sine, cosine);

    [Theory]
    [InlineData("2023-12-31", 364, 365)]
    [InlineData("2024-02-29", 59, 366)]
    [InlineData("2024-12-31", 365, 366)]
    [InlineData("2024-12-31T12:00", 365.5, 366)]
    public void The_calendar_and_the_cycle_of_the_year_agree_in_leap_years(string date, double days, int year)
    {
        double[] calendar = CalendarFeature.Year.Of(CsvFile.Read($"d\n{date}\n").Dates("d")[0]);
        double[] cycle = Harmonics.Year(1).Features(0, CsvFile.Read($"d\n{date}\n").Dates("d"));
        Assert.Equal([1, double.CosPi(2 * days / year), double.SinPi(2 * days / year)], cycle, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(calendar, new[] { cycle[2], cycle[1] });
    }

    [Theory]
    [InlineData("2000-06-05", 0, 1)]
    [InlineData("2000-06-08T12:00", 0, -1)]
    public void The_week_begins_on_Monday(string date, double sine, double cosine) => Feature(date, CalendarFeature.Week, sine, cosine);

    [Theory]
    [InlineData("2000-06-05T06:00", 1, 0)]
    [InlineData("2000-06-05T18:00", -1, 0)]
    public void The_day_is_a_circle(string date, double sine, double cosine) => Feature(date, CalendarFeature.Day, sine, cosine);

    [Theory]
    [InlineData("2000-06-09T23:30", 0, 47)]
    [InlineData("2000-06-10T00:00", 1, 0)]
    [InlineData("2000-06-11T12:10", 1, 24)]
    public void Weekends_and_half_hours_are_counted(string date, double weekend, double half)
    {
        Feature(date, CalendarFeature.Weekend, weekend);
        Feature(date, CalendarFeature.HalfHour, half);
    }

    [Fact]
    public void Calendar_columns_have_names() =>
        Assert.Equal(["d", "year_sin", "year_cos", "weekend"],
        CsvFile.Read("d\n2012-01-01\n")
        .WithCalendar("d", CalendarFeature.Year, CalendarFeature.Weekend).Columns.Select(column => column.Name));

    private static void Feature(string date, CalendarFeature feature, params double[] expected) =>
        Assert.Equal(expected, feature.Of(CsvFile.Read($"d\n{date}\n").Dates("d")[0]), (a, b) => Math.Abs(a - b) < 1e-12);
}
