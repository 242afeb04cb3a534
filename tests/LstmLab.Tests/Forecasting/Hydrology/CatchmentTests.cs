using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting.Hydrology;

public class CatchmentTests
{
    private static readonly Catchment Round = new(0, 2, 100, 2, 0.5, 1, 10, 0.5, 0.1, 0.1);

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void No_water_is_made_or_lost(int index)
    {
        Climate climate = Random(3000);
        CatchmentRun run = Catchment.Draw(1, index).Run(climate);
        double supplied = run.Initial + climate.Precipitation.Sum();
        double left = run.Flow.Sum() + run.Evaporation.Sum() + run.Snow[^1] + run.Soil[^1] + run.Fast[^1] + run.Slow[^1];
        Assert.InRange(Math.Abs(supplied - left) / supplied, 0, 1e-12);
        Assert.All<double[]>([run.Flow, run.Evaporation, run.Snow, run.Soil, run.Fast, run.Slow], values => Assert.True(values.Min() >= 0));
        Assert.True(run.Snow.Max() > 0);
    }

    [Fact]
    public void Its_first_days_are_those_computed_by_hand()
    {
        // Day 1: 10 mm of snow on soil of 50 mm. PE 1, and the soil is at L F, so that E = 1.
        // Day 2: 8 mm melt; recharge 8 · 0.49² = 1.9208; soil 49 + 6.0792 = 55.0792, less 2; seepage 1; fast 0.9208, of which a tenth runs
        // off; slow 1, a tenth too.
        CatchmentRun run = Round.Run(Days([10, 0], [-1, 4], [1, 2]));
        Assert.Equal(10, run.Snow[0]);
        Assert.Equal(49, run.Soil[0], 12);
        Assert.Equal(0, run.Flow[0]);
        Assert.Equal(2, run.Snow[1], 12);
        Assert.Equal(53.0792, run.Soil[1], 12);
        Assert.Equal(0.09208 + 0.1, run.Flow[1], 12);
        Assert.Equal(0.9, run.Slow[1], 12);
    }

    [Fact]
    public void What_the_soil_cannot_hold_runs_off_faster_above_the_flood_threshold()
    {
        // 200 mm on 50: recharge 200 · 0.25 = 50, soil 200, of which 100 are excess: 150, less 1 of seepage; 0.5 · 139 + 0.1 · 149.
        CatchmentRun run = Round.Run(Days([200], [5], [0]));
        Assert.Equal(100, run.Soil[0], 12);
        Assert.Equal(69.5 + 14.9 + 0.1, run.Flow[0], 12);
    }

    [Fact]
    public void Parameters_are_drawn_within_their_ranges_and_read_back()
    {
        Catchment[] drawn = [.. Enumerable.Range(0, 50).Select(n => Catchment.Draw(3, n))];
        Assert.All(drawn, catchment => Assert.All(
            catchment.ToArray().Zip(Catchment.Ranges), pair => Assert.InRange(pair.First, pair.Second.Low, pair.Second.High)));
        Assert.Equal(drawn[7], Catchment.Of(drawn[7].ToArray()));
        Assert.Equal(50, drawn.Distinct().Count());
        Assert.Throws<ShapeException>(() => Catchment.Of([1, 2]));
    }

    [Fact]
    public void A_gauge_errs_by_a_share_of_the_flow_and_not_on_the_whole()
    {
        CatchmentRun run = Round.Run(Random(20_000));
        double[] ratios = [.. run.Gauge(0.2, 1).Zip(run.Flow).Where(pair => pair.Second > 0).Select(pair => pair.First / pair.Second)];
        Assert.Equal(1, ratios.Average(), 2);
        Assert.InRange(Math.Sqrt(ratios.Average(ratio => (ratio - 1) * (ratio - 1))), 0.19, 0.22);
        Assert.NotEqual(run.Gauge(0.2, 1), run.Gauge(0.2, 2));
    }

