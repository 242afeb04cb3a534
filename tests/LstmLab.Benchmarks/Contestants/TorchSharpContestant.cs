using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LstmLab.Benchmarks.Contestants;

/// <summary>PyTorch's C++ library through TorchSharp.</summary>
internal sealed class TorchSharpContestant : ITrainingContestant
{
    private readonly TorchSharp.Modules.LSTM _lstm;
    private readonly Tensor[] _inputs;
    private readonly Tensor _target;
    private readonly optim.Optimizer _adam;
    private readonly bool _streams;
    private Tensor? _y;
    private (Tensor H, Tensor C)? _state;
    private int _calls;

    public TorchSharpContestant(Problem problem, int threads)
    {
        // Says why where TorchSharp would only say that it is missing, after looking for it all over the disk.
        NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
        set_num_threads(threads);
        Shape shape = problem.Shape;
        _streams = shape.Streams;
        _lstm = nn.LSTM(shape.I, shape.H);
        _inputs = [.. problem.Inputs.Select(input => tensor(input, [shape.T, shape.B, shape.I]))];
        _target = tensor(problem.Targets, [shape.T, shape.B, shape.H]);
        using (no_grad())
            foreach ((string name, Tensor parameter) in _lstm.named_parameters()) parameter.copy_(tensor(problem.Weights[name], parameter.shape));
        _adam = optim.Adam(_lstm.parameters(), 0.001);
    }

    public string Version => $"{typeof(torch).Assembly.GetName().Version!.ToString(3)} with libtorch {__version__}";

    public void Infer()
    {
        using IDisposable mode = inference_mode();
        (Tensor? y, (Tensor H, Tensor C)? state) = (_y, _state);
        (_y, Tensor h, Tensor c) = _lstm.forward(_inputs[_calls++ % _inputs.Length], state);
        y?.Dispose();
        state?.H.Dispose();
        state?.C.Dispose();
        _state = _streams ? (h, c) : null;
        if (_streams) return;
        h.Dispose();
        c.Dispose();
    }

    public float[] Outputs() => [.. _y!.data<float>()];

    public void Backpropagate()
    {
        using DisposeScope scope = NewDisposeScope();
        _adam.zero_grad();
        (Tensor y, _, _) = _lstm.forward(_inputs[0]);
        nn.functional.mse_loss(y, _target).backward();
    }

    public void Train()
    {
        Backpropagate();
        using DisposeScope scope = NewDisposeScope();
        _adam.step();
    }

    public IEnumerable<(string, float[])> Gradients() => _lstm.named_parameters().Select(block => (block.name, block.parameter.grad!.data<float>().ToArray()));

    public void Dispose() => _lstm.Dispose();
}
