namespace LstmLab;

/// <summary>
/// Tries the usual mistakes on one step: each is undone in what BPTT found, and the one whose result agrees with the forward equations
/// is named.
/// </summary>
/// <param name="problem">What was checked.</param>
/// <param name="alike">Whether two gradients are the same.</param>
/// <param name="t">The time step nearest the loss whose contribution is wrong.</param>
internal sealed class MistakeGuesser(GradientCheckProblem problem, Func<double, double, bool> alike, int t)
{
    private readonly (int Sequence, Step<double> Step, StepGradient<double> Gradient)[] _now = [.. problem.At(t)];
    private readonly (int Sequence, Step<double> Step, StepGradient<double> Gradient)[] _later = [.. problem.At(t + 1)];

    // What dz of a unit is multiplied by.
    private delegate double Factor(Step<double> step, StepGradient<double> gradient, int unit);

    /// <summary>A mistake in the step's own gradient of a parameter; null when none fits.</summary>
    public string? InOwnGradient(int block, (string Gate, int Start, int Length) part, Func<int, double> expected)
    {
        double[] found = problem.FoundAt(block, t);
        bool isRecurrent = problem.Cell.Parameters[block].Role == ParameterRole.Recurrent;
        if (isRecurrent && Fits(s => s.HPrev, (_, _, _) => 1, expected) && Fits(s => s.H, (_, _, _) => 1, n => found[n]))
            return "it is built with h(t) where h(t−1) belongs: time is off by one";
        if (part.Gate == "f" && Fits(s => s.HPrev, (s, _, n) => s.CPrev[n] / s.C[n], expected))
            return "it is built with c(t) where c(t−1) belongs: time is off by one";
        return Fits(s => s.HPrev, WithPathThroughTanh, expected) ? "the path from h through tanh(c) is missing in ∂L/∂c" : null;

        // Whether dz of each sequence, times a factor, times what the parameter multiplies, sums to a gradient.
        bool Fits(Func<Step<double>, double[]> hidden, Factor factor, Func<int, double> gradient) =>
            Enumerable.Range(part.Start, part.Length).All(entry => alike(Sum(block, part.Gate, entry, hidden, factor), gradient(entry)));

        // By what dz grows when ∂L/∂c receives what comes from h.
        static double WithPathThroughTanh(Step<double> step, StepGradient<double> g, int n) =>
            step is LstmStep<double> s && ReferenceEquals(s.M, s.H)
                ? 1 + (g.DH[n] * s.O[n] * (1 - (s.TanhC[n] * s.TanhC[n])) / g.DC[n])
                : double.NaN;
    }

    /// <summary>A mistake in what step t + 1 carried back to step t; null when that is right.</summary>
    public string? InWhatIsCarriedBack()
    {
        if (t + 1 == problem.TimeSteps) return null;
        (double[] H, double[] C)[] expected = [.. _later.Select(later => problem.ExpectedCarriedBack(t + 1, later.Sequence))];
        bool hIsRight = IsRight(n => _later[n].Gradient.DHPrev, n => expected[n].H);
        bool cIsRight = IsRight(n => _later[n].Gradient.DCPrev, n => expected[n].C);
        if (hIsRight && cIsRight) return null;
        string wrong = hIsRight ? "∂L/∂c" : cIsRight ? "∂L/∂h" : "∂L/∂h and ∂L/∂c";
        string text = $"right from step {t + 1} on: what is carried from step {t + 1} back is wrong, {wrong}";
        bool isSquare = problem.Cell.OutputSize == problem.Cell.HiddenSize;
        if (cIsRight && isSquare && IsRight(n => IfTransposed(_later[n].Gradient), n => expected[n].H))
            return text + ": U is used where its transpose belongs";
        if (hIsRight && IsRight(n => TimesForgetGate(_later[n].Step, _later[n].Gradient), n => expected[n].C))
            return text + ": the factor f is missing";
        return text;
    }

    private bool IsRight(Func<int, double[]> found, Func<int, double[]> expected) => Enumerable.Range(0, _later.Length).All(n =>
        found(n).Length == expected(n).Length && found(n).Zip(expected(n)).All(pair => alike(pair.First, pair.Second)));

    private double Sum(int block, string gate, int entry, Func<Step<double>, double[]> hidden, Factor factor)
    {
        Parameter<double> parameter = problem.Cell.Parameters[block];
        (int unit, int column) = (entry / parameter.Columns % problem.Cell.HiddenSize, entry % parameter.Columns);
        return _now.Sum(now => now.Gradient.DzOf(gate)[unit] * factor(now.Step, now.Gradient, unit) * parameter.Role switch
        {
            ParameterRole.Input => now.Step.X[column],
            ParameterRole.Recurrent => hidden(now.Step)[column],
            ParameterRole.Bias => 1,
            _ => double.NaN,
        });
    }

    private static double[] TimesForgetGate(Step<double> step, StepGradient<double> gradient) =>
        step is LstmStep<double> { F.Length: > 0 } lstm ? [.. gradient.DCPrev.Zip(lstm.F, (d, f) => d * f)] : [];

    // Σ Uᵀ dz, if the pass holds Σ U dz.
    private double[] IfTransposed(StepGradient<double> gradient)
    {
        int size = problem.Cell.OutputSize;
        double[] right = new double[size], wrong = new double[size];
        for (int gate = 0; gate < problem.Cell.Gates.Count; gate++)
            for (int n = 0; n < size; n++)
                for (int j = 0; j < size; j++)
                {
                    double weight = problem.Cell.U.Values[(((gate * size) + n) * size) + j];
                    right[j] += weight * gradient.Dz[gate][n];
                    wrong[n] += weight * gradient.Dz[gate][j];
                }

        return wrong.Zip(gradient.DHPrev).All(pair => alike(pair.First, pair.Second)) ? right : [];
    }
}
