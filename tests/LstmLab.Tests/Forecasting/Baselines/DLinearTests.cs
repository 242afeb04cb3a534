using LstmLab.Forecasting;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace LstmLab.Tests.Forecasting;

public class DLinearTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 25)]
    [InlineData(30, 25)]
    public void A_straight_line_is_continued_exactly_at_every_step(int window, int kernel)
    {
        double[] y = [.. Enumerable.Range(1, 200).Select(t => (double)t)];
        BacktestResult result = Backtest.Run(new ForecastTask(Frames.Of(y), "y", horizon: 6), new DLinear(window, kernel));
        Assert.All(result.BySteps($"DLinear {window}"), error => Assert.True(error < 1e-5, $"{error}"));
    }

    [Fact]
    public void With_as_good_as_no_penalty_it_is_least_squares_on_its_lags()
    {
        // Of a sine without noise nothing is gained by a penalty, and forecasts are exact.
        double[] y = [.. Enumerable.Range(0, 400).Select(t => Math.Sin(0.3 * t) + (0.5 * Math.Sin(1.1 * t)))];
        ForecastTask task = new(Frames.Of(y), "y", horizon: 5);
        BacktestResult result = Backtest.Run(task, new DLinear(12, 5), new LinearLags(12));
        Assert.All(result.BySteps("DLinear 12").Concat(result.BySteps("linear, lags 1–12")),
            error => Assert.True(error < 1e-4, $"{error}"));
    }

    [Fact]
    public void The_penalty_helps_where_lags_are_many_and_rows_few()
    {
        double[] skill = [.. Enumerable.Range(0, 10).Select(seed =>
        {
            ForecastTask task = new(Frames.Of(Frames.AutoRegressive(400, 0.8, (ulong)seed)), "y");
            return Backtest.Run(task, new DLinear(60), new LinearLags(60)).Scores()[0].Skill;
        })];
        Assert.True(skill.Average() > 0.04 && skill.Min() > -0.03, string.Join(", ", skill));
    }

    [Fact]
    public void Ridge_solves_its_normal_equations()
    {
        RandomStream random = new(0, "ridge");
        Matrix<double> x = Matrix<double>.Build.Dense(50, 3, (_, _) => random.NextNormal());
        Matrix<double> y = Matrix<double>.Build.Dense(50, 2, (n, s) => 5 + x[n, 0] - ((s + 1) * x[n, 2]) + (0.01 * random.NextNormal()));
        Ridge found = Ridge.Fit(x, y);
        double[] predicted = found.Predict([1, 2, 3]);
        Assert.Equal(5 + 1 - 3, predicted[0], 0.02);
        Assert.Equal(5 + 1 - 6, predicted[1], 0.02);
        // Intercepts are not penalized: the mean row has the mean target.
        double[] mean = found.Predict([.. x.ColumnSums() / 50]);
        Assert.All(mean.Zip(y.ColumnSums() / 50), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    [Fact]
    public void What_cannot_be_is_said()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DLinear(0));
        Assert.Contains("odd", Assert.Throws<ArgumentOutOfRangeException>(() => new DLinear(5, 4)).Message, StringComparison.Ordinal);
        ForecastTask task = new(Frames.Of(Frames.AutoRegressive(30, 0)), "y");
        string message = Assert.Throws<ArgumentException>(() => Backtest.Run(task, new DLinear(20))).Message;
        Assert.All(new[] { "DLinear 20", "21 training rows", "1 windows" },
            part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
