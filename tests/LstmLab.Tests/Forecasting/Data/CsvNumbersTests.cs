using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

public class CsvNumbersTests
{
    [Theory]
    [InlineData("1,234.56", 1234.56)]
    [InlineData("-1,234,567", -1234567)]
    [InlineData("12", 12)]
    [InlineData("1,000e3", 1e6)]
    public void Thousands_are_grouped_by_three(string text, double value) => Reads(text, value, new() { ThousandsSeparator = ',' });

    [Theory]
    [InlineData("1,23")]
    [InlineData("1234,567")]
    [InlineData("1,2345.6")]
    [InlineData(",123")]
    [InlineData("1,,234")]
    [InlineData("1,234,56.7")]
    public void Other_groups_are_refused(string text) => Refuses(text, new() { ThousandsSeparator = ',' });

    [Theory]
    [InlineData("1.234,56", '.', 1234.56)]
    [InlineData("999,10", '.', 999.1)]
    [InlineData("1 234,5", ' ', 1234.5)]
    [InlineData("1\u00A0234,5", ' ', 1234.5)]
    [InlineData("1\u202F234,5", ' ', 1234.5)]
    [InlineData("1'234,5", '\'', 1234.5)]
    public void Decimals_and_thousands_can_be_told(string text, char thousands, double value) =>
        Reads(text, value, new() { DecimalSeparator = ',', ThousandsSeparator = thousands });

    [Theory]
    [InlineData("1.5")]
    [InlineData("1.234,5.6")]
    public void A_point_that_groups_thousands_is_no_decimal(string text) =>
        Refuses(text, new() { DecimalSeparator = ',', ThousandsSeparator = '.' });

    [Fact]
    public void One_mark_cannot_mean_both() =>
        Assert.Contains("DecimalSeparator", Assert.Throws<ArgumentException>(() =>
            CsvFile.Read("a\n1\n", new() { ThousandsSeparator = '.' })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0.36%", 0.0036)]
    [InlineData("-0.12 %", -0.0012)]
    [InlineData("7%", 0.07)]
    [InlineData("1.25M", 1_250_000)]
    [InlineData("980.5K", 980_500)]
    [InlineData("2B", 2e9)]
    [InlineData("$5", 5)]
    [InlineData("-$5.5", -5.5)]
    [InlineData("$-5.5", -5.5)]
    [InlineData("€1.2M", 1_200_000)]
    [InlineData("1.2M €", 1_200_000)]
    [InlineData("3", 3)]
    public void Common_units_scale_a_number(string text, double value) => Reads(text, value, new() { Units = Csv.CommonUnits });

    [Theory]
    [InlineData("1.25m")]
    [InlineData("M")]
    [InlineData("--5M")]
    [InlineData("-$-5")]
    [InlineData("5X")]
    public void What_no_unit_explains_is_refused(string text) => Refuses(text, new() { Units = Csv.CommonUnits });

    [Fact]
    public void The_longest_unit_that_fits_is_meant() =>
        Assert.Equal([2e6, 3, 4000],
            CsvFile.Read("a\n2 MW\n3 W\n4kW\n", new() { Units = new() { ["W"] = 1, ["kW"] = 1e3, ["MW"] = 1e6 } }).Numbers("a"));

    [Fact]
    public void A_mark_of_missing_values_is_compared_as_a_number_and_leaves_the_default_as_it_is()
    {
        Csv csv = new() { MissingMarks = ["-9999"], Missing = Missing.Keep };
        DataFrame frame = CsvFile.Read("a,b\n-9999.00,1\n2,-9999\n,-1e4\n4,NA\n", csv);
        Assert.Equal([null, 2.0, null, 4.0], frame.Values("a"));
        Assert.Equal([1.0, null, -10000.0, null], frame.Values("b"));
    }

    [Fact]
    public void A_mark_that_is_a_number_is_compared_as_text_in_a_column_of_text() =>
        Assert.Equal(["x", "007", null],
            CsvFile.Read("a,b\nx,1\n007,1\n7,1\n", new()
            {
                MissingMarks = ["7"],
                Missing = Missing.Keep,
                Types = new() { ["a"] = typeof(string) },
            }).Values("a"));

    [Fact]
    public void True_and_False_are_one_and_zero()
    {
        DataFrame frame = CsvFile.Read("d,holiday,y\n2024-01-01,True,1\n2024-01-02,False,2\n2024-01-03,false,2\n");
        Assert.Equal([1, 0, 0], frame.Numbers("holiday"));
        Assert.Equal(typeof(double), frame["holiday"].DataType);
        Assert.Equal([0, 1], CsvFile.Read("a\nFalse\nTrue\n", new() { Types = new() { ["a"] = typeof(double) } }).Numbers("a"));
        CsvFile.RefusedWith("a\nTrue\n1\n", null, "line 3", "expected True or False, as on line 2", "'1'");
    }

    [Theory]
    [InlineData("\"1,234.56\"", "ThousandsSeparator")]
    [InlineData("1.25M", "Units")]
    [InlineData("0.36%", "Units")]
    [InlineData("$5", "Units")]
    [InlineData("12 degrees", "Units")]
    [InlineData("16/12/2006", "DateFormats")]
    [InlineData("17:24:00", "TimeOfDay")]
    public void A_column_that_begins_as_a_number_is_never_text_in_silence(string first, string remedy) =>
        CsvFile.RefusedWith($"a\n{first}\n", null, "line 2", "column 'a'", first.Trim('"'), remedy, "typeof(string)");

    [Theory]
    [InlineData("rain")]
    [InlineData("A7")]
    [InlineData("12 Main Street")]
    [InlineData("9f8e7d6c5b")]
    public void Other_columns_are_text(string first) => Assert.Equal([first], CsvFile.Read($"a\n{first}\n").Values("a"));

    [Fact]
    public void A_column_that_one_value_makes_text_is_refused_with_its_line()
    {
        CsvFile.RefusedWith("a,b\nx,.\nx,4.1\nx,4.2\n", null, "line 2", "column 'b'", "'.'", "2 of its 3 values", "MissingMarks = [\".\"]");
        CsvFile.RefusedWith("d\n?\n2024-01-01\n2024-01-02\n", null, "line 2", "'?'", "MissingMarks = [\"?\"]");
        Assert.Equal(["x", "1", "2", "y"], CsvFile.Read("a\nx\n1\n2\ny\n").Values("a"));
        Assert.Equal(["x", "1", "2"],
            CsvFile.Read("a\nx\n1\n2\n", new() { Types = new() { ["a"] = typeof(string) } }).Values("a"));
        Assert.Equal(["x", "1", "2"], CsvFile.Read("a\nx\n1\n2\n", new() { Series = "a" }).Values("a"));
    }

    private static void Reads(string text, double value, Csv csv) =>
        Assert.Equal([value], CsvFile.Read($"a\n\"{text}\"\n", csv).Numbers("a"));

    private static void Refuses(string text, Csv csv) => CsvFile.RefusedWith($"a\n1\n\"{text}\"\n", csv, "line 3", "expected a number");
}
