using System.Numerics;

namespace LstmLab;

/// <summary>
/// The LSTM with recurrent dropout: S. Semeniuta, A. Severyn, E. Barth, "Recurrent dropout without memory loss", COLING 2016. What a
/// step would add to the memory is dropped at random, the memory itself never.
/// <code>
/// ( 1) i = σ(W_i x + U_i hPrev + b_i)
/// ( 2) f = σ(W_f x + U_f hPrev + b_f)
/// ( 3) g = tanh(W_g x + U_g hPrev + b_g)
/// ( 4) o = σ(W_o x + U_o hPrev + b_o)
/// ( 5) c = f ⊙ cPrev + i ⊙ m ⊙ g
/// ( 6) h = o ⊙ tanh(c)
/// </code>
/// In training m is 0 with the probability of dropout p and 1 / (1 − p) otherwise, drawn for each step, sequence and unit; in prediction
/// it is 1, its expectation.
/// </summary>
/// <remarks>
/// The paper does not scale in training what it keeps, and multiplies g by 1 − p in prediction instead. The masks depend on the seed, the
/// training step, t, the sequence and the unit alone: see <see cref="Cell{T}.Begin"/>.
/// </remarks>
public sealed class RecurrentDropoutCell<T> : LstmCell<T> where T : struct, INumberBase<T>
{
    /// <summary>A cell of zero weights.</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="probability">Of a candidate being dropped, in [0, 1).</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The probability lies outside [0, 1).</exception>
    public RecurrentDropoutCell(int inputSize, int hiddenSize, double probability) : base(inputSize, hiddenSize, ["i", "f", "g", "o"]) =>
        Probability = probability is >= 0 and < 1 ? probability : throw new ArgumentOutOfRangeException(
            nameof(probability), probability, "The probability of dropping a candidate must be in [0, 1).");

    /// <summary>Probability of a candidate being dropped.</summary>
    public double Probability { get; }

    /// <inheritdoc/>
    public override RecurrentDropoutStep<T> NewStep() => new(this);

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (RecurrentDropoutStep<T>)step;
        Draw(s);
        for (int n = 0; n < HiddenSize; n++)
        {
            s.I[n] = Sigmoid(s.Zi[n] = Affine(0, n, s.X, s.HPrev));                  // ( 1)
            s.F[n] = Sigmoid(s.Zf[n] = Affine(1, n, s.X, s.HPrev));                  // ( 2)
            s.G[n] = Tanh(s.Zg[n] = Affine(2, n, s.X, s.HPrev));                     // ( 3)
            s.O[n] = Sigmoid(s.Zo[n] = Affine(3, n, s.X, s.HPrev));                  // ( 4)
            s.C[n] = MultiplyAdd(s.F[n], s.CPrev[n], s.I[n] * s.Mask[n] * s.G[n]);   // ( 5)
            s.H[n] = s.O[n] * (s.TanhC[n] = Tanh(s.C[n]));                           // ( 6)
        }
    }

    /// <summary>
    /// Carries ∂L/∂h and ∂L/∂c of step t back to the gate pre-activations and to h and c of step t − 1.
    /// <code>
    /// ( 7) dO      = dH ⊙ tanh(c)
    /// ( 8) dC     += dH ⊙ o ⊙ (1 − tanh²(c))
    /// ( 9) dF      = dC ⊙ cPrev, dI = dC ⊙ m ⊙ g, dG = dC ⊙ i ⊙ m, dCPrev = dC ⊙ f
    /// (10) dz      = dI i(1−i), dF f(1−f), dG (1−g²), dO o(1−o)
    /// (11) dW += dz xᵀ, dU += dz hPrevᵀ, db += dz, dX = Wᵀ dz, dHPrev = Uᵀ dz
    /// </code></summary>
    /// <inheritdoc/>
    public override void Backward(Step<T> step, StepGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        var s = (RecurrentDropoutStep<T>)step;
        StepGradient<T> g = gradient;
        g.ClearOutputs();
        for (int n = 0; n < HiddenSize; n++)
        {
            T dO = g.DH[n] * s.TanhC[n];                                        // ( 7)
            g.DC[n] += g.DH[n] * s.O[n] * TanhSlope(s.TanhC[n]);                // ( 8)
            g.Dz[0][n] = g.DC[n] * s.Mask[n] * s.G[n] * SigmoidSlope(s.I[n]);   // ( 9), (10)
            g.Dz[1][n] = g.DC[n] * s.CPrev[n] * SigmoidSlope(s.F[n]);
            g.Dz[2][n] = g.DC[n] * s.I[n] * s.Mask[n] * TanhSlope(s.G[n]);
            g.Dz[3][n] = dO * SigmoidSlope(s.O[n]);
            g.DCPrev[n] = g.DC[n] * s.F[n];
        }

        for (int gate = 0; gate < 4; gate++) AffineBackward(gate, g.Dz[gate], s.X, s.HPrev, g.DX, g.DHPrev);   // (11)
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() => CopyTo(new RecurrentDropoutCell<TOther>(InputSize, HiddenSize, Probability));

    private void Draw(RecurrentDropoutStep<T> s)
    {
        Array.Fill(s.Mask, T.One);
        if (!IsTraining) return;
        RandomStream random = Random("recurrent dropout", s);
        T kept = T.CreateChecked(1 / (1 - Probability));
        for (int n = 0; n < HiddenSize; n++) s.Mask[n] = random.NextDouble() < Probability ? T.Zero : kept;
    }
}

/// <summary>One step of an LSTM with recurrent dropout.</summary>
public sealed class RecurrentDropoutStep<T> : LstmStep<T> where T : struct, INumberBase<T>
{
    /// <summary>Makes a record of zeros for a cell.</summary>
    public RecurrentDropoutStep(Cell<T> cell) : base(cell) => Mask = Vector("mask");

    /// <summary>m, what the candidate is multiplied by, [H].</summary>
    public T[] Mask { get; }
}
