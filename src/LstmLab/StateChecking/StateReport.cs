using System.Globalization;
using System.Text;

namespace LstmLab;

/// <summary>The first output of a chunking that is not that of the whole.</summary>
/// <param name="TimeStep">t, counted over the whole sequence from 0.</param>
/// <param name="Sequence">b.</param>
/// <param name="Unit">Index of the output within its step.</param>
/// <param name="Found">The output in chunks.</param>
/// <param name="Expected">The output of the whole.</param>
public sealed record StateDifference(int TimeStep, int Sequence, int Unit, double Found, double Expected)
{
    /// <summary>Where and what, in a line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"t = {TimeStep}, sequence {Sequence}, unit {Unit}: {Found:G6}, expected {Expected:G6}");
}

/// <summary>One way to cut the sequences, and how far its outputs are from those of the whole.</summary>
/// <param name="Sizes">Steps of each chunk; together T.</param>
/// <param name="LargestDifference">Largest |output in chunks − output of the whole|; infinite where one of them alone is not a
/// number.</param>
/// <param name="First">The first output that differs by more than the tolerance; null when none does.</param>
public sealed record ChunkingRow(IReadOnlyList<int> Sizes, double LargestDifference, StateDifference? First)
{
    /// <summary>The sizes in short: one size where all chunks but a shorter last one have it.</summary>
    public string Name => Sizes.Count == 1 ? "whole"
        : Sizes.SkipLast(1).All(size => size == Sizes[0]) && Sizes[^1] <= Sizes[0] ? $"{Sizes[0]}"
        : Sizes.Count <= 4 ? string.Join(" + ", Sizes)
        : $"{Sizes[0]} + {Sizes[1]} + … + {Sizes[^1]}";
}

/// <summary>What a state check found.</summary>
/// <param name="Rows">A row for each way to cut the sequences.</param>
/// <param name="Faults">What is wrong; empty when the state is carried.</param>
/// <param name="AreAlternatives">Whether the faults are several that all give the very outputs that were found: one of them is there, and
/// these sequences cannot tell which.</param>
/// <param name="Tolerance">Largest difference that counts as equal, in the unit of the outputs.</param>
public sealed record StateReport(
    IReadOnlyList<ChunkingRow> Rows, IReadOnlyList<StateFault> Faults, bool AreAlternatives, double Tolerance)
{
    /// <summary>Whether the state is carried: in chunks the outputs are those of the whole.</summary>
    public bool Passed => Faults.Count == 0;

    /// <summary>The earliest output that differs; null when none does.</summary>
    public StateDifference? First => Rows.Select(row => row.First).OfType<StateDifference>().MinBy(first => first.TimeStep);

    /// <summary>Throws unless the state is carried.</summary>
    /// <exception cref="InvalidOperationException">It is not; the message is the verdict.</exception>
    public StateReport RequirePassed() => Passed ? this : throw new InvalidOperationException(Verdict);

    /// <summary>What was found, in words.</summary>
    public string Verdict
    {
        get
        {
            if (Passed) return $"The state is carried: {Rows.Count} ways to cut the sequences give the outputs of the whole.";
            StringBuilder text = new("The state is not carried");
            if (First is { } first) text.Append(CultureInfo.InvariantCulture, $"; the outputs differ first at {first}");
            text.Append('.');
            foreach (StateFault fault in Faults) text.AppendLine().Append("  ").Append(fault);
            if (AreAlternatives)
                text.AppendLine().Append("Each of these gives the very outputs that were found: these runs cannot tell which it is.");
            return text.ToString();
        }
    }

    /// <summary>The table of chunkings and the verdict.</summary>
    public override string ToString()
    {
        string table = TextTable.Write(
            ["chunks of", "chunks", "largest difference", "verdict"],
            Rows.Select(row => (string[])
            [
                row.Name, $"{row.Sizes.Count}", row.LargestDifference.ToString("0.0E+00", CultureInfo.InvariantCulture),
                row.First is null ? "equal" : $"DIFFERS from t = {row.First.TimeStep}",
            ]),
            right: column => column is 1 or 2);
        return $"{table}{Environment.NewLine}{Verdict}";
    }
}
