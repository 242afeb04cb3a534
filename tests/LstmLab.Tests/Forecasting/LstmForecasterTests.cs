using LstmLab.Forecasting;
using LstmLab.Formats;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting;

public class LstmForecasterTests
{
    private static readonly LstmForecaster Small = new(hiddenSize: 8) { Members = 2, Epochs = 15, LearningRate = 0.01, Dropout = 0 };

    // What comes next depends on whether the last two values have the same sign: no linear model of lags sees it.
    private static readonly double[] Product = Made();

    [Fact]
    public void It_learns_what_a_linear_model_cannot()
    {
        ForecastTask task = new(Frames.Of(Product), "y", window: 4);
        BacktestResult result = Backtest.Run(task, Small, new LinearLags(4), new Persistence());
        Score score = result.Scores()[0];
        Assert.Equal("better", score.Verdict);
        Assert.True(score.Skill > 0.5, result.ToString());
        Assert.NotNull(score.Members);
    }

    // More origins than one batch of a prediction holds.
    [Fact]
    public void Cell_states_are_those_of_each_origin()
    {
        double[] wave = [.. Enumerable.Range(0, 400).Select(t => Math.Sin(0.3 * t))];
        ForecastTask task = new(Frames.Of(wave), "y", window: 4);
        FittedLstm fitted = (FittedLstm)(Small with { Epochs = 1, Members = 1 }).Fit(task.Training, task.Validation);
        IReadOnlyList<ForecastContext> origins = [.. Enumerable.Range(0, 1200).Select(n => task.Training[n % task.Training.Count])];
        double[][] all = fitted.CellStates(origins);
        foreach (int n in new[] { 0, 1023, 1024, origins.Count - 1 }) Assert.Equal(fitted.CellStates([origins[n]])[0], all[n]);
    }

    [Fact]
    public void The_same_seeds_give_the_same_bits()
    {
        ForecastTask task = new(Frames.Of(Product), "y", window: 4);
        double[] Once() => [.. Backtest.Run(task, Small with { Epochs = 2 }).Models[0].Forecasts.SelectMany(forecast => forecast.Point)];
        Assert.Equal(Once(), Once());
    }

    [Fact]
    public void Learning_what_another_model_misses_starts_as_that_model()
    {
        ForecastTask task = new(Frames.Of(Product), "y", window: 4, horizon: 3);
        BacktestResult result = Backtest.Run(task,
            Small with { ResidualOn = new LinearLags(2), LearningRate = 0, Epochs = 1, Members = 1 }, new LinearLags(2));
        Assert.Equal(result.Models[1].Forecasts.SelectMany(forecast => forecast.Point),
            result.Models[0].Forecasts.SelectMany(forecast => forecast.Point));
    }

    [Fact]
    public void A_recursive_forecast_of_one_step_is_the_direct_one_and_goes_on_from_its_own_answers()
    {
        double[] wave = [.. Enumerable.Range(0, 400).Select(t => Math.Sin(0.3 * t))];
        LstmForecaster direct = Small with { Epochs = 40, Members = 1 }, recursive = direct with { Recursive = true };
        double[] Points(LstmForecaster model, int horizon, int step) =>
            [.. Backtest.Run(new ForecastTask(Frames.Of(wave), "y", window: 20, horizon: horizon, steps: [step]),
            model).Models[0].Forecasts.Select(forecast => forecast.Point[0])];
        Assert.Equal(Points(direct, 1, 1), Points(recursive, 1, 1));
        BacktestResult far = Backtest.Run(new ForecastTask(Frames.Of(wave), "y", window: 20, horizon: 5), recursive, new Persistence());
        Assert.Equal(Points(direct, 1, 1)[..^4], far.Models[0].Forecasts.Select(forecast => forecast.Point[0]));
        Assert.True(far.Of(Metric.Rmse, "LSTM") < 0.2 * far.Of(Metric.Rmse, "persistence"), far.ToString());
    }

    [Fact]
    public void Columns_known_ahead_are_read_at_the_row_to_be_forecast()
    {
        double[] y = Frames.AutoRegressive(600, 0);
        DataFrame frame = Frames.Of(y);
        frame.Columns.Add(new DoubleDataFrameColumn("told", y.Select(value => -value)));
        ForecastTask ahead = new(frame, "y", window: 3, horizon: 2, steps: [2], knownFuture: ["told"]),
            past = new(frame, "y", window: 3, horizon: 2, steps: [2], pastCovariates: ["told"]);
        LstmForecaster model = Small with { Epochs = 40, Members = 1 };
        Assert.True(Backtest.Run(ahead, model).Of(Metric.Rmse, "LSTM") < 0.4);
        Assert.True(Backtest.Run(past, model).Of(Metric.Rmse, "LSTM") > 0.9);
    }

    [Fact]
    public void Quantiles_rise_and_cover_what_they_say()
    {
        ForecastTask task = new(Frames.Of(Frames.AutoRegressive(2000, 0.6)), "y", window: 3, horizon: 2);
        BacktestResult result = Backtest.Run(task, Small with { Levels = [0.1, 0.5, 0.9], Epochs = 30 });
        Assert.All(result.Models[0].Forecasts.SelectMany(forecast => forecast.Quantiles), quantiles =>
            Assert.Equal(quantiles.Order(), quantiles));
        Assert.All(result.Models[0].Forecasts, forecast =>
            Assert.Equal(forecast.Quantiles.Select(quantiles => quantiles[1]), forecast.Point));
        Assert.InRange(result.Scores()[0].Coverage, 0.72, 0.88);
    }

