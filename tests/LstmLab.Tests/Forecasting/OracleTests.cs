using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting;

/// <summary>Series whose forecasts are known beforehand, for every forecaster there is: an origin, a step or a split that is off by one
/// shows.</summary>
public class OracleTests
{
    private const int Horizon = 4;

    // What each does on 1, 2, 3, …: exact at every step, late by the step, or something else that is known.
    private enum Answer
    {
        Exact, Late, Own,
    }

    private static readonly Dictionary<Type, (IForecaster Model, Answer Line)> Known = new()
    {
        [typeof(Persistence)] = (new Persistence(), Answer.Late),
        [typeof(Drift)] = (new Drift(), Answer.Exact),
        [typeof(SeasonalNaive)] = (new SeasonalNaive(5, addLastError: true), Answer.Exact),
        [typeof(LinearLags)] = (new LinearLags(2), Answer.Exact),
        [typeof(AutoRegression)] = (new AutoRegression(2), Answer.Exact),
        [typeof(Constant)] = (new Constant(), Answer.Own),
        [typeof(Climatology)] = (new Climatology(new Harmonics(10)), Answer.Own),
        [typeof(DampedAnomaly)] = (new DampedAnomaly(new Harmonics(10)), Answer.Own),
        [typeof(Ewma)] = (new Ewma(), Answer.Own),
        [typeof(MarkovChain)] = (new MarkovChain(), Answer.Own),
        [typeof(LogisticLags)] = (new LogisticLags(1), Answer.Own),
        [typeof(Garch)] = (new Garch(), Answer.Own),
        [typeof(Har)] = (new Har(), Answer.Own),
        [typeof(Ets)] = (new Ets(), Answer.Exact),
        [typeof(DLinear)] = (new DLinear(8), Answer.Exact),
        [typeof(Conformal)] = (new Conformal(new Drift()) { CalibrationShare = 1 }, Answer.Exact),
        [typeof(LstmForecaster)] = (new LstmForecaster(4) { Members = 1, Epochs = 1, ResidualOn = new LinearLags(2), LearningRate = 0 },
            Answer.Exact),
        [typeof(GivenForecasts)] = (new GivenForecasts("given", Ladder(), 81, ahead: 1), Answer.Exact),
    };

    public static TheoryData<string> Forecasters => [.. Known.Keys.Select(type => type.Name)];

    [Fact]
    public void Every_forecaster_is_among_them() => Assert.Empty(typeof(IForecaster).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false, IsPublic: true } && type.IsAssignableTo(typeof(IForecaster))).Except(Known.Keys));

    [Theory, MemberData(nameof(Forecasters))]
    public void One_two_three_is_forecast_as_it_must_be_at_every_step(string forecaster)
    {
        (IForecaster model, Answer line) = Of(forecaster);
        ForecastTask task = new(Frames.Of([.. Enumerable.Range(1, 100).Select(n => (double)n)]), "y", horizon: Horizon);
        BacktestResult result = Backtest.Run(task, model, new Frames.Steps("last plus one", (context, k) => context.Target[^1] + k));
        Assert.Equal([0, 0, 0, 0], result.BySteps("last plus one"));
        double[] errors = result.BySteps(model.Name);
        for (int k = 1; k <= Horizon; k++)
        {
            // Row origin + k − 1 holds origin + k.
            double expected = line switch { Answer.Exact => 0, Answer.Late => k, _ => errors[k - 1] };
            Assert.Equal(expected, errors[k - 1], 1e-6);
            Assert.True(double.IsFinite(errors[k - 1]));
        }
    }

    [Theory]
    [InlineData(nameof(Persistence), 0.05)]
    [InlineData(nameof(Drift), 0.06)]
    [InlineData(nameof(LinearLags), 0.08)]
    [InlineData(nameof(AutoRegression), 0.08)]
    [InlineData(nameof(LstmForecaster), 0.08)]
    public void Errors_on_a_random_walk_grow_as_the_root_of_the_step(string forecaster, double within)
    {
        IForecaster model = Of(forecaster).Model;
        double[] squares = new double[Horizon];
        for (ulong seed = 0; seed < 40; seed++)
        {
            ForecastTask walk = new(Frames.Of(Frames.AutoRegressive(1000, 1, seed)), "y", horizon: Horizon);
            BacktestResult result = Backtest.Run(walk, model);
            for (int k = 1; k <= Horizon; k++) squares[k - 1] += result.Of(Squared, model.Name, k) / 40;
        }

        for (int k = 1; k <= Horizon; k++) Assert.InRange(Math.Sqrt(squares[k - 1] / k), 1 - within, 1 + within);
    }

    [Fact]
    public void A_seasonal_forecast_of_a_pure_season_is_exact_at_every_step_beyond_one_season_too()
    {
        double[] season = [.. Enumerable.Range(0, 100).Select(t => (double)(t * t % 7))];
        ForecastTask task = new(Frames.Of(season), "y", horizon: 9);
        BacktestResult result = Backtest.Run(task, new SeasonalNaive(7), new SeasonalNaive(7, addLastError: true));
        Assert.All(result.Models, model => Assert.All(result.BySteps(model.Name), error => Assert.Equal(0, error)));
    }

    private static Metric Squared { get; } = new("MSE", Metric.Rmse.Loss, mean => mean);

    private static (IForecaster Model, Answer Line) Of(string name) => Known.Single(known => known.Key.Name == name).Value;

    private static double[,] Ladder()
    {
        double[,] made = new double[20, Horizon];
        for (int n = 0; n < 20; n++)
            for (int k = 0; k < Horizon; k++) made[n, k] = 82 + n + k;
        return made;
    }
}
