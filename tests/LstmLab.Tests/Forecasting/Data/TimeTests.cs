using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

public class TimeTests
{
    private static readonly Csv Dated = new() { Time = "d" };

    [Fact]
    public void Dates_out_of_order_are_an_error_or_sorted()
    {
        const string text = "d,x\n2012-01-01,1\n2012-01-03,3\n2012-01-02,2\n";
        CsvFile.Refused("t.csv, column 'd': dates must rise, but some are out of order. line 4: 2012-01-02 comes after 2012-01-03. "
            + "UnsortedPolicy.Sort sorts the rows.", text, Dated);
        Assert.Equal([1, 2, 3], CsvFile.Read(text, Dated with { Unsorted = UnsortedPolicy.Sort }).Numbers("x"));
    }

    [Fact]
    public void Dates_that_come_again_are_an_error_or_one_of_them_stays()
    {
        const string text = "d,x\n2012-01-01,1\n2012-01-02,2\n2012-01-02,7\n2012-01-03,3\n";
        CsvFile.Refused("t.csv, column 'd': dates must differ, but some come again. line 4: 2012-01-02 as on line 3. "
            + "DuplicatePolicy.First or DuplicatePolicy.Last keeps one row of each.", text, Dated);
        Assert.Equal([1, 2, 3], CsvFile.Read(text, Dated with { Duplicates = DuplicatePolicy.First }).Numbers("x"));
        Assert.Equal([1, 7, 3], CsvFile.Read(text, Dated with { Duplicates = DuplicatePolicy.Last }).Numbers("x"));
    }

    [Fact]
    public void Dates_left_out_are_an_error_or_filled_or_accepted()
    {
        const string text = "d,x\n2012-01-01,1\n2012-01-02,2\n2012-01-05,5\n2012-01-06,6\n";
        CsvFile.Refused("t.csv, column 'd': expected steps of a day, but dates are left out. line 4: 2012-01-05 follows 2012-01-02, 2 "
            + "left out. GapPolicy.Insert inserts rows of missing values, GapPolicy.Accept takes any dates that rise.", text, Dated);
        CsvFile.Refused("t.csv, row inserted at 2012-01-03, column 'x': expected a value, but it is missing, as are 1 more. Missing "
            + "states what becomes of them.", text, Dated with { Gaps = GapPolicy.Insert });
        DataFrame filled = CsvFile.Read(text, Dated with { Gaps = GapPolicy.Insert, Missing = Missing.Interpolate });
        Assert.Equal([1, 2, 3, 4, 5, 6], filled.Numbers("x"));
        Assert.Equal(Enumerable.Range(1, 6).Select(day => new DateTime(2012, 1, day)), filled.Dates("d"));
        Assert.Equal([1, 2, 5, 6], CsvFile.Read(text, Dated with { Gaps = GapPolicy.Accept }).Numbers("x"));
    }

    [Fact]
    public void Uneven_steps_are_an_error_or_accepted()
    {
        const string text = "d,x\n2012-01-01T00:00,1\n2012-01-01T00:30,2\n2012-01-01T01:00,3\n2012-01-01T01:20,4\n2012-01-01T01:50,5\n";
        const string message = "t.csv, column 'd': expected steps of 30 minutes, but found others. line 5: 2012-01-01 01:20:00 follows "
            + "2012-01-01 01:00:00. Frequency states another; GapPolicy.Accept takes any dates that rise.";
        CsvFile.Refused(message, text, Dated);
        CsvFile.Refused(message, text, Dated with { Gaps = GapPolicy.Insert });
        Assert.Equal(5, CsvFile.Read(text, Dated with { Gaps = GapPolicy.Accept }).Rows.Count);
    }

