namespace LstmLab;

/// <summary>
/// Says what a wrong gradient looks like, from the mistakes people make when they write a backward pass. The time step nearest the loss
/// whose contribution is wrong is looked at alone: there the mistake is not yet mixed with what it does to the steps before.
/// </summary>
internal static class Diagnosis
{
    private const string Unknown = "a term is missing or wrong";

    /// <summary>The time step nearest the loss whose contribution is wrong, and what the difference looks like.</summary>
    public static (int? TimeStep, string Text) Of(
        Comparison comparison, GradientCheckProblem? problem, int block, int entry, (string Gate, int Start, int Length) part)
    {
        double[] oracle = comparison.Oracle(block);
        int? step = problem?.LastWrongStep(block, entry, comparison.Alike);
        if (step is not { } t)
            return (null, Pattern(comparison, block, part, comparison.Blocks[block].Gradient, n => oracle[n]) ?? Unknown);

        // Entries are visited as a pattern asks for them: most patterns fail at the first.
        Dictionary<int, double> expected = [];
        MistakeGuesser guesser = new(problem!, comparison.Alike, t);
        string? text = Pattern(comparison, block, part, problem!.FoundAt(block, t), Expected)
            ?? Shifted(comparison, problem, block, entry, t)
            ?? guesser.InOwnGradient(block, part, Expected)
            ?? guesser.InWhatIsCarriedBack();
        return (t, text ?? Unknown);

        double Expected(int n) => expected.TryGetValue(n, out double value) ? value : expected[n] = problem!.Derivative(block, n, t);
    }

    private static string? Pattern(
        Comparison comparison, int block, (string Gate, int Start, int Length) part, double[] found, Func<int, double> expected)
    {
        CheckedBlock checkedBlock = comparison.Blocks[block];
        if (Fits(n => -expected(n))) return "the sign is wrong";
        foreach ((string gate, int start, int _) in checkedBlock.Parts().Where(other => other.Start != part.Start))
            if (Fits(n => expected(n - part.Start + start))) return $"it is the gradient of gate {gate}: two gates are swapped";
        int columns = checkedBlock.Columns;
        bool isSquare = columns > 1 && part.Length == columns * columns;
        return isSquare && Fits(n => expected(Transposed(n))) ? "it is the transpose of the right one" : null;

        bool Fits(Func<int, double> pattern) => Enumerable.Range(part.Start, part.Length).All(n => comparison.Alike(found[n], pattern(n)));

        int Transposed(int n) => part.Start + ((n - part.Start) % columns * columns) + ((n - part.Start) / columns);
    }

    private static string? Shifted(Comparison comparison, GradientCheckProblem problem, int block, int entry, int t)
    {
        if (t + 1 != problem.TimeSteps || t == 0) return null;
        if (IsShifted(1)) return "each step holds the contribution of the step after: time is off by one";
        return IsShifted(-1) ? "each step holds the contribution of the step before: time is off by one" : null;

        bool IsShifted(int by) => Enumerable.Range(Math.Max(0, -by), t).All(s =>
            comparison.Alike(problem.FoundAt(block, s)[entry], problem.Derivative(block, entry, s + by)));
    }
}
