using LstmLab.Forecasting;
using MathNet.Numerics.Distributions;
using Xunit;

namespace LstmLab.Tests.Forecasting;

public class CrpsTests
{
    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1.5, 2, -3)]
    [InlineData(-2, 0.3, -1.9)]
    public void Of_a_normal_distribution_it_is_the_integral(double mean, double deviation, double actual)
    {
        // Midpoint rule on 10 deviations to each side, cut at y, where the integrand jumps.
        double low = Math.Min(actual, mean) - (10 * deviation), high = Math.Max(actual, mean) + (10 * deviation);
        double integral = Part(low, actual, 0) + Part(actual, high, 1);
        Assert.Equal(integral, Crps.Gaussian(mean, deviation, actual), 1e-6 * deviation);

        double Part(double from, double to, double step)
        {
            const int pieces = 20_000;
            double width = (to - from) / pieces;
            return width * Enumerable.Range(0, pieces)
                .Sum(n => Math.Pow(Normal.CDF(mean, deviation, from + ((n + 0.5) * width)) - step, 2));
        }
    }

    [Fact]
    public void Known_values()
    {
        // 2 φ(0) − 1/√π at the mean of a standard normal distribution.
        Assert.Equal((Math.Sqrt(2) - 1) / Math.Sqrt(Math.PI), Crps.Gaussian(0, 1, 0), 1e-15);
        Assert.Equal(3, Crps.Gaussian(1, 0, 4));
        // |1 − 2|, |3 − 2|, |5 − 2| have mean 5/3; the pairs' distances 2, 4, 2 sum to 8, or 16 in both orders.
        Assert.Equal((5 / 3.0) - (16 / 12.0), Crps.Ensemble([1, 3, 5], 2), 1e-15);
        Assert.Equal((5 / 3.0) - (16 / 18.0), Crps.Ensemble([5, 1, 3], 2, fair: false), 1e-15);
        Assert.Equal(4, Crps.Ensemble([7], 3, fair: false));
        Assert.Equal(((0.1 * 2) + (0.2 * 0.5)) * 2 / 2, Crps.Quantiles([0.1, 0.8], [1, 3.5], 3), 1e-15);
    }

    [Fact]
    public void Of_quantiles_at_midpoints_it_is_that_of_the_ensemble()
    {
        RandomStream random = new(0, "members");
        double[] members = [.. Enumerable.Range(0, 7).Select(_ => random.NextNormal()).Order()];
        double[] levels = [.. Enumerable.Range(1, 7).Select(k => (k - 0.5) / 7)];
        foreach (double actual in new[] { -3, -0.2, 0.1, 1, 4 })
            Assert.Equal(Crps.Ensemble(members, actual, fair: false), Crps.Quantiles(levels, members, actual), 1e-14);
    }

    [Fact]
    public void Of_many_quantiles_it_approaches_the_closed_form()
    {
        double[] levels = [.. Enumerable.Range(1, 2000).Select(k => (k - 0.5) / 2000)];
        double[] quantiles = [.. levels.Select(level => Normal.InvCDF(1, 2, level))];
        Assert.Equal(Crps.Gaussian(1, 2, 3.3), Crps.Quantiles(levels, quantiles, 3.3), 1e-3);
    }

    [Fact]
    public void The_exactdistribution_has_the_smallest_mean()
    {
        RandomStream random = new(1, "truth");
        double[] truth = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextNormal())];
        double Mean(double mean, double deviation) => truth.Average(y => Crps.Gaussian(mean, deviation, y));
        double best = Mean(0, 1);
        foreach ((double mean, double deviation) in new[] { (0.2, 1.0), (-0.2, 1), (0, 0.8), (0, 1.25) })
            Assert.True(best < Mean(mean, deviation), $"{best} and {Mean(mean, deviation)} of {mean}, {deviation}");
    }

    [Fact]
    public void Members_drawn_from_the_truth_are_best_by_the_fair_form_and_too_narrow_ones_by_the_plain_form()
    {
        (double Fair, double Plain) Mean(double deviation)
        {
            RandomStream random = new(2, "ensembles");
            (double fair, double plain) = (0, 0);
            for (int n = 0; n < 20_000; n++)
            {
                double[] members = [.. Enumerable.Range(0, 4).Select(_ => deviation * random.NextNormal())];
                double y = random.NextNormal();
                fair += Crps.Ensemble(members, y) / 20_000;
                plain += Crps.Ensemble(members, y, fair: false) / 20_000;
            }

            return (fair, plain);
        }

        (double Fair, double Plain) narrow = Mean(0.75), exact = Mean(1), wide = Mean(1.3);
        Assert.True(exact.Fair < narrow.Fair && exact.Fair < wide.Fair, $"{narrow}, {exact}, {wide}");
        Assert.True(narrow.Plain < exact.Plain, $"{narrow}, {exact}");
        // The fair mean is that of the distribution: of a standard normal one 1/√π.
        Assert.Equal(1 / Math.Sqrt(Math.PI), exact.Fair, 0.01);
    }

    [Fact]
    public void What_cannot_be_is_said()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Crps.Gaussian(0, -1, 0));
        Assert.Throws<ArgumentException>(() => Crps.Ensemble([1], 0));
        Assert.Throws<ArgumentException>(() => Crps.Quantiles([0.1], [1, 2], 0));
        Assert.Throws<ArgumentException>(() => Crps.Quantiles([0.5, 0.1], [1, 2], 0));
    }
}
