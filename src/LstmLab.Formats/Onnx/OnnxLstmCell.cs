using System.Numerics;

namespace LstmLab.Formats;

/// <summary>
/// The LSTM with all that ONNX's operator has beyond <see cref="StandardCell{T}"/> and <see cref="PeepholeCell{T}"/>: other activation
/// functions φ, ψ, χ, pre-activations limited to [−clip, clip], coupled gates.
/// <code>
/// ( 1) i = φ(clip(W_i x + U_i hPrev + p_i ⊙ cPrev + b_i))
/// ( 2) f = φ(clip(W_f x + U_f hPrev + p_f ⊙ cPrev + b_f)), or 1 − i when coupled
/// ( 3) g = ψ(clip(W_g x + U_g hPrev + b_g))
/// ( 4) c = f ⊙ cPrev + i ⊙ g
/// ( 5) o = φ(clip(W_o x + U_o hPrev + p_o ⊙ c + b_o))
/// ( 6) h = o ⊙ χ(c)
/// </code></summary>
/// <remarks>ONNX operator LSTM, opsets 7 to 22, as ONNX Runtime computes it: neither c nor h is limited.</remarks>
public sealed class OnnxLstmCell<T> : LstmCell<T> where T : struct, INumberBase<T>
{
    private readonly OnnxGate _gate, _candidate;

    /// <summary>A cell of zero weights.</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="gate">φ.</param>
    /// <param name="candidate">ψ.</param>
    /// <param name="output">χ.</param>
    /// <param name="clip">Limit of pre-activations, above 0; infinite for none.</param>
    /// <param name="coupled">Whether f = 1 − i (ONNX: input_forget); the weights of f are then dead.</param>
    /// <param name="peepholes">Whether gates see the cell state; P is 0 and no parameter otherwise.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public OnnxLstmCell(
        int inputSize, int hiddenSize, OnnxActivation gate, OnnxActivation candidate, OnnxActivation output,
        double clip = double.PositiveInfinity, bool coupled = false, bool peepholes = false)
        : base(inputSize, hiddenSize, ["i", "f", "g", "o"])
    {
        (_gate, _candidate, Output, Coupled, HasPeepholes) = (new(gate, clip), new(candidate, clip), output, coupled, peepholes);
        string[] seeing = ["i", "f", "o"];
        P = peepholes ? Add("P", ParameterRole.Peephole, 3 * hiddenSize, 1, seeing) : new("P", ParameterRole.Peephole, 3 * hiddenSize, 1, seeing);
    }

    /// <summary>φ, of i, f and o.</summary>
    public OnnxActivation Gate => _gate.Function;

    /// <summary>ψ, of the candidate.</summary>
    public OnnxActivation Candidate => _candidate.Function;

    /// <summary>χ, of the cell state.</summary>
    public OnnxActivation Output { get; }

    /// <summary>Limit of pre-activations; infinite for none.</summary>
    public double Clip => _gate.Clip;

    /// <summary>Whether f = 1 − i.</summary>
    public bool Coupled { get; }

    /// <summary>Whether gates see the cell state.</summary>
    public bool HasPeepholes { get; }

    /// <summary>Peephole weights of i, f and o, [3·H]; zeros without peepholes.</summary>
    public Parameter<T> P { get; }

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (LstmStep<T>)step;
        for (int n = 0; n < HiddenSize; n++)
        {
            s.I[n] = _gate.Of(s.Zi[n] = DeterministicMath.MultiplyAdd(P.Values[n], s.CPrev[n], Affine(0, n, s.X, s.HPrev)));               // ( 1)
            s.Zf[n] = DeterministicMath.MultiplyAdd(P.Values[HiddenSize + n], s.CPrev[n], Affine(1, n, s.X, s.HPrev));
            s.F[n] = Coupled ? T.One - s.I[n] : _gate.Of(s.Zf[n]);                                                                  // ( 2)
            s.G[n] = _candidate.Of(s.Zg[n] = Affine(2, n, s.X, s.HPrev));                                                           // ( 3)
            s.C[n] = DeterministicMath.MultiplyAdd(s.F[n], s.CPrev[n], s.I[n] * s.G[n]);                                                   // ( 4)
            s.O[n] = _gate.Of(s.Zo[n] = DeterministicMath.MultiplyAdd(P.Values[(2 * HiddenSize) + n], s.C[n], Affine(3, n, s.X, s.HPrev)));   // ( 5)
            s.H[n] = s.O[n] * (s.TanhC[n] = Output.Of(s.C[n]));                                                                     // ( 6)
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
    /// </code>
    /// φ′ and ψ′ are 0 where the pre-activation lies beyond the limit.
    /// </summary>
    /// <inheritdoc/>
    public override void Backward(Step<T> step, StepGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        (var s, StepGradient<T> g) = ((LstmStep<T>)step, gradient);
        g.ClearOutputs();
        for (int n = 0; n < HiddenSize; n++)
        {
            (int i, int f, int o) = (n, HiddenSize + n, (2 * HiddenSize) + n);
            g.Dz[3][n] = g.DH[n] * s.TanhC[n] * _gate.Slope(s.Zo[n], s.O[n]);                                         // ( 7)
            g.DC[n] += (g.DH[n] * s.O[n] * Output.Slope(s.C[n], s.TanhC[n])) + (P.Values[o] * g.Dz[3][n]);            // ( 8)
            T dF = g.DC[n] * s.CPrev[n];
            g.Dz[1][n] = Coupled ? T.Zero : dF * _gate.Slope(s.Zf[n], s.F[n]);                                        // ( 9)
            T dI = g.DC[n] * s.G[n];
            g.Dz[0][n] = (Coupled ? dI - dF : dI) * _gate.Slope(s.Zi[n], s.I[n]);                                     // (10)
            g.Dz[2][n] = g.DC[n] * s.I[n] * _candidate.Slope(s.Zg[n], s.G[n]);                                        // (11)
            g.DCPrev[n] = (g.DC[n] * s.F[n]) + (P.Values[i] * g.Dz[0][n]) + (P.Values[f] * g.Dz[1][n]);               // (12)
            P.Gradient[i] += g.Dz[0][n] * s.CPrev[n];                                                                 // (13)
            P.Gradient[f] += g.Dz[1][n] * s.CPrev[n];
            P.Gradient[o] += g.Dz[3][n] * s.C[n];
        }

        for (int gate = 0; gate < 4; gate++) AffineBackward(gate, g.Dz[gate], s.X, s.HPrev, g.DX, g.DHPrev);          // (14)
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() =>
        CopyTo(new OnnxLstmCell<TOther>(InputSize, HiddenSize, Gate, Candidate, Output, Clip, Coupled, HasPeepholes));
}
