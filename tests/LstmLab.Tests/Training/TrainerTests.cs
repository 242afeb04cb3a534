using System.Numerics.Tensors;
using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.Training;

/// <summary>Training step by step, on streams, with metrics and with lengths.</summary>
public class TrainerTests
{
    [Fact]
    public void A_loop_of_steps_written_by_hand_has_the_bits_of_Train()
    {
        Dataset<float> samples = RunningMean.Dataset<float>();
        Model<float> trained = RunningMean.Model<float>(dropout: 0.2), byHand = RunningMean.Model<float>(dropout: 0.2);
        Adam optimizer = new(0.01);
        trained.Train(samples, new MeanSquaredError(), new Adam(0.01), epochs: 3, batchSize: samples.Count, seed: 5, shuffle: false, clipping: new ClipByNorm(0.1), weightAverageDecay: 0.9);
        Trainer<float> trainer = new(byHand, new MeanSquaredError(), optimizer) { Seed = 5, Clipping = new ClipByNorm(0.1), WeightAverageDecay = 0.9 };
        for (int epoch = 0; epoch < 3; epoch++) Assert.True(trainer.Step(samples).GradientNorm > 0);
        Assert.Equal(3, trainer.Steps);
        Assert.Equal(Weights(trained), trainer.WithAverage(() => Weights(byHand)));
        Assert.NotEqual(Weights(trained), Weights(byHand));
    }

    [Fact]
    public void Dropout_draws_a_new_mask_at_each_step_of_a_loop_written_by_hand()
    {
        Dataset<float> samples = RunningMean.Dataset<float>();
        Model<float> model = RunningMean.Model<float>(dropout: 0.5);
        // A learning rate of zero: only the masks differ.
        Trainer<float> trainer = new(model, new MeanSquaredError(), new Sgd(0));
        Assert.NotEqual(trainer.Step(samples).Loss, trainer.Step(samples).Loss);
    }

    [Fact]
    public void Two_dropouts_on_one_tape_and_two_calls_of_one_have_masks_of_their_own()
    {
        Dropout<double> first = new(0.5), second = new(0.5);
        Tape<double> tape = new Tape<double>().Begin(Pass.Train(1, 0));
        Value<double> x = tape.Input(Tensors.Fill(_ => 1.0, 10, 10));
        double[][] masks = [.. new[] { first.Forward(x), second.Forward(x), first.Forward(x) }.Select(y => y.Data.ToArray())];
        Assert.NotEqual(masks[0], masks[1]);
        Assert.NotEqual(masks[0], masks[2]);
        Assert.NotEqual(masks[1], masks[2]);
    }

    [Fact]
    public void Gradients_of_parts_add_up_to_those_of_the_whole_batch()
    {
        Dataset<double> samples = RunningMean.Dataset<double>(count: 6);
        Model<double> whole = RunningMean.Model<double>(), parts = RunningMean.Model<double>();
        StepResult one = new Trainer<double>(whole, new MeanSquaredError(), new Sgd(0.1)).Step(samples);
        StepResult two = new Trainer<double>(parts, new MeanSquaredError(), new Sgd(0.1)).Step([Part(samples, 0, 2), Part(samples, 2, 4)]);
        Assert.Equal(one.Loss, two.Loss, 1e-12);
        Assert.Equal(one.Weight, two.Weight);
        foreach ((double expected, double found) in Weights(whole).Zip(Weights(parts))) Assert.Equal(expected, found, 1e-12);
    }

    [Fact]
    public void A_stream_of_fresh_batches_trains_and_resumes_to_the_same_bits()
    {
        Dataset<float> Batch(int step) => RunningMean.Dataset<float>(seed: (ulong)step, count: 8);
        float[] Run(Model<float> model, int epochs, Checkpointing? checkpoints = null)
        {
            model.Train(Batch, stepsPerEpoch: 5, new MeanSquaredError(), new Adam(0.01), epochs, checkpoints: checkpoints);
            return Weights(model);
        }

        using Formats.TemporaryFolder folder = new();
        Run(RunningMean.Model<float>(), 2, new LstmLab.Formats.Checkpoints(folder["s"]));
        Assert.Equal(Run(RunningMean.Model<float>(), 4), Run(RunningMean.Model<float>(), 4, new LstmLab.Formats.Checkpoints(folder["s"])));
    }

