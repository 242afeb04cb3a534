namespace LstmLab;

/// <summary>Lets the learning rate fall along half a cosine: I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts",
/// ICLR 2017, eq. 5, without restarts.
/// <code>
/// Factor = m + (1 − m)(1 + cos(π · epoch / N)) / 2       epoch ≤ N
///        = m                                             later
/// </code></summary>
/// <remarks>PyTorch's CosineAnnealingLR with T_max = N and eta_min = m η₀ up to epoch N; after it PyTorch's rises again.</remarks>
public sealed class CosineDecay : Schedule
{
    private readonly int _epochs;
    private readonly double _minimumFactor;

    /// <summary>Chooses the curve.</summary>
    /// <param name="epochs">N, the epoch at which the minimum is reached, at least 1.</param>
    /// <param name="minimumFactor">m, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public CosineDecay(int epochs, double minimumFactor = 0)
    {
        Guard.Require(epochs >= 1, epochs, nameof(epochs), "at least 1");
        (_epochs, _minimumFactor) = (epochs, Guard.Require(minimumFactor is >= 0 and <= 1, minimumFactor, nameof(minimumFactor), "in [0, 1]"));
    }

    /// <inheritdoc/>
    public override double Factor(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        return _minimumFactor + ((1 - _minimumFactor) * (1 + double.CosPi(Math.Min(epoch, _epochs) / (double)_epochs)) / 2);
    }
}
