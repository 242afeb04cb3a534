using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// The calls of layers in one forward pass, in order. The backward pass runs each layer's own backward equations in reverse order, and
/// adds the gradients of a value that was used more than once. Nothing below a layer is recorded.
/// </summary>
/// <remarks>A tape is used again for the next pass: the k-th call finds the workspaces of the k-th call before. One instance serves one
/// thread.</remarks>
public sealed class Tape<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Call<T>> _calls = [];
    private readonly List<Value<T>> _inputs = [];
    private readonly Module<T>? _root;
    private int _count, _inputCount;

    /// <summary>An empty tape for layers that are called by hand.</summary>
    public Tape()
    {
    }

    internal Tape(Module<T> root) => _root = root;

    /// <summary>What the forward pass is for.</summary>
    public Pass Pass { get; private set; } = Pass.PredictWithGradient;

    /// <summary>How many passes were begun: tells values of one pass from those of the next, which are the same objects.</summary>
    internal long PassNumber { get; private set; }

    /// <summary>Whether its passes leave the layers' last pass, such as <see cref="Recurrent{T}.Final"/>, as it was.</summary>
    internal bool IsAside { get; init; }

    /// <summary>The calls of the pass, in order.</summary>
    public IReadOnlyList<Call<T>> Calls => _calls.GetRange(0, _count);

    /// <summary>The inputs of the pass, in order.</summary>
    public IReadOnlyList<Value<T>> Inputs => _inputs.GetRange(0, _inputCount);

    /// <summary>The value that was given a name in this pass.</summary>
    /// <exception cref="KeyNotFoundException">No value has that name; the message lists those that have one.</exception>
    public Value<T> this[string name] => Named().FirstOrDefault(value => value.Name == name)
        ?? throw new KeyNotFoundException(
            $"No value of this pass is named '{name}'; named are: {string.Join(", ", Named().Select(value => value.Name))}.");

    /// <summary>The values that were given a name in this pass, in the order in which they were made.</summary>
    public IEnumerable<Value<T>> Named() => Calls.SelectMany(call => call.Outputs).Where(value => value.Name is not null);

    /// <summary>Begins a new forward pass; all values of the one before are void.</summary>
    /// <returns>The tape itself.</returns>
    public Tape<T> Begin(Pass pass)
    {
        Pass = pass;
        PassNumber++;
        _count = 0;
        _inputCount = 0;
        return this;
    }

    /// <summary>An input of the pass.</summary>
    /// <param name="data">The numbers; read, not copied, until the backward pass.</param>
    /// <param name="lengths">Length of each sequence, each 1 … T; null when all are T long.</param>
    /// <param name="needsGradient">Whether the backward pass computes ∂L/∂data.</param>
    public Value<T> Input(Tensor<T> data, IReadOnlyList<int>? lengths = null, bool needsGradient = false)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (_inputCount == _inputs.Count) _inputs.Add(new(this));
        Value<T> input = _inputs[_inputCount++];
        input.Forget();
        input.Set(data, lengths);
        input.NeedsGradient = needsGradient && Pass.HasBackward;
        return input;
    }

    /// <summary>Carries gradients back through all calls; parameters' gradients accumulate, those of values are overwritten.</summary>
    /// <param name="seeds">Values, such as the model's outputs, with ∂L/∂value of each in its shape.</param>
    /// <exception cref="InvalidOperationException">The pass was for prediction and kept nothing.</exception>
    /// <exception cref="ShapeException">A gradient's shape is not its value's.</exception>
    public void Backward(params ReadOnlySpan<(Value<T> Value, Tensor<T> Gradient)> seeds)
    {
        if (!Pass.HasBackward)
            throw new InvalidOperationException(
                "The last forward pass was for prediction and kept nothing: use Pass.PredictWithGradient or Pass.Train.");
        for (int n = 0; n < _count; n++) _calls[n].ClearGradients();
        for (int n = 0; n < _inputCount; n++) _inputs[n].ClearGradient();
        foreach ((Value<T> value, Tensor<T> gradient) in seeds)
        {
            if (!ReferenceEquals(value.Tape, this)) throw new ArgumentException("A value was recorded on another tape.", nameof(seeds));
            if (!gradient.Lengths.SequenceEqual(value.Data.Lengths))
                throw new ShapeException(
                    $"dY must be {value.Data.Shape()}, as the outputs of the last forward pass, but is {gradient.Shape()}.");
            value.Seed(gradient);
        }

        for (int n = _count - 1; n >= 0; n--) _calls[n].Backward();
    }

    internal Call<T> Record(Layer<T> layer, ReadOnlySpan<Value<T>?> inputs)
    {
        Call<T> call = Next(layer);
        call.Begin(inputs);
        _count++;
        layer.Forward(call);
        return call;
    }

    internal int CallsBefore(Call<T> call)
    {
        int before = 0;
        for (int n = 0; n < _count && !ReferenceEquals(_calls[n], call); n++)
        {
            if (ReferenceEquals(_calls[n].Layer, call.Layer)) before++;
        }

        return before;
    }

    /// <summary>The number that tells a layer's random streams from those of all other layers: a thousand for each layer before
    /// it.</summary>
    internal int StreamOf(Layer<T> layer)
    {
        if (_root is not null) return 1000 * Math.Max(0, _root.IndexOf(layer));
        return 1000 * _calls.Take(_count).Select(call => call.Layer).Distinct().ToList().IndexOf(layer);
    }

    // The call that served the layer at this place in the pass before, or later in that pass, or a new one.
    private Call<T> Next(Layer<T> layer)
    {
        if (_count < _calls.Count && ReferenceEquals(_calls[_count].Layer, layer)) return _calls[_count];
        for (int n = _count + 1; n < _calls.Count; n++)
        {
            if (!ReferenceEquals(_calls[n].Layer, layer)) continue;
            (_calls[n], _calls[_count]) = (_calls[_count], _calls[n]);
            return _calls[_count];
        }

        Call<T> made = new(this, layer);
        _calls.Insert(_count, made);
        return made;
    }
}
