namespace LstmLab;

/// <summary>How the learning rate changes from epoch to epoch: η(epoch) = η₀ · Factor(epoch).</summary>
public abstract class Schedule
{
    /// <summary>What the initial learning rate is multiplied by.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative.</exception>
    public abstract double Factor(int epoch);
}
