namespace LstmLab;

/// <summary>What a schedule counts.</summary>
public enum ScheduleUnit
{
    /// <summary>Passes over all samples.</summary>
    Epoch,

    /// <summary>Steps of the optimizer.</summary>
    Step,
}

/// <summary>How the learning rate changes from epoch to epoch, or from step to step: η(n) = η₀ · Factor(n).</summary>
public abstract class Schedule
{
    /// <summary>Sets what is counted.</summary>
    protected Schedule(ScheduleUnit unit) => Unit = unit;

    /// <summary>What n counts: epochs, or steps.</summary>
    public ScheduleUnit Unit { get; }

    /// <summary>The schedule with every setting, e.g. <c>CosineDecay(length: 20, minimumFactor: 0, unit: Epoch)</c>; numbers read back to
    /// the same bits. A training that is resumed must have the schedule of the one that was stopped: their texts are compared.</summary>
    public abstract string Settings { get; }

    /// <summary>What the initial learning rate is multiplied by.</summary>
    /// <param name="n">The epoch or step by <see cref="Unit"/>, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public abstract double Factor(int n);

    /// <summary>What the initial learning rate is multiplied by at a place of a training: <see cref="Factor"/> of the one that the schedule
    /// counts.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="step">The step of the optimizer, counted over all epochs, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The one that is counted is negative.</exception>
    public double FactorAt(int epoch, int step) => Factor(Unit == ScheduleUnit.Step ? step : epoch);
}

/// <summary>Multiplies the learning rate by γ after every s epochs or steps.
/// <code>Factor = γ^⌊n / s⌋</code></summary>
/// <remarks>PyTorch's StepLR.</remarks>
public sealed class StepDecay : Schedule
{
    private readonly int _every;
    private readonly double _factor;

    /// <summary>Chooses the stairs.</summary>
    /// <param name="every">s, epochs or steps a stair, at least 1.</param>
    /// <param name="factor">γ, in (0, 1].</param>
    /// <param name="unit">What is counted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public StepDecay(int every, double factor, ScheduleUnit unit = ScheduleUnit.Epoch) : base(unit)
    {
        Guard.Require(every >= 1, every, nameof(every), "at least 1");
        _every = every;
        _factor = Guard.Require(factor is > 0 and <= 1, factor, nameof(factor), "in (0, 1]");
    }

    /// <inheritdoc/>
    public override string Settings => Guard.Settings(nameof(StepDecay), ("every", _every), ("factor", _factor), ("unit", Unit));

    /// <inheritdoc/>
    public override double Factor(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        return Guard.Power(_factor, n / _every);
    }
}

/// <summary>Lets the learning rate fall along half a cosine: I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm
/// restarts", ICLR 2017, eq. 5, without restarts.
/// <code>
/// Factor = m + (1 − m)(1 + cos(π · n / N)) / 2       n ≤ N
///        = m                                         later
/// </code></summary>
/// <remarks>PyTorch's CosineAnnealingLR with T_max = N and eta_min = m η₀ up to n = N; after it PyTorch's rises again.</remarks>
public sealed class CosineDecay : Schedule
{
    private readonly int _length;
    private readonly double _minimumFactor;

    /// <summary>Chooses the curve.</summary>
    /// <param name="length">N, the epochs or steps after which the minimum is reached, at least 1.</param>
    /// <param name="minimumFactor">m, in [0, 1].</param>
    /// <param name="unit">What is counted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public CosineDecay(int length, double minimumFactor = 0, ScheduleUnit unit = ScheduleUnit.Epoch) : base(unit)
    {
        Guard.Require(length >= 1, length, nameof(length), "at least 1");
        _length = length;
        _minimumFactor = Guard.Require(minimumFactor is >= 0 and <= 1, minimumFactor, nameof(minimumFactor), "in [0, 1]");
    }

    /// <inheritdoc/>
    public override string Settings =>
        Guard.Settings(nameof(CosineDecay), ("length", _length), ("minimumFactor", _minimumFactor), ("unit", Unit));

    /// <inheritdoc/>
    public override double Factor(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        return _minimumFactor + ((1 - _minimumFactor) * (1 + double.CosPi(Math.Min(n, _length) / (double)_length)) / 2);
    }
}

/// <summary>Raises the learning rate in equal steps at the beginning, while an optimizer's averages settle: P. Goyal et al., "Accurate,
/// large minibatch SGD: training ImageNet in 1 hour", arXiv:1706.02677, 2017, section 2.2.
/// <code>
/// Factor = (n + 1) / N          n &lt; N
///        = then(n − N)          later; 1 without a next schedule
/// </code></summary>
/// <remarks>PyTorch's LambdaLR with the first line, followed by SequentialLR's change at n = N.</remarks>
public sealed class WarmUp : Schedule
{
    private readonly int _length;
    private readonly Schedule? _then;

    /// <summary>Chooses the ramp.</summary>
    /// <param name="length">N, at least 1: the full learning rate is reached in epoch or step N − 1.</param>
    /// <param name="then">What follows, counted from 0 again; the full learning rate when omitted.</param>
    /// <param name="unit">What is counted; <paramref name="then"/> must count the same.</param>
    /// <exception cref="ArgumentOutOfRangeException">N is below 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="then"/> counts something else.</exception>
    public WarmUp(int length, Schedule? then = null, ScheduleUnit unit = ScheduleUnit.Epoch) : base(unit)
    {
        Guard.Require(length >= 1, length, nameof(length), "at least 1");
        if (then is not null && then.Unit != unit)
            throw new ArgumentException($"A warm-up by {unit} cannot go on by {then.Unit}: give both the same unit.", nameof(then));
        _length = length;
        _then = then;
    }

    /// <inheritdoc/>
    public override string Settings => Guard.Settings(nameof(WarmUp), ("length", _length), ("then", _then?.Settings), ("unit", Unit));

    /// <inheritdoc/>
    public override double Factor(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        return n < _length ? (n + 1.0) / _length : _then?.Factor(n - _length) ?? 1;
    }
}
