using System.Numerics;

namespace LstmLab;

/// <summary>
/// The gated recurrent unit as its paper has it: K. Cho et al., "Learning phrase representations using RNN encoder–decoder…", EMNLP
/// 2014, with the reset gate applied before the recurrent product; also ONNX's default. <see cref="GruCell{T}"/> applies it after, as
/// PyTorch does.
/// <code>
/// ( 1) r = σ(W_r x + b_r + U_r hPrev + d_r)
/// ( 2) z = σ(W_z x + b_z + U_z hPrev + d_z)
/// ( 3) q = r ⊙ hPrev
/// ( 4) n = tanh(W_n x + b_n + U_n q + d_n)
/// ( 5) h = (1 − z) ⊙ n + z ⊙ hPrev
/// </code></summary>
/// <remarks>Other activation functions φ and ψ may take the place of σ and tanh.</remarks>
public sealed class ResetBeforeGruCell<T> : Cell<T> where T : struct, INumberBase<T>
{
    /// <summary>A cell of zero weights.</summary>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="biases">2 for b and d, 1 for b alone, 0 for none.</param>
    /// <param name="gate">φ, of r and z; σ when omitted.</param>
    /// <param name="candidate">ψ, of n; tanh when omitted.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public ResetBeforeGruCell(int inputSize, int hiddenSize, int biases = 2, Activation? gate = null, Activation? candidate = null)
        : base(inputSize, hiddenSize, ["r", "z", "n"], biases: biases)
    {
        Gate = gate ?? Activation.Sigmoid;
        Candidate = candidate ?? Activation.Tanh;
    }

    /// <summary>φ, of r and z.</summary>
    public Activation Gate { get; }

    /// <summary>ψ, of the candidate.</summary>
    public Activation Candidate { get; }

    /// <summary>Whether φ = σ and ψ = tanh.</summary>
    internal bool IsPlain => Gate == Activation.Sigmoid && Candidate == Activation.Tanh;

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
            s.Zr[n] = Row(W, 0, n, s.X, Row(U, 0, n, s.HPrev, InputBias(0, n))) + RecurrentBias(0, n);
            s.R[n] = Gate.Of(s.Zr[n]);      // ( 1)
            s.Zz[n] = Row(W, 1, n, s.X, Row(U, 1, n, s.HPrev, InputBias(1, n))) + RecurrentBias(1, n);
            s.Z[n] = Gate.Of(s.Zz[n]);      // ( 2)
            s.Q[n] = s.R[n] * s.HPrev[n];   // ( 3)
        }

        for (int n = 0; n < HiddenSize; n++)
        {
            s.Zn[n] = Row(U, 2, n, s.Q, Row(W, 2, n, s.X, InputBias(2, n)) + RecurrentBias(2, n));
            s.N[n] = Candidate.Of(s.Zn[n]);                                        // ( 4)
            s.H[n] = MultiplyAdd(s.Z[n], s.HPrev[n], (T.One - s.Z[n]) * s.N[n]);   // ( 5)
        }
    }

    /// <summary>
    /// Carries ∂L/∂h of step t back to the pre-activations and to h of step t − 1.
    /// <code>
    /// ( 6) dz_z   = dH ⊙ (hPrev − n) ⊙ φ′(z_z)
    /// ( 7) dz_n   = dH ⊙ (1 − z) ⊙ ψ′(z_n)
    /// ( 8) dq     = U_nᵀ dz_n
    /// ( 9) dz_r   = dq ⊙ hPrev ⊙ φ′(z_r)
    /// (10) dHPrev = dH ⊙ z + dq ⊙ r + U_rᵀ dz_r + U_zᵀ dz_z
    /// (11) dW += dz xᵀ, db += dz, dd += dz, dX = Wᵀ dz, dU += dz hPrevᵀ (U_n: dz qᵀ)
    /// </code></summary>
    /// <inheritdoc/>
    public override void Backward(Step<T> step, StepGradient<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        var s = (GruStep<T>)step;
        StepGradient<T> g = gradient;
        g.ClearOutputs();
        T[] dQ = g["q"];
        for (int n = 0; n < HiddenSize; n++)
        {
            g.Dz[1][n] = g.DH[n] * (s.HPrev[n] - s.N[n]) * Gate.Slope(s.Zz[n], s.Z[n]);   // ( 6)
            g.Dz[2][n] = g.DH[n] * (T.One - s.Z[n]) * Candidate.Slope(s.Zn[n], s.N[n]);   // ( 7)
        }

        AffineBackward(2, g.Dz[2], s.X, s.Q, g.DX, dQ);   // ( 8), (11)
        for (int n = 0; n < HiddenSize; n++)
        {
            g.Dz[0][n] = dQ[n] * s.HPrev[n] * Gate.Slope(s.Zr[n], s.R[n]);   // ( 9)
            g.DHPrev[n] = (g.DH[n] * s.Z[n]) + (dQ[n] * s.R[n]);             // (10)
        }

        AffineBackward(0, g.Dz[0], s.X, s.HPrev, g.DX, g.DHPrev);   // (10), (11)
        AffineBackward(1, g.Dz[1], s.X, s.HPrev, g.DX, g.DHPrev);
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() => CopyTo(new ResetBeforeGruCell<TOther>(InputSize, HiddenSize, Biases, Gate, Candidate));
}
