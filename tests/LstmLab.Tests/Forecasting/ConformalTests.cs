using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting;

public class ConformalTests
{
    private static readonly IForecaster Zero = new Constant(0);

    [Fact]
    public void A_network_without_rows_to_stop_on_is_refused_with_the_remedy()
    {
        ForecastTask task = new(Frames.Of(Frames.AutoRegressive(500, 0.5)), "y");
        Conformal all = new(new LstmForecaster(4) { Members = 1, Epochs = 1 }) { CalibrationShare = 1 };
        Assert.Contains("CalibrationShare below 1", Assert.Throws<ArgumentException>(() => Backtest.Run(task, all)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_width_is_the_score_of_its_rank()
    {
        // Validation is rows 70 to 79, whose absolute values are 1 to 10: of 10 scores the ⌈11 · 0.8⌉ = 9th. The last five of them are 4
        // to 8: of 5 scores the ⌈6 · 0.8⌉ = 5th.
        double[] y = [.. Enumerable.Repeat(0.0, 70), 3, -1, 10, 2, 9, 5, -4, 6, -7, 8, .. Enumerable.Repeat(9.0, 20)];
        ForecastTask task = new(Frames.Of(y), "y");
        BacktestResult all = Backtest.Run(task, new Conformal(Zero) { CalibrationShare = 1 }),
            half = Backtest.Run(task, new Conformal(Zero));
        Assert.All(all.Models[0].Forecasts, forecast => Assert.Equal([-9, 9], forecast.Quantiles[0]));
        Assert.All(half.Models[0].Forecasts, forecast => Assert.Equal([-8, 8], forecast.Quantiles[0]));
        Assert.Equal((1, 0), (all.Scores()[0].Coverage, half.Scores()[0].Coverage));
    }

    [Theory]
    [InlineData(0.5, 750)]
    [InlineData(0.25, 775)]
    [InlineData(1, 700)]
    public void The_model_does_not_see_the_rows_that_measure_its_errors(double share, int seen)
    {
        Spy spy = new();
        Backtest.Run(new ForecastTask(Frames.Of(Frames.AutoRegressive(1000, 0)), "y"), new Conformal(spy) { CalibrationShare = share });
        Assert.Equal((700, seen), (spy.Training, spy.Validation));
    }

    [Fact]
    public void A_model_chosen_on_validation_is_covered_where_intervals_from_the_same_rows_are_too_narrow()
    {
        double Coverage(bool apart) => Enumerable.Range(0, 40).Average(seed =>
        {
            ForecastTask task = new(Frames.Of(Frames.AutoRegressive(500, 0, (ulong)seed)), "y");
            // Told the rows of calibration, it does what every model did before: it is chosen on the rows that measure its errors.
            Chosen model = new(apart ? null : task.Validation);
            return Backtest.Run(task, new Conformal(model) { CalibrationShare = apart ? 0.5 : 1 }).Scores()[0].Coverage;
        });
        (double together, double apart) = (Coverage(false), Coverage(true));
        Assert.True(together < 0.76 && Math.Abs(apart - 0.8) < 0.025, $"{together} and {apart}");
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.95)]
    public void It_covers_a_steady_series_as_often_as_it_says(double level)
    {
        ForecastTask task = new(Frames.Of(Frames.AutoRegressive(6000, 0.5)), "y", horizon: 2);
        Assert.Equal(level, Backtest.Run(task, new Conformal(new LinearLags(1), level)).Scores()[0].Coverage, 0.04);
    }

    [Fact]
    public void Rolling_recalibration_follows_a_series_that_grows_restless()
    {
        double[] y = [.. Frames.AutoRegressive(3000, 0).Select((value, t) => value * (1 + (t / 500.0)))];
        ForecastTask task = new(Frames.Of(y), "y");
        double fixedCoverage = Backtest.Run(task, new Conformal(Zero)).Scores()[0].Coverage;
        double rolling = Backtest.Run(task, new Conformal(Zero) { Recalibrate = 100 }).Scores()[0].Coverage;
        Assert.True(fixedCoverage < 0.78 && Math.Abs(rolling - 0.8) < 0.03, $"{fixedCoverage} and {rolling}");
    }

    [Fact]
    public void Rolling_scores_are_those_known_at_the_origin()
    {
        // Of step 2 the score of the row before an origin is known, that of the origin's own row is not.
        double[] y = [.. Enumerable.Repeat(1.0, 80), .. Enumerable.Repeat(5.0, 20)];
        ForecastTask task = new(Frames.Of(y), "y", horizon: 2, steps: [2]);
        BacktestResult result = Backtest.Run(task, new Conformal(Zero, 0.5) { Recalibrate = 1 });
        Assert.Equal(Enumerable.Range(79, 20), result.Origins.Select(context => context.Origin));
        Assert.Equal([1, 1, 5, 5], result.Models[0].Forecasts.Take(4).Select(forecast => forecast.Quantiles[0][1]));
    }

    [Fact]
    public void Too_few_scores_are_an_error_before_the_model_is_fitted()
    {
        Spy spy = new();
        ForecastTask task = new(Frames.Of(Frames.AutoRegressive(100, 0)), "y", horizon: 3);
        // Half of ten rows: three of them have a forecast three steps ahead whose outcome is known before the test.
        Says("series 'y'", "5 rows", "3 scores of step 3", "need 4", new Conformal(spy));
        Says("series 'y'", "recalibration on 2 scores", "need 4", "raise Recalibrate",
            new Conformal(spy) { Recalibrate = 2, CalibrationShare = 1 });
        Assert.Equal(0, spy.Validation);
        Backtest.Run(task, new Conformal(spy) { CalibrationShare = 1 });

        void Says(string first, string second, string third, string fourth, Conformal model)
        {
            string message = Assert.Throws<ArgumentException>(() => Backtest.Run(task, model)).Message;
            Assert.All(new[] { first, second, third, fourth }, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Settings_outside_their_ranges_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conformal(Zero, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conformal(Zero) { CalibrationShare = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conformal(Zero) { StepSize = 1 });
    }

    // Remembers how many rows it was given.
    private sealed class Spy : IForecaster
    {
        public string Name => "spy";

        public int Training { get; private set; }

        public int Validation { get; private set; }

        public IFittedForecaster Fit(IReadOnlyList<ForecastContext> training, IReadOnlyList<ForecastContext> validation)
        {
            (Training, Validation) = (training[0].Origin, validation[0].Origin);
            return Zero.Fit(training, validation);
        }
    }

    // Of 500 random directions in the last twenty values it takes the one that happens to fit validation best, though none can fit noise.
    private sealed class Chosen(IReadOnlyList<ForecastContext>? instead) : IForecaster
    {
        public string Name => "chosen";

        public IFittedForecaster Fit(IReadOnlyList<ForecastContext> training, IReadOnlyList<ForecastContext> validation)
        {
            double[] y = (instead ?? validation)[0].Target.ToArray();
            RandomStream random = new(7, "combinations");
            double[] best = Enumerable.Range(0, 500)
                .Select(_ => Enumerable.Range(0, 20).Select(_ => random.NextNormal() / 4).ToArray())
                .MinBy(w => Enumerable.Range(training[0].Origin, y.Length - training[0].Origin)
                .Sum(row => Math.Pow(y[row] - Value(w, y.AsSpan(0, row)), 2)))!;
            return new Frames.Plain(Name, context => Value(best, context.Target)).Fit(training, validation);
        }

        private static double Value(double[] w, ReadOnlySpan<double> past)
        {
            double sum = 0;
            for (int n = 0; n < w.Length; n++) sum += w[n] * past[^(n + 1)];
            return sum;
        }
    }
}
