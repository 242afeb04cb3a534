using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting;

public class ConformalWidthsTests
{
    private static readonly IForecaster Zero = new Constant(0);

    [Fact]
    public void The_adaptive_level_by_hand()
    {
        // Level 0.5, γ = 0.4, known scores 1, 2, 3, 4 and then 3, 0, 0, …: α falls by 0.2 at a miss and rises by 0.2 at a hit.
        Conformal spec = new(Zero, 0.5) { Adaptive = true, StepSize = 0.4 };
        double[] scores = [1, 2, 3, 4, 3, 0, 0, 0];
        ConformalWidths widths = new(spec, scores, step: 1, start: 4, end: 8);
        // Origin 1 knows {1}: rank ⌈2 · 0.5⌉ = 1, s = 1, and 2 misses: α = 0.3.
        // Origin 2 knows {1, 2}: rank ⌈3 · 0.7⌉ = 3, of 2 the largest, s = 2, and 3 misses: α = 0.1.
        // Origin 3: s = 3, 4 misses: α = −0.1. Origin 4: s = 4, 3 is held: α = 0.1. Origin 5: rank ⌈6 · 0.9⌉ = 6, s = 4, α = 0.3.
        // Origin 6 knows {0, 1, 2, 3, 3, 4}: rank ⌈7 · 0.7⌉ = 5, s = 3, α = 0.5. Origin 7 knows two zeros: rank ⌈8 · 0.5⌉ = 4, s = 2.
        Assert.Equal([1, 2, 3, 4, 4, 3, 2], Enumerable.Range(1, 7).Select(origin => widths[origin]));
    }

    [Fact]
    public void No_interval_knows_an_outcome_after_its_origin()
    {
        double[] y = Frames.AutoRegressive(600, 0.5), other = [.. y];
        for (int row = 540; row < other.Length; row++) other[row] = 100 - row;
        Conformal of = new(new LinearLags(2));
        Conformal[] kinds = [of, of with { Recalibrate = 20 }, of with { Adaptive = true }, of with { Joint = true },
            of with { Joint = true, Adaptive = true, Recalibrate = 30 }];
        foreach (int[] steps in new[] { new[] { 1, 2, 3 }, [3] })
            foreach (Conformal model in kinds)
            {
                Forecast[] Of(double[] values) =>
                    [.. Backtest.Run(new ForecastTask(Frames.Of(values), "y", horizon: 3, steps: steps), model).Models[0].Forecasts];
                // The first origin of the test is row 480, or 478 where only step 3 is forecast.
                int known = 540 - 480 + steps[0];
                Assert.Equal(Ends(Of(y).Take(known)), Ends(Of(other).Take(known)));
            }

        static IEnumerable<double> Ends(IEnumerable<Forecast> forecasts) =>
            forecasts.SelectMany(forecast => forecast.Quantiles).SelectMany(ends => ends);
    }

    [Fact]
    public void Split_intervals_know_nothing_of_the_rows_between_their_origin_and_the_test()
    {
        // Forecasts of step 3 begin at origin 478: rows 478 and 479, of validation, are not known there.
        double[] y = Frames.AutoRegressive(600, 0), other = [.. y];
        (other[478], other[479]) = (1000, 1000);
        double[] Ends(double[] values) =>
            Backtest.Run(new ForecastTask(Frames.Of(values), "y", horizon: 3, steps: [3]), new Conformal(Zero, 0.95))
            .Models[0].Forecasts[0].Quantiles[0];
        Assert.Equal(Ends(y), Ends(other));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void After_a_break_of_variance_the_adaptive_intervals_keep_coverage_where_the_split_ones_fail(int step)
    {
        (double Split, double Adaptive)[] seeds = [.. Enumerable.Range(0, 10).Select(seed =>
        {
            ForecastTask task = new(Frames.Of(Broken((ulong)seed)), "y", horizon: step, steps: [step]);
            double Coverage(Conformal model) => Backtest.Run(task, model).Scores()[0].Coverage;
            return (Coverage(new Conformal(Zero, 0.9)), Coverage(new Conformal(Zero, 0.9) { Adaptive = true }));
        })];
        Assert.All(seeds, seed => Assert.True(seed.Split < 0.62 && Math.Abs(seed.Adaptive - 0.9) < 0.04, $"{seed}"));
        Assert.Equal(0.9, seeds.Average(seed => seed.Adaptive), 0.03);
    }

    [Fact]
    public void A_joint_band_holds_whole_paths_where_intervals_of_single_steps_do_not()
    {
        (double Single, double Joint)[] seeds = [.. Enumerable.Range(0, 10).Select(seed =>
        {
            ForecastTask task = new(Frames.Of(Frames.AutoRegressive(12000, 0.8, (ulong)seed)), "y", horizon: 8);
            double Coverage(bool joint) =>
                Backtest.Run(task, new Conformal(new LinearLags(1), 0.9) { Joint = joint }).JointCoverage("linear, lags 1–1");
            return (Coverage(false), Coverage(true));
        })];
        Assert.All(seeds, seed => Assert.True(seed.Single < 0.75, $"{seed}"));
        Assert.Equal(0.9, seeds.Average(seed => seed.Joint), 0.03);
    }

    [Fact]
    public void A_joint_band_widens_as_the_errors_of_its_steps_do()
    {
        ForecastTask task = new(Frames.Of(Frames.AutoRegressive(4000, 0.8)), "y", horizon: 8);
        Forecast one = Backtest.Run(task, new Conformal(new LinearLags(1), 0.9) { Joint = true }).Models[0].Forecasts[0];
        double[] width = [.. one.Quantiles.Select(ends => ends[1] - ends[0])];
        // Errors of an AR(1) at step k have variance (1 − 0.8²ᵏ) / (1 − 0.8²).
        for (int k = 1; k <= 8; k++) Assert.Equal(Math.Sqrt((1 - Math.Pow(0.64, k)) / (1 - 0.64)), width[k - 1] / width[0], 0.12);
    }

    [Fact]
    public void An_adaptive_joint_band_keeps_the_coverage_of_paths_after_a_break()
    {
        (double Split, double Adaptive)[] seeds = [.. Enumerable.Range(0, 5).Select(seed =>
        {
            ForecastTask task = new(Frames.Of(Broken((ulong)seed)), "y", horizon: 4);
            double Coverage(bool adaptive) =>
                Backtest.Run(task, new Conformal(Zero, 0.9) { Joint = true, Adaptive = adaptive }).JointCoverage("always 0");
            return (Coverage(false), Coverage(true));
        })];
        Assert.All(seeds, seed => Assert.True(seed.Split < 0.4, $"{seed}"));
        Assert.Equal(0.9, seeds.Average(seed => seed.Adaptive), 0.05);
    }

    // Normal noise whose standard deviation is 1 until a tenth of the test has passed, and then 3.
    private static double[] Broken(ulong seed) =>
        [.. Frames.AutoRegressive(3000, 0, seed).Select((value, row) => row < 2460 ? value : 3 * value)];
}
