using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Outputs in chunks beside those of the whole.</summary>
/// <param name="x">Sequences, [T, B, I].</param>
/// <param name="tolerance">Largest difference that counts as equal.</param>
/// <param name="inChunks">From the sizes of the chunks to the outputs, [T, B, O].</param>
/// <param name="fromBeginning">The outputs of one call that begins anew, [t, B, O]: those of the whole are what is expected.</param>
internal sealed class StateComparison<T>(
    Tensor<T> x, double tolerance, Func<IReadOnlyList<int>, T[]> inChunks, Func<Tensor<T>, Tensor<T>> fromBeginning)
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _whole = fromBeginning(x).Copy();

    /// <summary>Whether no two values differ by more than the tolerance; two that are no numbers are equal.</summary>
    public bool AreEqual(T[] one, T[] other) => one.Length == other.Length && FirstOf(one, other) < 0;

    /// <summary>The report.</summary>
    /// <param name="unconnected">Finds states that are not passed through at all: the surest of all, and asked first.</param>
    /// <param name="hypotheses">Faults whose outputs are compared with those found.</param>
    /// <param name="remedies">Faults that make the outputs right where they are planted once more: planted in a model that has them,
    /// they undo themselves.</param>
    /// <param name="copies">Finds states that are copies of something else.</param>
    /// <param name="hint">What to do when nothing is found.</param>
    public StateReport Report(
        Func<IReadOnlyList<StateFault>> unconnected, IEnumerable<StateHypothesis<T>> hypotheses,
        IEnumerable<StateHypothesis<T>> remedies, Func<IReadOnlyList<StateFault>> copies, string hint = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tolerance);
        T[] expected = _whole.ToArray();
        IReadOnlyList<int[]> chunkings = Chunkings.Of(x.Length(0));
        T[][] found = [.. chunkings.Select(inChunks)];
        if (found.FirstOrDefault(outputs => outputs.Length != expected.Length) is { } odd)
            throw new ShapeException($"The outputs in chunks must be {_whole.Shape()} = {expected.Length} values, but are {odd.Length}.");
        ChunkingRow[] rows = [.. chunkings.Select((sizes, n) => Row(sizes, found[n], expected))];
        if (!AreEqual(fromBeginning(x).ToArray(), expected) || !AreEqual(inChunks(chunkings[0]), found[0]))
        {
            StateFault fault = new(
                StateFaultKind.NotRepeatable,
                "The same sequences give other outputs the second time: a state outlives the new beginning, or random numbers are drawn");
            return new(rows, [fault], false, tolerance);
        }

        if (rows.All(row => row.First is null)) return new(rows, Stateless(expected), false, tolerance);
        if (unconnected() is { Count: > 0 } broken) return new(rows, broken, false, tolerance);
        StateFault[] fitting = [.. hypotheses.Where(one => Gives(one, n => found[n])).Select(one => one.Fault)];
        if (fitting.Length == 0) fitting = [.. remedies.Where(one => Gives(one, _ => expected)).Select(one => one.Fault)];
        if (fitting.Length > 0) return new(rows, fitting, fitting.Length > 1, tolerance);
        if (copies() is { Count: > 0 } copied) return new(rows, copied, false, tolerance);
        return new(rows, [new(StateFaultKind.Unknown, "none of the faults that are tried gives these outputs" + hint)], false, tolerance);

        bool Gives(StateHypothesis<T> hypothesis, Func<int, T[]> outputs) =>
            Enumerable.Range(0, chunkings.Count).All(n => AreEqual(hypothesis.Outputs(chunkings[n]), outputs(n)));
    }

    // Each step alone, from the beginning.
    private IReadOnlyList<StateFault> Stateless(T[] expected)
    {
        T[] alone = [.. Enumerable.Range(0, x.Length(0)).SelectMany(t => fromBeginning(x.Steps(t, t + 1)).ToArray())];
        return AreEqual(alone, expected)
            ? [new(StateFaultKind.Stateless, "no output depends on an earlier step: the model has no state, so there is nothing to carry")]
            : [];
    }

    private ChunkingRow Row(int[] sizes, T[] found, T[] expected)
    {
        double largest = 0;
        for (int n = 0; n < expected.Length; n++)
        {
            double difference = Difference(found[n], expected[n]);
            if (difference > largest) largest = difference;
        }

        int first = FirstOf(found, expected);
        return new(sizes, largest, first < 0 ? null : DifferenceAt(first, found, expected));
    }

    private StateDifference DifferenceAt(int index, T[] found, T[] expected)
    {
        int[] position = Tensors.PositionOf(_whole.Lengths, index);
        return new(
            position[0], position[1], position[2], double.CreateChecked(found[index]), double.CreateChecked(expected[index]));
    }

    private int FirstOf(T[] found, T[] expected)
    {
        for (int n = 0; n < expected.Length; n++)
            if (Difference(found[n], expected[n]) > tolerance) return n;
        return -1;
    }

    private static double Difference(T found, T expected)
    {
        if (found.Equals(expected)) return 0;
        double difference = Math.Abs(double.CreateChecked(found) - double.CreateChecked(expected));
        return double.IsNaN(difference) ? double.PositiveInfinity : difference;
    }
}
