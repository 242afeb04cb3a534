using System.Globalization;
using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting;

/// <summary>The figures an LSTM has to beat, to the digits that were measured by other software on the same files (the rows of half-hours
/// × weekend and of the Markov chain with season are this project's own): loading, splits, baselines and metrics are right together or not
/// at all. Trained on the first 70 %, tested from 80 % on, one row ahead from the true past.</summary>
public class BaselineFigureTests
{
    private static readonly Harmonics Year = Harmonics.Year();
    private static readonly int[] WeekLags = [1, 2, 3, 48, 49, 336, 337], MoreLags = [1, 2, 3, 4, 47, 48, 49, 50, 335, 336, 337, 338],
        DayLags = [48, 49, 96, 336, 384];

    [Theory]
    [InlineData("Seattle", 1, "3.06", "3.75", "2.79")]
    [InlineData("Seattle", 7, "4.95", "3.75", "3.72")]
    [InlineData("New York", 1, "3.54", "4.26", "3.27")]
    public void Highest_temperature_in_degrees_Celsius(string place, int days, string persistence, string climatology, string damped) =>
        Same(new ForecastTask(Frames.Weather(place), "temp_max", "date", horizon: days, steps: [days]), [Metric.Rmse],
            (new Persistence(), [persistence]), (new Climatology(Year), [climatology]), (new DampedAnomaly(Year), [damped]));

    [Theory]
    [InlineData(1, "7.11", "9.01", "6.53", "6.39")]
    [InlineData(7, "11.97", "9.01", "8.92", "8.92")]
    public void Mean_temperature_of_Chicago_in_degrees_Fahrenheit(int days, string persistence, string climatology, string damped,
    string autoregression) =>
        Same(new ForecastTask(Frames.Load("chicago_weather_daily_2001_2016.csv", "date"), "temp", "date", horizon: days, steps: [days]),
        [Metric.Rmse],
            (new Persistence(), [persistence]), (new Climatology(Year), [climatology]), (new DampedAnomaly(Year), [damped]),
            (new AutoRegression(7, Year), [autoregression]));

    [Fact]
    public void Mean_temperature_of_Chicago_from_covariates()
    {
        DataFrame frame = Frames.Load("chicago_weather_daily_2001_2016.csv", "date");
        // wind_max holds a reading of 406 mph.
        string[] covariates = [.. frame.Columns.Select(column => column.Name).Where(name => name is not ("date" or "temp" or "wind_max"))];
        Same(new ForecastTask(frame, "temp", "date", pastCovariates: covariates), [Metric.Rmse],
            (new LinearLags(3) { Anomalies = Year, CovariateLags = 3 }, ["5.254"]));
    }

    [Fact]
    public void Rain_tomorrow() =>
        Same(new ForecastTask(Frames.Weather("Seattle"), "wet", "date"), [Metric.Brier],
            (new Constant(), [".237"]), (new MarkovChain(), [".196"]), (new LogisticLags(1) { Season = Year }, [".1753"]));

    [Fact]
    public void Load_half_an_hour_ahead_in_MW() =>
        Same(new ForecastTask(Frames.Load("taylor_halfhourly_mw.csv"), "mw"), [Metric.Rmse, Metric.Mae, Metric.Mape],
            (new Persistence(), ["905", "644", "2.25"]), (new SeasonalNaive(336), ["718", "582", "1.99"]),
            (new SeasonalNaive(336, addLastError: true), ["192", "124", ".421"]),
            (new LinearLags(WeekLags), ["182.6", "121", ".413"]), (new LinearLags(MoreLags), ["163.8", "113.0", ".388"]));

    [Fact]
    public void Load_a_day_ahead_in_MW() =>
        Same(new ForecastTask(Frames.Load("taylor_halfhourly_mw.csv"), "mw", horizon: 48, steps: [48]),
        [Metric.Rmse, Metric.Mae, Metric.Mape],
            (new SeasonalNaive(336), ["718", "582", "1.99"]), (new LinearLags(DayLags), ["557", "431", "1.46"]),
            // The series begins on a Monday.
            (new LinearLags(DayLags) { Name = "half-hours × weekend", Category = row => (row % 48) + (row / 48 % 7 >= 5 ? 48 : 0) },
            ["527.0", "410", "1.40"]));

    [Theory]
    [InlineData("DAX", "62.99", "48.21", "3.77")]
    [InlineData("SMI", "77.90", "59.31", "3.96")]
    [InlineData("CAC", "42.73", "32.02", "2.09")]
    [InlineData("FTSE", "51.93", "39.80", "2.36")]
    [InlineData("DJIA", "138.76", "93.32", "2.77")]
    public void Persistence_of_closing_prices(string index, string rmse, string mae, string mase)
    {
        ForecastTask task = index == "DJIA" ? new(Frames.Load("djia8012.csv"), "close") : new(Frames.Load("eustockmarkets.csv"), index);
        Same(task, [Metric.Rmse, Metric.Mae, Metric.Mase(task)], (new Persistence(), [rmse, mae, mase]));
    }

    [Fact]
    public void Returns_of_the_Dow_Jones_in_percent() =>
        Same(new ForecastTask(Frames.DowJones(), "r"), [Metric.Rmse], (new Constant(0), ["1.3728"]));

    [Fact]
    public void Volatility_of_the_Dow_Jones() =>
        Same(new ForecastTask(Frames.DowJones(), "r2", pastCovariates: ["r"]), [Metric.Qlike],
            (new Ewma(), ["1.124"]), (new Garch(), ["1.092"]), (new Garch("r"), ["1.055"]), (new Har(), ["1.105"]));

    [Fact]
    public void Returns_and_volatility_of_the_DAX()
    {
        DataFrame frame = Frames.Returns(Frames.Load("eustockmarkets.csv"), "DAX");
        Same(new ForecastTask(frame, "r"), [Metric.Rmse], (new Constant(0), ["1.4360"]));
        Same(new ForecastTask(frame, "r2"), [Metric.Qlike], (new Ewma(), ["1.706"]));
    }

    private static void Same(ForecastTask task, Metric[] metrics, params (IForecaster Model, string[] Figures)[] expected)
    {
        BacktestResult result = new Backtest { Metrics = metrics }.Evaluate(task, [.. expected.Select(e => e.Model)]);
        foreach ((IForecaster model, string[] figures) in expected)
            Assert.Equal(figures, metrics.Zip(figures, (metric, figure) => Rounded(result.Of(metric, model.Name), figure)));
    }

    private static string Rounded(double value, string like) =>
        value.ToString($"#.{new string('0', like.Contains('.', StringComparison.Ordinal) ? like.Length - like.IndexOf('.', StringComparison.Ordinal) - 1 : 0)}", CultureInfo.InvariantCulture);
}