    [Fact]
    public void A_cycle_taken_out_is_put_back_at_the_row_to_be_forecast()
    {
        double[] wave = [.. Enumerable.Range(0, 400).Select(t => 5 + Math.Sin(2 * Math.PI * t / 12))];
        BacktestResult result = Backtest.Run(new ForecastTask(Frames.Of(wave), "y", window: 2, horizon: 5),
            Small with { Scaler = new Harmonics(12) });
        Assert.All(result.BySteps("LSTM"), error => Assert.True(error < 0.02, $"{error}"));
    }

    [Fact]
    public void A_variance_is_learnt_by_its_likelihood_and_stays_positive()
    {
        // Quiet and restless days in blocks of five.
        double[] returns = [.. Frames.AutoRegressive(1500, 0).Select((value, t) => value * (t / 5 % 2 == 0 ? 0.5 : 2))];
        DataFrame frame = new(new DoubleDataFrameColumn("r2", returns.Select(r => r * r)),
            new DoubleDataFrameColumn("phase", returns.Select((_, t) => t % 10 / 10.0)));
        ForecastTask task = new(frame, "r2", window: 2, knownFuture: ["phase"]);
        BacktestResult result = new Backtest { Metrics = [Metric.Qlike] }.Evaluate(task, Small with { Variance = true, Epochs = 40 },
            new Constant(), new Ewma());
        Assert.All(result.Models[0].Forecasts, forecast => Assert.True(forecast.Point[0] > 0));
        Assert.Equal("better", result.Scores()[0].Verdict);
        Assert.Equal(result.Of(Metric.Qlike, "mean of training"),
            new Backtest { Metrics = [Metric.Qlike] }.Evaluate(task, Small with { Variance = true, Epochs = 1, LearningRate = 0 })
            .Of(Metric.Qlike, "LSTM"), 1e-9);
    }

    [Fact]
    public void Several_series_are_learnt_by_one_network()
    {
        DataFrame frame = new(new StringDataFrameColumn("place",
            Enumerable.Range(0, 2 * Product.Length).Select(n => n < Product.Length ? "a" : "b")),
            new DoubleDataFrameColumn("y", Product.Concat(Product.Select(value => 100 + (10 * value)))));
        BacktestResult result = Backtest.Run(new ForecastTask(frame, "y", window: 4, series: "place"), Small with { Members = 1 },
            new LinearLags(4));
        Assert.Equal(2 * 120, result.Origins.Count);
        Assert.Equal("better", result.Scores()[0].Verdict);
    }

    [Fact]
    public void An_ensemble_read_from_files_forecasts_the_same_bits()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            ForecastTask task = new(Frames.Of(Product), "y", window: 4);
            LstmForecaster model = Small with { Epochs = 2, ResidualOn = new LinearLags(2) };
            FittedLstm fitted = (FittedLstm)model.Fit(task.Training, task.Validation);
            fitted.Save(folder);
            ForecastContext[] origins = [.. Enumerable.Range(500, 20).Select(origin => task.ContextAt(origin))];
            double[] Points(IFittedForecaster forecaster) => [.. forecaster.Forecast(origins).SelectMany(forecast => forecast.Point)];
            Assert.Equal(Points(fitted), Points(model.Load(task, folder)));
            Assert.Contains("member-0.safetensors",
                Assert.Throws<ModelFileException>(() => new LstmForecaster(9).Load(task, folder)).Message, StringComparison.Ordinal);
            Assert.ThrowsAny<IOException>(() => (model with { Members = 3 }).Load(task, folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void What_cannot_be_is_said()
    {
        ForecastTask task = new(Frames.Of(Product), "y", window: 70, split: new Split(0.7, 0.7));
        Assert.StartsWith("LSTM stops on rows of validation, but there are none: give the split validation",
            Assert.Throws<ArgumentException>(() => Backtest.Run(task, Small)).Message, StringComparison.Ordinal);
        ForecastTask brief = new(Frames.Of(Product), "y", window: 70, horizon: 5, split: new Split(0.7, 0.705));
        Assert.StartsWith("LSTM: no window of 70 rows with its targets, 5 ahead, fits into rows 420 … 422",
            Assert.Throws<ArgumentException>(() => Backtest.Run(brief, Small)).Message, StringComparison.Ordinal);
        Assert.StartsWith("LSTM is recursive: it would need the future of persistence",
            Assert.Throws<ArgumentException>(() =>
            Backtest.Run(task, Small with { Recursive = true, ResidualOn = new Persistence() })).Message, StringComparison.Ordinal);
    }

    private static double[] Made()
    {
        double[] noise = Frames.AutoRegressive(600, 0), y = new double[600];
        for (int t = 2; t < y.Length; t++) y[t] = (Math.Sign(y[t - 1] * y[t - 2]) >= 0 ? 1 : -1) * (t % 3 == 0 ? -1 : 1) + (0.2 * noise[t]);
        return y;
    }
}
