using LstmLab.Forecasting;
using Microsoft.Data.Analysis;
using Xunit;

namespace LstmLab.Tests.Forecasting.Leakage;

/// <summary>Each kind of leak is planted and found; honest preparations pass.</summary>
public class LeakageTests
{
    private static readonly double[] Series = [.. Frames.AutoRegressive(300, 0.8).Select(value => value + 20)];
    private static readonly DataFrame Frame = Frames.Of(Series);

    public static TheoryData<string, Func<double[], double[]>> Peeking => new()
    {
        { "the next row", y => [.. y.Skip(1), y[^1]] },
        { "a centered mean", y => Mean(y, 3, 3) },
        { "a scaling of the whole column", y => [.. y.Select(new StandardScaler().Fit(y, y.Length).Forward)] },
        { "the rank within the whole column", y => [.. y.Select(value => (double)y.Count(other => other < value))] },
        { "the rest of the mean", y => [.. y.Select((_, t) => y[t..].Average())] },
        { "a smoothing that runs backwards", y => [.. Smooth(y.Reverse()).Reverse()] },
    };

    public static TheoryData<string, Func<double[], double[]>> Honest => new()
    {
        { "the row before", y => [y[0], .. y.SkipLast(1)] },
        { "a trailing mean", y => Mean(y, 6, 0) },
        { "the mean so far", y => [.. y.Select((_, t) => y[..(t + 1)].Average())] },
        { "a scaling by the first rows", y => [.. y.Select(new StandardScaler().Fit(y, 30).Forward)] },
        { "a smoothing that runs forwards", y => [.. Smooth(y)] },
    };

