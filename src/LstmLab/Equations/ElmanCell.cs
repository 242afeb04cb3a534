using System.Numerics;

namespace LstmLab;

/// <summary>
/// The simple recurrent network: J. Elman, "Finding structure in time", Cognitive Science 14(2), 1990, with tanh.
/// <code>( 1) h = tanh(W x + U hPrev + b)</code></summary>
/// <remarks>Another activation function φ may take the place of tanh.</remarks>
public sealed class ElmanCell<T> : Cell<T> where T : struct, INumberBase<T>
{
    /// <summary>A cell of zero weights.</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="activation">φ; tanh when omitted.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public ElmanCell(int inputSize, int hiddenSize, Activation? activation = null) : base(inputSize, hiddenSize, ["h"]) =>
        Activation = activation ?? Activation.Tanh;

    /// <summary>φ.</summary>
    public Activation Activation { get; }

    /// <summary>Whether φ = tanh.</summary>
    internal bool IsPlain => Activation == Activation.Tanh;

    /// <inheritdoc/>
    public override bool HasCellState => false;

    /// <inheritdoc/>
    public override ElmanStep<T> NewStep() => new(this);

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (ElmanStep<T>)step;
        for (int n = 0; n < HiddenSize; n++) s.H[n] = Activation.Of(s.Zh[n] = Affine(0, n, s.X, s.HPrev));   // ( 1)
    }

    /// <summary>
    /// Carries ∂L/∂h of step t back.
    /// <code>
    /// ( 2) dz = dH ⊙ φ′(z)
    /// ( 3) dW += dz xᵀ, dU += dz hPrevᵀ, db += dz, dX = Wᵀ dz, dHPrev = Uᵀ dz
    /// </code></summary>
    /// <inheritdoc/>
    public override void Backward(Step<T> step, StepGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        var s = (ElmanStep<T>)step;
        StepGradient<T> g = gradient;
        g.ClearOutputs();
        for (int n = 0; n < HiddenSize; n++) g.Dz[0][n] = g.DH[n] * Activation.Slope(s.Zh[n], s.H[n]);   // ( 2)
        AffineBackward(0, g.Dz[0], s.X, s.HPrev, g.DX, g.DHPrev);                                        // ( 3)
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() => CopyTo(new ElmanCell<TOther>(InputSize, HiddenSize, Activation));
}

/// <summary>One step of an Elman network.</summary>
public class ElmanStep<T> : Step<T> where T : struct, INumberBase<T>
{
    /// <summary>Makes a record of zeros for a cell.</summary>
    public ElmanStep(Cell<T> cell) : base(cell) => Zh = Vector("zh");

    /// <summary>Pre-activation, [H].</summary>
    public T[] Zh { get; }
}
