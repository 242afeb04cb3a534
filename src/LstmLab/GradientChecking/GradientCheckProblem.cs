using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>A cell, sequences and a loss: the gradients by BPTT, step by step, and what the forward equations say they should
/// be.</summary>
internal sealed class GradientCheckProblem
{
    // So small that its square is exactly lost: the derivative has no truncation error at all.
    private const double ComplexStep = 1e-100;

    private readonly Bptt<double> _bptt;
    private readonly CheckedLoss<double> _loss;
    private readonly CheckedLoss<Complex> _complexLoss;
    private readonly Complex[][] _complexValues;
    private readonly double[][][] _contributions;
    private readonly int[] _lengths;

    public GradientCheckProblem(
        Cell<double> cell, Tensor<double> x, Tensor<double>? weights, State<double>? initial, IReadOnlyList<int>? lengths)
    {
        x.Require("x", "[T, B, I]", -1, -1, cell.InputSize);
        (int timeSteps, int batch) = (x.Length(0), x.Length(1));
        weights?.Require("weights", "[T, B, R]", timeSteps, batch, cell.OutputSize);
        initial?.Require(cell, batch, "initial");
        _lengths = lengths is null ? [.. Enumerable.Repeat(timeSteps, batch)] : [.. lengths];
        RandomStream random = new(0, "gradient check");
        Tensor<double> w = weights ?? Tensors.Fill(_ => random.NextNormal(), timeSteps, batch, cell.OutputSize);
        State<double> v = State<double>.Zero(cell, batch);
        if (weights is null && v.C is not null)
            foreach (ref double weight in v.C.Flat()) weight = random.NextNormal();

        // Arrays of their own, so that the caller's numbers are not perturbed.
        double[] xs = x.ToArray(), hs = (initial ?? v).H.ToArray(), cs = initial?.C?.ToArray() ?? new double[batch * cell.CellSize];
        _bptt = new(cell);
        _bptt.Forward(x, initial, lengths);
        _contributions = Backpropagate(w, v);
        (int I, int R, int H) = (cell.InputSize, cell.OutputSize, cell.HiddenSize);
        List<CheckedBlock> blocks =
        [
            .. cell.Parameters.Select(p => new CheckedBlock(p.Name, p.Gates, p.Rows, p.Values, (double[])p.Gradient.Clone(), p.Describe)),
            new("x", [], timeSteps * batch, xs, _bptt.DX.ToArray(), n => $"x[t = {n / I / batch}, b = {n / I % batch}, {n % I}]"),
            new("h0", [], batch, hs, _bptt.DInitial.H.ToArray(), n => $"h0[b = {n / R}, {n % R}]"),
        ];
        if (cell.HasCellState) blocks.Add(new("c0", [], batch, cs, _bptt.DInitial.C!.ToArray(), n => $"c0[b = {n / H}, {n % H}]"));
        Blocks = blocks;

        Cell<Complex> complexCell = cell.To<Complex>();
        Complex[] complexX = ToComplex(xs), complexH = ToComplex(hs), complexC = ToComplex(cs);
        double[] ws = w.ToArray(), vs = v.C?.ToArray() ?? [];
        _complexValues = [.. complexCell.Parameters.Select(parameter => parameter.Values), complexX, complexH, complexC];
        _loss = new(cell, xs, hs, cs, ws, vs, _lengths);
        _complexLoss = new(complexCell, complexX, complexH, complexC, ToComplex(ws), ToComplex(vs), _lengths);
    }

    /// <summary>The parameters, x, h0 and c0.</summary>
    public IReadOnlyList<CheckedBlock> Blocks { get; }

    /// <summary>T.</summary>
    public int TimeSteps => _contributions.Length;

    /// <summary>The cell.</summary>
    public Cell<double> Cell => _bptt.Cell;

    /// <summary>The loss at the blocks' present values.</summary>
    public double Loss() => _loss.Of();

    /// <summary>The derivative of the loss by an entry, by the complex step.</summary>
    /// <param name="block">The block.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="onlyAt">The one time at which the entry is perturbed; at all times when omitted.</param>
    public double Derivative(int block, int entry, int? onlyAt = null)
    {
        Complex[] values = _complexValues[block];
        Complex value = values[entry], perturbed = new(value.Real, ComplexStep);
        values[entry] = perturbed;
        Complex loss = _complexLoss.Of(onlyAt is null ? null : t => values[entry] = t == onlyAt ? perturbed : value);
        values[entry] = value;
        return loss.Imaginary / ComplexStep;
    }

    /// <summary>What the passes computed at time t, for each sequence that reaches it.</summary>
    public IEnumerable<(int Sequence, Step<double> Step, StepGradient<double> Gradient)> At(int t) =>
        from b in Enumerable.Range(0, _lengths.Length) where t < _lengths[b] select (b, _bptt.Trace[t, b], _bptt.Gradient(t, b));

    /// <summary>The time step nearest the loss whose contribution to an entry is wrong; null when none is, and for x, h0 and
    /// c0.</summary>
    public int? LastWrongStep(int block, int entry, Func<double, double, bool> alike)
    {
        if (block >= Cell.Parameters.Count) return null;
        int t = TimeSteps - 1;
        while (t >= 0 && alike(FoundAt(block, t)[entry], Derivative(block, entry, t))) t--;
        return t >= 0 ? t : null;
    }

    /// <summary>BPTT's contribution of step t to the gradient of a parameter.</summary>
    public double[] FoundAt(int block, int t) => _contributions[t][block];

    /// <summary>∂L/∂h and ∂L/∂c of the state that enters step t of a sequence, t from 1 on, by the complex step.</summary>
    public (double[] H, double[] C) ExpectedCarriedBack(int t, int b)
    {
        Step<Complex> before = _complexLoss.StepOf(b);
        return (Perturb(before.H), Perturb(before.C));

        double[] Perturb(Complex[] state) => [.. Enumerable.Range(0, state.Length).Select(n => _complexLoss.Of(s =>
        {
            if (s == t) state[n] += new Complex(0, ComplexStep);
        }).Imaginary / ComplexStep)];
    }

    // [t][parameter][entry]: what each step adds to the gradients.
    private double[][][] Backpropagate(Tensor<double> weights, State<double> finalWeights)
    {
        IReadOnlyList<Parameter<double>> parameters = Cell.Parameters;
        foreach (Parameter<double> parameter in parameters) Array.Clear(parameter.Gradient);
        double[][][] contributions = new double[_bptt.Trace.TimeSteps][][];
        double[][] before = [.. parameters.Select(p => new double[p.Gradient.Length])];
        _bptt.Backward(weights, finalWeights, t =>
        {
            contributions[t] = [.. parameters.Select((p, n) => p.Gradient.Zip(before[n], (now, then) => now - then).ToArray())];
            before = [.. parameters.Select(p => (double[])p.Gradient.Clone())];
        });
        return contributions;
    }

    private static Complex[] ToComplex(double[] values) => Array.ConvertAll(values, value => new Complex(value, 0));
}