    [Theory, MemberData(nameof(Peeking))]
    public void A_derived_column_that_looks_ahead_is_found(string what, Func<double[], double[]> derive)
    {
        LeakageReport report = LeakageCheck.Columns(Frame, frame => frame.With("x", derive(frame.Numbers("y"))));
        Assert.True(report.Leaks.Single().What == "Column 'x'", what);
        Assert.Contains("changes when rows from 60 on do.", Assert.Throws<InvalidOperationException>(report.RequirePassed).Message,
            StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Honest))]
    public void A_derived_column_that_looks_back_passes(string what, Func<double[], double[]> derive) =>
        Assert.True(LeakageCheck.Columns(Frame, frame => frame.With("x", derive(frame.Numbers("y")))).Passed, what);

    [Fact]
    public void Transformations_clipping_and_the_calendar_pass_and_interpolation_does_not()
    {
        DataFrame dated = Frame.WithTimes("date", new DateTime(2020, 1, 1), Frequency.Every(TimeSpan.FromDays(1)));
        LeakageCheck.Columns(dated, frame => frame.WithCalendar("date", CalendarFeature.Year, CalendarFeature.Weekend).Clip("y", 0, 23)
            .Transform("y", Transformation.SeasonalDifference(7), "week").Transform("y", Transformation.LogReturn, "r")).RequirePassed();
        dated.Columns["y"][59] = null;
        LeakageCheck.Columns(dated, frame => frame.Fill(Missing.Forward)).RequirePassed();
        Assert.Equal([new Leak("Column 'y'", "its row 59 changes when rows from 60 on do.")],
            LeakageCheck.Columns(dated, frame => frame.Fill(Missing.Interpolate)).Leaks);
    }

    [Fact]
    public void A_scaler_fitted_to_all_rows_is_found()
    {
        LeakageReport report = LeakageCheck.Scaler(new(Frame, "y"),
            new Fits((context, column) => new StandardScaler().Fit(context.Task.Series[0].Target, 300)));
        Assert.Equal("Fits for 'y': Scaler of 'y' leaks: it was fitted to rows 0 … 299, but training ends at 209.", report.ToString());
    }

    [Fact]
    public void A_scaler_that_hides_what_it_saw_is_found()
    {
        LeakageReport report = LeakageCheck.Scaler(new(Frame, "y"),
            new Fits((context, column) => new MinMaxScaler().Fit(context.Task.Series[0].Target, 300) with { End = context.Origin }));
        Assert.Matches(@"^it maps row 0 to 0\.\d+, and to 0\.\d+ when rows from 210 on change\.$", report.Leaks.Single().Finding);
    }

    [Fact]
    public void Scalers_of_the_project_pass()
    {
        DataFrame dated = Frame.WithTimes("date", new DateTime(2020, 1, 1), Frequency.Every(TimeSpan.FromDays(1)));
        foreach (IScaler scaler in new IScaler[] { new StandardScaler(), new MinMaxScaler(), new Harmonics(30), Harmonics.Year() })
            LeakageCheck.Scaler(new(dated, "y", "date"), scaler).RequirePassed();
    }

    [Fact]
    public void Windows_that_reach_into_the_test_are_found()
    {
        LeakageReport report = LeakageCheck.Samples(Frame, 240, frame => Cut(frame.Numbers("y"), 245));
        Assert.Equal(
            ["Input 0 leaks: 4 of 235 windows differ in it, from sample 231 on, when rows from 240 on change.",
            "Target leaks: 5 of 235 windows differ in it, from sample 230 on, when rows from 240 on change."],
            report.Leaks.Select(leak => $"{leak.What} leaks: {leak.Finding}"));
        LeakageCheck.Samples(Frame, 240, frame => Cut(frame.Numbers("y"), 240)).RequirePassed();
    }

    [Fact]
    public void Windows_scaled_by_the_whole_column_are_found()
    {
        LeakageReport report = LeakageCheck.Samples(Frame, 240, frame =>
            Cut([.. frame.Numbers("y").Select(new StandardScaler().Fit(frame.Numbers("y"), 300).Forward)], 240));
        Assert.Equal(["230 of 230 windows differ in it, from sample 0 on, when rows from 240 on change."],
            report.Leaks.Select(leak => leak.Finding).Distinct());
    }

    [Fact]
    public void As_many_windows_as_the_test_tells_are_found() => Assert.Equal(
        [new Leak("Windows", "there are 230, and 229 when rows from 240 on change.")],
        LeakageCheck.Samples(Frame, 240, frame => Cut(frame.Numbers("y"), frame.Numbers("y")[250] == Series[250] ? 240 : 239)).Leaks);

    [Fact]
    public void A_model_that_reads_the_test_is_found_and_baselines_pass()
    {
        ForecastTask task = new(Frame, "y", horizon: 2);
        LeakageReport report = LeakageCheck.Model(task,
            new Frames.Plain("oracle", context => context.Task.Series[0].Target[context.Origin]));
        Assert.Equal("oracle: Model 'oracle' leaks: its forecast of the first test rows changes when rows from 240 on do: it sees them, or "
            + "was chosen by them.", report.ToString());
        foreach (IForecaster model in new IForecaster[] { new Persistence(), new Drift(), new Constant(), new AutoRegression(3),
            new LinearLags(3), new DampedAnomaly(new Harmonics(30)), new Conformal(new LinearLags(2)) })
            LeakageCheck.Model(task, model).RequirePassed();
    }

    [Fact]
    public void An_LSTM_whose_scaler_or_base_model_saw_the_test_is_found_and_an_honest_one_passes()
    {
        ForecastTask task = new(Frame, "y", window: 10);
        LeakageReport report = LeakageCheck.Model(task,
            new LstmForecaster { Scaler = new Fits((context, column) => new StandardScaler().Fit(context.Task.Series[0].Target, 300)) });
        Assert.Equal(["Input 0", "Target"], report.Leaks.Select(leak => leak.What));
        report = LeakageCheck.Model(task,
            new LstmForecaster { ResidualOn = new Frames.Plain("all", context => context.Task.Series[0].Target.Average()) });
        Assert.Equal(["Input 1", "Target"], report.Leaks.Select(leak => leak.What));
        LeakageCheck.Model(task, new LstmForecaster()).RequirePassed();
        LeakageCheck.Model(task, new LstmForecaster { Scaler = new Harmonics(30), ResidualOn = new LinearLags(2), Recursive = false })
            .RequirePassed();
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 0)]
    [InlineData(1, 0.1)]
    public void A_covariate_that_holds_the_future_is_found(int lead, double noise)
    {
        RandomStream random = new(1, "noise");
        DataFrame frame = Frame.With("x",
            Series.Select((_, t) => 5 - (2 * Series[Math.Min(299, t + lead)]) + (noise * random.NextNormal())));
        Assert.Contains(new Leak("Covariate 'x'", $"with its row before, it tells the target {lead} rows later."),
            LeakageCheck.Task(new(frame, "y", pastCovariates: ["x"])).Leaks);
    }

    [Fact]
    public void A_covariate_smoothed_over_the_future_is_found() =>
        Assert.Contains("tells the target 3 rows later",
        LeakageCheck.Task(new(Frame.With("x", Mean(Series, 3, 3)), "y", pastCovariates: ["x"])).ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_measurement_declared_known_ahead_is_found() =>
        Assert.Equal([new Leak("Column 'y', known ahead", "it tells the target of its own row.")],
        LeakageCheck.Task(new(Frame, "y", knownFuture: ["y"])).Leaks);

    [Fact]
    public void What_the_past_alone_tells_passes()
    {
        DataFrame frame = Frame.With("lag", [Series[0], .. Series.SkipLast(1)]).With("mean", Mean(Series, 6, 0)).With("copy", Series)
            .With("constant", Series.Select(_ => 1.0));
        LeakageCheck.Task(new(frame, "y", pastCovariates: ["lag", "mean", "copy", "constant"])).RequirePassed();
        double[] sine = [.. Enumerable.Range(0, 300).Select(t => Math.Sin(0.1 * t))];
        LeakageCheck.Task(new(Frames.Of(sine).With("x", sine.Select(y => -y)), "y", pastCovariates: ["x"])).RequirePassed();
    }

    [Fact]
    public void The_data_sets_pass()
    {
        DataFrame weather = Frames.Weather("Seattle"), chicago = Frames.Load("chicago_weather_daily_2001_2016.csv"),
            markets = Frames.Load("eustockmarkets.csv"), load = Frames.Load("taylor_halfhourly_mw.csv");
        DataFrame dated = load.WithTimes("time", new DateTime(2000, 6, 5), Frequency.Every(TimeSpan.FromMinutes(30)))
            .WithCalendar("time", CalendarFeature.Week, CalendarFeature.Day, CalendarFeature.Weekend);
        foreach (ForecastTask task in new ForecastTask[]
        {
            new(weather, "temp_max", "date", horizon: 7, pastCovariates: ["temp_min", "wind", "precipitation"]),
            new(weather, "wet", "date", pastCovariates: ["temp_max", "temp_min", "wind", "precipitation"]),
            new(chicago, "temp", "date", horizon: 7,
            pastCovariates: [.. chicago.Columns.Select(column => column.Name).Where(name => name is not ("date" or "temp"))]),
            new(markets, "DAX", pastCovariates: ["SMI", "CAC", "FTSE"]),
            new(Frames.DowJones(), "r2", pastCovariates: ["r"]),
            new(dated, "mw", "time", horizon: 48, knownFuture: ["week_sin", "week_cos", "day_sin", "day_cos", "weekend"]),
        }) LeakageCheck.Task(task).RequirePassed();
    }

    private static double[] Mean(double[] y, int before, int after) =>
        [.. y.Select((_, t) => y[Math.Max(0, t - before)..Math.Min(y.Length, t + after + 1)].Average())];

    private static IEnumerable<double> Smooth(IEnumerable<double> y)
    {
        double level = y.First();
        foreach (double value in y) yield return level = (0.8 * level) + (0.2 * value);
    }

    private static Dataset<double> Cut(double[] y, int end)
    {
        int[] origins = [.. Enumerable.Range(10, end - 10)];
        return new(Windows.Inputs<double>([y], 10, origins), Tensors.Of([.. origins.Select(origin => y[origin])], origins.Length, 1));
    }

    private sealed class Fits(Func<ForecastContext, double[], FittedScaler> fit) : IScaler
    {
        public FittedScaler Fit(ReadOnlySpan<double> column, int end) => throw new NotSupportedException();

        public FittedScaler Fit(ReadOnlySpan<double> column, ForecastContext training) => fit(training, column.ToArray());
    }
}
