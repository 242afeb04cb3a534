namespace LstmLab;

/// <summary>Multiplies the learning rate by γ after every s epochs.
/// <code>Factor = γ^⌊epoch / s⌋</code></summary>
/// <remarks>PyTorch's StepLR.</remarks>
public sealed class StepDecay : Schedule
{
    private readonly int _every;
    private readonly double _factor;

    /// <summary>Chooses the stairs.</summary>
    /// <param name="every">s, epochs a stair, at least 1.</param>
    /// <param name="factor">γ, in (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public StepDecay(int every, double factor)
    {
        Guard.Require(every >= 1, every, nameof(every), "at least 1");
        (_every, _factor) = (every, Guard.Require(factor is > 0 and <= 1, factor, nameof(factor), "in (0, 1]"));
    }

    /// <inheritdoc/>
    public override double Factor(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        return Guard.Power(_factor, epoch / _every);
    }
}
