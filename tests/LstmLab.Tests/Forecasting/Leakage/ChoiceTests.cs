using LstmLab.Forecasting;
using Xunit;

namespace LstmLab.Tests.Forecasting.Leakage;

/// <summary>Rows of the test that stop a training or choose a model are found, and pipelines that use validation pass.</summary>
public class ChoiceTests
{
    private static readonly ForecastTask Given = new(
        Frames.Of([.. Frames.AutoRegressive(300, 0.8).Select(value => value + 20)]), "y", window: 5);
    private static readonly LstmForecaster Small = new(4) { Members = 1, Epochs = 4, Patience = 2 };
    private static readonly IForecaster[] Candidates =
        [new Persistence(), new LinearLags(1), new LinearLags(5), new Constant(), new Drift()];

    [Fact]
    public void A_network_that_the_test_stops_is_found_even_if_it_stops_at_the_same_epoch()
    {
        LeakageReport report = LeakageCheck.Model(Given, new Wrapped("stops on the test", (training, _) =>
            Small.Fit(training, [TaskOf(training).ContextAt(300)])));
        Assert.Equal("Training of 'stops on the test'", report.Leaks.Single().What);
        Assert.Equal("its loss on validation changes when rows from 240 on do: they stop its training.", report.Leaks.Single().Finding);
    }

    [Fact]
    public void A_network_that_is_trained_on_the_test_is_found() =>
        Assert.Equal("Training of 'trains on the test'", LeakageCheck.Model(Given, new Wrapped("trains on the test", (training, _) =>
        Small.Fit([TaskOf(training).ContextAt(260)], [TaskOf(training).ContextAt(300)]))).Leaks.Single().What);

    [Fact]
    public void A_network_whose_test_error_stops_it_behind_a_forecaster_of_another_type_is_found() =>
        Assert.Equal("Model 'hidden'", LeakageCheck.Model(Given, new Wrapped("hidden", (training, _) =>
        new Hidden(Small.Fit(training, [TaskOf(training).ContextAt(300)])))).Leaks.Single().What);

    [Fact]
    public void A_model_chosen_by_its_error_on_the_test_is_found_whichever_that_is()
    {
        foreach (IForecaster first in Candidates)
        {
            IForecaster[] order = [first, .. Candidates.Where(model => model != first)];
            LeakageReport report = LeakageCheck.Model(Given, new Wrapped("chosen", (training, validation) =>
                order.MinBy(model => Backtest.Run(TaskOf(training), model).Of(Metric.Rmse, model.Name))!.Fit(training, validation)));
            Assert.Equal("Model 'chosen'", report.Leaks.Single().What);
        }
    }

    [Fact]
    public void A_choice_by_the_test_is_found_and_one_by_validation_passes()
    {
        LeakageReport report = LeakageCheck.Choice(Given, task =>
            Candidates.MinBy(model => Backtest.Run(task, model).Of(Metric.Rmse, model.Name))!.Name);
        Assert.Contains("they made it", report.Leaks.Single().Finding, StringComparison.Ordinal);
        Assert.StartsWith("Choice of ", report.Subject, StringComparison.Ordinal);
        LeakageCheck.Choice(Given, task => Backtest.Run(task, [new Constant(0), .. Candidates]).Reference).RequirePassed();
        Assert.False(LeakageCheck.Choice(Given, task => Backtest.Run(task, [new Constant(0), .. Candidates]).Best).Passed);
    }

    [Fact]
    public void A_number_of_epochs_chosen_by_the_test_is_found_and_one_chosen_by_validation_passes()
    {
        int Best(ForecastTask task, ForecastContext held) =>
            ((FittedLstm)Small.Fit(task.Training, [held])).Histories[0].BestEpoch;
        Assert.False(LeakageCheck.Choice(Given, task => Best(task, task.ContextAt(300))).Passed);
        Assert.True(LeakageCheck.Choice(Given, task => Best(task, task.Validation[0])).Passed);
    }

    [Fact]
    public void Pipelines_that_train_stop_and_choose_before_the_test_pass()
    {
        LeakageCheck.Model(Given, new Wrapped("stops on validation", Small.Fit)).RequirePassed();
        LeakageCheck.Model(Given, new Conformal(Small)).RequirePassed();
        LeakageCheck.Model(Given, Small with { ResidualOn = new LinearLags(2) }).RequirePassed();
        LeakageCheck.Model(Given, new Wrapped("chosen on validation", (training, validation) =>
            Candidates.MinBy(model => Error(model, training, validation))!.Fit(training, validation))).RequirePassed();
    }

    [Fact]
    public void A_base_model_chosen_by_the_test_is_found_below_a_network() =>
        Assert.False(LeakageCheck.Model(Given, Small with
        {
            ResidualOn = new Wrapped("chosen", (training, validation) =>
            Candidates.MinBy(model => Backtest.Run(TaskOf(training), model).Of(Metric.Rmse, model.Name))!.Fit(training, validation)),
        }).Passed);

    private static ForecastTask TaskOf(IReadOnlyList<ForecastContext> training) => training[0].Task;

    private static double Error(IForecaster model, IReadOnlyList<ForecastContext> training, IReadOnlyList<ForecastContext> validation)
    {
        IFittedForecaster fitted = model.Fit(training, validation);
        ForecastContext[] origins = [.. Enumerable.Range(training[0].Origin, validation[0].Origin - training[0].Origin)
            .Select(origin => validation[0].At(origin))];
        double[] target = validation[0].Target.ToArray();
        return fitted.Forecast(origins).Zip(origins, (forecast, context) => Math.Abs(forecast.Point[0] - target[context.Origin])).Average();
    }

    private sealed class Wrapped(string name, Func<IReadOnlyList<ForecastContext>, IReadOnlyList<ForecastContext>, IFittedForecaster> fit)
        : IForecaster
    {
        public string Name => name;

        public IFittedForecaster Fit(IReadOnlyList<ForecastContext> training, IReadOnlyList<ForecastContext> validation) =>
            fit(training, validation);
    }

    private sealed class Hidden(IFittedForecaster inner) : IFittedForecaster
    {
        public int Lookback => inner.Lookback;

        public IReadOnlyList<Forecast> Forecast(IReadOnlyList<ForecastContext> origins) => inner.Forecast(origins);
    }
}
