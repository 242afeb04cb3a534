using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>What a forward pass is for; the default is prediction: no dropout, full lengths.</summary>
/// <param name="Training">Whether dropout acts.</param>
/// <param name="Lengths">Length of each sequence of the batch; null when all are T long.</param>
/// <param name="Seed">The experiment's seed: dropout masks are drawn from streams (Seed, layer, Step).</param>
/// <param name="Step">Number of the training step.</param>
/// <param name="ForwardOnly">Whether no Backward will follow, so that nothing need be kept for it.</param>
public readonly record struct Pass(bool Training, IReadOnlyList<int>? Lengths = null, ulong Seed = 0, int Step = 0, bool ForwardOnly = false);

/// <summary>A layer of a model: forward, and backward of what the last forward pass computed.</summary>
/// <remarks>What Forward and Backward return belongs to the layer and is overwritten by its next pass of that shape. One
/// instance serves one thread. Weights are zero until <see cref="Initialize"/>, which a model calls.</remarks>
public abstract class Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes a layer.</summary>
    /// <exception cref="NotSupportedException">T is not double or float.</exception>
    protected Layer() => NumberTypes.RequireOfLayer<T>(GetType());

    /// <summary>The learnable blocks, named as PyTorch names them.</summary>
    public virtual IReadOnlyList<Parameter<T>> Parameters => [];

    /// <summary>How weights are drawn.</summary>
    public Initializer Initializer { get; init; } = Initializer.Uniform;

    /// <summary>Computes the outputs.</summary>
    /// <param name="x">Inputs; the layer says in which shape. Kept by reference until Backward.</param>
    /// <param name="pass">Training or inference, lengths, dropout's stream.</param>
    /// <exception cref="ShapeException">The shape is not the layer's.</exception>
    public abstract Tensor<T> Forward(Tensor<T> x, Pass pass);

    /// <summary>Adds to the parameters' gradients and returns ∂L/∂x.</summary>
    /// <param name="dY">∂L/∂outputs of the last forward pass, in their shape.</param>
    /// <exception cref="ShapeException">The shape is not that of the outputs.</exception>
    public abstract Tensor<T> Backward(Tensor<T> dY);

    /// <summary>Draws all weights anew; parameter n of the layer from stream (seed, "initialise", first + n).</summary>
    /// <exception cref="InvalidOperationException">The initializer sets a gate's bias that the layer does not have.</exception>
    public void Initialize(ulong seed, int first = 0)
    {
        Initializer.Require(this);
        for (int n = 0; n < Parameters.Count; n++) Initializer.Fill(Parameters[n], FanOf(Parameters[n]), new RandomStream(seed, "initialise", first + n));
    }

    /// <summary>The n in PyTorch's U(−1/√n, 1/√n).</summary>
    private protected virtual int FanOf(Parameter<T> parameter) => parameter.Columns;

    /// <summary>Whether the loss has a derivative with respect to the layer's input; class indexes have none.</summary>
    internal virtual bool HasInputGradient => true;

    /// <summary>Whether ∂L/∂x is wanted; what Backward returns means nothing otherwise.</summary>
    internal bool InputGradient { get; set; } = true;

    /// <summary>Sets the number that tells this layer's dropout streams from others'; the layer may use the numbers up to first + 999.</summary>
    internal virtual void NumberStreams(int first)
    {
    }
}
