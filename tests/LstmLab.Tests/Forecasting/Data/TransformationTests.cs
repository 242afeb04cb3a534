using CsCheck;
using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting.Data;

public class TransformationTests
{
    [Fact]
    public void Each_is_what_its_formula_says()
    {
        Assert.Equal([2, 3, -5], Transformation.Difference.Forward([1, 3, 6, 1]));
        Assert.Equal([5, -2], Transformation.SeasonalDifference(2).Forward([1, 3, 6, 1]));
        Assert.Equal([Math.Log(2), Math.Log(0.25)], Transformation.LogReturn.Forward([1, 2, 0.5]), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Each_can_be_taken_back_to_rounding() =>
    Gen.Select(Gen.Double[0.001, 1e6].Array[12, 40], Gen.Int[1, 11]).Sample((values, period) =>
    {
        foreach (Transformation one in new[] { Transformation.Difference, Transformation.LogReturn,
            Transformation.SeasonalDifference(period) })
        {
            double[] back = one.Inverse(values[..one.Lag], one.Forward(values));
            // Each change is rounded at the size of the values, and the errors add up along the path.
            double tolerance = 1e-15 * values.Length * (one == Transformation.LogReturn ? 20 : 1);
            Assert.All(back.Zip(values.Skip(one.Lag)), pair =>
                Assert.InRange(pair.First - pair.Second, -tolerance * values.Max(), tolerance * values.Max()));
        }
    });

    [Fact]
    public void Forecast_changes_lead_on_from_the_last_values() =>
        Assert.Equal([12, 23, 14], Transformation.SeasonalDifference(2).Inverse([10, 20], [2, 3, 2]));

    [Fact]
    public void What_cannot_be_changed_is_named()
    {
        Assert.Equal("Logarithmic returns need positive values, but row 2 is 0.",
            Assert.Throws<ArgumentException>(() => Transformation.LogReturn.Forward([1, 2, 0, 3])).Message);
        Assert.StartsWith("A series of more than 5 values is needed, but it holds 5.",
            Assert.Throws<ArgumentException>(() => Transformation.SeasonalDifference(5).Forward([1, 2, 3, 4, 5])).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("The 2 values before the first change are needed, but there are 1.",
            Assert.Throws<ArgumentException>(() => Transformation.SeasonalDifference(2).Inverse([1], [1])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Transformation.SeasonalDifference(0));
    }
}
