using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Shortens the gradient of all parameters together, keeping its direction: R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of
/// training recurrent neural networks", ICML 2013, algorithm 1.
/// <code>g = g · min(1, M / (‖g‖ + 10⁻⁶))</code></summary>
/// <remarks>PyTorch's clip_grad_norm_, whose 10⁻⁶ the paper does not have. Gradients of an infinite or NaN norm have no direction to keep: they are
/// left as they are, and the norm returned says so.</remarks>
public sealed class ClipByNorm : Clipping
{
    /// <summary>Chooses the bound.</summary>
    /// <param name="maxNorm">M, greater than 0; infinite to measure without clipping.</param>
    /// <exception cref="ArgumentOutOfRangeException">M is not greater than 0.</exception>
    public ClipByNorm(double maxNorm) => MaxNorm = Guard.Require(maxNorm > 0, maxNorm, nameof(maxNorm), "in (0, ∞]");

    /// <summary>M, the largest norm that passes.</summary>
    public double MaxNorm { get; }

    /// <inheritdoc/>
    public override double Apply<T>(IReadOnlyList<Parameter<T>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        double norm = Norm(parameters), coefficient = MaxNorm / (norm + 1e-6);
        if (!double.IsFinite(norm) || coefficient >= 1) return norm;
        T factor = T.CreateTruncating(coefficient);
        for (int n = 0; n < parameters.Count; n++) TensorPrimitives.Multiply(parameters[n].Gradient, factor, parameters[n].Gradient);
        return norm;
    }
}
