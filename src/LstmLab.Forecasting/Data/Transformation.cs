
namespace LstmLab.Forecasting;

/// <summary>A change of a series that can be taken back, given the values before it.</summary>
/// <param name="Lag">How many rows back it looks; as many rows of the beginning have no value.</param>
public abstract record Transformation(int Lag)
{
    /// <summary>The differences to the row before, <c>d(t) = y(t) − y(t − 1)</c>.</summary>
    public static Transformation Difference { get; } = new Differences(1);

    /// <summary>Logarithmic returns, <c>r(t) = ln(y(t) / y(t − 1))</c>, of positive values.</summary>
    public static Transformation LogReturn { get; } = new LogReturns();

    /// <summary>The differences to the season before, <c>d(t) = y(t) − y(t − m)</c>.</summary>
    /// <param name="period">m, in rows, at least 1.</param>
    public static Transformation SeasonalDifference(int period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        return new Differences(period);
    }

    /// <summary>The series changed, [N − Lag].</summary>
    /// <param name="values">The series, [N].</param>
    /// <exception cref="ArgumentException">N is not above Lag, or a value is out of range.</exception>
    public double[] Forward(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count <= Lag)
            throw new ArgumentException($"A series of more than {Lag} values is needed, but it holds {values.Count}.", nameof(values));
        return [.. Enumerable.Range(Lag, values.Count - Lag).Select(t => Change(values[t - Lag], values[t], t))];
    }

    /// <summary>The series itself: the inverse of <see cref="Forward"/>, and the way from a forecast of changes back to values.</summary>
    /// <param name="before">The last values before the first change, [Lag].</param>
    /// <param name="changes">The changes, [N].</param>
    /// <returns>The values, [N].</returns>
    public double[] Inverse(IReadOnlyList<double> before, IReadOnlyList<double> changes)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(changes);
        if (before.Count != Lag)
            throw new ArgumentException($"The {Lag} values before the first change are needed, but there are {before.Count}.",
                nameof(before));
        List<double> path = [.. before];
        foreach (double change in changes) path.Add(Undo(path[^Lag], change));
        return [.. path.Skip(Lag)];
    }

    private protected abstract double Change(double before, double value, int row);

    private protected abstract double Undo(double before, double change);

    private sealed record Differences(int Lag) : Transformation(Lag)
    {
        private protected override double Change(double before, double value, int row) => value - before;

        private protected override double Undo(double before, double change) => before + change;
    }

    private sealed record LogReturns() : Transformation(1)
    {
        private protected override double Change(double before, double value, int row) =>
            before > 0 && value > 0 ? DeterministicMath.Log(value / before)
            : throw new ArgumentException($"Logarithmic returns need positive values, but row "
            + $"{(before > 0 ? row : row - 1)} is {(before > 0 ? value : before)}.");

        private protected override double Undo(double before, double change) => before * DeterministicMath.Exp(change);
    }
}
