using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting;

public class BacktestTests
{
    private static readonly double[] Walk = [.. Frames.AutoRegressive(200, 1)];

    [Fact]
    public void Each_forecast_falls_on_the_test_and_is_made_from_rows_before_its_origin()
    {
        ForecastTask task = new(Frames.Of([.. Enumerable.Range(0, 100).Select(n => (double)n)]), "y", horizon: 3);
        BacktestResult result = Backtest.Run(task, new Frames.Plain("rows known", context => context.Target.Length), new Persistence());
        Assert.Equal(Enumerable.Range(80, 18), result.Origins.Select(context => context.Origin));
        Assert.Equal(result.Origins.Select(context => (double)context.Origin),
            result["rows known"].Forecasts.Select(forecast => forecast.Point[0]));
        Assert.Equal([1, 2, 3], result.BySteps("persistence", Metric.Mae));
        Assert.Equal(82, result.Rows()[0]);
    }

    [Fact]
    public void A_single_step_far_ahead_is_evaluated_on_every_row_of_the_test()
    {
        ForecastTask task = new(Frames.Of(Walk), "y", horizon: 10, steps: [10]);
        Assert.Equal(Enumerable.Range(160, 40), Backtest.Run(task, new Persistence()).Rows());
    }

    [Fact]
    public void The_past_ends_at_the_origin_and_only_the_calendar_goes_on()
    {
        DataFrame frame = Frames.Of(Walk);
        frame.Columns.Add(new DoubleDataFrameColumn("measured", Walk));
        frame.Columns.Add(new DoubleDataFrameColumn("calendar", Walk));
        ForecastContext context = new ForecastTask(frame, "y", horizon: 5, pastCovariates: ["measured"],
            knownFuture: ["calendar"]).ContextAt(50);
        Assert.Equal((50, 50, 55), (context.Target.Length, context.PastCovariate(0).Length, context.KnownFuture(0).Length));
        Assert.Equal(30, context.At(30).Target.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.At(51));
    }

    [Fact]
    public void Models_are_fitted_before_the_test_once_or_again_to_what_is_known_by_then()
    {
        ForecastTask task = new(Frames.Of(Walk), "y");
        double[] Seen(int? every)
        {
            BacktestResult result = new Backtest { RefitEvery = every }.Evaluate(task, new Fits());
            return [.. result.Models[0].Forecasts.Select(forecast => forecast.Point[0])];
        }

        Assert.All(Seen(null), rows => Assert.Equal(140.160, rows, 1e-9));
        Assert.Equal([140.160, 140.160, 150.170], [Seen(10)[0], Seen(10)[9], Math.Round(Seen(10)[10], 9)]);
    }

    [Fact]
    public void The_table_names_models_metrics_and_verdicts()
    {
        string table = Backtest.Run(new ForecastTask(Frames.Of(Walk), "y"), new LinearLags(1), new Persistence(), new Drift()).ToString();
        foreach (string word in new[] { "RMSE", "MASE", "skill on", "linear, lags 1–1", "persistence", "drift", "reference" })
            Assert.Contains(word, table, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_series_are_evaluated_together_each_with_its_own_fit()
    {
        DataFrame frame = new(new StringDataFrameColumn("place", Enumerable.Range(0, 200).Select(n => n % 2 == 0 ? "low" : "high")),
            new DoubleDataFrameColumn("y", Enumerable.Range(0, 200).Select(n => n % 2 == 0 ? 1.0 : 1000)));
        ForecastTask task = new(frame, "y", series: "place");
        Assert.Equal(["low", "high"], task.Series.Select(series => series.Name));
        Assert.Equal(0, Backtest.Run(task, new Constant()).Of(Metric.Rmse, "mean of training"));
    }

    [Fact]
    public void What_is_wrong_with_a_task_is_said()
    {
        Assert.Equal("The frame has no column 'x'; its columns are 'y'.", Message(() => _ = new ForecastTask(Frames.Of(1, 2, 3), "x")));
        Assert.StartsWith("Column 'y', row 1 is NaN; every value must be a finite number",
            Message(() => _ = new ForecastTask(Frames.Of(1, double.NaN, 3), "y")), StringComparison.Ordinal);
        Assert.StartsWith("Series 'y' has 5 rows, split into 3 for training, 1 for validation, 1 for the test; training needs window + "
            + "horizon = 5", Message(() => _ = new ForecastTask(Frames.Of(1, 2, 3, 4, 5), "y", window: 4)), StringComparison.Ordinal);
        Assert.StartsWith("Column 'y' must hold numbers, but holds String.",
            Message(() => _ = new ForecastTask(new DataFrame(new StringDataFrameColumn("y", ["a", "b"])), "y")), StringComparison.Ordinal);
        DataFrame dated = Frames.Of(1, 2, 3);
        dated.Columns.Add(new DateTimeDataFrameColumn("t", [new(2020, 1, 1), new(2020, 1, 3), new(2020, 1, 3)]));
        Assert.StartsWith("Column 't', row 2 is 2020-01-03T00:00:00, which does not follow",
            Message(() => _ = new ForecastTask(dated, "y", "t")), StringComparison.Ordinal);
        Assert.StartsWith("steps must rise within 1 … 2",
            Message(() => _ = new ForecastTask(Frames.Of(Walk), "y", horizon: 2, steps: [3])), StringComparison.Ordinal);
        Assert.StartsWith("Two models are named 'persistence'",
            Message(() => Backtest.Run(new ForecastTask(Frames.Of(Walk), "y"), new Persistence(), new Persistence())),
            StringComparison.Ordinal);
        Assert.StartsWith("linear, 1 lags to 1: lag 1 of a forecast 2 steps ahead is not known",
            Message(() => Backtest.Run(new ForecastTask(Frames.Of(Walk), "y", horizon: 2), new LinearLags([1]))), StringComparison.Ordinal);
    }

    private static string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    // Forecasts where training ended, and behind the point where validation did.
    private sealed class Fits : IForecaster
    {
        public string Name => "fits";

        public IFittedForecaster Fit(IReadOnlyList<ForecastContext> training, IReadOnlyList<ForecastContext> validation) =>
            new Fitted(training[0].Origin + (validation[0].Origin / 1000.0));

        private sealed class Fitted(double value) : IFittedForecaster
        {
            public int Lookback => 1;

            public IReadOnlyList<Forecast> Forecast(IReadOnlyList<ForecastContext> origins) =>
                [.. origins.Select(_ => new Forecast([value]))];
        }
    }
}
