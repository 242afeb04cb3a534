using System.Globalization;

namespace LstmLab.Losses;

/// <summary>Quadratic for small differences, linear for large ones, so that outliers pull with a bounded force:
/// P. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35(1), 1964.
/// <code>
/// ℓ(d)    = d²/2              |d| ≤ δ       d = prediction − target
///         = δ (|d| − δ/2)     otherwise
/// dℓ/dd   = d limited to [−δ, δ]
/// </code></summary>
/// <remarks>In [0, ∞). PyTorch's HuberLoss; its SmoothL1Loss is this divided by δ.</remarks>
public sealed class Huber : ElementwiseLoss
{
    /// <summary>Chooses where the parabola ends.</summary>
    /// <param name="delta">δ, in the target's unit, greater than 0 and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">δ is not greater than 0 and finite.</exception>
    public Huber(double delta = 1)
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
    protected override double At(double difference, out double slope)
    {
        double magnitude = Math.Abs(difference);
        slope = Math.Clamp(difference, -Delta, Delta);
        return magnitude <= Delta ? difference * difference / 2 : Delta * (magnitude - (Delta / 2));
    }
}
