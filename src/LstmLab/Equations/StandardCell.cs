using System.Numerics;

namespace LstmLab;

/// <summary>
/// The LSTM with a forget gate, as every library has it: F. Gers, J. Schmidhuber, F. Cummins, "Learning to forget: continual
/// prediction with LSTM", Neural Computation 12(10), 2000; optionally with a projection (H. Sak, A. Senior, F. Beaufays,
/// "Long short-term memory recurrent neural network architectures…", Interspeech 2014).
/// <code>
/// ( 1) i = σ(W_i x + U_i hPrev + b_i)             b_i + d_i for b_i where there are two biases
/// ( 2) f = σ(W_f x + U_f hPrev + b_f)
/// ( 3) g = tanh(W_g x + U_g hPrev + b_g)
/// ( 4) o = σ(W_o x + U_o hPrev + b_o)
/// ( 5) c = f ⊙ cPrev + i ⊙ g
/// ( 6) m = o ⊙ tanh(c)
/// ( 7) h = W_r m, or h = m without a projection
/// </code></summary>
/// <remarks>(5) is Gers' form with peepholes left out and g = tanh; the paper used g = 4σ − 2.</remarks>
public class StandardCell<T> : LstmCell<T> where T : struct, INumberBase<T>
{
    private readonly T[] _dm;

    /// <summary>A cell of zero weights.</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="projectionSize">R, below H; 0 for no projection.</param>
    /// <param name="biases">1 for b; 2 for b and the recurrent bias d, of which the sum b + d stands for b in (1) to (4); 0 for
    /// none.</param>
    /// <exception cref="ShapeException">A size is below 1, or the projection is not below H.</exception>
    public StandardCell(int inputSize, int hiddenSize, int projectionSize = 0, int biases = 1)
        : base(inputSize, hiddenSize, ["i", "f", "g", "o"], OutputSizeOf(hiddenSize, projectionSize), biases)
    {
        _dm = new T[hiddenSize];
        if (projectionSize > 0) Wr = Add("Wr", ParameterRole.Projection, projectionSize, hiddenSize, []);
    }

    /// <summary>A cell from one matrix and vector a gate: W [H][I], U [H][H], b [H].</summary>
    /// <exception cref="ShapeException">The shapes disagree.</exception>
    public StandardCell(T[][] Wi, T[][] Ui, T[] bi, T[][] Wf, T[][] Uf, T[] bf, T[][] Wg, T[][] Ug, T[] bg, T[][] Wo, T[][] Uo, T[] bo)
        : this(Wi[0].Length, bi.Length) => Fill((Wi, Ui, bi), (Wf, Uf, bf), (Wg, Ug, bg), (Wo, Uo, bo));

    /// <summary>Projection, [R, H]; null without one.</summary>
    public Parameter<T>? Wr { get; }

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (LstmStep<T>)step;
        for (int n = 0; n < HiddenSize; n++)
        {
            s.I[n] = Sigmoid(s.Zi[n] = Affine(0, n, s.X, s.HPrev));      // ( 1)
            s.F[n] = Sigmoid(s.Zf[n] = Affine(1, n, s.X, s.HPrev));      // ( 2)
            s.G[n] = Tanh(s.Zg[n] = Affine(2, n, s.X, s.HPrev));         // ( 3)
            s.O[n] = Sigmoid(s.Zo[n] = Affine(3, n, s.X, s.HPrev));      // ( 4)
            s.C[n] = MultiplyAdd(s.F[n], s.CPrev[n], s.I[n] * s.G[n]);   // ( 5)
            s.M[n] = s.O[n] * (s.TanhC[n] = Tanh(s.C[n]));               // ( 6)
        }

        for (int r = 0; Wr is not null && r < OutputSize; r++) s.H[r] = Row(Wr, 0, r, s.M, T.Zero);   // ( 7)
    }

    /// <summary>
    /// Carries ∂L/∂h and ∂L/∂c of step t back to the gate pre-activations and to h and c of step t − 1.
    /// <code>
    /// ( 8) dM      = W_rᵀ dH, or dH; dW_r += dH mᵀ
    /// ( 9) dO      = dM ⊙ tanh(c)
    /// (10) dC     += dM ⊙ o ⊙ (1 − tanh²(c))     dC arrives holding f(t+1) ⊙ dC(t+1)
    /// (11) dF      = dC ⊙ cPrev
    /// (12) dI      = dC ⊙ g
    /// (13) dG      = dC ⊙ i
    /// (14) dCPrev  = dC ⊙ f                      the constant error carousel
    /// (15) dz      = dI i(1−i), dF f(1−f), dG (1−g²), dO o(1−o)
    /// (16) dW += dz xᵀ, dU += dz hPrevᵀ, db += dz, dX = Wᵀ dz, dHPrev = Uᵀ dz
    /// </code></summary>
    /// <inheritdoc/>
    public override void Backward(Step<T> step, StepGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        var s = (LstmStep<T>)step;
        StepGradient<T> g = gradient;
        g.ClearOutputs();
        T[] dM = Wr is null ? g.DH : _dm;
        Array.Clear(_dm);
        if (Wr is not null) MatrixBackward(Wr, 0, g.DH, s.M, dM);   // ( 8)
        for (int n = 0; n < HiddenSize; n++)
        {
            T dO = dM[n] * s.TanhC[n];                           // ( 9)
            g.DC[n] += dM[n] * s.O[n] * TanhSlope(s.TanhC[n]);   // (10)
            T dF = g.DC[n] * s.CPrev[n];                         // (11)
            T dI = g.DC[n] * s.G[n];                             // (12)
            T dG = g.DC[n] * s.I[n];                             // (13)
            g.DCPrev[n] = g.DC[n] * s.F[n];                      // (14)
            g.Dz[0][n] = dI * SigmoidSlope(s.I[n]);              // (15)
            g.Dz[1][n] = dF * SigmoidSlope(s.F[n]);
            g.Dz[2][n] = dG * TanhSlope(s.G[n]);
            g.Dz[3][n] = dO * SigmoidSlope(s.O[n]);
        }

        for (int gate = 0; gate < 4; gate++) AffineBackward(gate, g.Dz[gate], s.X, s.HPrev, g.DX, g.DHPrev);   // (16)
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() =>
        CopyTo(new StandardCell<TOther>(InputSize, HiddenSize, Wr is null ? 0 : OutputSize, Biases));

    private static int OutputSizeOf(int hiddenSize, int projectionSize)
    {
        if (projectionSize == 0) return hiddenSize;
        if (projectionSize > 0 && projectionSize < hiddenSize) return projectionSize;
        throw new ShapeException(
            $"projectionSize must be 0 (none) or between 1 and hiddenSize − 1 = {hiddenSize - 1}, but is {projectionSize}.");
    }
}
