using System.Numerics;

namespace LstmLab;

/// <summary>A layer that maps every number by the same function; the input may have any shape, and the output has the same.</summary>
public abstract class ElementwiseLayer<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Curve<T> _curve;

    private protected ElementwiseLayer(Curve<T> curve) => _curve = curve;

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> x = call.Input();
        _curve.Forward(x.Data.Flat(), call.OutputLike(x).Flat());
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.InputGradient() is { } dX)
            _curve.Backward(call.Input().Data.Flat(), call.Outputs[0].Data.Flat(), call.OutputGradient()!.Flat(), dX.Flat());
    }
}

/// <summary>The rectifier.
/// <code>y = max(x, 0),  dX = dY where x &gt; 0, else 0</code></summary>
/// <remarks>NaN stays NaN. V. Nair, G. Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.</remarks>
public sealed class Relu<T>() : ElementwiseLayer<T>(new Curve<T, ReluFunction<T>>()) where T : struct, IBinaryFloatingPointIeee754<T>;

/// <summary>The hyperbolic tangent, by <see cref="DeterministicMath.Tanh{T}(T)"/>.
/// <code>y = tanh(x),  dX = dY ⊙ (1 − y²)</code></summary>
public sealed class Tanh<T>() : ElementwiseLayer<T>(new Curve<T, TanhFunction<T>>()) where T : struct, IBinaryFloatingPointIeee754<T>;

/// <summary>The logistic function, by <see cref="DeterministicMath.Sigmoid{T}(T)"/>.
/// <code>y = 1 / (1 + e⁻ˣ),  dX = dY ⊙ y ⊙ (1 − y)</code></summary>
public sealed class Sigmoid<T>() : ElementwiseLayer<T>(new Curve<T, SigmoidFunction<T>>())
    where T : struct, IBinaryFloatingPointIeee754<T>;

/// <summary>The Gaussian error linear unit with the exact distribution function Φ of N(0, 1), by <see cref="DeterministicMath.Erf{T}(T)"/>.
/// <code>
/// y  = x Φ(x)                             Φ(x) = (1 + erf(x / √2)) / 2
/// dX = dY ⊙ (Φ(x) + x φ(x))               φ(x) = exp(−x² / 2) / √(2π)
/// </code></summary>
/// <remarks>PyTorch's GELU with <c>approximate='none'</c>. D. Hendrycks, K. Gimpel, "Gaussian error linear units",
/// arXiv:1606.08415.</remarks>
public sealed class Gelu<T>() : ElementwiseLayer<T>(new Curve<T, GeluFunction<T>>()) where T : struct, IBinaryFloatingPointIeee754<T>;
