using System.Numerics;

namespace LstmLab;

/// <summary>
/// The LSTM with peepholes, in which the gates see the cell state: F. Gers, J. Schmidhuber, "Recurrent nets that time and
/// count", IJCNN 2000; in the form of A. Graves, "Generating sequences with recurrent neural networks", 2013, and of ONNX.
/// <code>
/// ( 1) i = σ(W_i x + U_i hPrev + p_i ⊙ cPrev + b_i)
/// ( 2) f = σ(W_f x + U_f hPrev + p_f ⊙ cPrev + b_f)
/// ( 3) g = tanh(W_g x + U_g hPrev + b_g)
/// ( 4) c = f ⊙ cPrev + i ⊙ g
/// ( 5) o = σ(W_o x + U_o hPrev + p_o ⊙ c + b_o)     the new cell state, not the previous
/// ( 6) h = o ⊙ tanh(c)
/// </code></summary>
public sealed class PeepholeCell<T> : LstmCell<T> where T : struct, INumberBase<T>
{
    /// <summary>A cell of zero weights.</summary>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public PeepholeCell(int inputSize, int hiddenSize) : base(inputSize, hiddenSize, ["i", "f", "g", "o"]) =>
        P = Add("P", ParameterRole.Peephole, 3 * hiddenSize, 1, ["i", "f", "o"]);

    /// <summary>Peephole weights of i, f and o, [3·H].</summary>
    public Parameter<T> P { get; }

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (LstmStep<T>)step;
        ReadOnlySpan<T> pi = P.Values.AsSpan(0, HiddenSize);
        ReadOnlySpan<T> pf = P.Values.AsSpan(HiddenSize, HiddenSize);
        ReadOnlySpan<T> po = P.Values.AsSpan(2 * HiddenSize);
        for (int n = 0; n < HiddenSize; n++)
        {
            s.Zi[n] = MultiplyAdd(pi[n], s.CPrev[n], Affine(0, n, s.X, s.HPrev));
            s.I[n] = Sigmoid(s.Zi[n]);                                   // ( 1)
            s.Zf[n] = MultiplyAdd(pf[n], s.CPrev[n], Affine(1, n, s.X, s.HPrev));
            s.F[n] = Sigmoid(s.Zf[n]);                                   // ( 2)
            s.G[n] = Tanh(s.Zg[n] = Affine(2, n, s.X, s.HPrev));         // ( 3)
            s.C[n] = MultiplyAdd(s.F[n], s.CPrev[n], s.I[n] * s.G[n]);   // ( 4)
            s.Zo[n] = MultiplyAdd(po[n], s.C[n], Affine(3, n, s.X, s.HPrev));
            s.O[n] = Sigmoid(s.Zo[n]);                                   // ( 5)
            s.H[n] = s.O[n] * (s.TanhC[n] = Tanh(s.C[n]));               // ( 6)
        }
    }

    /// <summary>
    /// Carries ∂L/∂h and ∂L/∂c of step t back to the gate pre-activations and to h and c of step t − 1.
    /// <code>
    /// ( 7) dz_o    = dH ⊙ tanh(c) ⊙ o(1−o)
    /// ( 8) dC     += dH ⊙ o ⊙ (1 − tanh²(c)) + p_o ⊙ dz_o
    /// ( 9) dz_f    = dC ⊙ cPrev ⊙ f(1−f)
    /// (10) dz_i    = dC ⊙ g ⊙ i(1−i)
    /// (11) dz_g    = dC ⊙ i ⊙ (1−g²)
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
            (int i, int f, int o) = (n, HiddenSize + n, (2 * HiddenSize) + n);
            g.Dz[3][n] = g.DH[n] * s.TanhC[n] * SigmoidSlope(s.O[n]);                                     // ( 7)
            g.DC[n] += (g.DH[n] * s.O[n] * TanhSlope(s.TanhC[n])) + (P.Values[o] * g.Dz[3][n]);           // ( 8)
            g.Dz[1][n] = g.DC[n] * s.CPrev[n] * SigmoidSlope(s.F[n]);                                     // ( 9)
            g.Dz[0][n] = g.DC[n] * s.G[n] * SigmoidSlope(s.I[n]);                                         // (10)
            g.Dz[2][n] = g.DC[n] * s.I[n] * TanhSlope(s.G[n]);                                            // (11)
            g.DCPrev[n] = (g.DC[n] * s.F[n]) + (P.Values[i] * g.Dz[0][n]) + (P.Values[f] * g.Dz[1][n]);   // (12)
            P.Gradient[i] += g.Dz[0][n] * s.CPrev[n];                                                     // (13)
            P.Gradient[f] += g.Dz[1][n] * s.CPrev[n];
            P.Gradient[o] += g.Dz[3][n] * s.C[n];
        }

        for (int gate = 0; gate < 4; gate++) AffineBackward(gate, g.Dz[gate], s.X, s.HPrev, g.DX, g.DHPrev);   // (14)
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() => CopyTo(new PeepholeCell<TOther>(InputSize, HiddenSize));
}
