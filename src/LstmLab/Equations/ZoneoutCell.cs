using System.Numerics;

namespace LstmLab;

/// <summary>
/// The LSTM with zoneout: D. Krueger et al., "Zoneout: Regularizing RNNs by randomly preserving hidden activations", ICLR 2017. In
/// training, each unit's cell state and hidden state keep their previous values at random.
/// <code>
/// ( 1) i = σ(W_i x + U_i hPrev + b_i)
/// ( 2) f = σ(W_f x + U_f hPrev + b_f)
/// ( 3) g = tanh(W_g x + U_g hPrev + b_g)
/// ( 4) o = σ(W_o x + U_o hPrev + b_o)
/// ( 5) u = f ⊙ cPrev + i ⊙ g
/// ( 6) c = k_c ⊙ cPrev + (1 − k_c) ⊙ u
/// ( 7) h = k_h ⊙ hPrev + (1 − k_h) ⊙ o ⊙ tanh(u)       u, not c, as the paper has it
/// </code>
/// In training k_c and k_h are 1 with the probabilities of zoneout and 0 otherwise, drawn for each step, sequence and unit; in
/// prediction they are those probabilities, their expectation.
/// </summary>
/// <remarks>The masks depend on the seed, the training step, t, the sequence and the unit alone: see
/// <see cref="Cell{T}.Begin"/>.</remarks>
public sealed class ZoneoutCell<T> : LstmCell<T> where T : struct, INumberBase<T>
{
    /// <summary>A cell of zero weights.</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="ofCell">Probability of a cell state being kept, in [0, 1]; the paper's best is 0.5 for characters.</param>
    /// <param name="ofHidden">Probability of a hidden state being kept, in [0, 1]; the paper's best is 0.05.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A probability lies outside [0, 1].</exception>
    public ZoneoutCell(int inputSize, int hiddenSize, double ofCell = 0.5, double ofHidden = 0.05)
        : base(inputSize, hiddenSize, ["i", "f", "g", "o"])
    {
        CellProbability = Probability(ofCell, nameof(ofCell));
        HiddenProbability = Probability(ofHidden, nameof(ofHidden));
    }

    /// <summary>Probability of a cell state being kept.</summary>
    public double CellProbability { get; }

    /// <summary>Probability of a hidden state being kept.</summary>
    public double HiddenProbability { get; }

    /// <inheritdoc/>
    public override ZoneoutStep<T> NewStep() => new(this);

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (ZoneoutStep<T>)step;
        Draw("zoneout of c", CellProbability, s, s.KeepC);
        Draw("zoneout of h", HiddenProbability, s, s.KeepH);
        for (int n = 0; n < HiddenSize; n++)
        {
            s.I[n] = Sigmoid(s.Zi[n] = Affine(0, n, s.X, s.HPrev));                              // ( 1)
            s.F[n] = Sigmoid(s.Zf[n] = Affine(1, n, s.X, s.HPrev));                              // ( 2)
            s.G[n] = Tanh(s.Zg[n] = Affine(2, n, s.X, s.HPrev));                                 // ( 3)
            s.O[n] = Sigmoid(s.Zo[n] = Affine(3, n, s.X, s.HPrev));                              // ( 4)
            s.U[n] = MultiplyAdd(s.F[n], s.CPrev[n], s.I[n] * s.G[n]);                           // ( 5)
            s.TanhC[n] = Tanh(s.U[n]);
            s.C[n] = (s.KeepC[n] * s.CPrev[n]) + ((T.One - s.KeepC[n]) * s.U[n]);                // ( 6)
            s.H[n] = (s.KeepH[n] * s.HPrev[n]) + ((T.One - s.KeepH[n]) * s.O[n] * s.TanhC[n]);   // ( 7)
        }
    }

    /// <summary>
    /// Carries ∂L/∂h and ∂L/∂c of step t back to the gate pre-activations and to h and c of step t − 1.
    /// <code>
    /// ( 8) dY      = (1 − k_h) ⊙ dH
    /// ( 9) dO      = dY ⊙ tanh(u)
    /// (10) dU      = (1 − k_c) ⊙ dC + dY ⊙ o ⊙ (1 − tanh²(u))
    /// (11) dF      = dU ⊙ cPrev, dI = dU ⊙ g, dG = dU ⊙ i
    /// (12) dCPrev  = k_c ⊙ dC + dU ⊙ f
    /// (13) dz      = dI i(1−i), dF f(1−f), dG (1−g²), dO o(1−o)
    /// (14) dW += dz xᵀ, dU += dz hPrevᵀ, db += dz, dX = Wᵀ dz, dHPrev = k_h ⊙ dH + Uᵀ dz
    /// </code></summary>
    /// <inheritdoc/>
    public override void Backward(Step<T> step, StepGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        var s = (ZoneoutStep<T>)step;
        StepGradient<T> g = gradient;
        g.ClearOutputs();
        for (int n = 0; n < HiddenSize; n++)
        {
            T dY = (T.One - s.KeepH[n]) * g.DH[n];                                             // ( 8)
            T dO = dY * s.TanhC[n];                                                            // ( 9)
            T dU = ((T.One - s.KeepC[n]) * g.DC[n]) + (dY * s.O[n] * TanhSlope(s.TanhC[n]));   // (10)
            g.DCPrev[n] = (s.KeepC[n] * g.DC[n]) + (dU * s.F[n]);                              // (12)
            g.DHPrev[n] = s.KeepH[n] * g.DH[n];                                                // (14)
            g.Dz[0][n] = dU * s.G[n] * SigmoidSlope(s.I[n]);                                   // (11), (13)
            g.Dz[1][n] = dU * s.CPrev[n] * SigmoidSlope(s.F[n]);
            g.Dz[2][n] = dU * s.I[n] * TanhSlope(s.G[n]);
            g.Dz[3][n] = dO * SigmoidSlope(s.O[n]);
        }

        for (int gate = 0; gate < 4; gate++) AffineBackward(gate, g.Dz[gate], s.X, s.HPrev, g.DX, g.DHPrev);   // (14)
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() => CopyTo(new ZoneoutCell<TOther>(InputSize, HiddenSize, CellProbability, HiddenProbability));

    // The mask of a step, or its expectation.
    private void Draw(string purpose, double probability, Step<T> step, T[] mask)
    {
        Array.Fill(mask, T.CreateChecked(probability));
        if (!IsTraining) return;
        RandomStream random = Random(purpose, step);
        for (int n = 0; n < mask.Length; n++) mask[n] = random.NextDouble() < probability ? T.One : T.Zero;
    }

    private static double Probability(double value, string name) => value is >= 0 and <= 1 ? value
        : throw new ArgumentOutOfRangeException(name, value, "The probability of keeping a state must be in [0, 1].");
}

/// <summary>One step of an LSTM with zoneout.</summary>
public sealed class ZoneoutStep<T> : LstmStep<T> where T : struct, INumberBase<T>
{
    /// <summary>Makes a record of zeros for a cell.</summary>
    public ZoneoutStep(Cell<T> cell) : base(cell)
    {
        U = Vector("u");
        KeepC = Vector("kc");
        KeepH = Vector("kh");
    }

    /// <summary>The cell state as it would be without zoneout, [H]; TanhC is its hyperbolic tangent.</summary>
    public T[] U { get; }

    /// <summary>k_c, what share of the previous cell state is kept, [H].</summary>
    public T[] KeepC { get; }

    /// <summary>k_h, what share of the previous hidden state is kept, [H].</summary>
    public T[] KeepH { get; }
}
