using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting.Evaluation;

/// <summary>Forecasts made elsewhere: their rows are found, or refused where several fit; then they are judged like a model.</summary>
public class GivenForecastsTests
{
    private const int Rows = 2000, Test = 1600;
    private static readonly double[] Walk = Frames.AutoRegressive(Rows, 1), Persistent = Frames.AutoRegressive(Rows, 0.9),
        Wave = Swinging(0);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 5)]
    public void First_and_stride_are_found_where_forecasts_fit_rows_that_they_do_not_know(int steps, int stride)
    {
        GivenForecasts given = GivenForecasts.Align("elsewhere", Wave, Made(Wave, new LinearLags(20), steps, stride));
        Assert.Equal((Test, stride), (given.First, given.Stride));
        Assert.Equal((Test, stride), GivenForecasts.Align("elsewhere", Wave, Made(Wave, new LinearLags(20), steps, stride), first: Test)
            is var stated ? (stated.First, stated.Stride) : default);
    }

    [Fact]
    public void The_rows_are_found_or_refused_but_never_wrong()
    {
        int found = 0;
        for (ulong seed = 0; seed < 24; seed++)
        {
            double[] y = seed % 3 == 0 ? Swinging(seed) : Frames.AutoRegressive(Rows, seed % 3 == 1 ? 0.9 : 0.3, seed);
            IForecaster model = (seed % 4) switch
            {
                0 => new LinearLags(20),
                1 => new LinearLags(1),
                2 => new SeasonalNaive(7),
                _ => new AutoRegression(4),
            };
            try
            {
                Assert.Equal(Test, GivenForecasts.Align("elsewhere", y, Made(y, model, 2, 1)).First);
                found++;
            }
            catch (ArgumentException)
            {
                // Refused, which is right where it cannot be told.
            }
        }

        Assert.InRange(found, 4, 16);
    }

    [Fact]
    public void A_copy_of_the_last_value_may_be_a_perfect_forecast_of_it_and_is_refused()
    {
        foreach (double[] y in new[] { Walk, Persistent })
            foreach (IForecaster model in new IForecaster[] { new Persistence(), new LinearLags(1) })
            {
                string message = Message(y, Made(y, model, 1, 1));
                Assert.Contains($"if they are good, first is {Test - 1}; if they are late, it is {Test} or more", message,
                    StringComparison.Ordinal);
            }
    }

    [Fact]
    public void Noise_and_constants_fit_nowhere_and_are_refused()
    {
        RandomStream random = new(0, "noise");
        double[,] noise = new double[60, 1], constant = new double[60, 1], few = new double[5, 2];
        for (int n = 0; n < 60; n++) noise[n, 0] = random.NextNormal();
        Assert.Contains("alike", Message(Persistent, noise), StringComparison.Ordinal);
        Assert.Contains("constant", Message(Persistent, constant), StringComparison.Ordinal);
        Assert.Contains("fewer than 8 origins", Message(Persistent, few), StringComparison.Ordinal);
        Assert.Contains("do not fit into a truth of 2000 rows", Message(Persistent, new double[2500, 1]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-3, "later")]
    [InlineData(-1, "later")]
    [InlineData(4, "earlier")]
    public void Rows_that_are_stated_wrongly_are_refused_with_the_right_ones(int wrong, string where)
    {
        double[,] made = Made(Wave, new LinearLags(20), 2, 1);
        string message = Assert.Throws<ArgumentException>(() =>
            GivenForecasts.Align("elsewhere", Wave, Cut(made, 300), Test + wrong, 1)).Message;
        Assert.Contains($"{Math.Abs(wrong)} {where}", message, StringComparison.Ordinal);
        Assert.Contains($"first is probably {Test}.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_are_stated_rightly_are_accepted_whatever_the_model()
    {
        for (ulong seed = 0; seed < 15; seed++)
            foreach (double slope in new[] { 0, 0.9, 1 })
            {
                double[] y = [.. Frames.AutoRegressive(400, slope, seed).Select((value, t) => value + (3 * double.SinPi(2 * t / 7.0)))];
                foreach (IForecaster model in new IForecaster[] { new Persistence(), new SeasonalNaive(7), new LinearLags(8),
                    new Constant(), new Drift() })
                    Assert.Equal(320, GivenForecasts.Align("elsewhere", y, Made(y, model, 2, 1), 320, 1).First);
            }
    }

    [Fact]
    public void They_are_judged_as_the_model_itself_is()
    {
        ForecastTask task = TaskOf(Wave, 3);
        BacktestResult here = Backtest.Run(task, new LinearLags(20), new Persistence(), new Drift(), new Constant());
        BacktestResult there = GivenForecasts.Align("linear, lags 1–20", Wave, Made(Wave, new LinearLags(20), 3, 1)).Evaluate(Wave);
        Assert.Equal(here.BySteps("linear, lags 1–20"), there.BySteps("linear, lags 1–20"));
        Assert.Equal("better", there.Scores()[0].Verdict);
        Assert.Equal(here.Scores()[0].Counts, there.Scores()[0].Counts);
    }

    [Fact]
    public void Origins_without_a_forecast_are_counted_as_missing()
    {
        BacktestResult result = GivenForecasts.Align("every fifth", Wave, Made(Wave, new LinearLags(20), 1, 5)).Evaluate(Wave);
        Assert.Equal((80, 400), (result.Scores()[0].Counts[0], result.Scores()[1].Counts[0]));
        Assert.Equal(400, result.Origins.Count);
        Assert.True(result.Scores()[0].Test is { P: < 0.05, Difference: < 0 });
    }

    [Fact]
    public void A_single_column_some_steps_ahead_is_judged_at_that_step()
    {
        double[] third = [.. Enumerable.Range(Test, 400).Select(row => Walk[row - 3])];
        GivenForecasts given = GivenForecasts.Align("three ahead", Walk, third, Test, 1, ahead: 3);
        BacktestResult result = given.Evaluate(Walk, new Persistence(), new Constant());
        Assert.Equal([3], result.Task.Steps);
        Assert.Equal(result.Of(Metric.Rmse, "persistence"), result.Of(Metric.Rmse, "three ahead"));
        Assert.EndsWith("copies the last value", result.Scores()[0].Verdict, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => given.Evaluate(Walk[(Test - 5)..]));
        Assert.Throws<ArgumentException>(() => Backtest.Run(TaskOf(Walk, 2), given));
        Assert.Throws<ArgumentException>(() => new GivenForecasts("none", new double[0, 1], 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GivenForecasts("before", new double[1, 1], 1, ahead: 2));
    }

    // Swings that fade and are pushed again: the past tells the next row well, but no row repeats another.
    private static double[] Swinging(ulong seed)
    {
        RandomStream random = new(seed, "swinging");
        double[] y = new double[Rows];
        for (int t = 2; t < Rows; t++) y[t] = (1.8 * double.CosPi(1 / Math.PI) * y[t - 1]) - (0.81 * y[t - 2]) + random.NextNormal();
        return y;
    }

    // What a user hands over: the forecasts of a model from each origin of the test, [origins, steps].
    private static double[,] Made(double[] y, IForecaster model, int steps, int stride)
    {
        Forecast[] forecasts = [.. Backtest.Run(TaskOf(y, steps), model).Models[0].Forecasts.Where((_, n) => n % stride == 0)];
        double[,] made = new double[forecasts.Length, steps];
        for (int n = 0; n < forecasts.Length; n++)
            for (int k = 0; k < steps; k++) made[n, k] = forecasts[n].Point[k];
        return made;
    }

    private static double[,] Cut(double[,] made, int origins)
    {
        double[,] cut = new double[origins, made.GetLength(1)];
        Array.Copy(made, cut, cut.Length);
        return cut;
    }

    private static ForecastTask TaskOf(double[] y, int steps) =>
        new(Frames.Of(y), "y", horizon: steps, split: new Split(0.7001, 0.8001));

    private static string Message(double[] y, double[,] made) =>
        Assert.Throws<ArgumentException>(() => GivenForecasts.Align("elsewhere", y, made)).Message;
}
