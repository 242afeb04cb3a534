namespace LstmLab;

/// <summary>
/// Says what a wrong gradient looks like, from the mistakes people make when they write a backward pass. The time step nearest the loss whose
/// contribution is wrong is looked at alone: there the mistake is not yet mixed with what it does to the steps before.
/// </summary>
internal static class Diagnosis
{
    private const string Unknown = "a term is missing or wrong";

    /// <summary>The time step nearest the loss whose contribution is wrong, and what the difference looks like.</summary>
    public static (int? TimeStep, string Text) Of(Comparison comparison, CellProblem? problem, int block, int entry, (string Gate, int Start, int Length) part)
    {
        CheckedBlock checkedBlock = comparison.Blocks[block];
        double[] oracle = comparison.Oracle(block);
        int? step = problem?.LastWrongStep(block, entry, comparison.Alike);
        if (step is not { } t) return (null, Pattern(comparison, checkedBlock, part, checkedBlock.Gradient, n => oracle[n]) ?? Unknown);

        // Entries are visited as a pattern asks for them: most patterns fail at the first.
        Dictionary<int, double> expected = [];
        string? text = Pattern(comparison, checkedBlock, part, problem!.FoundAt(block, t), Expected) ?? Shifted(comparison, problem, block, entry, t);
        StepSuspects suspects = new(problem, comparison.Alike, t);
        return (t, text ?? suspects.Local(block, part, Expected) ?? suspects.CarriedBack() ?? Unknown);

        double Expected(int n) => expected.TryGetValue(n, out double value) ? value : expected[n] = problem!.ExpectedAt(block, n, t);
    }

    private static string? Pattern(Comparison comparison, CheckedBlock block, (string Gate, int Start, int Length) part, double[] found, Func<int, double> expected)
    {
        IEnumerable<int> entries = Enumerable.Range(part.Start, part.Length);
        if (entries.All(n => comparison.Alike(-found[n], expected(n)))) return "the sign is wrong";
        foreach ((string gate, int start, int _) in block.Parts().Where(other => other.Start != part.Start))
            if (entries.All(n => comparison.Alike(found[n], expected(n - part.Start + start)))) return $"it is the gradient of gate {gate}: two gates are swapped";
        int columns = block.Columns;
        return columns > 1 && part.Length == columns * columns && entries.All(n => comparison.Alike(found[n], expected(Transposed(n)))) ? "it is the transpose of the right one" : null;

        int Transposed(int n) => part.Start + ((n - part.Start) % columns * columns) + ((n - part.Start) / columns);
    }

    private static string? Shifted(Comparison comparison, CellProblem problem, int block, int entry, int t)
    {
        if (t + 1 != problem.TimeSteps || t == 0) return null;
        double[] found = problem.FoundByStep(block, entry)!, expected = problem.ExpectedByStep(block, entry);
        if (IsShifted(1)) return "each step holds the contribution of the step after: time is off by one";
        return IsShifted(-1) ? "each step holds the contribution of the step before: time is off by one" : null;

        bool IsShifted(int by) => Enumerable.Range(Math.Max(0, -by), t).All(s => comparison.Alike(found[s], expected[s + by]));
    }
}
