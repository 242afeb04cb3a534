using LstmLab.Formats;
using LstmLab.Tests.Formats;
using Xunit;

namespace LstmLab.Tests.Training;

/// <summary>A layer that carries its states trains on windows of long sequences as if they were whole, and goes on after a stop.</summary>
public sealed class CarriedStateTests : IDisposable
{
    private const int Streams = 3, Window = 5, Windows = 4;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Windows_have_the_losses_of_the_whole_sequence()
    {
        Model<double> model = Reader(carries: true), whole = Reader(carries: false);
        Freeze(model);
        Dataset<double> all = Windowed(0, Windows * Window);
        double expected = whole.Evaluate(all, new MeanSquaredError());

        History history = Train(model, epochs: 2);
        Assert.Equal(expected, history.Loss[0], 1e-14);
        // Each epoch begins with zeros.
        Assert.Equal(history.Loss[0], history.Loss[1]);
        Model<double> forgets = Reader(carries: false);
        Freeze(forgets);
        Assert.True(Math.Abs(Train(forgets, epochs: 1).Loss[0] - expected) > 1e-4);
    }

    [Fact]
    public void Only_a_training_step_changes_the_states_and_a_prediction_does_not_use_them()
    {
        Model<double> model = Reader(carries: true);
        Lstm<double> layer = Layer(model);
        layer.Dropout = 0;
        Trainer<double> trainer = new(model, new MeanSquaredError(), new Sgd(0.1));
        trainer.Step(Windowed(0, Window));
        double[] Pass(Pass pass) => model.Forward(Windowed(1, Window).X, pass).ToArray();
        double[] predicted = Pass(LstmLab.Pass.Predict), training = Pass(LstmLab.Pass.Train(0, 1));

        Assert.NotEqual(predicted, training);
        Assert.Equal(training, Pass(LstmLab.Pass.Train(0, 1)));
        Assert.Equal(predicted, Pass(LstmLab.Pass.Predict));
        layer.ForgetStates();
        Assert.Equal(predicted, Pass(LstmLab.Pass.Train(0, 1)));
    }

    [Fact]
    public void Given_states_come_first()
    {
        Model<double> model = Reader(carries: true);
        Lstm<double> layer = Layer(model);
        layer.Dropout = 0;
        new Trainer<double>(model, new MeanSquaredError(), new Sgd(0.1)).Step(Windowed(0, Window));
        State<double> given = new(Tensors.Zeros<double>(2, Streams, 6), Tensors.Zeros<double>(2, Streams, 6));
        double[] fromGiven = layer.Forward(Windowed(1, Window).X, Pass.Train(0, 1), given).ToArray();
        Assert.Equal(layer.Forward(Windowed(1, Window).X, Pass.Predict).ToArray(), fromGiven);
    }

    [Fact]
    public void Stopped_at_any_step_it_goes_on_to_the_same_bits()
    {
        (double[] expected, double[] losses) = Run(null);
        Run(new Checkpoints(_folder["all"], keep: 1000, every: TimeSpan.Zero));
        Assert.Equal(3 * Windows, Directory.GetFiles(_folder["all"]).Length);
        for (int step = 1; step <= 3 * Windows; step++)
        {
            string name = $"step-{step:D9}.checkpoint";
            Directory.CreateDirectory(_folder[$"{step}"]);
            File.Copy(Path.Combine(_folder["all"], name), Path.Combine(_folder[$"{step}"], name));
            (double[] weights, double[] resumed) = Run(new Checkpoints(_folder[$"{step}"]));
            Assert.Equal(expected, weights);
            Assert.Equal(losses, resumed);
        }

        (double[] Weights, double[] Losses) Run(Checkpoints? checkpoints)
        {
            Model<double> model = Reader(carries: true);
            History history = Train(model, epochs: 3, checkpoints);
            return ([.. model.Parameters.SelectMany(parameter => parameter.Values)], history.Loss);
        }
    }

    [Fact]
    public void What_cannot_be_carried_is_refused()
    {
        Assert.Contains("bidirectional", Assert.Throws<ArgumentException>(() => new Lstm<double>(1, 2, bidirectional: true) { CarriesStates = true }).Message, StringComparison.Ordinal);

        Trainer<double> trainer = new(Reader(carries: true), new MeanSquaredError(), new Sgd(0.1));
        trainer.Step(Windowed(0, Window));
        Dataset<double> two = new(Tensors.Zeros<double>(Window, 2, 1), Tensors.Zeros<double>(Window, 2, 1));
        Assert.Contains("carries the states of 3 sequences, but this batch has 2", Assert.Throws<ShapeException>(() => trainer.Step(two)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot carry states", Assert.Throws<ArgumentException>(() => trainer.Step([two, two])).Message, StringComparison.Ordinal);

        Trainer<double> twice = new(new Twice(), new MeanSquaredError(), new Sgd(0.1));
        Assert.Contains("more than once", Assert.Throws<InvalidOperationException>(() => twice.Step(two)).Message, StringComparison.Ordinal);
    }

    private static Lstm<double> Layer(Model<double> model) => (Lstm<double>)model.Layers[0];

    private static Model<double> Reader(bool carries) =>
        new(seed: 2, new Lstm<double>(1, 6, layers: 2, dropout: 0.1) { CarriesStates = carries }, new Dense<double>(6, 1));

    // Nothing is learned, nothing dropped: all windows are read by the same model.
    private static void Freeze(Model<double> model)
    {
        Layer(model).Dropout = 0;
        foreach (Parameter<double> parameter in model.Parameters) parameter.Frozen = true;
    }

    private static History Train(Model<double> model, int epochs, Checkpoints? checkpoints = null) => model.Train(
        step => Windowed(step % Windows, Window), Windows, new MeanSquaredError(), new Adam(0.02), epochs, seed: 4, checkpoints: checkpoints);

    // Window n of three sequences, whose target is the mean of all inputs so far.
    private static Dataset<double> Windowed(int n, int length)
    {
        Dataset<double> all = RunningMean.Dataset<double>(Streams, Windows * Window);
        return new(
            Tensors.Fill((t, b, _) => all.X[(n * length) + t, b, 0], length, Streams, 1),
            Tensors.Fill((t, b, _) => all.Y[(n * length) + t, b, 0], length, Streams, 1));
    }

    private sealed class Twice : Module<double>
    {
        private readonly Lstm<double> layer = new(1, 1) { CarriesStates = true };

        public override Value<double> Forward(params ReadOnlySpan<Value<double>> inputs) => layer.Forward(layer.Forward(inputs[0]));
    }
}
