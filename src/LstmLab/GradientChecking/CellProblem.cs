using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// The loss a cell is checked with, <c>L = Σ w ⊙ h + Σ v ⊙ c(T)</c>, once in double for BPTT and central differences, once in complex
/// numbers for the complex step.
/// </summary>
internal sealed class CellProblem
{
    // So small that its square is exactly lost: the derivative has no truncation error at all.
    private const double ComplexStep = 1e-100;

    private readonly Bptt<double> _bptt, _perturbed;
    private readonly Cell<Complex> _complexCell;
    private readonly Bptt<Complex> _complexBptt;
    private readonly Tensor<double> _x, _weights;
    private readonly State<double> _initial, _finalWeights;
    private readonly Tensor<Complex> _complexX;
    private readonly State<Complex> _complexInitial;
    private readonly IReadOnlyList<int>? _lengths;
    private readonly double[][][] _contributions;

    public CellProblem(Cell<double> cell, Tensor<double> x, Tensor<double>? weights, State<double>? initial, IReadOnlyList<int>? lengths)
    {
        (_bptt, _perturbed) = (new(cell), new(cell));
        _x = x.To<double, double>();
        _lengths = lengths;
        (int timeSteps, int batch) = (x.Length(0), x.Length(1));
        RandomStream random = new(0, "gradient check");
        _weights = weights ?? Tensors.Fill(_ => random.NextNormal(), timeSteps, batch, cell.OutputSize);
        _finalWeights = State<double>.Zero(cell, batch);
        if (weights is null && _finalWeights.C is not null) foreach (ref double v in _finalWeights.C.Flat()) v = random.NextNormal();
        _initial = (initial ?? State<double>.Zero(cell, batch)).Copy();

        _complexCell = cell.To<Complex>();
        _complexBptt = new(_complexCell);
        _complexX = _x.To<double, Complex>();
        _complexInitial = new(_initial.H.To<double, Complex>(), _initial.C?.To<double, Complex>());

        _contributions = Backpropagate(timeSteps);
        double[] xs = _x.ToArray(), hs = _initial.H.ToArray(), cs = _initial.C?.ToArray() ?? [];
        (_x, _initial) = (Tensor.Create(xs, _x.Lengths), new(Tensor.Create(hs, _initial.H.Lengths), _initial.C is null ? null : Tensor.Create(cs, _initial.C.Lengths)));
        Blocks =
        [
            .. cell.Parameters.Select(p => new CheckedBlock(p.Name, p.Gates, p.Rows, p.Values, (double[])p.Gradient.Clone(), p.Describe)),
            new("x", [], timeSteps * batch, xs, _bptt.DX.ToArray(), entry => $"x[t = {entry / cell.InputSize / batch}, b = {entry / cell.InputSize % batch}, {entry % cell.InputSize}]"),
            new("h0", [], batch, hs, _bptt.DInitial.H.ToArray(), entry => $"h0[b = {entry / cell.OutputSize}, {entry % cell.OutputSize}]"),
            .. cs.Length == 0 ? [] : new[] { new CheckedBlock("c0", [], batch, cs, _bptt.DInitial.C!.ToArray(), entry => $"c0[b = {entry / cell.HiddenSize}, {entry % cell.HiddenSize}]") },
        ];
    }

    public IReadOnlyList<CheckedBlock> Blocks { get; }

    /// <summary>T.</summary>
    public int TimeSteps => _contributions.Length;

    /// <summary>The cell.</summary>
    public Cell<double> Cell => _bptt.Cell;

    /// <summary>What the passes computed at time t, for each sequence that reaches it.</summary>
    public IEnumerable<(Step<double> Step, StepGradient<double> Gradient)> At(int t) =>
        from b in Enumerable.Range(0, _x.Length(1)) where t < LengthOf(b) select (_bptt.Trace[t, b], _bptt.Gradient(t, b));

    /// <summary>The time step nearest the loss whose contribution to an entry is wrong; null when none is, and for x, h0 and c0.</summary>
    public int? LastWrongStep(int block, int entry, Func<double, double, bool> alike)
    {
        if (FoundByStep(block, entry) is not { } found) return null;
        double[] expected = ExpectedByStep(block, entry);
        int step = TimeSteps - 1;
        while (step >= 0 && alike(found[step], expected[step])) step--;
        return step >= 0 ? step : null;
    }

    /// <summary>BPTT's contribution of each step to the gradient of a parameter's entry, by t; null for x, h0 and c0.</summary>
    public double[]? FoundByStep(int block, int entry) => block >= Cell.Parameters.Count ? null : [.. _contributions.Select(step => step[block][entry])];

    /// <summary>BPTT's contribution of step t to the gradient of a parameter.</summary>
    public double[] FoundAt(int block, int t) => _contributions[t][block];

    /// <summary>The same for one entry by the complex step: it is perturbed at step t only.</summary>
    public double ExpectedAt(int block, int entry, int t) => Derivative(block, entry, t);

    /// <summary>The same at each step, by t.</summary>
    public double[] ExpectedByStep(int block, int entry) => [.. Enumerable.Range(0, TimeSteps).Select(t => Derivative(block, entry, t))];

