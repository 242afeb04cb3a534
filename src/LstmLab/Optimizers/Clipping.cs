using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>Bounds gradients before an optimizer's step, so that one steep place does not throw the weights far away.</summary>
/// <remarks>Frozen parameters are left out: their gradients neither count in the norm nor change.</remarks>
public abstract class Clipping
{
    /// <summary>The rule with every setting, e.g. <c>ClipByNorm(maxNorm: 1)</c>; numbers read back to the same bits. A training that is
    /// resumed must clip as the one that was stopped: their texts are compared.</summary>
    public abstract string Settings { get; }

    /// <summary>Clips the gradients in place.</summary>
    /// <param name="parameters">All parameters of the step.</param>
    /// <returns>The Euclidean norm of all gradients of parameters that are not frozen together, before clipping; infinite or NaN when a
    /// gradient is.</returns>
    /// <remarks>No allocation.</remarks>
    public abstract double Apply<T>(IReadOnlyList<Parameter<T>> parameters) where T : struct, IBinaryFloatingPointIeee754<T>;

    /// <summary><c>√Σ g²</c> over all gradients of parameters that are not frozen together: squares are computed and summed in double by an
    /// <see cref="InterleavedSum"/>, in the order of the parameters and their entries.</summary>
    protected static double Norm<T>(IReadOnlyList<Parameter<T>> parameters) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        InterleavedSum sum = default;
        for (int n = 0; n < parameters.Count; n++)
        {
            if (parameters[n].Frozen) continue;
            T[] gradient = parameters[n].Gradient;
            sum.Add(new Squares<T> { Numbers = gradient }, gradient.Length);
        }

        return Math.Sqrt(sum.Total);
    }

    private ref struct Squares<T> : ITerms where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> Numbers;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly V At<V>(nint n) where V : struct, ILanes<V, double>
        {
            V number = Numbers.Widen<T, V>(n);
            return number * number;
        }
    }
}

/// <summary>Shortens the gradient of all parameters together, keeping its direction: R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty
/// of training recurrent neural networks", ICML 2013, algorithm 1.
/// <code>g = g · min(1, M / (‖g‖ + 10⁻⁶))</code></summary>
/// <remarks>PyTorch's clip_grad_norm_, whose 10⁻⁶ the paper does not have. Gradients of an infinite or NaN norm have no direction to keep:
/// they are left as they are, and the norm returned says so.</remarks>
public sealed class ClipByNorm : Clipping
{
    /// <summary>Chooses the bound.</summary>
    /// <param name="maxNorm">M, greater than 0; infinite to measure without clipping.</param>
    /// <exception cref="ArgumentOutOfRangeException">M is not greater than 0.</exception>
    public ClipByNorm(double maxNorm) => MaxNorm = Guard.Require(maxNorm > 0, maxNorm, nameof(maxNorm), "in (0, ∞]");

    /// <summary>M, the largest norm that passes.</summary>
    public double MaxNorm { get; }

    /// <inheritdoc/>
    public override string Settings => Guard.Settings(nameof(ClipByNorm), ("maxNorm", MaxNorm));

    /// <inheritdoc/>
    public override double Apply<T>(IReadOnlyList<Parameter<T>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        double norm = Norm(parameters), coefficient = MaxNorm / (norm + 1e-6);
        if (!double.IsFinite(norm) || coefficient >= 1) return norm;
        T factor = T.CreateTruncating(coefficient);
        for (int n = 0; n < parameters.Count; n++)
            if (!parameters[n].Frozen) parameters[n].ScaleGradient(factor);
        return norm;
    }
}

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
    public override string Settings => Guard.Settings(nameof(ClipByValue), ("limit", Limit));

    /// <inheritdoc/>
    public override double Apply<T>(IReadOnlyList<Parameter<T>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        double norm = Norm(parameters);
        T limit = T.CreateTruncating(Limit);
        for (int n = 0; n < parameters.Count; n++)
            if (!parameters[n].Frozen) TensorPrimitives.Clamp(parameters[n].Gradient, -limit, limit, parameters[n].Gradient);
        return norm;
    }
}
