using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

/// <summary>The expected numbers are those of pandas 1.5.3:
/// <code>
/// y = pd.Series([1, 4, nan, 2, 7, 5.5, nan, nan, 3])
/// y.shift(2), y.shift(-1), y.rolling(3).mean(), y.rolling(3, min_periods=2).mean(), y.rolling(4, min_periods=1).std()
/// </code></summary>
public class RollingTests
{
    private const double Nan = double.NaN;

    private static readonly DataFrame Frame = new DataFrame(new StringDataFrameColumn("p", ["A", "A", "A", "A", "A", "B", "B", "B", "B"]))
        .With("y", [1, 4, Nan, 2, 7, 5.5, Nan, Nan, 3]);

    [Theory]
    [InlineData(2, new[] { Nan, Nan, 1, 4, Nan, 2, 7, 5.5, Nan })]
    [InlineData(-1, new[] { 4, Nan, 2, 7, 5.5, Nan, Nan, 3, Nan })]
    [InlineData(0, new[] { 1, 4, Nan, 2, 7, 5.5, Nan, Nan, 3 })]
    [InlineData(20, new[] { Nan, Nan, Nan, Nan, Nan, Nan, Nan, Nan, Nan })]
    public void A_shift_moves_values_to_later_rows(int periods, double[] expected) => Same(expected, Frame.Shift("y", periods, "z"));

    [Theory]
    [InlineData("mean", 3, null, new[] { Nan, Nan, Nan, Nan, Nan, 4.833333333333333, Nan, Nan, Nan })]
    [InlineData("mean", 3, 2, new[] { Nan, 2.5, 2.5, 3, 4.5, 4.833333333333333, 6.25, Nan, Nan })]
    [InlineData("mean", 4, 1, new[] { 1, 2.5, 2.5, 2.3333333333333335, 4.333333333333333, 4.833333333333333, 4.833333333333333, 6.25,
        4.25 })]
    [InlineData("std", 3, 2, new[] { Nan, 2.1213203435596424, 2.1213203435596424, 1.4142135623730951, 3.5355339059327378, 2.565800719723442,
        1.060660171779822, Nan, Nan })]
    [InlineData("std", 4, 1, new[] { Nan, 2.1213203435596424, 2.1213203435596424, 1.5275252316519468, 2.5166114784235836, 2.565800719723442,
        2.565800719723442, 1.060660171779822, 1.7677669529663693 })]
    [InlineData("min", 3, 2, new[] { Nan, 1, 1, 2, 2, 2, 5.5, Nan, Nan })]
    [InlineData("max", 4, 1, new[] { 1, 4, 4, 4, 7, 7, 7, 7, 5.5 })]
    [InlineData("sum", 3, 2, new[] { Nan, 5, 5, 6, 9, 14.5, 12.5, Nan, Nan })]
    [InlineData("sum", 4, 1, new[] { 1, 5, 5, 7, 13, 14.5, 14.5, 12.5, 8.5 })]
    public void A_window_ends_at_its_row_and_leaves_missing_values_out(string kind, int window, int? minPeriods, double[] expected)
    {
        Rolling rolling = Frame.Rolling("y", window, minPeriods);
        Same(expected, kind switch
        {
            "mean" => rolling.Mean("z"),
            "std" => rolling.Std("z"),
            "min" => rolling.Min("z"),
            "max" => rolling.Max("z"),
            _ => rolling.Sum("z"),
        });
    }

    [Fact]
    public void Series_do_not_mix()
    {
        Same([Nan, 1, 4, Nan, 2, Nan, 5.5, Nan, Nan], Frame.Shift("y", 1, "z", series: "p"));
        Same([1, 5, 5, 6, 9, 5.5, 5.5, 5.5, 3], Frame.Rolling("y", 3, 1, series: "p").Sum("z"));
    }

    [Fact]
    public void The_frame_before_stays_as_it_was_and_nothing_looks_ahead()
    {
        Assert.Equal(["p", "y"], Frame.Columns.Select(column => column.Name));
        DataFrame known = Frames.Of(1, 2, 3, 4, 5, 6, 7, 8);
        LeakageCheck.Columns(known, frame => frame.Shift("y", 1, "s").Fill(Missing.Value(0)).Rolling("y", 3, 1).Mean("m")).RequirePassed();
        Assert.NotEmpty(LeakageCheck.Columns(known, frame => frame.Shift("y", -1, "s").Fill(Missing.Value(0))).Leaks);
    }

    [Fact]
    public void What_is_no_window_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Frame.Rolling("y", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Frame.Rolling("y", 3, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Frame.Rolling("y", 3, 0));
        Assert.Contains("'p' must hold numbers", Assert.Throws<ArgumentException>(() => Frame.Rolling("p", 3)).Message,
            StringComparison.Ordinal);
        Assert.Contains("no column 'q'", Assert.Throws<ArgumentException>(() => Frame.Shift("q", 3, "z")).Message,
            StringComparison.Ordinal);
    }

    private static void Same(double[] expected, DataFrame frame)
    {
        Assert.Equal(expected.Select(value => double.IsNaN(value)), frame.Values("z").Select(value => value is null));
        Assert.Equal(expected, frame.Values("z").Select(value => value as double? ?? Nan),
            (a, b) => (double.IsNaN(a) && double.IsNaN(b)) || Math.Abs(a - b) < 1e-12);
    }
}
