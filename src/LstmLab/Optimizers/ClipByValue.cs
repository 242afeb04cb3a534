using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Limits every entry of every gradient on its own, which may turn the gradient's direction.
/// <code>g = min(max(g, −M), M)</code></summary>
/// <remarks>PyTorch's clip_grad_value_. NaN stays NaN.</remarks>
public sealed class ClipByValue : Clipping
{
    /// <summary>Chooses the bound.</summary>
    /// <param name="limit">M, greater than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">M is not greater than 0.</exception>
    public ClipByValue(double limit) => Limit = Guard.Require(limit > 0, limit, nameof(limit), "in (0, ∞]");

    /// <summary>M, the largest magnitude that passes.</summary>
    public double Limit { get; }

    /// <inheritdoc/>
    public override double Apply<T>(IReadOnlyList<Parameter<T>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        double norm = Norm(parameters);
        T limit = T.CreateTruncating(Limit);
        for (int n = 0; n < parameters.Count; n++) TensorPrimitives.Clamp(parameters[n].Gradient, -limit, limit, parameters[n].Gradient);
        return norm;
    }
}