    [Fact]
    public void With_lengths_an_epochs_loss_is_the_mean_over_the_steps_that_count()
    {
        Dataset<double> samples = new(Make.Normal(1, 6, 4, 1), Make.Normal(2, 6, 4, 1), [6, 1, 1, 1]);
        Model<double> model = new(new Lstm<double>(1, 3), new Dense<double>(3, 1));
        double whole = model.Evaluate(samples, new MeanSquaredError());
        History history = model.Train(samples, new MeanSquaredError(), new Sgd(0), epochs: 1, batchSize: 1);
        Assert.Equal(whole, history.Loss[0], 1e-12);
        Assert.Equal(whole, model.Evaluate(samples, new MeanSquaredError(), batchSize: 3), 1e-12);
    }

    [Fact]
    public void Predictions_in_batches_have_the_bits_of_one_pass()
    {
        Model<float> model = new(new Lstm<float>(2, 5, bidirectional: true), new Dense<float>(10, 3));
        Tensor<float> x = Make.Normal<float>(1, 7, 23, 2);
        int[] lengths = [.. Enumerable.Range(0, 23).Select(n => 1 + (n % 7))];
        float[] whole = model.Predict(x, lengths).ToArray();
        foreach (int batchSize in new[] { 1, 2, 7, 22 }) Assert.Equal(whole, model.Predict(x, lengths, batchSize).ToArray());
    }

    [Fact]
    public void Metrics_stand_in_the_history_and_a_frozen_layer_stays()
    {
        Dataset<float> samples = new(Make.Normal<float>(1, 4, 40, 1), Tensors.Fill(n => (float)(n % 2), 40, 1));
        Model<float> model = new(new Lstm<float>(1, 4, returnSequences: false), new Dense<float>(4, 2));
        foreach (Parameter<float> parameter in model.Layers[0].Parameters) parameter.Frozen = true;
        float[] before = [.. model.Layers[0].Parameters.SelectMany(parameter => parameter.Values)], head = [.. model["1.weight"].Values];
        History history = model.Train(samples, new SoftmaxCrossEntropy(), new Adam(0.05), epochs: 3, validation: samples, metrics: [new Accuracy(), new Perplexity()]);
        Assert.Equal(3, history.Metric("accuracy").Length);
        Assert.All(history.Metric("accuracy"), value => Assert.InRange(value, 0, 1));
        Assert.Equal(Math.Exp(history.ValidationLoss[2]), history.Metric("perplexity")[2], 1e-9);
        Assert.Throws<KeyNotFoundException>(() => history.Metric("recall"));
        Assert.Equal(before, model.Layers[0].Parameters.SelectMany(parameter => parameter.Values));
        Assert.NotEqual(head, model["1.weight"].Values);
    }

    [Fact]
    public void A_validation_loss_that_is_no_number_is_divergence_and_an_error_in_it_leaves_the_weights_of_training()
    {
        Dataset<double> samples = RunningMean.Dataset<double>();
        Model<double> model = RunningMean.Model<double>();
        Dataset<double> huge = samples with { Y = Tensors.Fill(_ => 1e300, samples.Y.Length(0), samples.Y.Length(1), samples.Y.Length(2)) };
        Assert.Throws<DivergenceException>(() => model.Train(samples, new MeanSquaredError(), new Sgd(0.01), epochs: 2, validation: huge));
        Dataset<double> wide = samples with { X = Make.Normal(1, 7, samples.Count, 3) };
        Model<double> averaged = RunningMean.Model<double>(), plain = RunningMean.Model<double>();
        Assert.Throws<ShapeException>(() => averaged.Train(samples, new MeanSquaredError(), new Sgd(0.01), epochs: 2, validation: wide, weightAverageDecay: 0.9));
        plain.Train(samples, new MeanSquaredError(), new Sgd(0.01), epochs: 1);
        Assert.Equal(Weights(plain), Weights(averaged));
    }