    [Fact]
    public void The_sun_is_that_of_the_handbook()
    {
        // FAO 56, example 8: 3 September at 20° south, 32.2 MJ/(m² day).
        Assert.Equal(32.2, Climate.Radiation(-20, 246), 1);
        Assert.Equal(Climate.Radiation(45, 180) / 2.45 * 0.15, Climate.Oudin(10, 45, 180), 12);
        Assert.Equal(0, Climate.Oudin(-6, 45, 180));
        Assert.Throws<ArgumentOutOfRangeException>("latitude", () => Climate.Radiation(70, 1));
    }

    [Fact]
    public void A_kilometer_up_is_six_and_a_half_degrees_colder()
    {
        Climate climate = Days([1, 2], [20, 20], [0, 0]).At(1000, 45);
        Assert.Equal([13.5, 13.5], climate.Temperature);
        Assert.Equal(Climate.Oudin(13.5, 45, 2), climate.PotentialEvaporation[1]);
        Assert.Equal([1, 2], climate.Precipitation);
    }

    [Fact]
    public void Series_of_different_lengths_are_refused()
    {
        Climate climate = Days([1, 2], [5], [0, 0]);
        Assert.Contains("'Temperature'", Assert.Throws<ShapeException>(() => Round.Run(climate)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => new OverflowBucket(2, 50, 0.2).Run(climate));
    }

    [Fact]
    public void The_bucket_of_another_structure_overflows()
    {
        // Soil of 50 mm, half full: 60 mm of rain leave 35 over; a fifth of it runs off. No evaporation.
        double[] flow = new OverflowBucket(2, 50, 0.2).Run(Days([60, 0], [5, 5], [0, 0]));
        Assert.Equal(7, flow[0], 12);
        Assert.Equal(5.6, flow[1], 12);
        // Snow at −1 °C, of which 2 mm melt at 1 °C.
        Assert.Equal([0, 0.4], new OverflowBucket(2, 10, 0.2).Run(Days([30, 5], [-1, 1], [0, 0])));
    }

    [Fact]
    public void Calibration_finds_the_parameters_that_made_the_flow()
    {
        Climate climate = Random(1500);
        OverflowBucket truth = new(3.3, 120, 0.07);
        double[] flow = truth.Run(climate);
        double Error(double[] p) => 1 - FlowScore.Nse(flow, new OverflowBucket(p[0], p[1], p[2]).Run(climate));
        double[] found = Calibration.Fit(OverflowBucket.Ranges, Error);
        Assert.Equal(3.3, found[0], 2);
        Assert.Equal(120, found[1], 1);
        Assert.Equal(0.07, found[2], 4);
        Assert.Equal(found, Calibration.Fit(OverflowBucket.Ranges, Error));
    }

    [Fact]
    public void Calibration_stays_within_the_ranges() =>
        Assert.Equal(2, Assert.Single(Calibration.Fit([(0, 2)], p => (p[0] - 5) * (p[0] - 5), points: 10, starts: 1)), 6);

    private static Climate Days(double[] precipitation, double[] temperature, double[] evaporation) =>
        new([.. Enumerable.Range(0, precipitation.Length).Select(n => new DateTime(2001, 1, 1).AddDays(n))], precipitation, temperature,
            evaporation);

    // Days of a year with a cold winter, rain on every third.
    private static Climate Random(int days)
    {
        RandomStream random = new(5, "climate");
        double[] precipitation = new double[days], temperature = new double[days], evaporation = new double[days];
        for (int n = 0; n < days; n++)
        {
            precipitation[n] = random.NextDouble() < 0.33 ? random.NextUniform(0, 20) : 0;
            temperature[n] = 8 - (12 * double.CosPi(2 * n / 365.0)) + (4 * random.NextNormal());
            evaporation[n] = Climate.Oudin(temperature[n], 45, 1 + (n % 365));
        }

        return Days(precipitation, temperature, evaporation);
    }
}
