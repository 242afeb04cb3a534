using System.Numerics;

namespace LstmLab;

/// <summary>
/// The gated recurrent unit in PyTorch's form: K. Cho et al., "Learning phrase representations using RNN encoder–decoder…", EMNLP
/// 2014, with the reset gate applied after the recurrent product and with a recurrent bias d, as PyTorch and cuDNN have it.
/// <code>
/// ( 1) r = σ(W_r x + b_r + U_r hPrev + d_r)
/// ( 2) z = σ(W_z x + b_z + U_z hPrev + d_z)
/// ( 3) q = U_n hPrev + d_n
/// ( 4) n = tanh(W_n x + b_n + r ⊙ q)
/// ( 5) h = (1 − z) ⊙ n + z ⊙ hPrev
/// </code></summary>
/// <remarks>The paper applies r to hPrev before U_n; with (3) and (4) the two differ unless U_n is diagonal.</remarks>
public sealed class GruCell<T> : Cell<T> where T : struct, INumberBase<T>
{
    private readonly T[] _dq;

    /// <summary>A cell of zero weights.</summary>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public GruCell(int inputSize, int hiddenSize) : base(inputSize, hiddenSize, hiddenSize, "r", "z", "n")
    {
        d = Add("d", ParameterRole.RecurrentBias, 3 * hiddenSize, 1, Gates);
        _dq = new T[hiddenSize];
    }

    /// <summary>Recurrent bias, [3·H].</summary>
    public Parameter<T> d { get; }

    /// <inheritdoc/>
    public override bool HasCellState => false;

    /// <inheritdoc/>
    public override GruStep<T> NewStep() => new(this);

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (GruStep<T>)step;
        for (int n = 0; n < HiddenSize; n++)
        {
            s.R[n] = DeterministicMath.Sigmoid(s.Zr[n] = Affine(0, n, s.X, s.HPrev) + d.Values[n]);                              // ( 1)
            s.Z[n] = DeterministicMath.Sigmoid(s.Zz[n] = Affine(1, n, s.X, s.HPrev) + d.Values[HiddenSize + n]);                 // ( 2)
            s.Q[n] = Row(U, 2, n, s.HPrev, d.Values[(2 * HiddenSize) + n]);                                               // ( 3)
            s.Zn[n] = DeterministicMath.MultiplyAdd(s.R[n], s.Q[n], Row(W, 2, n, s.X, b.Values[(2 * HiddenSize) + n]));
            s.N[n] = DeterministicMath.Tanh(s.Zn[n]);                                                                            // ( 4)
            s.H[n] = DeterministicMath.MultiplyAdd(s.Z[n], s.HPrev[n], (T.One - s.Z[n]) * s.N[n]);                               // ( 5)
        }
    }

    /// <summary>
    /// Carries ∂L/∂h of step t back to the pre-activations and to h of step t − 1.
    /// <code>
    /// ( 6) dz_z   = dH ⊙ (hPrev − n) ⊙ z(1−z)
    /// ( 7) dz_n   = dH ⊙ (1 − z) ⊙ (1−n²)
    /// ( 8) dz_r   = dz_n ⊙ q ⊙ r(1−r)
    /// ( 9) dq     = dz_n ⊙ r
    /// (10) dHPrev = dH ⊙ z + U_rᵀ dz_r + U_zᵀ dz_z + U_nᵀ dq
    /// (11) dW += dz xᵀ, db += dz, dX = Wᵀ dz; dU and dd the same with dq for n and hPrev for x
    /// </code></summary>
    /// <inheritdoc/>
    public override void Backward(Step<T> step, StepGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        (var s, StepGradient<T> g) = ((GruStep<T>)step, gradient);
        g.ClearOutputs();
        for (int n = 0; n < HiddenSize; n++)
        {
            g.Dz[1][n] = g.DH[n] * (s.HPrev[n] - s.N[n]) * SigmoidSlope(s.Z[n]);              // ( 6)
            g.Dz[2][n] = g.DH[n] * (T.One - s.Z[n]) * TanhSlope(s.N[n]);                      // ( 7)
            g.Dz[0][n] = g.Dz[2][n] * s.Q[n] * SigmoidSlope(s.R[n]);                          // ( 8)
            _dq[n] = g.Dz[2][n] * s.R[n];                                                     // ( 9)
            g.DHPrev[n] = g.DH[n] * s.Z[n];                                                   // (10)
            d.Gradient[n] += g.Dz[0][n];                                                      // (11)
            d.Gradient[HiddenSize + n] += g.Dz[1][n];
            d.Gradient[(2 * HiddenSize) + n] += _dq[n];
            b.Gradient[(2 * HiddenSize) + n] += g.Dz[2][n];
        }

        AffineBackward(0, g.Dz[0], s.X, s.HPrev, g.DX, g.DHPrev);
        AffineBackward(1, g.Dz[1], s.X, s.HPrev, g.DX, g.DHPrev);
        MatrixBackward(W, 2, g.Dz[2], s.X, g.DX);
        MatrixBackward(U, 2, _dq, s.HPrev, g.DHPrev);
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() => CopyTo(new GruCell<TOther>(InputSize, HiddenSize));
}

/// <summary>One step of a GRU, each array [H].</summary>
public sealed class GruStep<T> : Step<T> where T : struct, INumberBase<T>
{
    internal GruStep(Cell<T> cell) : base(cell)
    {
        int size = cell.HiddenSize;
        (Zr, Zz, Zn, Q) = (new T[size], new T[size], new T[size], new T[size]);
        (R, Z, N) = (new T[size], new T[size], new T[size]);
        Quantities = [new("zr", Zr), new("zz", Zz), new("zn", Zn), new("r", R), new("z", Z), new("q", Q), new("n", N), new("h", H)];
    }

    /// <summary>Pre-activation of the reset gate.</summary>
    public T[] Zr { get; }

    /// <summary>Pre-activation of the update gate.</summary>
    public T[] Zz { get; }

    /// <summary>Pre-activation of the candidate.</summary>
    public T[] Zn { get; }

    /// <summary>Reset gate, each in (0, 1).</summary>
    public T[] R { get; }

    /// <summary>Update gate, each in (0, 1): 1 keeps the previous hidden state.</summary>
    public T[] Z { get; }

    /// <summary>Candidate, each in (−1, 1).</summary>
    public T[] N { get; }

    /// <summary>The recurrent part of the candidate before the reset gate.</summary>
    public T[] Q { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedVector<T>> Quantities { get; }
}
