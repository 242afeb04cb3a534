using System.Numerics.Tensors;

namespace LstmLab.Benchmarks.Contestants;

/// <summary>This engine: what <see cref="Model{T}.Train"/> does in a step, on one batch.</summary>
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
        // As in training, and as libtorch, whose inputs ask for no gradient.
        _layer.InputGradient = false;
        _inputs = [.. problem.Inputs.Select(input => _streams ? Tensors.Of(input, shape.B, shape.I) : Tensors.Of(input, shape.T, shape.B, shape.I))];
        _target = Tensors.Of(problem.Targets, shape.T, shape.B, shape.H);
        _dY = Tensors.Zeros<float>(shape.T, shape.B, shape.H);
    }

    public string Version => typeof(Model<float>).Assembly.GetName().Version!.ToString(3);

    public void Infer()
    {
        Tensor<float> x = _inputs[_calls++ % _inputs.Length];
        _y = _streams ? (_stream ??= _layer.Stream()).Step(x) : _layer.Forward(x, Pass.Predict);
    }

    public float[] Outputs() => _y!.ToArray();

    /// <summary>The forward pass of a training step, which keeps what the way back needs.</summary>
    public Tensor<float> Forward() => _model.Forward(_inputs[0], Pass.Train(0, 0));

    public void Backpropagate()
    {
        _model.ClearGradients();
        _loss.Evaluate(Forward(), _target, _dY);
        _model.Backward(_dY);
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
