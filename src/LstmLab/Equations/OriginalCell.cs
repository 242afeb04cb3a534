using System.Numerics;

namespace LstmLab;

/// <summary>
/// The LSTM of 1997: S. Hochreiter, J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8), 1997, with one cell a block.
/// It has no forget gate: the cell state is a plain sum.
/// <code>
/// ( 1) i = σ(W_i x + U_i hPrev + b_i)
/// ( 2) g = 4 σ(W_g x + U_g hPrev + b_g) − 2       in (−2, 2)
/// ( 3) o = σ(W_o x + U_o hPrev + b_o)
/// ( 4) c = cPrev + i ⊙ g
/// ( 5) h = o ⊙ (2 σ(c) − 1)                       each in (−1, 1)
/// </code></summary>
/// <remarks>With <see cref="Truncated"/> the backward pass is the paper's appendix A.1: errors that reach a gate or a cell input
/// change its weights and go no further back; only the constant error carousel c ← cPrev carries errors through time. That
/// is no longer the gradient of the loss, and a gradient check says so.</remarks>
public sealed class OriginalCell<T> : LstmCell<T> where T : struct, INumberBase<T>
{
    private static readonly T Two = T.One + T.One;

    /// <summary>A cell of zero weights.</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="truncated">Whether errors are truncated as in the paper.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public OriginalCell(int inputSize, int hiddenSize, bool truncated = false) : base(inputSize, hiddenSize, ["i", "g", "o"]) =>
        Truncated = truncated;

    /// <summary>Whether errors are truncated as in the paper.</summary>
    public bool Truncated { get; }

    /// <inheritdoc/>
    public override LstmStep<T> NewStep() => new(this, forgets: false);

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (LstmStep<T>)step;
        for (int n = 0; n < HiddenSize; n++)
        {
            s.I[n] = Sigmoid(s.Zi[n] = Affine(0, n, s.X, s.HPrev));          // ( 1)
            s.G[n] = Two * Centered(s.Zg[n] = Affine(1, n, s.X, s.HPrev));   // ( 2)
            s.O[n] = Sigmoid(s.Zo[n] = Affine(2, n, s.X, s.HPrev));          // ( 3)
            s.C[n] = MultiplyAdd(s.I[n], s.G[n], s.CPrev[n]);                // ( 4)
            s.H[n] = s.O[n] * (s.TanhC[n] = Centered(s.C[n]));               // ( 5)
        }
    }

    /// <summary>
    /// Carries ∂L/∂h and ∂L/∂c of step t back; the slope of 2σ(v) − 1 = tanh(v/2) at value y is (1 − y²)/2.
    /// <code>
    /// ( 6) dO      = dH ⊙ y,  y = 2 σ(c) − 1
    /// ( 7) dC     += dH ⊙ o ⊙ (1 − y²)/2
    /// ( 8) dI      = dC ⊙ g
    /// ( 9) dG      = dC ⊙ i
    /// (10) dCPrev  = dC                          the constant error carousel
    /// (11) dz      = dI i(1−i), dG (1 − (g/2)²), dO o(1−o)
    /// (12) dW += dz xᵀ, dU += dz hPrevᵀ, db += dz, dX = Wᵀ dz, dHPrev = Uᵀ dz (truncated: 0)
    /// </code></summary>
    /// <inheritdoc/>
    public override void Backward(Step<T> step, StepGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        var s = (LstmStep<T>)step;
        StepGradient<T> g = gradient;
        g.ClearOutputs();
        for (int n = 0; n < HiddenSize; n++)
        {
            T dO = g.DH[n] * s.TanhC[n];                                 // ( 6)
            g.DC[n] += g.DH[n] * s.O[n] * TanhSlope(s.TanhC[n]) / Two;   // ( 7)
            T dI = g.DC[n] * s.G[n];                                     // ( 8)
            T dG = g.DC[n] * s.I[n];                                     // ( 9)
            g.DCPrev[n] = g.DC[n];                                       // (10)
            g.Dz[0][n] = dI * SigmoidSlope(s.I[n]);                      // (11)
            g.Dz[1][n] = dG * TanhSlope(s.G[n] / Two);
            g.Dz[2][n] = dO * SigmoidSlope(s.O[n]);
        }

        for (int gate = 0; gate < 3; gate++) AffineBackward(gate, g.Dz[gate], s.X, s.HPrev, g.DX, g.DHPrev);   // (12)
        if (Truncated) Array.Clear(g.DHPrev);
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() => CopyTo(new OriginalCell<TOther>(InputSize, HiddenSize, Truncated));

    // 2σ(v) − 1 = tanh(v/2), which keeps its digits near 0.
    private static T Centered(T v) => Tanh(v / Two);
}
