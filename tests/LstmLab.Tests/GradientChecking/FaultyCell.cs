
namespace LstmLab.Tests.GradientChecking;

public enum Fault
{
    None, SwappedInputAndCandidate, SwappedForgetAndOutput, CarryWithoutForgetGate, NoPathThroughTanh, WrongSignOfForgetGate,
    TransposedCarry, TransposedRecurrentGradient, HiddenStateOfWrongStep, CellStateOfWrongStep, GradientsOneStepLate, WrongSignAtOneStep,
}

/// <summary>The standard cell with one mistake in its backward pass; <c>calls</c> is T·B of the one pass it may be used for, which visits time downwards.</summary>
internal sealed class FaultyCell(int inputSize, int hiddenSize, Fault fault, int calls = 0, int batch = 1) : StandardCell<double>(inputSize, hiddenSize)
{
    /// <summary>The step at which <see cref="Fault.WrongSignAtOneStep"/> strikes.</summary>
    public const int FaultyStep = 3;

    private int _calls = calls;
    private double[][]? _late;

    public override void Backward(Step<double> step, StepGradient<double> gradient)
    {
        var s = (LstmStep<double>)step;
        StepGradient<double> g = gradient;
        double[][] before = [.. Parameters.Select(p => (double[])p.Gradient.Clone())];
        int t = --_calls / batch;
        g.ClearOutputs();
        for (int n = 0; n < HiddenSize; n++)
        {
            if (fault != Fault.NoPathThroughTanh) g.DC[n] += g.DH[n] * s.O[n] * TanhSlope(s.TanhC[n]);
            g.DCPrev[n] = g.DC[n] * (fault == Fault.CarryWithoutForgetGate ? 1 : s.F[n]);
            g.Dz[0][n] = g.DC[n] * s.G[n] * SigmoidSlope(s.I[n]) * (fault == Fault.WrongSignAtOneStep && t == FaultyStep ? -1 : 1);
            g.Dz[1][n] = g.DC[n] * (fault == Fault.CellStateOfWrongStep ? s.C[n] : s.CPrev[n]) * SigmoidSlope(s.F[n]) * (fault == Fault.WrongSignOfForgetGate ? -1 : 1);
            g.Dz[2][n] = g.DC[n] * s.I[n] * TanhSlope(s.G[n]);
            g.Dz[3][n] = g.DH[n] * s.TanhC[n] * SigmoidSlope(s.O[n]);
            if (fault == Fault.SwappedInputAndCandidate) (g.Dz[0][n], g.Dz[2][n]) = (g.Dz[2][n], g.Dz[0][n]);
            if (fault == Fault.SwappedForgetAndOutput) (g.Dz[1][n], g.Dz[3][n]) = (g.Dz[3][n], g.Dz[1][n]);
        }

        for (int gate = 0; gate < 4; gate++) AffineBackward(gate, g.Dz[gate], s.X, fault == Fault.HiddenStateOfWrongStep ? s.H : s.HPrev, g.DX, g.DHPrev);
        if (fault == Fault.TransposedCarry) CarryTransposed(g);
        if (fault == Fault.TransposedRecurrentGradient) TransposeGradient(before[1]);
        if (fault == Fault.GradientsOneStepLate) Delay(before);
    }

    private void CarryTransposed(StepGradient<double> g)
    {
        Array.Clear(g.DHPrev);
        for (int gate = 0; gate < 4; gate++)
            for (int n = 0; n < HiddenSize; n++)
                for (int j = 0; j < HiddenSize; j++) g.DHPrev[n] += U.Values[(((gate * HiddenSize) + n) * HiddenSize) + j] * g.Dz[gate][j];
    }

    private void TransposeGradient(double[] before)
    {
        double[] own = [.. U.Gradient.Zip(before, (now, then) => now - then)];
        for (int gate = 0; gate < 4; gate++)
            for (int n = 0; n < HiddenSize; n++)
                for (int j = 0; j < HiddenSize; j++)
                {
                    int start = gate * HiddenSize * HiddenSize, entry = start + (n * HiddenSize) + j;
                    U.Gradient[entry] = before[entry] + own[start + (j * HiddenSize) + n];
                }
    }

    // For a batch of one: what a step adds is added at the step before instead.
    private void Delay(double[][] before)
    {
        double[][] own = [.. Parameters.Zip(before, (p, then) => p.Gradient.Zip(then, (now, old) => now - old).ToArray())];
        foreach ((Parameter<double> parameter, int index) in Parameters.Select((p, n) => (p, n)))
            for (int n = 0; n < parameter.Gradient.Length; n++) parameter.Gradient[n] = before[index][n] + (_late?[index][n] ?? 0);
        _late = own;
    }
}
