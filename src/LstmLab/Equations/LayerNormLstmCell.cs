using System.Numerics;

namespace LstmLab;

/// <summary>
/// The LSTM with layer normalization: J. Ba, J. Kiros, G. Hinton, "Layer normalization", arXiv:1607.06450, 2016, equations 20 to 22.
/// Both products and the cell state are brought to mean 0 and variance 1 over their entries, so that no gate saturates because all its
/// inputs are large.
/// <code>
/// ( 1) a = N(U hPrev), e = N(W x)                           N(v) = (v − mean) / √(variance + 10⁻⁵), over all 4H entries
/// ( 2) z = α_h ⊙ a + α_x ⊙ e + b                            [4·H], the row blocks of i, f, g, o
/// ( 3) i = σ(z_i), f = σ(z_f), g = tanh(z_g), o = σ(z_o)
/// ( 4) c = f ⊙ cPrev + i ⊙ g
/// ( 5) m = N(c)
/// ( 6) h = o ⊙ tanh(α_c ⊙ m + β_c)
/// </code></summary>
/// <remarks>The paper adds a shift to each normalized product too; b is their sum, so that they would say the same twice. Gains α begin
/// at 1, shifts at 0.</remarks>
public sealed class LayerNormLstmCell<T> : LstmCell<T> where T : struct, INumberBase<T>
{
    /// <summary>A cell of zero weights and gains of 1.</summary>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public LayerNormLstmCell(int inputSize, int hiddenSize) : base(inputSize, hiddenSize, ["i", "f", "g", "o"])
    {
        HiddenGain = Add("gain_h", ParameterRole.Gain, 4 * hiddenSize, 1, Gates);
        InputGain = Add("gain_x", ParameterRole.Gain, 4 * hiddenSize, 1, Gates);
        CellGain = Add("gain_c", ParameterRole.Gain, hiddenSize, 1, []);
        CellShift = Add("shift_c", ParameterRole.Shift, hiddenSize, 1, []);
        foreach (Parameter<T> gain in new[] { HiddenGain, InputGain, CellGain }) Array.Fill(gain.Values, T.One);
    }

    /// <summary>α_h, of the product with hPrev, [4·H].</summary>
    public Parameter<T> HiddenGain { get; }

    /// <summary>α_x, of the product with x, [4·H].</summary>
    public Parameter<T> InputGain { get; }

    /// <summary>α_c, of the cell state, [H].</summary>
    public Parameter<T> CellGain { get; }

    /// <summary>β_c, of the cell state, [H].</summary>
    public Parameter<T> CellShift { get; }

    /// <inheritdoc/>
    public override LayerNormLstmStep<T> NewStep() => new(this);

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (LayerNormLstmStep<T>)step;
        for (int row = 0; row < 4 * HiddenSize; row++)
        {
            s.A[row] = Row(U, 0, row, s.HPrev, T.Zero);
            s.E[row] = Row(W, 0, row, s.X, T.Zero);
        }

        s.ScaleOfA = LayerNormalization.Forward(s.A, s.A);   // ( 1)
        s.ScaleOfE = LayerNormalization.Forward(s.E, s.E);
        for (int n = 0; n < HiddenSize; n++)
        {
            s.I[n] = Sigmoid(s.Zi[n] = Sum(0, n, s));                    // ( 2), ( 3)
            s.F[n] = Sigmoid(s.Zf[n] = Sum(1, n, s));
            s.G[n] = Tanh(s.Zg[n] = Sum(2, n, s));
            s.O[n] = Sigmoid(s.Zo[n] = Sum(3, n, s));
            s.C[n] = MultiplyAdd(s.F[n], s.CPrev[n], s.I[n] * s.G[n]);   // ( 4)
        }