    [Fact]
    public void A_date_centuries_away_is_an_error_not_a_gap() =>
        Assert.Contains("line 4: 9999-01-05 follows 2012-01-02", Assert.Throws<InvalidDataException>(() =>
            CsvFile.Read("d,x\n2012-01-01,1\n2012-01-02,2\n9999-01-05,5\n", Dated with { Gaps = GapPolicy.Insert })).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("2024-01-05 2024-01-08 2024-01-09 2024-01-10 2024-01-11 2024-01-12 2024-01-15", "a weekday")]
    [InlineData("2024-01-31 2024-02-29 2024-03-31 2024-04-30", "a month")]
    [InlineData("2023-11-01 2023-12-01 2024-01-01 2024-02-01 2024-03-01", "a month")]
    [InlineData("2023-01-01 2023-04-01 2023-07-01 2023-10-01", "3 months")]
    [InlineData("2020-02-29 2021-02-28 2022-02-28", "12 months")]
    [InlineData("2023-01-01 2023-01-08 2023-01-15", "7 days")]
    [InlineData("2023-01-01T00:00 2023-01-01T01:00 2023-01-01T02:00", "an hour")]
    [InlineData("2023-01-01T00:00:00 2023-01-01T00:00:10 2023-01-01T00:00:20", "10 s")]
    public void The_step_is_found_in_the_dates(string dates, string step)
    {
        string[] days = dates.Split(' ');
        Assert.Equal(step, Frequency.Find(CsvFile.Read($"d\n{string.Join('\n', days)}\n").Dates("d")).ToString());
        Assert.Equal(days.Length, CsvFile.Read($"d\n{string.Join('\n', days)}\n", Dated).Rows.Count);
    }

    [Fact]
    public void A_step_that_is_stated_is_kept_to()
    {
        const string text = "d,x\n2012-01-01,1\n2012-01-03,2\n2012-01-05,3\n";
        Assert.Equal(3, CsvFile.Read(text, Dated).Rows.Count);
        Assert.Equal(5,
            CsvFile.Read(text,
            Dated with
            {
                Frequency = Frequency.Every(TimeSpan.FromDays(1)),
                Gaps = GapPolicy.Insert,
                Missing = Missing.Forward
            }).Rows.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => Frequency.Every(TimeSpan.Zero));
    }

    [Fact]
    public void Each_series_has_dates_of_its_own()
    {
        const string text = "p,d,x\nA,2012-01-01,1\nB,2012-01-01,10\nA,2012-01-02,2\nB,2012-01-03,30\nB,2012-01-02,20\n";
        Csv csv = Dated with { Series = "p" };
        CsvFile.Refused("t.csv, column 'd', series 'B': dates must rise, but some are out of order. line 6: 2012-01-02 comes after "
            + "2012-01-03. UnsortedPolicy.Sort sorts the rows.", text, csv);
        DataFrame sorted = CsvFile.Read(text, csv with { Unsorted = UnsortedPolicy.Sort });
        Assert.Equal(["A", "A", "B", "B", "B"], sorted.Values("p"));
        Assert.Equal([1, 2, 10, 20, 30], sorted.Numbers("x"));
    }

    [Fact]
    public void Inserted_rows_carry_the_name_of_their_series_and_fill_from_it_alone()
    {
        Csv csv = Dated with
        {
            Series = "p",
            Gaps = GapPolicy.Insert,
            Missing = Missing.Forward,
            Frequency = Frequency.Every(TimeSpan.FromDays(1))
        };
        DataFrame filled = CsvFile.Read("p,d,x\nA,2012-01-01,1\nA,2012-01-03,3\nB,2012-01-01,10\nB,2012-01-02,\n", csv);
        Assert.Equal(["A", "A", "A", "B", "B"], filled.Values("p"));
        Assert.Equal([1, 1, 3, 10, 10], filled.Numbers("x"));
        CsvFile.Refused("t.csv, line 4, column 'x' is missing and the first of its series, so there is nothing to carry forward.",
            "p,d,x\nA,2012-01-01,1\nA,2012-01-02,3\nB,2012-01-01,\nB,2012-01-02,4\n", csv);
    }
}
