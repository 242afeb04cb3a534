namespace LstmLab;

/// <summary>The pinball loss of several quantiles of one target: R. Koenker, G. Bassett, "Regression quantiles",
/// Econometrica 46(1), 1978. The q-quantile is what minimizes it.
/// <code>
/// ℓ       = q u               u > 0         u = target − prediction
///         = (q − 1) u         otherwise
/// ∂ℓ/∂p   = −q                u > 0
///         = 1 − q             u &lt; 0
///         = 0                 u = 0         one of the subgradients in [−q, 1 − q]
/// </code></summary>
/// <remarks>
/// The prediction's last axis holds one value a level, [.., levels], and the target's last axis has length 1, [.., 1]; of several targets
/// [.., O] the levels of each stand together, [.., O · levels]. The mean is taken over levels too. In the target's unit, in [0, ∞).
/// Predicted quantiles may cross: nothing here forbids it.
/// </remarks>
public sealed class QuantileLoss : Loss
{
    private readonly double[] _levels;

    /// <summary>Chooses the quantiles.</summary>
    /// <param name="levels">q of each value of the prediction's last axis, each in (0, 1); copied.</param>
    /// <exception cref="ArgumentException">There is no level.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A level is not in (0, 1).</exception>
    public QuantileLoss(params double[] levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        if (levels.Length == 0) throw new ArgumentException("levels must hold at least one level in (0, 1), but is empty.");
        for (int n = 0; n < levels.Length; n++) Guard.Require(levels[n] is > 0 and < 1, levels[n], $"levels[{n}]", "in (0, 1)");
        _levels = [.. levels];
    }

    /// <summary>q of each value of the prediction's last axis.</summary>
    public IReadOnlyList<double> Levels => _levels;

    /// <inheritdoc/>
    public override string Name => "quantile loss";

    /// <inheritdoc/>
    public override string Settings => Guard.Settings(nameof(QuantileLoss), ("levels", _levels));

    /// <inheritdoc/>
    protected override int TargetWidth(int width) => width % _levels.Length == 0
        ? width / _levels.Length
        : throw new ShapeException(
            $"The last axis of prediction must hold one value for each of the {_levels.Length} levels and each target, "
            + $"but has length {width}.");

    /// <inheritdoc/>
    protected override void Add<T>(
        ref InterleavedSum sum, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradients, int width, double scale)
    {
        for (int n = 0; n < predictions.Length; n++)
        {
            double level = _levels[n % _levels.Length];
            double u = double.CreateTruncating(targets[n / _levels.Length]) - double.CreateTruncating(predictions[n]);
            sum.Add(u > 0 ? level * u : (level - 1) * u);
            if (!gradients.IsEmpty) gradients[n] = T.CreateTruncating(scale * (u > 0 ? -level : u < 0 ? 1 - level : u));
        }
    }
}
