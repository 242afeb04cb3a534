using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>A loss that sees one difference <c>d = prediction − target</c> at a time, in lanes.</summary>
public abstract class ElementwiseLoss : Loss
{
    private protected ElementwiseLoss()
    {
    }

    /// <summary>What <see cref="Loss.Add"/> does, for a loss of one element.</summary>
    private protected static void Add<T, TFormula>(
        TFormula formula, ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, double scale)
        where T : struct, IBinaryFloatingPointIeee754<T> where TFormula : struct, IFormula
    {
        Terms<T, TFormula> terms = new()
        {
            Formula = formula,
            Predictions = predictions,
            Targets = targets,
            Gradients = gradients,
            Scale = scale,
        };
        sum.Add(terms, predictions.Length);
    }

    /// <summary>The loss of one element.</summary>
    private protected interface IFormula
    {
        /// <summary>ℓ(d) of every lane.</summary>
        /// <param name="d">prediction − target; NaN must give NaN.</param>
        /// <param name="slope">Receives dℓ/dd.</param>
        V At<V>(V d, out V slope) where V : struct, ILanes<V, double>;
    }

    private ref struct Terms<T, TFormula> : ITerms where T : struct, IBinaryFloatingPointIeee754<T> where TFormula : struct, IFormula
    {
        public TFormula Formula;
        public ReadOnlySpan<T> Predictions, Targets;
        public Span<T> Gradients;
        public double Scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly V At<V>(nint n) where V : struct, ILanes<V, double>
        {
            V loss = Formula.At(Predictions.Widen<T, V>(n) - Targets.Widen<T, V>(n), out V slope);
            if (!Gradients.IsEmpty) Gradients.Narrow(n, slope * V.Of(Scale));
            return loss;
        }
    }
}

/// <summary>The mean squared error; the mean is what minimizes it.
/// <code>
/// ℓ(d)    = d²        d = prediction − target
/// dℓ/dd   = 2d
/// </code></summary>
/// <remarks>In the square of the target's unit, in [0, ∞). PyTorch's MSELoss: no factor ½.</remarks>
public sealed class MeanSquaredError : ElementwiseLoss
{
    /// <inheritdoc/>
    public override string Name => "mean squared error";

    /// <inheritdoc/>
    public override string Settings => Guard.Settings(nameof(MeanSquaredError));

    /// <inheritdoc/>
    protected override void Add<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale) =>
        Add(new Formula(), ref sum, predictions, targets, gradients, scale);

    private readonly struct Formula : IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(V d, out V slope) where V : struct, ILanes<V, double>
        {
            slope = d + d;
            return d * d;
        }
    }
}

/// <summary>The mean absolute error; the median is what minimizes it.
/// <code>
/// ℓ(d)    = |d|       d = prediction − target
/// dℓ/dd   = sign(d)   0 at d = 0, one of the subgradients in [−1, 1]
/// </code></summary>
/// <remarks>In the target's unit, in [0, ∞). PyTorch's L1Loss.</remarks>
public sealed class MeanAbsoluteError : ElementwiseLoss
{
    /// <inheritdoc/>
    public override string Name => "mean absolute error";

    /// <inheritdoc/>
    public override string Settings => Guard.Settings(nameof(MeanAbsoluteError));

    /// <inheritdoc/>
    protected override void Add<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale) =>
        Add(new Formula(), ref sum, predictions, targets, gradients, scale);

    private readonly struct Formula : IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V At<V>(V d, out V slope) where V : struct, ILanes<V, double>
        {
            V zero = V.Of(0);
            slope = V.Where(d, zero, V.Of(1), V.Where(zero, d, V.Of(-1), d));
            return V.Abs(d);
        }
    }
}

/// <summary>Quadratic for small differences, linear for large ones, so that outliers pull with a bounded force:
/// P. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35(1), 1964.
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
    public HuberLoss(double delta = 1) => Delta = Guard.Positive(delta, nameof(delta));

    /// <summary>δ, in the target's unit.</summary>
    public double Delta { get; }

    /// <inheritdoc/>
    public override string Name => "Huber loss";

    /// <inheritdoc/>
    public override string Settings => Guard.Settings(nameof(HuberLoss), ("delta", Delta));

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