        s.ScaleOfC = LayerNormalization.Forward(s.C, s.NormalizedC);   // ( 5)
        for (int n = 0; n < HiddenSize; n++)
        {
            s.TanhC[n] = Tanh(MultiplyAdd(CellGain.Values[n], s.NormalizedC[n], CellShift.Values[n]));
            s.H[n] = s.O[n] * s.TanhC[n];   // ( 6)
        }
    }

    /// <summary>
    /// Carries ∂L/∂h and ∂L/∂c of step t back to the gate pre-activations and to h and c of step t − 1.
    /// <code>
    /// ( 7) dO      = dH ⊙ y,  y = tanh(α_c ⊙ m + β_c)
    /// ( 8) dY      = dH ⊙ o ⊙ (1 − y²);  dα_c += dY ⊙ m, dβ_c += dY
    /// ( 9) dC     += N′(α_c ⊙ dY)                  N′: the backward pass of N
    /// (10) dF      = dC ⊙ cPrev, dI = dC ⊙ g, dG = dC ⊙ i, dCPrev = dC ⊙ f
    /// (11) dz      = dI i(1−i), dF f(1−f), dG (1−g²), dO o(1−o);  db += dz
    /// (12) dα_h += dz ⊙ a, dα_x += dz ⊙ e
    /// (13) dA      = N′(α_h ⊙ dz), dE = N′(α_x ⊙ dz)
    /// (14) dU += dA hPrevᵀ, dW += dE xᵀ, dHPrev = Uᵀ dA, dX = Wᵀ dE
    /// </code></summary>
    /// <inheritdoc/>
    public override void Backward(Step<T> step, StepGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        var s = (LayerNormLstmStep<T>)step;
        var g = (LayerNormLstmGradient<T>)gradient;
        g.ClearOutputs();
        T[] dM = g["m"];
        for (int n = 0; n < HiddenSize; n++)
        {
            T dO = g.DH[n] * s.TanhC[n];                       // ( 7)
            g.Dz[3][n] = dO * SigmoidSlope(s.O[n]);            // (11)
            T dY = g.DH[n] * s.O[n] * TanhSlope(s.TanhC[n]);   // ( 8)
            CellGain.Gradient[n] += dY * s.NormalizedC[n];
            CellShift.Gradient[n] += dY;
            dM[n] = CellGain.Values[n] * dY;
        }

        LayerNormalization.Backward(dM, s.NormalizedC, s.ScaleOfC, dM);   // ( 9)
        for (int n = 0; n < HiddenSize; n++)
        {
            g.DC[n] += dM[n];
            g.Dz[1][n] = g.DC[n] * s.CPrev[n] * SigmoidSlope(s.F[n]);   // (10), (11)
            g.Dz[0][n] = g.DC[n] * s.G[n] * SigmoidSlope(s.I[n]);
            g.Dz[2][n] = g.DC[n] * s.I[n] * TanhSlope(s.G[n]);
            g.DCPrev[n] = g.DC[n] * s.F[n];
        }

        for (int row = 0; row < 4 * HiddenSize; row++)
        {
            T dz = g.Dz[row / HiddenSize][row % HiddenSize];
            HiddenGain.Gradient[row] += dz * s.A[row];   // (12)
            InputGain.Gradient[row] += dz * s.E[row];
            g.DA[row] = HiddenGain.Values[row] * dz;
            g.DE[row] = InputGain.Values[row] * dz;
        }

        for (int gate = 0; gate < 4; gate++) InputBiasBackward(gate, g.Dz[gate]);
        LayerNormalization.Backward(g.DA, s.A, s.ScaleOfA, g.DA);   // (13)
        LayerNormalization.Backward(g.DE, s.E, s.ScaleOfE, g.DE);
        MatrixBackward(U, 0, g.DA, s.HPrev, g.DHPrev);              // (14)
        MatrixBackward(W, 0, g.DE, s.X, g.DX);
    }

    /// <inheritdoc/>
    public override StepGradient<T> NewGradient() => new LayerNormLstmGradient<T>(this);

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() => CopyTo(new LayerNormLstmCell<TOther>(InputSize, HiddenSize));

    private T Sum(int gate, int n, LayerNormLstmStep<T> s)
    {
        int row = (gate * HiddenSize) + n;
        return MultiplyAdd(InputGain.Values[row], s.E[row], MultiplyAdd(HiddenGain.Values[row], s.A[row], InputBias(gate, n)));
    }
}

/// <summary>One step of an LSTM with layer normalization.</summary>
public sealed class LayerNormLstmStep<T> : LstmStep<T> where T : struct, INumberBase<T>
{
    /// <summary>Makes a record of zeros for a cell.</summary>
    public LayerNormLstmStep(Cell<T> cell) : base(cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        A = new T[4 * cell.HiddenSize];
        E = new T[4 * cell.HiddenSize];
        NormalizedC = Vector("m");
    }

    /// <summary>The normalized product with hPrev, [4·H].</summary>
    public T[] A { get; }

    /// <summary>The normalized product with x, [4·H].</summary>
    public T[] E { get; }

    /// <summary>The normalized cell state, [H].</summary>
    public T[] NormalizedC { get; }

    internal T ScaleOfA { get; set; }

    internal T ScaleOfE { get; set; }

    internal T ScaleOfC { get; set; }
}

/// <summary>The gradients of one step of an LSTM with layer normalization.</summary>
internal sealed class LayerNormLstmGradient<T>(Cell<T> cell) : StepGradient<T>(cell) where T : struct, INumberBase<T>
{
    /// <summary>∂L/∂ of the product with hPrev, [4·H].</summary>
    public T[] DA { get; } = new T[4 * cell.HiddenSize];

    /// <summary>∂L/∂ of the product with x, [4·H].</summary>
    public T[] DE { get; } = new T[4 * cell.HiddenSize];
}