    [Fact]
    public void A_model_keeps_weights_that_are_there()
    {
        Lstm<double> encoder = new(1, 3, returnSequences: false);
        Model<double> first = new(7, encoder, new Dense<double>(3, 1));
        double[] weights = [.. encoder.Parameters.SelectMany(parameter => parameter.Values)];
        Model<double> second = new(9, encoder, new Dense<double>(3, 2));
        Assert.Equal(weights, encoder.Parameters.SelectMany(parameter => parameter.Values));
        Assert.NotEqual(0, second["1.weight"].Values[0]);
        second.Initialize(9);
        Assert.NotEqual(weights, encoder.Parameters.SelectMany(parameter => parameter.Values));
        Assert.Equal(first["0.weight_ih_l0"].Values, encoder.Parameters[0].Values);
    }

    [Fact]
    public void Predicting_prefixes_of_every_length_works_in_the_memory_of_the_longest()
    {
        Model<float> model = new(new Lstm<float>(1, 64), new Dense<float>(64, 1));
        float[] series = new float[1500];
        model.Predict(Tensors.Of(series, series.Length, 1, 1));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int length = 1; length < series.Length; length += 7) model.Predict(Tensors.Of(series[..length], length, 1, 1));
        // Inputs and answers of 214 prefixes are 1.3 MB; one workspace [T, 1, 64] for each length would be 41 MB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
    }

    [Fact]
    public void A_target_of_one_axis_is_told_of_the_two_it_should_have()
    {
        Model<double> model = new(new Lstm<double>(1, 3, returnSequences: false), new Dense<double>(3, 1));
        string message = Assert.Throws<ShapeException>(
            () => model.Train(Make.Normal(1, 4, 6, 1), Make.Normal(2, 6), new MeanSquaredError(), new Adam(), epochs: 1)).Message;
        Assert.Contains("[N, O]", message, StringComparison.Ordinal);
        Assert.Contains("[6]", message, StringComparison.Ordinal);
    }

    // The states of each sample go with it into its batch.
    [Fact]
    public void Initial_states_go_through_Predict_Train_and_the_gradient_check()
    {
        Input<double> h0 = new(Make.Normal(3, 1, 5, 3)), c0 = new(Make.Normal(4, 1, 5, 3));
        Dataset<double> samples = new(Make.Normal(1, 4, 5, 2), Make.Normal(2, 4, 5, 1)) { More = [h0, c0] };
        Model<double> model = new(new Lstm<double>(2, 3), new Dense<double>(3, 1));
        Assert.Equal(4 + 2 + 3, GradientCheck.Run(model, samples, new MeanSquaredError()).RequirePassed().Rows.Count(row => row.Gate.Length == 0));
        List<Input<double>> inputs = [new(samples.X), h0, c0];
        double[] whole = model.Predict(inputs).ToArray();
        Assert.Equal(whole, model.Predict(inputs, batchSize: 2).ToArray());
        Assert.NotEqual(whole, model.Predict(samples.X).ToArray());
        History history = model.Train(samples, new MeanSquaredError(), new Adam(0.05), epochs: 30, batchSize: 2);
        Assert.True(history.Loss[^1] < history.Loss[0]);
    }

    [Fact]
    public void A_model_shows_its_layers_shapes_and_parameters()
    {
        Model<float> model = new(new Lstm<float>(1, 8), new Dense<float>(8, 2));
        model.Forward(Make.Normal<float>(1, 5, 3, 1), Pass.PredictWithGradient);
        string[] lines = model.ToString().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Matches(@"^0\s+Lstm\(1 → 8\)\s+\[5, 3, 8\]\s+352$", lines[1]);
        Assert.Matches(@"^1\s+Dense\(8 → 2\)\s+\[5, 3, 2\]\s+18$", lines[2]);
        Assert.EndsWith("370", lines[3], StringComparison.Ordinal);
    }

    private static Dataset<double> Part(Dataset<double> all, int first, int count)
    {
        Tensor<double> Cut(Tensor<double> tensor) => Tensors.Fill(
            n => tensor.Flat()[(n / (count * tensor.Length(2)) * all.Count * tensor.Length(2)) + (first * tensor.Length(2)) + (n % (count * tensor.Length(2)))],
            tensor.Length(0), count, tensor.Length(2));
        return new(Cut(all.X), Cut(all.Y));
    }

    private static T[] Weights<T>(Module<T> model) where T : struct, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        [.. model.Parameters.SelectMany(parameter => parameter.Values)];
}
