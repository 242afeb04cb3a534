namespace LstmLab.GradientChecking;

/// <summary>Says what a wrong gradient looks like, from the four mistakes people make when they write a backward pass.</summary>
internal static class Diagnosis
{
    /// <summary>The time step nearest the loss whose contribution is wrong, and what the difference looks like.</summary>
    public static (int? TimeStep, string Text) Of(Comparison comparison, CellProblem? problem, int block, int entry, (string Gate, int Start, int Length) part)
    {
        double[] found = comparison.Blocks[block].Gradient, expected = comparison.Oracle(block);
        double[]? foundByStep = problem?.FoundByStep(block, entry);
        double[]? expectedByStep = foundByStep is null ? null : problem!.ExpectedByStep(block, entry);
        int last = foundByStep is null ? -1 : foundByStep.Length - 1, step = last;
        while (step >= 0 && comparison.Alike(foundByStep![step], expectedByStep![step])) step--;
        int? timeStep = step >= 0 ? step : null;

        if (All(n => comparison.Alike(-found[n], expected[n]))) return (timeStep, "the sign is wrong");
        foreach ((string gate, int start, int _) in comparison.Blocks[block].Parts().Where(other => other.Start != part.Start))
            if (All(n => comparison.Alike(found[n], expected[n - part.Start + start]))) return (timeStep, $"it is the gradient of gate {gate}: two gates are swapped");
        int columns = comparison.Blocks[block].Columns;
        if (columns > 1 && part.Length == columns * columns && All(n => comparison.Alike(found[n], expected[Transposed(n)])))
            return (timeStep, "it is the transpose of the right one");
        if (foundByStep is not null && last > 0 && IsShifted(1)) return (timeStep, "each step holds the contribution of the step after: time is off by one");
        if (foundByStep is not null && last > 0 && IsShifted(-1)) return (timeStep, "each step holds the contribution of the step before: time is off by one");
        if (timeStep < last) return (timeStep, $"right from step {timeStep + 1} on: what is carried from step {timeStep + 1} back is wrong");
        return (timeStep, "a term is missing or wrong");

        bool All(Func<int, bool> alike) => Enumerable.Range(part.Start, part.Length).All(alike);

        int Transposed(int n) => part.Start + ((n - part.Start) % columns * columns) + ((n - part.Start) / columns);

        bool IsShifted(int by) => Enumerable.Range(Math.Max(0, -by), last).All(t => comparison.Alike(foundByStep[t], expectedByStep![t + by]));
    }
}
