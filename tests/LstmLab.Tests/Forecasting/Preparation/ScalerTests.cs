using CsCheck;
using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting.Preparation;

public class ScalerTests
{
    private static readonly IScaler[] Scalers = [new StandardScaler(), new MinMaxScaler(), new Harmonics(7)];

    [Fact]
    public void Training_rows_take_the_scale_they_are_named_for()
    {
        double[] column = [2, 4, 6, 8, 100];
        FittedScaler standard = new StandardScaler().Fit(column, 4), minMax = new MinMaxScaler().Fit(column, 4);
        double[] scaled = [.. column.Select(standard.Forward)];
        Assert.Equal((0.0, 1.0), (scaled[..4].Average(), Math.Sqrt(scaled[..4].Average(z => z * z))));
        Assert.Equal([0, 1.0 / 3, 2.0 / 3, 1, 98.0 / 6], column.Select(minMax.Forward), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void The_inverse_is_exact_to_rounding() =>
    Gen.Select(Gen.Double[-1e6, 1e6].Array[20, 60], Gen.Double[0.2, 1]).Sample((column, share) =>
    {
        int end = Math.Max(6, (int)(share * column.Length));
        double largest = column.Max(Math.Abs);
        foreach (IScaler scaler in Scalers)
        {
            FittedScaler fitted = scaler.Fit(column, end);
            Assert.Equal(end, fitted.End);
            Assert.All(column.Index(), value =>
                Assert.InRange(fitted.Inverse(fitted.Forward(value.Item, value.Index), value.Index) - value.Item, -1e-14 * largest,
                1e-14 * largest));
        }
    });

    [Fact]
    public void A_fit_sees_training_rows_alone() =>
    Gen.Select(Gen.Double[-100, 100].Array[20, 40], Gen.Double[-1000, 1000]).Sample((column, future) =>
    {
        double[] other = [.. column[..15], .. column[15..].Select(_ => future)];
        foreach (IScaler scaler in Scalers) Assert.Equal(scaler.Fit(column, 15).Forward(3, 2), scaler.Fit(other, 15).Forward(3, 2));
    });

    [Fact]
    public void A_constant_series_keeps_its_value()
    {
        double[] column = [.. Enumerable.Repeat(5.0, 30)];
        foreach (IScaler scaler in Scalers)
        {
            FittedScaler fitted = scaler.Fit(column, 20);
            Assert.Equal(0, fitted.Forward(5, 25), 1e-12);
            Assert.Equal(6, fitted.Inverse(fitted.Forward(6, 25), 25), 1e-12);
        }
    }
}
