using System.Globalization;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>Quadratic for small differences, linear for large ones, so that outliers pull with a bounded force:
/// P. HuberLoss, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35(1), 1964.
/// <code>
/// ℓ(d)    = d²/2              |d| ≤ δ       d = prediction − target
///         = δ (|d| − δ/2)     otherwise
/// dℓ/dd   = d limited to [−δ, δ]
/// </code></summary>
/// <remarks>In [0, ∞). PyTorch's HuberLoss; its SmoothL1Loss is this divided by δ.</remarks>
public sealed class HuberLoss : ElementwiseLoss
{
    /// <summary>Chooses where the parabola ends.</summary>
    /// <param name="delta">δ, in the target's unit, greater than 0 and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">δ is not greater than 0 and finite.</exception>
    public HuberLoss(double delta = 1)
    {
        if (!(delta > 0 && double.IsFinite(delta)))
            throw new ArgumentOutOfRangeException(nameof(delta), string.Create(CultureInfo.InvariantCulture, $"delta must be in (0, ∞), but is {delta}."));
        Delta = delta;
    }

    /// <summary>δ, in the target's unit.</summary>
    public double Delta { get; }

    /// <inheritdoc/>
    public override string Name => "Huber loss";

    /// <inheritdoc/>
    protected override void Add<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale) =>
        Add(new Formula(Delta), ref sum, predictions, targets, gradients, scale);

    private readonly struct Formula(double delta) : IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(V d, out V slope) where V : struct, ILanes<V, double>
        {
            V magnitude = V.Abs(d);
            slope = V.Max(V.Of(-delta), V.Min(V.Of(delta), d));
            return V.Where(magnitude, V.Of(delta), V.Of(delta) * (magnitude - V.Of(delta / 2)), d * d * V.Of(0.5));
        }
    }
}
