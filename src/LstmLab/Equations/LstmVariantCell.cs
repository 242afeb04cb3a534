using System.Numerics;

namespace LstmLab;

/// <summary>
/// The LSTM with the settings in which published variants differ: activation functions φ, ψ and χ, limited pre-activations, coupled
/// input and forget gates, peepholes. K. Greff, R. Srivastava, J. Koutník, B. Steunebrink, J. Schmidhuber, "LSTM: A search space
/// odyssey", IEEE TNNLS
/// 28(10), 2017,
/// compares these variants; ONNX's operator LSTM has all of them.
/// <code>
/// ( 1) i = φ(W_i x + U_i hPrev + p_i ⊙ cPrev + b_i)
/// ( 2) f = φ(W_f x + U_f hPrev + p_f ⊙ cPrev + b_f), or 1 − i when coupled
/// ( 3) g = ψ(W_g x + U_g hPrev + b_g)
/// ( 4) c = f ⊙ cPrev + i ⊙ g
/// ( 5) o = φ(W_o x + U_o hPrev + p_o ⊙ c + b_o)
/// ( 6) h = o ⊙ χ(c)
/// </code></summary>
/// <remarks>
/// <see cref="StandardCell{T}"/> and <see cref="PeepholeCell{T}"/> are the special cases φ = σ and ψ = χ = tanh, to the bit. They stay
/// apart because a reader should meet the equations of their papers without settings in between. Neither c nor h is limited, as in ONNX
/// Runtime.
/// </remarks>
public sealed class LstmVariantCell<T> : LstmCell<T> where T : struct, INumberBase<T>
{
    /// <summary>A cell of zero weights.</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="gate">φ; σ when omitted.</param>
    /// <param name="candidate">ψ; tanh when omitted.</param>
    /// <param name="output">χ; tanh when omitted.</param>
    /// <param name="coupled">Whether f = 1 − i; the weights of f are then dead.</param>
    /// <param name="peepholes">Whether gates see the cell state.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public LstmVariantCell(
        int inputSize, int hiddenSize, Activation? gate = null, Activation? candidate = null, Activation? output = null,
        bool coupled = false, bool peepholes = false)
        : base(inputSize, hiddenSize, ["i", "f", "g", "o"])
    {
        Gate = gate ?? Activation.Sigmoid;
        Candidate = candidate ?? Activation.Tanh;
        Output = output ?? Activation.Tanh;
        Coupled = coupled;
        if (peepholes) P = Add("P", ParameterRole.Peephole, 3 * hiddenSize, 1, ["i", "f", "o"]);
    }

    /// <summary>φ, of i, f and o.</summary>
    public Activation Gate { get; }

    /// <summary>ψ, of the candidate.</summary>
    public Activation Candidate { get; }

    /// <summary>χ, of the cell state.</summary>
    public Activation Output { get; }

    /// <summary>Whether f = 1 − i.</summary>
    public bool Coupled { get; }

    /// <summary>Peephole weights of i, f and o, [3·H]; null without peepholes.</summary>
    public Parameter<T>? P { get; }

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (LstmStep<T>)step;
        for (int n = 0; n < HiddenSize; n++)
        {
            s.I[n] = Gate.Of(s.Zi[n] = WithPeephole(0, n, s.CPrev[n], Affine(0, n, s.X, s.HPrev)));   // ( 1)
            s.Zf[n] = WithPeephole(1, n, s.CPrev[n], Affine(1, n, s.X, s.HPrev));
            s.F[n] = Coupled ? T.One - s.I[n] : Gate.Of(s.Zf[n]);                                     // ( 2)
            s.G[n] = Candidate.Of(s.Zg[n] = Affine(2, n, s.X, s.HPrev));                              // ( 3)
            s.C[n] = MultiplyAdd(s.F[n], s.CPrev[n], s.I[n] * s.G[n]);                                // ( 4)
            s.O[n] = Gate.Of(s.Zo[n] = WithPeephole(2, n, s.C[n], Affine(3, n, s.X, s.HPrev)));       // ( 5)
            s.H[n] = s.O[n] * (s.TanhC[n] = Output.Of(s.C[n]));                                       // ( 6)
        }
    }

    /// <summary>
    /// Carries ∂L/∂h and ∂L/∂c of step t back to the gate pre-activations and to h and c of step t − 1.
    /// <code>
    /// ( 7) dz_o    = dH ⊙ χ(c) ⊙ φ′(z_o)
    /// ( 8) dC     += dH ⊙ o ⊙ χ′(c) + p_o ⊙ dz_o
    /// ( 9) dF      = dC ⊙ cPrev;  dz_f = dF ⊙ φ′(z_f), or 0 when coupled
    /// (10) dI      = dC ⊙ g, − dF when coupled;  dz_i = dI ⊙ φ′(z_i)
    /// (11) dz_g    = dC ⊙ i ⊙ ψ′(z_g)
    /// (12) dCPrev  = dC ⊙ f + p_i ⊙ dz_i + p_f ⊙ dz_f
    /// (13) dp_i += dz_i ⊙ cPrev, dp_f += dz_f ⊙ cPrev, dp_o += dz_o ⊙ c
    /// (14) dW += dz xᵀ, dU += dz hPrevᵀ, db += dz, dX = Wᵀ dz, dHPrev = Uᵀ dz
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
            g.Dz[3][n] = g.DH[n] * s.TanhC[n] * Gate.Slope(s.Zo[n], s.O[n]);                                  // ( 7)
            g.DC[n] += WithPeephole(2, n, g.Dz[3][n], g.DH[n] * s.O[n] * Output.Slope(s.C[n], s.TanhC[n]));   // ( 8)
            T dF = g.DC[n] * s.CPrev[n];                                                                      // ( 9)
            g.Dz[1][n] = Coupled ? T.Zero : dF * Gate.Slope(s.Zf[n], s.F[n]);
            T dI = g.DC[n] * s.G[n];                                                                          // (10)
            g.Dz[0][n] = (Coupled ? dI - dF : dI) * Gate.Slope(s.Zi[n], s.I[n]);
            g.Dz[2][n] = g.DC[n] * s.I[n] * Candidate.Slope(s.Zg[n], s.G[n]);                                 // (11)
            g.DCPrev[n] = WithPeephole(1, n, g.Dz[1][n], WithPeephole(0, n, g.Dz[0][n], g.DC[n] * s.F[n]));   // (12)
            PeepholeBackward(0, n, g.Dz[0][n], s.CPrev[n]);                                                   // (13)
            PeepholeBackward(1, n, g.Dz[1][n], s.CPrev[n]);
            PeepholeBackward(2, n, g.Dz[3][n], s.C[n]);
        }

        for (int gate = 0; gate < 4; gate++) AffineBackward(gate, g.Dz[gate], s.X, s.HPrev, g.DX, g.DHPrev);   // (14)
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() =>
        CopyTo(new LstmVariantCell<TOther>(InputSize, HiddenSize, Gate, Candidate, Output, Coupled, P is not null));

    // sum + p v, or the sum alone without peepholes.
    private T WithPeephole(int block, int n, T v, T sum) => P is null ? sum : MultiplyAdd(P.Values[(block * HiddenSize) + n], v, sum);

    private void PeepholeBackward(int block, int n, T dz, T c)
    {
        if (P is not null) P.Gradient[(block * HiddenSize) + n] += dz * c;
    }
}
