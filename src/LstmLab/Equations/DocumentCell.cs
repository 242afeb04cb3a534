using System.Numerics;

namespace LstmLab;

/// <summary>
/// The cell of the document exactly as its §3.2 and §4.2 write it. It is no LSTM: the candidate is the cell state, so neither the
/// input gate nor the previous cell state appears in it; what remains is a GRU's candidate with an output gate.
/// <code>
/// ( 1) i = σ(W_i x + U_i hPrev + b_i)          computed, and used nowhere
/// ( 2) f = σ(W_f x + U_f hPrev + b_f)
/// ( 3) c = tanh(W_c x + U_c (f ⊙ hPrev) + b_c)
/// ( 4) o = σ(W_o x + U_o hPrev + b_o)
/// ( 5) h = o ⊙ tanh(c)                         so |h| &lt; tanh(1) = 0.7616
/// </code></summary>
/// <remarks>The candidate takes the place of g in the gate order i, f, g, o.</remarks>
public sealed class DocumentCell<T> : LstmCell<T> where T : struct, INumberBase<T>
{
    private readonly T[] _fh, _dfh;

    /// <summary>A cell of zero weights.</summary>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public DocumentCell(int inputSize, int hiddenSize) : base(inputSize, hiddenSize, ["i", "f", "c", "o"])
    {
        _fh = new T[hiddenSize];
        _dfh = new T[hiddenSize];
    }

    /// <summary>A cell from one matrix and vector a gate, as §4.3 gives them: W [H][I], U [H][H], b [H].</summary>
    /// <exception cref="ShapeException">The shapes disagree.</exception>
    public DocumentCell(T[][] Wi, T[][] Ui, T[] bi, T[][] Wf, T[][] Uf, T[] bf, T[][] Wc, T[][] Uc, T[] bc, T[][] Wo, T[][] Uo, T[] bo)
        : this(Wi[0].Length, bi.Length) => Fill((Wi, Ui, bi), (Wf, Uf, bf), (Wc, Uc, bc), (Wo, Uo, bo));

    /// <inheritdoc/>
    public override LstmStep<T> NewStep() => new(this, candidate: "c");

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (LstmStep<T>)step;
        for (int n = 0; n < HiddenSize; n++)
        {
            s.I[n] = Sigmoid(s.Zi[n] = Affine(0, n, s.X, s.HPrev));   // ( 1)
            s.F[n] = Sigmoid(s.Zf[n] = Affine(1, n, s.X, s.HPrev));   // ( 2)
            _fh[n] = s.F[n] * s.HPrev[n];
        }

        for (int n = 0; n < HiddenSize; n++)
        {
            s.C[n] = Tanh(s.Zg[n] = Affine(2, n, s.X, _fh));          // ( 3)
            s.O[n] = Sigmoid(s.Zo[n] = Affine(3, n, s.X, s.HPrev));   // ( 4)
            s.H[n] = s.O[n] * (s.TanhC[n] = Tanh(s.C[n]));            // ( 5)
        }
    }

    /// <summary>
    /// Carries ∂L/∂h and ∂L/∂c of step t back to the gate pre-activations and to h of step t − 1.
    /// <code>
    /// ( 6) dO      = dH ⊙ tanh(c)
    /// ( 7) dC     += dH ⊙ o ⊙ (1 − tanh²(c))     dC arrives as 0, unless a loss reads c: no step t + 1 uses c
    /// ( 8) dz_c    = dC ⊙ (1 − c²), dz_o = dO ⊙ o(1−o)
    /// ( 9) dFH     = U_cᵀ dz_c
    /// (10) dz_f    = dFH ⊙ hPrev ⊙ f(1−f)
    /// (11) dz_i    = 0 exactly                   no path from i to h
    /// (12) dHPrev  = U_fᵀ dz_f + U_oᵀ dz_o + f ⊙ dFH, dCPrev = 0 exactly
    /// (13) dW += dz xᵀ, dU += dz hPrevᵀ (U_c: dz (f ⊙ hPrev)ᵀ), db += dz, dX = Wᵀ dz
    /// </code></summary>
    /// <inheritdoc/>
    public override void Backward(Step<T> step, StepGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        var s = (LstmStep<T>)step;
        StepGradient<T> g = gradient;
        g.ClearOutputs();
        Array.Clear(_dfh);
        for (int n = 0; n < HiddenSize; n++)
        {
            T dO = g.DH[n] * s.TanhC[n];                           // ( 6)
            g.DC[n] += g.DH[n] * s.O[n] * TanhSlope(s.TanhC[n]);   // ( 7)
            g.Dz[2][n] = g.DC[n] * TanhSlope(s.C[n]);              // ( 8)
            g.Dz[3][n] = dO * SigmoidSlope(s.O[n]);
            _fh[n] = s.F[n] * s.HPrev[n];
        }

        AffineBackward(2, g.Dz[2], s.X, _fh, g.DX, _dfh);   // ( 9), (13) for c
        for (int n = 0; n < HiddenSize; n++)
        {
            g.Dz[1][n] = _dfh[n] * s.HPrev[n] * SigmoidSlope(s.F[n]);   // (10)
            g.Dz[0][n] = T.Zero;                                        // (11)
            g.DHPrev[n] = _dfh[n] * s.F[n];                             // (12)
        }

        AffineBackward(1, g.Dz[1], s.X, s.HPrev, g.DX, g.DHPrev);   // (12), (13)
        AffineBackward(3, g.Dz[3], s.X, s.HPrev, g.DX, g.DHPrev);
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() => CopyTo(new DocumentCell<TOther>(InputSize, HiddenSize));
}
