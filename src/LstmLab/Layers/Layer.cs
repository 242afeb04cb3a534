using System.Numerics;

namespace LstmLab;

/// <summary>A step of a model with a forward and a backward pass of its own, both written by hand.</summary>
/// <remarks>
/// A layer has parameters, and keeps everything else in the <see cref="Call{T}"/> it is given. A layer of one input and one output is
/// called with <c>layer.Forward(x)</c>; a layer of more adds a method that names them and calls <see cref="Record"/>. Weights are zero
/// until
/// <see cref="Initialize"/>, which a model calls.
/// </remarks>
public abstract class Layer<T> : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private bool _isDrawn;

    /// <summary>Makes a layer.</summary>
    /// <exception cref="NotSupportedException">T is not double or float.</exception>
    protected Layer() => NumberTypes.RequireOfLayer<T>(GetType());

    /// <summary>Weights that training sums and moves, named as PyTorch names them; none by default.</summary>
    public override IReadOnlyList<Parameter<T>> Parameters => [];

    /// <summary>How weights are drawn.</summary>
    public Initializer Initializer { get; init; } = Initializer.Uniform;

    /// <summary>How messages and summaries call the layer, e.g. <c>Dense(8 → 1)</c>.</summary>
    public virtual string Description => GetType().Name.Split('`')[0];

    /// <summary>The number of outputs of a call.</summary>
    public virtual int OutputCount => 1;

    /// <summary>Length of the input's last axis; null when any will do.</summary>
    public virtual int? InputWidth => null;

    /// <summary>Length of the output's last axis for an input of that width; null when it is not known.</summary>
    public virtual int? OutputWidth(int? inputWidth) => inputWidth;

    /// <summary>Whether the loss has a derivative with respect to an input; class indexes have none.</summary>
    public virtual bool HasInputGradient(int input) => true;

    /// <summary>Whether <see cref="Backward(Call{T})"/> adds to an input's gradient, which the tape has cleared for it, instead of
    /// overwriting it: for layers that are called many times on one value, or touch little of its gradient.</summary>
    public virtual bool AddsToInputGradient(int input) => false;

    /// <summary>Computes the outputs of a call from its inputs.</summary>
    /// <exception cref="ShapeException">A shape is not the layer's.</exception>
    protected internal abstract void Forward(Call<T> call);

    /// <summary>Adds to the parameters' gradients, and overwrites each <see cref="Call{T}.InputGradient"/> that is not null, or adds to
    /// those of
    /// <see cref="AddsToInputGradient"/>.</summary>
    /// <param name="call">As <see cref="Forward(Call{T})"/> left it, with at least one <see cref="Call{T}.OutputGradient"/>.</param>
    protected internal abstract void Backward(Call<T> call);

    /// <summary>Calls the layer and returns its first output.</summary>
    public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs) => Record(inputs)[0];

    /// <summary>Calls the layer: runs its forward pass and records it for the backward pass.</summary>
    /// <param name="inputs">Values of one forward pass; null for an input that is left out. The first must be there.</param>
    /// <returns>All outputs.</returns>
    protected IReadOnlyList<Value<T>> Record(params ReadOnlySpan<Value<T>?> inputs)
    {
        if (inputs.Length == 0 || inputs[0] is not { } first)
            throw new ArgumentException($"{Description} must be called with at least one value.");
        return first.Tape.Record(this, inputs).Outputs;
    }

    /// <summary>The n in PyTorch's U(−1/√n, 1/√n).</summary>
    protected virtual int FanOf(Parameter<T> parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return parameter.Columns;
    }

    /// <summary>Draws all weights anew; parameter n of the layer from stream (seed, "initialise", first + n).</summary>
    /// <exception cref="InvalidOperationException">The initializer sets a gate's bias that the layer does not have.</exception>
    internal override int Initialize(ulong seed, int first)
    {
        Initializer.Require(this);
        for (int n = 0; n < Parameters.Count; n++)
            Initializer.Fill(Parameters[n], FanOf(Parameters[n]), new RandomStream(seed, "initialise", first + n));
        _isDrawn = true;
        return first + Parameters.Count;
    }

    /// <summary>Draws the weights unless they were drawn before or hold numbers already.</summary>
    internal int InitializeIfNew(ulong seed, int first)
    {
        bool isNew = !_isDrawn && Parameters.All(parameter => !parameter.Values.AsSpan().ContainsAnyExcept(T.Zero));
        return isNew ? Initialize(seed, first) : first + Parameters.Count;
    }

    /// <summary>Whether the backward pass must visit the layer for its own sake.</summary>
    internal bool Learns
    {
        get
        {
            for (int n = 0; n < Parameters.Count; n++)
            {
                if (!Parameters[n].Frozen) return true;
            }

            return false;
        }
    }

    /// <inheritdoc/>
    protected internal sealed override IEnumerable<KeyValuePair<string, Module<T>>> Children => [];
}
