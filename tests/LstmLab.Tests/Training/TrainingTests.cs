using Xunit;

namespace LstmLab.Tests.Training;

public class TrainingTests
{
    private static readonly MeanSquaredError Loss = new();

    [Fact]
    public void An_LSTM_learns_the_running_mean()
    {
        Dataset<float> samples = RunningMean.Dataset<float>();
        Model<float> model = RunningMean.Model<float>();
        double before = model.Evaluate(samples, Loss);
        History history = model.Train(samples.X, samples.Y, Loss, new Adam(0.01), epochs: 60, batchSize: 10);
        Assert.Equal((60, StopReason.Completed), (history.Epochs.Count, history.StopReason));
        Assert.True(model.Evaluate(samples, Loss) < before / 10, $"{before} to {model.Evaluate(samples, Loss)}");
    }

    [Fact]
    public void A_full_batch_step_of_gradient_descent_is_the_gradient_times_the_rate()
    {
        Dataset<double> samples = RunningMean.Dataset<double>();
        Model<double> trained = RunningMean.Model<double>(), byHand = RunningMean.Model<double>();
        trained.Train(samples.X, samples.Y, Loss, new Sgd(0.1), epochs: 1, batchSize: 40, shuffle: false);
        var y = byHand.Forward(samples.X, default);
        var dY = Tensors.Zeros<double>(8, 40, 1);
        Loss.Evaluate(y, samples.Y, dY);
        byHand.Backward(dY);
        foreach ((Parameter<double> expected, Parameter<double> found) in byHand.Parameters.Zip(trained.Parameters))
            Assert.Equal(expected.Values.Zip(expected.Gradient, (value, gradient) => value - (0.1 * gradient)), found.Values);
    }

    [Fact]
    public void The_epoch_loss_is_the_mean_over_samples_even_with_a_short_last_batch()
    {
        Dataset<double> samples = RunningMean.Dataset<double>(count: 10);
        Model<double> model = RunningMean.Model<double>();
        double whole = model.Evaluate(samples, Loss);
        Assert.Equal(whole, model.Train(samples.X, samples.Y, Loss, new Sgd(0), epochs: 1, batchSize: 4).Loss[0], 1e-12);
    }

    [Fact]
    public void Early_stopping_keeps_the_weights_of_the_best_epoch()
    {
        Dataset<double> samples = RunningMean.Dataset<double>(count: 4), held = RunningMean.Dataset<double>(count: 30, seed: 9);
        Model<double> model = RunningMean.Model<double>();
        History history = model.Train(samples.X, samples.Y, Loss, new Adam(0.05), epochs: 500, validation: held, earlyStopping: new(Patience: 5));
        Assert.Equal(StopReason.StoppedEarly, history.StopReason);
        Assert.Equal(history.BestEpoch + 5, history.Epochs.Count);
        Assert.Equal(history.ValidationLoss.Min(), model.Evaluate(held, Loss));
        Assert.Equal(history.BestEpoch - 1, Array.IndexOf(history.ValidationLoss, history.ValidationLoss.Min()));
    }

