using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>One call of a layer in a forward pass: its inputs, its outputs, and what it keeps until its backward pass.</summary>
/// <remarks>A layer that is called twice in a pass has two calls, so it keeps nothing of a pass in its own fields. The tape uses a call
/// again in the next pass, workspaces included: a repeated pass allocates nothing.</remarks>
public sealed class Call<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Value<T>[] _outputs;
    private readonly TensorCache<T>[] _outputTensors;
    private readonly List<TensorCache<T>> _buffers = [];
    private Value<T>?[] _inputs = [];
    private Tensor<T>?[] _inputGradients = [];
    private TensorCache<T>?[] _repeatedGradients = [];
    private object? _state;

    internal Call(Tape<T> tape, Layer<T> layer)
    {
        Tape = tape;
        Layer = layer;
        _outputs = new Value<T>[layer.OutputCount];
        _outputTensors = new TensorCache<T>[layer.OutputCount];
        for (int n = 0; n < _outputs.Length; n++)
        {
            _outputs[n] = new(tape);
            _outputTensors[n] = new();
        }
    }

    /// <summary>The layer.</summary>
    public Layer<T> Layer { get; }

    /// <summary>The tape that recorded the call.</summary>
    public Tape<T> Tape { get; }

    /// <summary>What the forward pass is for.</summary>
    public Pass Pass => Tape.Pass;

    /// <summary>The inputs in the layer's order; null for one that was left out.</summary>
    public IReadOnlyList<Value<T>?> Inputs => _inputs;

    /// <summary>The outputs in the layer's order.</summary>
    public IReadOnlyList<Value<T>> Outputs => _outputs;

    /// <summary>How many calls of the same layer came before this one in the pass.</summary>
    public int Repeat => Tape.CallsBefore(this);

    /// <summary>An input that must be there.</summary>
    /// <exception cref="ArgumentException">It was left out.</exception>
    public Value<T> Input(int n = 0) => n < _inputs.Length && _inputs[n] is { } value
        ? value
        : throw new ArgumentException($"{Layer.Description} needs input {n}, but it was called with {_inputs.Length} inputs.");

    /// <summary>Makes an output of that shape, whose numbers the layer then writes.</summary>
    /// <param name="n">The output.</param>
    /// <param name="lengths">Length of each sequence, or null.</param>
    /// <param name="shape">Its shape.</param>
    public Tensor<T> Output(int n, IReadOnlyList<int>? lengths, params ReadOnlySpan<int> shape)
    {
        Tensor<T> data = _outputTensors[n].Of(shape);
        _outputs[n].Set(data, lengths);
        return data;
    }

    /// <summary>Makes the first output in an input's shape and lengths, with another last axis and other lengths if they are
    /// given.</summary>
    public Tensor<T> OutputLike(Value<T> input, int? width = null, IReadOnlyList<int>? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor<T> data = _outputTensors[0].Like(input.Data, width ?? input.Data.Length(input.Data.Rank - 1));
        _outputs[0].Set(data, lengths ?? input.Lengths);
        return data;
    }

    /// <summary>Sets an output to a tensor that the layer owns.</summary>
    public void SetOutput(int n, Tensor<T> data, IReadOnlyList<int>? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        _outputs[n].Set(data, lengths);
    }

    /// <summary>∂L/∂output in the backward pass; null when nothing that the loss depends on used the output.</summary>
    public Tensor<T>? OutputGradient(int n = 0) => _outputs[n].Gradient;

    /// <summary>Where the backward pass writes ∂L/∂input, overwriting every number or, if <see cref="Layer{T}.AddsToInputGradient"/> says
    /// so, adding to it; null when the gradient is not wanted.</summary>
    public Tensor<T>? InputGradient(int n = 0) => n < _inputGradients.Length ? _inputGradients[n] : null;

    /// <summary>A tensor that is kept from the forward to the backward pass of this call; its numbers are whatever was left in
    /// it.</summary>
    /// <param name="slot">The layer's own number for it, from 0.</param>
    /// <param name="shape">Its shape.</param>
    public Tensor<T> Buffer(int slot, params ReadOnlySpan<int> shape)
    {
        while (_buffers.Count <= slot) _buffers.Add(new());
        return _buffers[slot].Of(shape);
    }

    /// <summary>An object that is kept for all passes of this call, made when first asked for.</summary>
    public TState State<TState>(Func<TState> make) where TState : class
    {
        ArgumentNullException.ThrowIfNull(make);
        return (TState)(_state ??= make());
    }

    internal void Begin(ReadOnlySpan<Value<T>?> inputs)
    {
        if (_inputs.Length != inputs.Length)
        {
            _inputs = new Value<T>?[inputs.Length];
            _inputGradients = new Tensor<T>?[inputs.Length];
            _repeatedGradients = new TensorCache<T>?[inputs.Length];
        }

        bool needsGradient = Pass.HasBackward && Layer.Learns;
        for (int n = 0; n < inputs.Length; n++)
        {
            _inputs[n] = inputs[n];
            if (inputs[n] is not { } input) continue;
            if (!ReferenceEquals(input.Tape, Tape))
                throw new ArgumentException(
                    $"Input {n} of {Layer.Description} was recorded on another tape: take values of one forward pass.");
            input.Uses++;
            needsGradient |= input.NeedsGradient;
        }

        foreach (Value<T> output in _outputs)
        {
            output.Forget();
            output.NeedsGradient = needsGradient;
        }
    }

    /// <summary>Runs the layer's backward pass if any output has a gradient, and adds what it sends to values that have one
    /// already.</summary>
    internal void Backward()
    {
        bool reached = false;
        foreach (Value<T> output in _outputs) reached |= output.NeedsGradient && output.Gradient is not null;
        if (!reached) return;
        for (int n = 0; n < _inputs.Length; n++)
        {
            _inputGradients[n] = null;
            if (_inputs[n] is not { NeedsGradient: true } input) continue;
            if (Layer.AddsToInputGradient(n)) _inputGradients[n] = input.Gradient ?? input.BeginGradient(cleared: true);
            else _inputGradients[n] = input.Gradient is null ? input.BeginGradient() : (_repeatedGradients[n] ??= new()).Like(input.Data);
        }

        Layer.Backward(this);
        for (int n = 0; n < _inputs.Length; n++)
        {
            if (_inputGradients[n] is not { } sent || ReferenceEquals(sent, _inputs[n]!.Gradient)) continue;
            Span<T> sum = _inputs[n]!.Gradient!.Flat();
            TensorPrimitives.Add(sum, sent.Flat(), sum);
        }
    }

    internal void ClearGradients()
    {
        foreach (Value<T> output in _outputs) output.ClearGradient();
    }
}
