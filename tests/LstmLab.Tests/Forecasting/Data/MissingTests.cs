using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

public class MissingTests
{
    private const string Text = "x,s\n1,a\nNA,\nnan,c\n4,d\n";

    [Fact]
    public void Each_policy_does_what_it_says()
    {
        Assert.Equal([1.0, null, null, 4.0], Read(Missing.Keep).Values("x"));
        Assert.Equal([1.0, 4.0], Read(Missing.Drop).Values("x"));
        Assert.Equal([1.0, 1.0, 1.0, 4.0], Read(Missing.Forward).Values("x"));
        Assert.Equal(["a", "a", "c", "d"], Read(Missing.Forward).Values("s"));
        Assert.Equal([1.0, 2.0, 3.0, 4.0], Read(Missing.Keep).Fill(Missing.Interpolate, columns: "x").Values("x"));
        Assert.Equal([1.0, -1.0, -1.0, 4.0], Read(Missing.Keep).Fill(Missing.Value(-1), columns: "x").Values("x"));
    }

    [Fact]
    public void What_cannot_be_filled_is_named()
    {
        CsvFile.Refused("t.csv, line 3, column 's' is missing; only numbers can be interpolated.", Text,
            new() { Missing = Missing.Interpolate });
        CsvFile.Refused("t.csv, line 3, column 's' is missing; only numbers can become 0.5.", Text, new() { Missing = Missing.Value(0.5) });
        CsvFile.Refused("t.csv, line 2, column 'x' is missing and lies before the first value, so it cannot be interpolated.",
            "x,y\n,1\n2,2\n", new() { Missing = Missing.Interpolate });
        CsvFile.Refused("t.csv, line 3, column 'x' is missing and lies after the last value, so it cannot be interpolated.",
            "x,y\n1,1\n,2\n", new() { Missing = Missing.Interpolate });
        CsvFile.Refused("t.csv, line 2, column 'x' is missing and the first of its series, so there is nothing to carry forward.",
            "x,y\n,1\n2,2\n", new() { Missing = Missing.Forward });
        CsvFile.Refused("t.csv, line 2, column 'x': expected a value, but it is missing, as are 1 more. Missing states what becomes of "
            + "them.", "x,y\n,1\n,2\n");
    }

    [Fact]
    public void A_frame_can_be_filled_later_and_the_one_before_stays_as_it_was()
    {
        DataFrame holed = Read(Missing.Keep), filled = holed.Fill(Missing.Forward, columns: "x");
        Assert.Equal([1.0, 1.0, 1.0, 4.0], filled.Values("x"));
        Assert.Equal([1.0, null, null, 4.0], holed.Values("x"));
        Assert.Equal("Column 's', row 1: expected a value, but it is missing, as are 0 more. Missing states what becomes of them.",
            Assert.Throws<InvalidDataException>(() => filled.Fill(Missing.Throw)).Message);
        Assert.Equal("The frame has no column 'z'; its columns are 'x', 's'.",
            Assert.Throws<ArgumentException>(() => holed.Fill(Missing.Drop, columns: "z")).Message);
    }

    [Fact]
    public void Marks_can_be_told() =>
    Assert.Equal([1.0, 1.0, 3.0],
    CsvFile.Read("x,y\n1,1\n-999,1\n3,1\n", new() { MissingMarks = ["-999"], Missing = Missing.Forward }).Values("x"));

    [Fact]
    public void Interpolation_is_linear_in_time_not_in_rows()
    {
        const string text = "d,x\n2024-01-01,0\n2024-01-02,\n2024-01-05,4\n";
        Csv csv = new() { Time = "d", Gaps = GapPolicy.Accept, Missing = Missing.Keep };
        Assert.Equal([0, 1, 4], CsvFile.Read(text, csv with { Missing = Missing.Interpolate }).Numbers("x"));
        DataFrame holed = CsvFile.Read(text, csv);
        Assert.Equal([0, 1, 4], holed.Fill(Missing.Interpolate).Numbers("x"));
        Assert.Equal([0, 1, 4], holed.Fill(Missing.Interpolate, time: "d").Numbers("x"));
        holed.Columns.Remove("d");
        Assert.Equal([0, 2, 4], holed.Fill(Missing.Interpolate).Numbers("x"));
    }

    [Fact]
    public void Of_several_columns_of_dates_the_one_for_interpolation_is_to_be_named()
    {
        DataFrame frame = CsvFile.Read("d,e,x\n2024-01-01,2024-01-01,0\n2024-01-02,2024-01-09,\n2024-01-05,2024-01-17,4\n",
            new() { Missing = Missing.Keep });
        string message = Assert.Throws<ArgumentException>(() => frame.Fill(Missing.Interpolate)).Message;
        Assert.All(["'d'", "'e'"], name => Assert.Contains(name, message, StringComparison.Ordinal));
        Assert.Equal([0, 2, 4], frame.Fill(Missing.Interpolate, time: "e").Numbers("x"));
        DataFrame falling = frame.With("x", [0, 1, 4]);
        falling.Columns["x"][1] = null;
        falling.Columns["d"][1] = new DateTime(2025, 1, 1);
        Assert.Contains("row 1", Assert.Throws<InvalidDataException>(() => falling.Fill(Missing.Interpolate, time: "d")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Dropping_names_what_would_leave_no_row()
    {
        Csv csv = new() { Missing = Missing.Drop };
        CsvFile.RefusedWith("x,y,z\n1,,\n2,,\n", csv, "t.csv, line 2", "columns 'y', 'z'", "Ignore");
        CsvFile.RefusedWith("p,x\nA,1\nA,2\nB,\nB,\n", csv with { Series = "p" }, "line 4", "series 'B'", "column 'x'");
        CsvFile.RefusedWith("x,y\n1,\n,2\n", csv, "no row", "'x', 'y'");
    }

    private static DataFrame Read(Missing missing) => CsvFile.Read(Text, new() { Missing = missing });
}
