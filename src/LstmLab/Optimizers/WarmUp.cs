namespace LstmLab;

/// <summary>Raises the learning rate in equal steps over the first epochs, while an optimizer's averages settle: P. Goyal et al., "Accurate, large
/// minibatch SGD: training ImageNet in 1 hour", arXiv:1706.02677, 2017, section 2.2.
/// <code>
/// Factor = (epoch + 1) / N          epoch &lt; N
///        = then(epoch − N)          later; 1 without a next schedule
/// </code></summary>
/// <remarks>PyTorch's LambdaLR with the first line, followed by SequentialLR's change at epoch N.</remarks>
public sealed class WarmUp : Schedule
{
    private readonly int _epochs;
    private readonly Schedule? _then;

    /// <summary>Chooses the ramp.</summary>
    /// <param name="epochs">N, at least 1: the full learning rate is reached in epoch N − 1.</param>
    /// <param name="then">What follows, its epochs counted from 0 again; the full learning rate when omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">N is below 1.</exception>
    public WarmUp(int epochs, Schedule? then = null)
    {
        Guard.Require(epochs >= 1, epochs, nameof(epochs), "at least 1");
        (_epochs, _then) = (epochs, then);
    }

    /// <inheritdoc/>
    public override double Factor(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        return epoch < _epochs ? (epoch + 1.0) / _epochs : _then?.Factor(epoch - _epochs) ?? 1;
    }
}
