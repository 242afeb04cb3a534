using CsCheck;
using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting;

public class StatisticsTests
{
    private static readonly Outcome[] Two = [new(Actual: 2, Forecast: 1, Last: 1), new(Actual: -4, Forecast: -1, Last: 0)];

    [Fact]
    public void Metrics_are_their_definitions()
    {
        Assert.Equal(2, Metric.Mae.Of(Two));
        Assert.Equal(Math.Sqrt(5), Metric.Rmse.Of(Two));
        Assert.Equal((50 + 75) / 2.0, Metric.Mape.Of(Two));
        Assert.Equal(((200 / 3.0) + (600 / 5.0)) / 2, Metric.Smape.Of(Two), 1e-12);
        Assert.Equal(((0.8 * 0.8) + (0.3 * 0.3)) / 2, Metric.Brier.Of([new(1, 0.2, 0), new(0, 0.3, 0)]), 1e-12);
        Assert.Equal(0.5, Metric.Direction.Of([new(2, 3, 1), new(2, 0, 1)]));
        Assert.Equal(((Math.Log(2) + 0.5) + (Math.Log(4) + 2)) / 2, Metric.Qlike.Of([new(1, 2, 0), new(8, 4, 0)]), 1e-12);
    }

    [Fact]
    public void The_scaled_error_is_relative_to_the_naive_forecast_within_training()
    {
        // Training is the first 7 of 10 rows: their steps are 1, 2, 1, 2, 1, 2, and over two rows 3.
        ForecastTask task = new(Frames.Of(0, 1, 3, 4, 6, 7, 9, 100, 200, 300), "y");
        Assert.Equal(2 / 1.5, Metric.Mase(task).Of(Two), 1e-12);
        Assert.Equal(2 / 3.0, Metric.Mase(task, 2).Of(Two), 1e-12);
    }

    [Fact]
    public void Pinball_and_coverage_are_their_definitions()
    {
        Assert.Equal(((0.9 * 2) + (0.1 * 1)) / 2, Intervals.Pinball(0.9, [3, 0], [1, 1]), 1e-12);
        Assert.Equal(0.5, Intervals.Coverage([1, 5, 2, 9], [1, 1, 3, 1], [2, 5, 4, 8]));
        Assert.Throws<ArgumentException>(() => Intervals.Coverage([1], [1, 2], [1, 2]));
    }

    [Fact]
    public void The_pinball_loss_is_smallest_at_the_quantile() =>
    Gen.Int[1, 9].Select(Gen.Double[-5, 5].Array[60]).Sample((tenths, values) =>
    {
        double level = tenths / 10.0;
        double[] sorted = [.. values.Order()];
        double at = Loss(sorted[(int)Math.Ceiling(level * values.Length) - 1]);
        return values.All(value => at <= Loss(value) + 1e-12);
        double Loss(double quantile) => Intervals.Pinball(level, values, [.. values.Select(_ => quantile)]);
    }, iter: 50);

    [Fact]
    public void Diebold_and_Mariano_by_hand()
    {
        // d = 1, 3, 2, 4 has mean 2.5, γ(0) = 1.25 and γ(1) = −0.4375.
        DieboldMariano one = DieboldMariano.Test([2, 4, 3, 5], [1, 1, 1, 1]),
            two = DieboldMariano.Test([2, 4, 3, 5], [1, 1, 1, 1], horizon: 2);
        Assert.Equal(2.5, one.Difference);
        Assert.Equal(Math.Sqrt(15), one.Statistic, 1e-12);
        // Student's t with 3 degrees of freedom has a closed form.
        Assert.Equal(1 - (2 / Math.PI * ((Math.Sqrt(5) / 6) + Math.Atan(Math.Sqrt(5)))), one.P, 1e-10);
        Assert.Equal(5, two.Statistic, 1e-12);
        Assert.Equal(-5, DieboldMariano.Test([1, 1, 1, 1], [2, 4, 3, 5], horizon: 2).Statistic, 1e-12);
        Assert.Equal(1, DieboldMariano.Test([1, 2, 3], [1, 2, 3]).P);
        Assert.Throws<ArgumentException>(() => DieboldMariano.Test([1, 2], [1, 2], horizon: 2));
    }

    [Fact]
    public void Equal_forecasts_are_told_apart_as_often_as_the_level_says()
    {
        int rejected = Enumerable.Range(0, 1000).Count(seed =>
        {
            RandomStream random = new((ulong)seed, "losses");
            return DieboldMariano.Test(Normal(random, 30), Normal(random, 30)).P < 0.05;
        });
        Assert.InRange(rejected, 30, 70);
    }

    [Fact]
    public void The_block_bootstrap_covers_the_mean_of_dependent_data_where_single_rows_do_not()
    {
        int Covered(int block) => Enumerable.Range(0, 200).Count(seed =>
        {
            double[] y = Frames.AutoRegressive(400, 0.7, (ulong)seed);
            (double low, double high) = BlockBootstrap.Interval(y.Length, block, rows => rows.Average(row => y[row]), level: 0.9,
                repeats: 199);
            return low <= 0 && high >= 0;
        });
        Assert.InRange(Covered(25), 160, 190);
        Assert.InRange(Covered(1), 80, 140);
    }

    [Fact]
    public void GARCH_recovers_the_coefficients_it_was_simulated_with()
    {
        RandomStream random = new(0, "garch");
        (double[] squares, bool[] falls, double v) = (new double[20_000], new bool[20_000], 1);
        for (int t = 0; t < squares.Length; t++)
        {
            double r = Math.Sqrt(v) * random.NextNormal();
            (squares[t], falls[t]) = (r * r, r < 0);
            v = 0.05 + ((0.03 + (r < 0 ? 0.12 : 0)) * r * r) + (0.86 * v);
        }

        Garch.Coefficients found = Garch.Largest(squares, falls);
        Garch.Coefficients truth = new(1, 0.03, 0.12, 0.86);
        Assert.Equal(truth.Alpha, found.Alpha, 0.015);
        Assert.Equal(truth.Gamma, found.Gamma, 0.03);
        Assert.Equal(truth.Beta, found.Beta, 0.02);
        Assert.Equal(truth.Mean, found.Mean, 0.15);
        Assert.True(found.LogLikelihood(squares, falls) >= truth.LogLikelihood(squares, falls));
    }

    private static double[] Normal(RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextNormal())];
}
