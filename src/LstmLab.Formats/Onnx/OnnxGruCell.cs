using System.Numerics;

namespace LstmLab.Formats;

/// <summary>
/// The GRU with all that ONNX's operator has beyond <see cref="GruCell{T}"/>: the reset gate before the recurrent product (Cho's
/// form, ONNX's default), other activation functions φ and ψ, pre-activations limited to [−clip, clip].
/// <code>
/// ( 1) r = φ(clip(W_r x + b_r + U_r hPrev + d_r))
/// ( 2) z = φ(clip(W_z x + b_z + U_z hPrev + d_z))
/// ( 3) q = r ⊙ hPrev,                             or q = U_n hPrev + d_n      when linear before reset
/// ( 4) n = ψ(clip(W_n x + b_n + U_n q + d_n)),     or n = ψ(clip(W_n x + b_n + r ⊙ q))
/// ( 5) h = (1 − z) ⊙ n + z ⊙ hPrev
/// </code></summary>
/// <remarks>ONNX operator GRU, opsets 7 to 22, as ONNX Runtime computes it.</remarks>
public sealed class OnnxGruCell<T> : Cell<T> where T : struct, INumberBase<T>
{
    private readonly OnnxGate _gate, _candidate;
    private readonly T[] _dq;

    /// <summary>A cell of zero weights.</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="gate">φ.</param>
    /// <param name="candidate">ψ.</param>
    /// <param name="clip">Limit of pre-activations, above 0; infinite for none.</param>
    /// <param name="linearBeforeReset">Whether the reset gate is applied after the recurrent product, as in PyTorch.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public OnnxGruCell(int inputSize, int hiddenSize, OnnxActivation gate, OnnxActivation candidate, double clip = double.PositiveInfinity, bool linearBeforeReset = false)
        : base(inputSize, hiddenSize, ["r", "z", "n"], biases: 2)
    {
        (_gate, _candidate, LinearBeforeReset) = (new(gate, clip), new(candidate, clip), linearBeforeReset);
        _dq = new T[hiddenSize];
    }

    /// <summary>φ, of r and z.</summary>
    public OnnxActivation Gate => _gate.Function;

    /// <summary>ψ, of the candidate.</summary>
    public OnnxActivation Candidate => _candidate.Function;

    /// <summary>Limit of pre-activations; infinite for none.</summary>
    public double Clip => _gate.Clip;

    /// <summary>Whether the reset gate is applied after the recurrent product.</summary>
    public bool LinearBeforeReset { get; }

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
            s.R[n] = _gate.Of(s.Zr[n] = Row(W, 0, n, s.X, Row(U, 0, n, s.HPrev, InputBias(0, n))) + d.Values[n]);                                        // ( 1)
            s.Z[n] = _gate.Of(s.Zz[n] = Row(W, 1, n, s.X, Row(U, 1, n, s.HPrev, InputBias(1, n))) + d.Values[HiddenSize + n]);                           // ( 2)
            s.Q[n] = LinearBeforeReset ? Row(U, 2, n, s.HPrev, d.Values[(2 * HiddenSize) + n]) : s.R[n] * s.HPrev[n];     // ( 3)
        }

        for (int n = 0; n < HiddenSize; n++)
        {
            T onInput = Row(W, 2, n, s.X, b.Values[(2 * HiddenSize) + n]);
            s.Zn[n] = LinearBeforeReset ? DeterministicMath.MultiplyAdd(s.R[n], s.Q[n], onInput) : Row(U, 2, n, s.Q, onInput + d.Values[(2 * HiddenSize) + n]);
            s.N[n] = _candidate.Of(s.Zn[n]);                                                                              // ( 4)
            s.H[n] = DeterministicMath.MultiplyAdd(s.Z[n], s.HPrev[n], (T.One - s.Z[n]) * s.N[n]);                               // ( 5)
        }
    }

    /// <summary>
    /// Carries ∂L/∂h of step t back to the pre-activations and to h of step t − 1.
    /// <code>
    /// ( 6) dz_z   = dH ⊙ (hPrev − n) ⊙ φ′(z_z)
    /// ( 7) dz_n   = dH ⊙ (1 − z) ⊙ ψ′(z_n)
    /// ( 8) dq     = U_nᵀ dz_n,                        or dz_n ⊙ r
    /// ( 9) dz_r   = dq ⊙ hPrev ⊙ φ′(z_r),             or dz_n ⊙ q ⊙ φ′(z_r)
    /// (10) dHPrev = dH ⊙ z + U_rᵀ dz_r + U_zᵀ dz_z + (dq ⊙ r, or U_nᵀ dq)
    /// (11) dW += dz xᵀ, db += dz, dX = Wᵀ dz; dU and dd of r and z the same with hPrev for x
    /// (12) dU_n += dz_n qᵀ, dd_n += dz_n,             or dq hPrevᵀ, dq
    /// </code></summary>
    /// <inheritdoc/>
    public override void Backward(Step<T> step, StepGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        (var s, StepGradient<T> g) = ((GruStep<T>)step, gradient);
        g.ClearOutputs();
        for (int n = 0; n < HiddenSize; n++)
        {
            g.Dz[1][n] = g.DH[n] * (s.HPrev[n] - s.N[n]) * _gate.Slope(s.Zz[n], s.Z[n]);                  // ( 6)
            g.Dz[2][n] = g.DH[n] * (T.One - s.Z[n]) * _candidate.Slope(s.Zn[n], s.N[n]);                  // ( 7)
            g.DHPrev[n] = g.DH[n] * s.Z[n];                                                               // (10)
            _dq[n] = LinearBeforeReset ? g.Dz[2][n] * s.R[n] : T.Zero;                                    // ( 8)
        }

        if (LinearBeforeReset) MatrixBackward(U, 2, _dq, s.HPrev, g.DHPrev);                              // (12)
        else MatrixBackward(U, 2, g.Dz[2], s.Q, _dq);
        for (int n = 0; n < HiddenSize; n++)
        {
            T dR = LinearBeforeReset ? g.Dz[2][n] * s.Q[n] : _dq[n] * s.HPrev[n];
            g.Dz[0][n] = dR * _gate.Slope(s.Zr[n], s.R[n]);                                               // ( 9)
            if (!LinearBeforeReset) g.DHPrev[n] += _dq[n] * s.R[n];
            d.Gradient[(2 * HiddenSize) + n] += LinearBeforeReset ? _dq[n] : g.Dz[2][n];
            b.Gradient[(2 * HiddenSize) + n] += g.Dz[2][n];
        }

        AffineBackward(0, g.Dz[0], s.X, s.HPrev, g.DX, g.DHPrev);
        AffineBackward(1, g.Dz[1], s.X, s.HPrev, g.DX, g.DHPrev);
        MatrixBackward(W, 2, g.Dz[2], s.X, g.DX);
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() => CopyTo(new OnnxGruCell<TOther>(InputSize, HiddenSize, Gate, Candidate, Clip, LinearBeforeReset));
}