    [Fact]
    public void The_average_of_the_weights_is_what_is_validated_and_kept()
    {
        Dataset<double> samples = RunningMean.Dataset<double>(), held = RunningMean.Dataset<double>(count: 30, seed: 9);
        Model<double> byHand = RunningMean.Model<double>(), averaged = RunningMean.Model<double>();
        double[] average = [.. byHand.Parameters.SelectMany(parameter => parameter.Values)];
        for (int s = 1; s <= 3; s++)
        {
            byHand.Train(samples.X, samples.Y, Loss, new Sgd(0.1), epochs: 1, batchSize: 40, shuffle: false);
            double decay = Math.Min(0.2, s / (s + 9.0));
            average = [.. average.Zip(byHand.Parameters.SelectMany(parameter => parameter.Values), (a, w) => a + ((1 - decay) * (w - a)))];
        }

        History history = averaged.Train(samples.X, samples.Y, Loss, new Sgd(0.1), epochs: 3, batchSize: 40, shuffle: false, validation: held, weightAverageDecay: 0.2);
        Assert.All(average.Zip(averaged.Parameters.SelectMany(parameter => parameter.Values)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(averaged.Evaluate(held, Loss), history.ValidationLoss[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => averaged.Train(samples.X, samples.Y, Loss, new Sgd(0.1), epochs: 1, weightAverageDecay: 1));
    }

    [Fact]
    public void Cancelling_keeps_what_was_learnt()
    {
        Dataset<double> samples = RunningMean.Dataset<double>();
        Model<double> model = RunningMean.Model<double>(), threeEpochs = RunningMean.Model<double>();
        using CancellationTokenSource source = new();
        History history = model.Train(samples.X, samples.Y, Loss, new Adam(0.01), epochs: 100, cancellation: source.Token,
            progress: new Told(report => { if (report.Epoch == 3) source.Cancel(); }));
        threeEpochs.Train(samples.X, samples.Y, Loss, new Adam(0.01), epochs: 3);
        Assert.Equal((StopReason.Cancelled, 3), (history.StopReason, history.Epochs.Count));
        Assert.Equal(threeEpochs.Parameters.SelectMany(p => p.Values), model.Parameters.SelectMany(p => p.Values));
    }

    [Fact]
    public void The_schedule_sets_the_rate_of_each_epoch_and_leaves_the_optimizer_as_it_was()
    {
        Dataset<double> samples = RunningMean.Dataset<double>();
        Adam adam = new(0.08);
        History history = RunningMean.Model<double>().Train(samples.X, samples.Y, Loss, adam, epochs: 4, schedule: new StepDecay(2, 0.5));
        Assert.Equal([0.08, 0.08, 0.04, 0.04], history.Epochs.Select(epoch => epoch.LearningRate));
        Assert.Equal(0.08, adam.LearningRate);
    }

    [Fact]
    public void A_diverging_loss_is_named_and_the_weights_stay_finite()
    {
        Dataset<double> samples = RunningMean.Dataset<double>();
        Model<double> model = RunningMean.Model<double>();
        DivergenceException error = Assert.Throws<DivergenceException>(() => model.Train(samples.X, samples.Y, Loss, new Sgd(1e200), epochs: 50));
        Assert.Matches(@"^In epoch \d+, batch \d+, the loss is \S+ and the norm of its gradient (NaN|Infinity), at learning rate 1E\+200: use a smaller one, or clip the gradients\. The weights are those before this step\.$", error.Message);
        Assert.All(model.Parameters.SelectMany(p => p.Values), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Bad_samples_are_refused_before_anything_changes()
    {
        Dataset<double> samples = RunningMean.Dataset<double>();
        Model<double> model = RunningMean.Model<double>();
        double[] before = [.. model.Parameters.SelectMany(p => p.Values)];
        string Refused(Action act) => Assert.ThrowsAny<ArgumentException>(act).Message;
        Assert.Equal("samples.Y must be [T, N, O] = [any, 40, any], but is [8, 3, 1].", Refused(() => model.Train(samples.X, Tensors.Zeros<double>(8, 3, 1), Loss, new Adam(), 1)));
        Assert.Equal("samples.X must be [T, N, I] = [any, any, any], but is [8, 40].", Refused(() => model.Train(Tensors.Zeros<double>(8, 40), samples.Y, Loss, new Adam(), 1)));
        Assert.Equal("samples.X holds no samples: N is 0.", Refused(() => model.Train(Tensors.Zeros<double>(8, 0, 1), Tensors.Zeros<double>(8, 0, 1), Loss, new Adam(), 1)));
        samples.X[5, 17, 0] = double.NaN;
        Assert.Equal("samples.X[5, 17, 0] is NaN; every value must be a finite number: clean or impute the data first.", Refused(() => model.Train(samples.X, samples.Y, Loss, new Adam(), 1)));
        Assert.Equal(before, model.Parameters.SelectMany(p => p.Values));
    }

    [Fact]
    public void A_model_needs_a_layer_and_layers_that_fit()
    {
        Assert.StartsWith("A model needs at least one layer.", Assert.Throws<ArgumentException>(() => new Model<double>()).Message, StringComparison.Ordinal);
        string message = Assert.Throws<ShapeException>(() => new Model<double>(new Lstm<double>(1, 8), new Dropout<double>(0.1), new Dense<double>(4, 1))).Message;
        Assert.Contains("Layer 2, Dense(4 → 1)", message, StringComparison.Ordinal);
        Assert.Contains("gives 8", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_documents_model_has_43_parameters() => Assert.Equal(43, new Model<double>(new Lstm<double>(1, 2), new Dense<double>(2, 1)).ParameterCount);

    private sealed class Told(Action<EpochReport> action) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => action(value);
    }
}
