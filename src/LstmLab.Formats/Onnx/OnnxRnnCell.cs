using System.Numerics;

namespace LstmLab.Formats;

/// <summary>
/// The simple recurrent network with all that ONNX's operator RNN has beyond <see cref="ElmanCell{T}"/>: another activation function φ,
/// the pre-activation limited to [−clip, clip].
/// <code>( 1) h = φ(clip(W x + U hPrev + b))</code></summary>
public sealed class OnnxRnnCell<T> : Cell<T> where T : struct, INumberBase<T>
{
    private readonly OnnxGate _gate;

    /// <summary>A cell of zero weights.</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="activation">φ.</param>
    /// <param name="clip">Limit of the pre-activation, above 0; infinite for none.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public OnnxRnnCell(int inputSize, int hiddenSize, OnnxActivation activation, double clip = double.PositiveInfinity)
        : base(inputSize, hiddenSize, ["h"]) => _gate = new(activation, clip);

    /// <summary>φ.</summary>
    public OnnxActivation Activation => _gate.Function;

    /// <summary>Limit of the pre-activation; infinite for none.</summary>
    public double Clip => _gate.Clip;

    /// <inheritdoc/>
    public override bool HasCellState => false;

    /// <inheritdoc/>
    public override ElmanStep<T> NewStep() => new(this);

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (ElmanStep<T>)step;
        for (int n = 0; n < HiddenSize; n++) s.H[n] = _gate.Of(s.Zh[n] = Affine(0, n, s.X, s.HPrev));     // ( 1)
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
        (var s, StepGradient<T> g) = ((ElmanStep<T>)step, gradient);
        g.ClearOutputs();
        for (int n = 0; n < HiddenSize; n++) g.Dz[0][n] = g.DH[n] * _gate.Slope(s.Zh[n], s.H[n]);         // ( 2)
        AffineBackward(0, g.Dz[0], s.X, s.HPrev, g.DX, g.DHPrev);                                         // ( 3)
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() => CopyTo(new OnnxRnnCell<TOther>(InputSize, HiddenSize, Activation, Clip));
}
