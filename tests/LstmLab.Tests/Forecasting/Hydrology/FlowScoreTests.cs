using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting.Hydrology;

public class FlowScoreTests
{
    private static readonly double[] Observed = [1, 2, 3, 4, 5];

    [Fact]
    public void Efficiencies_are_those_computed_by_hand()
    {
        // Errors 0, 0, 1, 0, 1: NSE = 1 − 2/10.
        double[] simulated = [1, 2, 4, 4, 6];
        Assert.Equal(0.8, FlowScore.Nse(Observed, simulated), 12);
        // Σ(o−ō)(s−s̄) = 12, Σ(o−ō)² = 10, Σ(s−s̄)² = 15.2: r = 12/√152, α = √1.52, β = 3.4/3.
        double r = 12 / Math.Sqrt(152), alpha = Math.Sqrt(1.52), beta = 3.4 / 3;
        double expected = 1 - Math.Sqrt(((r - 1) * (r - 1)) + ((alpha - 1) * (alpha - 1)) + ((beta - 1) * (beta - 1)));
        Assert.Equal(expected, FlowScore.Kge(Observed, simulated), 12);
        Assert.Equal(0.7303, FlowScore.Kge(Observed, simulated), 4);
    }

    [Fact]
    public void The_perfect_flow_has_one_and_the_mean_has_nothing()
    {
        Assert.Equal((1, 1), (FlowScore.Nse(Observed, Observed), FlowScore.Kge(Observed, Observed)));
        double[] mean = [3, 3, 3, 3, 3];
        Assert.Equal(0, FlowScore.Nse(Observed, mean), 12);
        Assert.Equal(1 - Math.Sqrt(2), FlowScore.Kge(Observed, mean), 12);
    }

    [Theory, InlineData(0, 0), InlineData(2, 2), InlineData(-1, 1)]
    public void A_flood_that_comes_late_is_late_by_its_days(int late, double expected)
    {
        double Flood(int day, int peak) => Math.Max(0, 10 - (2 * Math.Abs(day - peak)));
        double[] observed = [.. Enumerable.Range(0, 100).Select(day => Flood(day, 30) + Flood(day, 70))];
        double[] simulated = [.. Enumerable.Range(0, 100).Select(day => Flood(day, 30 + late) + Flood(day, 70 + late))];
        Assert.Equal(expected, FlowScore.PeakTiming(observed, simulated));
    }

    [Fact]
    public void Without_a_flood_there_is_no_timing() =>
        Assert.Equal(double.NaN, FlowScore.PeakTiming([1, 2, 1, 2, 1, 2, 1, 2], [1, 2, 1, 2, 1, 2, 1, 2]));

    [Fact]
    public void What_cannot_be_judged_is_refused()
    {
        Assert.Contains("[N] = 5", Assert.Throws<ShapeException>(() => FlowScore.Nse(Observed, [1, 2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("observed", () => FlowScore.Kge([2, 2], [1, 2]));
    }
}
