using System.Numerics.Tensors;

namespace LstmLab.Benchmarks.Contestants;

/// <summary>This engine: what a training step does, on one batch. The inputs ask for no gradient, as in training, and as libtorch's.</summary>
internal sealed class LstmLabContestant : ITrainingContestant
{
    private readonly Recurrent<float> _layer;
    private readonly Model<float> _model;
    private readonly Tensor<float>[] _inputs;
    private readonly Tensor<float> _target, _dY;
    private readonly MeanSquaredError _loss = new();
    private readonly Adam _adam = new(0.001);
    private readonly bool _streams;
    private Tensor<float>? _y;
    private RecurrentStream<float>? _stream;
    private readonly List<Value<float>> _values = [];
    private readonly Dataset<float> _batch;
    private int _calls;

    /// <summary>The problem's LSTM.</summary>
    public LstmLabContestant(Problem problem, int threads) : this(problem, new Lstm<float>(problem.Shape.I, problem.Shape.H))
    {
        Threads.Count = threads;
        foreach (Parameter<float> parameter in _layer.Parameters) parameter.Set(problem.Weights[parameter.Name]);
    }

    /// <summary>Any recurrent layer of the shape, with weights of its own, on the problem's data.</summary>
    public LstmLabContestant(Problem problem, Recurrent<float> layer)
    {
        Shape shape = problem.Shape;
        (_layer, _model, _streams) = (layer, new(layer), shape.Streams);
        _inputs = [.. problem.Inputs.Select(input => _streams ? Tensors.Of(input, shape.B, shape.I) : Tensors.Of(input, shape.T, shape.B, shape.I))];
        _target = Tensors.Of(problem.Targets, shape.T, shape.B, shape.H);
        _dY = Tensors.Zeros<float>(shape.T, shape.B, shape.H);
        _batch = new(_inputs[0], _target);
    }

    public string Version => typeof(Model<float>).Assembly.GetName().Version!.ToString(3);

    public void Infer()
    {
        Tensor<float> x = _inputs[_calls++ % _inputs.Length];
        _y = _streams ? (_stream ??= _layer.Stream()).Step(x) : _layer.Forward(x, Pass.Predict);
    }

    public float[] Outputs() => _y!.ToArray();

    /// <summary>The forward pass of a training step, which keeps what the backward pass needs.</summary>
    public Value<float> Forward() => _model.Run(_batch, Pass.Train(0, 0), _values);

    public void Backpropagate()
    {
        _model.ClearGradients();
        Value<float> y = Forward();
        _loss.Evaluate(y.Data, _target, _dY);
        y.Tape.Backward((y, _dY));
    }

    public void Train()
    {
        Backpropagate();
        _adam.Step(_model.Parameters);
    }

    public IEnumerable<(string, float[])> Gradients() => _layer.Parameters.Select(parameter => (parameter.Name, parameter.Gradient));

    public void Dispose()
    {
    }
}
