using System.Numerics;

namespace LstmLab;

/// <summary>
/// The entity-aware LSTM, EA-LSTM: F. Kratzert, D. Klotz, G. Shalev, G. Klambauer, S. Hochreiter, G. Nearing, "Towards learning
/// universal, regional, and local hydrological behaviors via machine learning applied to large-sample datasets", Hydrology and Earth
/// System Sciences 23, 5089–5110, 2019, eq. (8) to (13). What is known of the entity, here x_s, alone decides which units take input in;
/// what happens in time, x_d, drives the rest. The input of a step is [x_d; x_s], in which x_s is the same at every step.
/// <code>
/// ( 1) i = σ(W_s x_s + b_s)                       the same at every step
/// ( 2) f = σ(W_f x_d + U_f hPrev + b_f)
/// ( 3) g = tanh(W_g x_d + U_g hPrev + b_g)
/// ( 4) o = σ(W_o x_d + U_o hPrev + b_o)
/// ( 5) c = f ⊙ cPrev + i ⊙ g
/// ( 6) h = o ⊙ tanh(c)
/// </code></summary>
/// <remarks>Shapes: x_d [D], x_s [S], I = D + S; W [3·H, D], U [3·H, H] and b [3·H] stack f, g, o. The paper computes i once a
/// sequence; here it is computed at each step, to the same value.</remarks>
public sealed class EntityAwareCell<T> : Cell<T> where T : struct, INumberBase<T>
{
    /// <summary>A cell of zero weights.</summary>
    /// <param name="dynamicSize">D, the number of inputs that change in time; they come first.</param>
    /// <param name="staticSize">S, the number of inputs that describe the entity; they come last.</param>
    /// <param name="hiddenSize">H.</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public EntityAwareCell(int dynamicSize, int staticSize, int hiddenSize)
        : base(Guard.Size(dynamicSize, nameof(dynamicSize)) + Guard.Size(staticSize, nameof(staticSize)), hiddenSize, ["f", "g", "o"],
            gateInputs: dynamicSize)
    {
        Ws = Add("Ws", ParameterRole.Input, hiddenSize, staticSize, ["i"]);
        bs = Add("bs", ParameterRole.Bias, hiddenSize, 1, ["i"]);
    }

    /// <summary>D, the number of inputs that change in time.</summary>
    public int DynamicSize => W.Columns;

    /// <summary>S, the number of inputs that describe the entity.</summary>
    public int StaticSize => Ws.Columns;

    /// <summary>Weights of the input gate on x_s, [H, S].</summary>
    public Parameter<T> Ws { get; }

    /// <summary>Bias of the input gate, [H].</summary>
    public Parameter<T> bs { get; }

    /// <inheritdoc/>
    public override LstmStep<T> NewStep() => new(this);

    /// <inheritdoc/>
    public override void Forward(Step<T> step)
    {
        var s = (LstmStep<T>)step;
        for (int n = 0; n < HiddenSize; n++)
        {
            s.I[n] = Sigmoid(s.Zi[n] = OfEntity(n, s.X));                // ( 1)
            s.F[n] = Sigmoid(s.Zf[n] = Affine(0, n, s.X, s.HPrev));      // ( 2)
            s.G[n] = Tanh(s.Zg[n] = Affine(1, n, s.X, s.HPrev));         // ( 3)
            s.O[n] = Sigmoid(s.Zo[n] = Affine(2, n, s.X, s.HPrev));      // ( 4)
            s.C[n] = MultiplyAdd(s.F[n], s.CPrev[n], s.I[n] * s.G[n]);   // ( 5)
            s.H[n] = s.O[n] * (s.TanhC[n] = Tanh(s.C[n]));               // ( 6)
        }
    }

    /// <summary>
    /// Carries ∂L/∂h and ∂L/∂c of step t back to the gate pre-activations and to h and c of step t − 1.
    /// <code>
    /// ( 7) dO      = dH ⊙ tanh(c)
    /// ( 8) dC     += dH ⊙ o ⊙ (1 − tanh²(c))     dC arrives holding f(t+1) ⊙ dC(t+1)
    /// ( 9) dF      = dC ⊙ cPrev, dI = dC ⊙ g, dG = dC ⊙ i
    /// (10) dCPrev  = dC ⊙ f
    /// (11) dz      = dI i(1−i), dF f(1−f), dG (1−g²), dO o(1−o)
    /// (12) dW_s += dz_i x_sᵀ, db_s += dz_i, dX_s = W_sᵀ dz_i
    /// (13) dW += dz x_dᵀ, dU += dz hPrevᵀ, db += dz, dX_d = Wᵀ dz, dHPrev = Uᵀ dz
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
            T dO = g.DH[n] * s.TanhC[n];                                                 // ( 7)
            g.DC[n] += g.DH[n] * s.O[n] * TanhSlope(s.TanhC[n]);                         // ( 8)
            g.DCPrev[n] = g.DC[n] * s.F[n];                                              // (10)
            g.Dz[0][n] = g.DC[n] * s.CPrev[n] * SigmoidSlope(s.F[n]);                    // ( 9), (11)
            g.Dz[1][n] = g.DC[n] * s.I[n] * TanhSlope(s.G[n]);
            g.Dz[2][n] = dO * SigmoidSlope(s.O[n]);
            OfEntityBackward(n, g.DC[n] * s.G[n] * SigmoidSlope(s.I[n]), s.X, g.DX);     // (12)
        }

        for (int gate = 0; gate < 3; gate++) AffineBackward(gate, g.Dz[gate], s.X, s.HPrev, g.DX, g.DHPrev);   // (13)
    }

    /// <inheritdoc/>
    public override Cell<TOther> To<TOther>() => CopyTo(new EntityAwareCell<TOther>(DynamicSize, StaticSize, HiddenSize));

    // Row n of W_s x_s + b_s, where x_s are the last S entries of x.
    private T OfEntity(int n, T[] x)
    {
        T sum = bs.Values[n];
        for (int j = 0; j < StaticSize; j++) sum = MultiplyAdd(Ws.Values[(n * StaticSize) + j], x[DynamicSize + j], sum);
        return sum;
    }

    private void OfEntityBackward(int n, T dz, T[] x, T[] dx)
    {
        bs.Gradient[n] += dz;
        for (int j = 0; j < StaticSize; j++)
        {
            int entry = (n * StaticSize) + j;
            Ws.Gradient[entry] = MultiplyAdd(dz, x[DynamicSize + j], Ws.Gradient[entry]);
            dx[DynamicSize + j] = MultiplyAdd(Ws.Values[entry], dz, dx[DynamicSize + j]);
        }
    }
}
