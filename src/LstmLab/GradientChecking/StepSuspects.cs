
namespace LstmLab;

/// <summary>
/// Tries the usual mistakes on one step: each suspect undoes a mistake in what BPTT found, and the one whose result agrees with the oracle is named.
/// </summary>
/// <param name="problem">What was checked.</param>
/// <param name="alike">Whether two gradients are the same.</param>
/// <param name="t">The time step nearest the loss whose contribution is wrong.</param>
internal sealed class StepSuspects(CellProblem problem, Func<double, double, bool> alike, int t)
{
    /// <summary>A mistake in the step's own gradient of a parameter; null when none fits.</summary>
    public string? Local(int block, (string Gate, int Start, int Length) part, Func<int, double> expected)
    {
        Parameter<double> parameter = problem.Cell.Parameters[block];
        double[] found = problem.FoundAt(block, t);
        if (parameter.Role == ParameterRole.Recurrent && Fits((_, _, _) => 1, s => s.HPrev, expected) && Fits((_, _, _) => 1, s => s.H, n => found[n]))
            return "it is built with h(t) where h(t−1) belongs: time is off by one";
        if (part.Gate == "f" && Fits((s, _, n) => s.CPrev[n] / s.C[n], s => s.HPrev, expected)) return "it is built with c(t) where c(t−1) belongs: time is off by one";
        return Fits(ThroughTanh, s => s.HPrev, expected) ? "the path from h through tanh(c) is missing in ∂L/∂c" : null;

        static double ThroughTanh(Step<double> step, StepGradient<double> g, int n) =>
            step is LstmStep<double> s && ReferenceEquals(s.M, s.H) ? 1 + (g.DH[n] * s.O[n] * (1 - (s.TanhC[n] * s.TanhC[n])) / g.DC[n]) : double.NaN;

        // dz of each sequence, times a factor, times what the parameter multiplies.
        bool Fits(Func<Step<double>, StepGradient<double>, int, double> factor, Func<Step<double>, double[]> hidden, Func<int, double> right) => Enumerable.Range(part.Start, part.Length).All(entry =>
        {
            (int row, int column) = (entry / parameter.Columns % problem.Cell.HiddenSize, entry % parameter.Columns);
            double sum = 0;
            foreach ((Step<double> s, StepGradient<double> g) in problem.At(t))
            {
                double? input = parameter.Role switch { ParameterRole.Input => s.X[column], ParameterRole.Recurrent => hidden(s)[column], ParameterRole.Bias => 1, _ => null };
                sum += input is null ? double.NaN : g.DzOf(part.Gate)[row] * factor(s, g, row) * input.Value;
            }

            return alike(sum, right(entry));
        });
    }

    /// <summary>A mistake in what step t + 1 carried back to step t; null when that is right.</summary>
    public string? CarriedBack()
    {
        if (t + 1 == problem.TimeSteps) return null;
        (Step<double> Step, StepGradient<double> Gradient)[] later = [.. problem.At(t + 1)];
        (double[] H, double[] C)[] expected = [.. later.Select((_, b) => problem.ExpectedCarriedBack(t + 1, later[b].Step))];
        bool h = Same((g, _) => g.DHPrev, e => e.H), c = Same((g, _) => g.DCPrev, e => e.C);
        if (h && c) return null;
        string text = $"right from step {t + 1} on: what is carried from step {t + 1} back is wrong, ∂L/∂{(h ? "c" : c ? "h" : "h and ∂L/∂c")}";
        if (!h && c && problem.Cell.OutputSize == problem.Cell.HiddenSize && Same((g, _) => Untransposed(g), e => e.H)) return text + ": U is used where its transpose belongs";
        if (h && Same((g, s) => s is LstmStep<double> { F.Length: > 0 } lstm ? [.. g.DCPrev.Zip(lstm.F, (d, f) => d * f)] : [], e => e.C)) return text + ": the factor f is missing";
        return text;

        bool Same(Func<StepGradient<double>, Step<double>, double[]> found, Func<(double[] H, double[] C), double[]> right) =>
            later.Zip(expected).All(pair => found(pair.First.Gradient, pair.First.Step) is var values && values.Length == right(pair.Second).Length
                && values.Zip(right(pair.Second)).All(entry => alike(entry.First, entry.Second)));
    }

    // What dHPrev would be, were it right where the pass holds Σ U dz instead of Σ Uᵀ dz.
    private double[] Untransposed(StepGradient<double> gradient)
    {
        double[] sum = new double[problem.Cell.OutputSize], wrong = new double[problem.Cell.OutputSize];
        double[] U = problem.Cell.U.Values;
        for (int gate = 0; gate < problem.Cell.Gates.Count; gate++)
            for (int n = 0; n < sum.Length; n++)
                for (int j = 0; j < sum.Length; j++)
                {
                    double weight = U[(((gate * sum.Length) + n) * sum.Length) + j];
                    sum[j] += weight * gradient.Dz[gate][n];
                    wrong[n] += weight * gradient.Dz[gate][j];
                }

        return wrong.Zip(gradient.DHPrev).All(pair => alike(pair.First, pair.Second)) ? sum : [];
    }
}
