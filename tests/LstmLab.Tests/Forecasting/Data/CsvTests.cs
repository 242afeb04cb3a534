using System.Globalization;
using System.Text;
using LstmLab.Forecasting;
using LstmLab.Tests.House;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

public class CsvTests
{
    [Fact]
    public void The_first_value_of_a_column_decides_its_type()
    {
        DataFrame frame = CsvFile.Read("d,x,n,s\n2012-01-01,1.5,-2e3,rain\n2012-01-02,2,3,sun\n");
        Assert.Equal([typeof(DateTime), typeof(double), typeof(double), typeof(string)], frame.Columns.Select(column => column.DataType));
        Assert.Equal([new DateTime(2012, 1, 1), new DateTime(2012, 1, 2)], frame.Dates("d"));
        Assert.Equal([-2000, 3], frame.Numbers("n"));
        Assert.Equal(["rain", "sun"], frame.Values("s"));
    }

    [Fact]
    public void A_type_can_be_set()
    {
        Assert.Equal(["007", "x"],
            CsvFile.Read("id\n007\nx\n", new() { Types = new Dictionary<string, Type> { ["id"] = typeof(string) } }).Values("id"));
        CsvFile.Refused("t.csv has no column 'k', for which a type is set; its columns are 'id'.", "id\n1\n",
            new() { Types = new Dictionary<string, Type> { ["k"] = typeof(string) } });
        CsvFile.Refused("t.csv, column 'id' cannot have type Int32; there are double, DateTime and string.", "id\n1\n",
            new() { Types = new Dictionary<string, Type> { ["id"] = typeof(int) } });
        CsvFile.Refused("t.csv, line 2, column 'id': expected a number, but found 'x'.", "id\nx\n",
            new() { Types = new Dictionary<string, Type> { ["id"] = typeof(double) } });
    }

    [Theory]
    [InlineData("", "t.csv is empty; a header line with the names of the columns is needed.")]
    [InlineData("a,b\n", "t.csv has a header, but no rows.")]
    [InlineData("a,b", "t.csv has a header, but no rows.")]
    [InlineData("a;b\n1;2\n", "t.csv, line 1 holds no separator ',', but ';': set Separator to that.")]
    [InlineData("a\tb\n1\t2\n", "t.csv, line 1 holds no separator ',', but '\\t': set Separator to that.")]
    [InlineData("1,2\n3,4\n", "t.csv, line 1 holds numbers; a header line with the names of the columns is needed.")]
    [InlineData("a,a\n1,2\n", "t.csv, line 1 names 2 columns 'a'; names must differ.")]
    [InlineData("a,\n1,2\n", "t.csv, line 1: column 2 has no name.")]
    [InlineData("a,b\n1,2\n3\n",
        "t.csv, line 3 must hold 2 fields, as the header, but holds 1. A field that holds the separator ',' needs quotes")]
    [InlineData("a,b\n1,2,3\n",
        "t.csv, line 2 must hold 2 fields, as the header, but holds 3. A field that holds the separator ',' needs quotes")]
    [InlineData("a,b\n1,2\n\n3,4\n", "t.csv, line 3 is empty, but rows follow; remove it.")]
    [InlineData("a,b\n1,2\n3,warm\n",
        "t.csv, line 3, column 'b': expected a number, as on line 2, but found 'warm'.")]
    [InlineData("a,b\n1,\n2,7\n3,2012-01-01\n",
        "t.csv, line 4, column 'b': expected a number, as on line 3, but found '2012-01-01'.")]
    [InlineData("a\n2012-01-01\n2012-13-01\n",
        "t.csv, line 3, column 'a': expected a date as yyyy-MM-dd or yyyy-MM-dd'T'HH:mmK, as on line 2, but found '2012-13-01'.")]
    [InlineData("a\n1\n-Infinity\n", "t.csv, line 3, column 'a': expected a finite number, as on line 2, but found '-Infinity'.")]
    [InlineData("a\n1\n1e999\n", "t.csv, line 3, column 'a': expected a finite number, as on line 2, but found '1e999'.")]
    [InlineData("a\n1\n\"1,000\"\n",
        "t.csv, line 3, column 'a': expected a number, as on line 2, but found '1,000'.")]
    [InlineData("a,b\n1,2\n3,NaN\n",
        "t.csv, line 3, column 'b': expected a value, but it is missing, as are 0 more. Missing states what becomes of them.")]
    [InlineData("a,b\n1,\nNA,4\n",
        "t.csv, line 2, column 'b': expected a value, but it is missing, as are 1 more. Missing states what becomes of them.")]
    public void A_defect_is_named_with_its_line_and_column(string text, string message) => CsvFile.RefusedWith(text, null, message);

    [Theory]
    [InlineData("a\n1\nwarm\n", "MissingMarks = [\"warm\"]", "Types = new() { [\"a\"] = typeof(string) }")]
    [InlineData("a\n1\n\"1,000\"\n", "ThousandsSeparator", "Types = new()")]
    [InlineData("a\n2012-01-01\n2012-13-01\n", "DateFormats", "Types = new()")]
    [InlineData("a,b\n1,2\n\n3,4\n", "SkipFirst", "SkipLast")]
    [InlineData("a,b\n1,2\n3\n", "SkipFirst", "SkipLast")]
    [InlineData("made by x\na,b\n1,2\n", "If line 2 is the header", "SkipFirst = 1")]
    [InlineData("a,b\n1,2\n# note\n3,4\n", "line 3 must hold 2 fields", "CommentMark = '#'")]
    public void The_option_that_helps_is_named(string text, params string[] facts) => CsvFile.RefusedWith(text, null, facts);