    /// <summary>∂L/∂h and ∂L/∂c of the state that enters step t of a sequence, by the complex step.</summary>
    public (double[] H, double[] C) ExpectedCarriedBack(int t, Step<double> entered)
    {
        int b = Enumerable.Range(0, _x.Length(1)).First(b => t < LengthOf(b) && ReferenceEquals(_bptt.Trace[t, b], entered));
        Complex[] h = Array.ConvertAll(entered.HPrev, v => new Complex(v, 0)), c = Array.ConvertAll(entered.CPrev, v => new Complex(v, 0));
        return (Perturb(h), Perturb(c));

        double[] Perturb(Complex[] state) => [.. Enumerable.Range(0, state.Length).Select(n =>
        {
            Complex value = state[n];
            state[n] = new(value.Real, ComplexStep);
            Complex loss = ComplexLossOf(b, t, h, c, _ => { });
            state[n] = value;
            return loss.Imaginary / ComplexStep;
        })];
    }

    public double Loss()
    {
        Trace<double> trace = _perturbed.Forward(_x, _initial, _lengths);
        return Dot(_weights, trace.Outputs) + (trace.Final.C is null ? 0 : Dot(_finalWeights.C!, trace.Final.C));
    }

    public double Derivative(int block, int entry) => Derivative(block, entry, null);

    private double Derivative(int block, int entry, int? onlyAt)
    {
        Span<Complex> values = block < _complexCell.Parameters.Count ? _complexCell.Parameters[block].Values
            : Blocks[block].Name switch { "x" => _complexX.Flat(), "h0" => _complexInitial.H.Flat(), _ => _complexInitial.C!.Flat() };
        Complex value = values[entry];
        values[entry] = new(value.Real, ComplexStep);
        Complex loss = onlyAt is null ? ComplexLoss() : ComplexLoss(_complexCell.Parameters[block].Values, entry, value, onlyAt.Value);
        values[entry] = value;
        return loss.Imaginary / ComplexStep;
    }

    private Complex ComplexLoss()
    {
        Trace<Complex> trace = _complexBptt.Forward(_complexX, _complexInitial, _lengths);
        return ComplexDot(_weights, trace.Outputs) + (trace.Final.C is null ? 0 : ComplexDot(_finalWeights.C!, trace.Final.C));
    }

    // The entry holds its perturbed value at one time step and its own at all others.
    private Complex ComplexLoss(Complex[] values, int entry, Complex value, int at)
    {
        (Complex perturbed, Complex loss) = (values[entry], 0);
        for (int b = 0; b < _x.Length(1); b++)
        {
            Complex[] h = _complexInitial.HRow(b, _complexCell.OutputSize).ToArray(), c = _complexInitial.CRow(b, _complexCell.CellSize).ToArray();
            loss += ComplexLossOf(b, 0, h, c, t => values[entry] = t == at ? perturbed : value);
        }

        return loss;
    }

    // The loss of sequence b's steps from a step on.
    private Complex ComplexLossOf(int b, int from, Complex[] h, Complex[] c, Action<int> beforeStep)
    {
        Complex loss = 0;
        (int batch, int inputs) = (_x.Length(1), _complexCell.InputSize);
        for (int t = from; t < LengthOf(b); t++)
        {
            beforeStep(t);
            int row = (t * batch) + b;
            Step<Complex> step = _complexCell.Step(_complexX.Flat().Slice(row * inputs, inputs).ToArray(), h, c, t, b);
            (h, c) = (step.H, step.C);
            for (int n = 0; n < h.Length; n++) loss += _weights.Flat()[(row * h.Length) + n] * h[n];
        }

        for (int n = 0; n < c.Length; n++) loss += _finalWeights.C!.Flat()[(b * c.Length) + n] * c[n];
        return loss;
    }

    private int LengthOf(int b) => _lengths?[b] ?? _x.Length(0);

    private double[][][] Backpropagate(int timeSteps)
    {
        IReadOnlyList<Parameter<double>> parameters = _bptt.Cell.Parameters;
        foreach (Parameter<double> parameter in parameters) Array.Clear(parameter.Gradient);
        double[][][] contributions = new double[timeSteps][][];
        _bptt.Forward(_x, _initial, _lengths);
        double[][] before = [.. parameters.Select(p => new double[p.Gradient.Length])];
        _bptt.Backward(_weights, _finalWeights, t =>
        {
            contributions[t] = [.. parameters.Select((p, n) => p.Gradient.Zip(before[n], (now, then) => now - then).ToArray())];
            before = [.. parameters.Select(p => (double[])p.Gradient.Clone())];
        });
        return contributions;
    }

    private static double Dot(Tensor<double> weights, Tensor<double> values)
    {
        double sum = 0;
        ReadOnlySpan<double> w = weights.Flat(), v = values.Flat();
        for (int n = 0; n < w.Length; n++) sum = Math.FusedMultiplyAdd(w[n], v[n], sum);
        return sum;
    }

    private static Complex ComplexDot(Tensor<double> weights, Tensor<Complex> values)
    {
        Complex sum = 0;
        ReadOnlySpan<double> w = weights.Flat();
        ReadOnlySpan<Complex> v = values.Flat();
        for (int n = 0; n < w.Length; n++) sum += w[n] * v[n];
        return sum;
    }
}
