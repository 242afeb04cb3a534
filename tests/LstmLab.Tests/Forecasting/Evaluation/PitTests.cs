using LstmLab.Forecasting;
using MathNet.Numerics.Distributions;
using Xunit;

namespace LstmLab.Tests.Forecasting;

public class PitTests
{
    [Fact]
    public void Intervals_by_hand()
    {
        double[] levels = [0.1, 0.5, 0.9], quantiles = [-1, 0, 1];
        Assert.Equal((0, 0.1), Pit.OfQuantiles(levels, quantiles, -2));
        Assert.Equal((0.1, 0.5), Pit.OfQuantiles(levels, quantiles, -0.5));
        Assert.Equal((0.9, 1), Pit.OfQuantiles(levels, quantiles, 7));
        // On a quantile F(y) is not known better than by its neighbors, as where a distribution has an atom.
        Assert.Equal((0.1, 0.9), Pit.OfQuantiles(levels, quantiles, 0));
        Assert.Equal((0, 0.9), Pit.OfQuantiles(levels, [0, 0, 1], 0));
        Assert.Equal((0.25, 0.5), Pit.OfEnsemble([1, 2, 3], 1.5));
        Assert.Equal((0.25, 0.75), Pit.OfEnsemble([1, 2, 3], 2));
    }

    [Fact]
    public void The_histogram_spreads_intervals_and_the_statistic_is_Pearsons()
    {
        (double, double)[] intervals = [.. Enumerable.Repeat((0.0, 0.5), 30), .. Enumerable.Repeat((0.875, 0.875), 10)];
        Pit pit = Pit.Of(intervals, bins: 4);
        Assert.Equal([0.375, 0.375, 0, 0.25], pit.Shares);
        // 30 draws fall into the first two bins, c of them into the first; of the others none and 10.
        double c = Enumerable.Range(0, 31).First(c => Math.Abs(Statistic(c) - pit.ChiSquared) < 1e-9);
        Assert.InRange(c, 5, 25);
        Assert.True(pit.P < 0.01);
        static double Statistic(double c) => (((c - 10) * (c - 10)) + ((20 - c) * (20 - c)) + 100 + 0) / 10;
    }

    [Theory]
    [InlineData("quantiles")]
    [InlineData("ensemble")]
    public void Calibrated_forecasts_are_refused_as_often_as_the_level_says_and_too_narrow_ones_mostly(string kind)
    {
        double[] levels = [0.1, 0.25, 0.5, 0.75, 0.9];
        int Refused(double deviation) => Enumerable.Range(0, 400).Count(seed =>
        {
            RandomStream random = new((ulong)seed, "values");
            (double, double) One()
            {
                double y = random.NextNormal();
                return kind == "quantiles" ? Pit.OfQuantiles(levels, [.. levels.Select(level => Normal.InvCDF(0, deviation, level))], y)
                    : Pit.OfEnsemble([.. Enumerable.Range(0, 9).Select(_ => deviation * random.NextNormal())], y);
            }

            return Pit.Of([.. Enumerable.Range(0, 300).Select(_ => One())], seed: (ulong)seed).P < 0.05;
        });
        Assert.InRange(Refused(1), 8, 34);
        Assert.True(Refused(0.7) > 360);
    }

    [Fact]
    public void What_cannot_be_is_said()
    {
        Assert.Contains("50", Assert.Throws<ArgumentException>(() => Pit.Of([.. Enumerable.Repeat((0.1, 0.2), 49)])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Pit.Of([.. Enumerable.Repeat((0.1, 0.2), 50)], every: 2));
        Assert.Throws<ArgumentException>(() => Pit.Of([.. Enumerable.Repeat((0.3, 0.2), 50)]));
        Assert.Throws<ArgumentException>(() => Pit.OfEnsemble([], 1));
    }
}