    [Fact]
    public void An_unclosed_quote_is_named() =>
        Assert.StartsWith("t.csv, line 3: expected a field as RFC 4180 has it",
        Assert.Throws<InvalidDataException>(() => CsvFile.Read("a,b\n1,x\n2,\"y\n3,z\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void Text_that_is_not_UTF8_is_named() =>
        Assert.StartsWith("t.csv, line 2, column 'a': expected UTF-8, but found other bytes, which are 'Zürich' in Latin-1.",
        Assert.Throws<InvalidDataException>(() => CsvFile.Read(Encoding.Latin1.GetBytes("a\nZürich\n"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\uFEFFa,b\n1,2\n3,4\n")]
    [InlineData("a,b\r\n1,2\r\n3,4\r\n")]
    [InlineData("a,b\n1,2\n3,4")]
    [InlineData("a,b\n1,2\n3,4\n\n\n")]
    [InlineData("\"a\",\"b\"\n\"1\",\"2\"\n 3 ,4\n")]
    public void A_mark_of_byte_order_any_line_end_and_quotes_change_nothing(string text)
    {
        DataFrame frame = CsvFile.Read(text);
        Assert.Equal([1, 3], frame.Numbers("a"));
        Assert.Equal([2, 4], frame.Numbers("b"));
    }

    [Fact]
    public void Quoted_separators_line_ends_and_quotes_are_text_and_lines_are_counted_right()
    {
        Assert.Equal(["x, y", "z\nw", "a \"b\""], CsvFile.Read("s,n\n\"x, y\",1\n\"z\nw\",2\n\"a \"\"b\"\"\",3\n").Values("s"));
        CsvFile.Refused("t.csv, line 5, column 'n': expected a value, but it is missing, as are 0 more. Missing states what becomes of "
            + "them.", "s,n\n\"x\ny\",1\nz,2\nw,\n");
    }

    [Fact]
    public void Another_culture_has_its_decimals_and_dates()
    {
        CultureInfo german = new("") { NumberFormat = { NumberDecimalSeparator = "," } };
        DataFrame frame = CsvFile.Read("Tag;Last\n31.12.1999;1,5\n01.01.2000;-2,25\n",
            new() { Separator = ';', Culture = german, DateFormats = ["dd.MM.yyyy"], Time = "Tag" });
        Assert.Equal([new DateTime(1999, 12, 31), new DateTime(2000, 1, 1)], frame.Dates("Tag"));
        Assert.Equal([1.5, -2.25], frame.Numbers("Last"));
    }

    [Fact]
    public void Times_of_day_fractions_and_offsets_are_dates()
    {
        DateTime[] dates = CsvFile.Read("t\n2000-06-05T00:30\n2000-06-05 01:00:00\n2000-06-05T01:30:00.5\n2000-06-05T04:00+02:00\n")
            .Dates("t");
        Assert.Equal([0.5, 1, 1.5 + (0.5 / 3600), 4], dates.Select(date => date.TimeOfDay.TotalHours));
    }

    [Fact]
    public void A_million_rows_load()
    {
        const int rows = 1_000_000;
        StringBuilder text = new("t,x,s\n");
        for (int n = 0; n < rows; n++)
            text.Append(CultureInfo.InvariantCulture,
                $"{new DateTime(2000, 1, 1).AddMinutes(n):yyyy-MM-ddTHH:mm},{n * 0.5},{(n % 2 == 0 ? "even" : "odd")}\n");
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        long before = GC.GetAllocatedBytesForCurrentThread();
        DataFrame frame = CsvFile.Read(bytes, new() { Time = "t" });
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / rows, 0, 800);   // most of it short-lived: lists that grow
        Assert.Equal((rows, 499_999.5, "odd"), ((int)frame.Rows.Count, (double)frame["x"][rows - 1], (string)frame["s"][rows - 1]));
    }

    [Fact]
    public void A_missing_column_of_dates_or_series_is_named()
    {
        CsvFile.Refused("t.csv has no column 'date'; its columns are 'a', 'b'.", "a,b\n1,2\n", new() { Time = "date" });
        CsvFile.RefusedWith("a,b\n1,2\n", new() { Time = "a" }, "line 2, column 'a': expected a date", "'1'", "DateFormats", "NumericTime");
        CsvFile.Refused("t.csv, line 3, column 'a': expected a date, but found none; every row needs one.", "a,b\n2012-01-01,2\n,3\n",
            new() { Time = "a" });
    }

    [Fact]
    public void Every_data_set_loads_as_it_is_documented()
    {
        Assert.Equal(2922, Csv.Load(Repository.PathOf("datasets", "weather.csv"), "date", "location").Rows.Count);
        Assert.Equal(5698, Csv.Load(Repository.PathOf("datasets", "chicago_weather_daily_2001_2016.csv"), "date").Rows.Count);
        Assert.Equal(8610, Csv.Load(Repository.PathOf("datasets", "djia8012.csv"), "date").Rows.Count);
        Assert.Equal(4032, Csv.Load(Repository.PathOf("datasets", "taylor_halfhourly_mw.csv")).Rows.Count);
        Assert.Equal(1860, Csv.Load(Repository.PathOf("datasets", "eustockmarkets.csv")).Rows.Count);
        string co2 = Repository.PathOf("datasets", "co2-concentration.csv");
        Assert.Contains("expected steps of a month, but dates are left out",
            Assert.Throws<InvalidDataException>(() => Csv.Load(co2, "Date")).Message, StringComparison.Ordinal);
        Assert.Equal(746, new Csv { Time = "Date", Gaps = GapPolicy.Insert, Missing = Missing.Interpolate }.Read(co2).Rows.Count);
    }
}
