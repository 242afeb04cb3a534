namespace LstmLab;

/// <summary>A block of numbers the loss depends on: perturbed in place by the oracles.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Gates">Gates whose row blocks it stacks, in order; empty for none.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Values">The live numbers, [Rows, columns] row-major.</param>
/// <param name="Gradient">∂L/∂values by backpropagation.</param>
/// <param name="Describe">Names an entry.</param>
internal sealed record CheckedBlock(
    string Name, IReadOnlyList<string> Gates, int Rows, double[] Values, double[] Gradient, Func<int, string> Describe)
{
    public int Columns => Rows == 0 ? 0 : Values.Length / Rows;

    /// <summary>The parts that get a row each: one a gate, or the whole block.</summary>
    public IEnumerable<(string Gate, int Start, int Length)> Parts() => Gates.Count == 0
        ? [("", 0, Values.Length)]
        : Gates.Select((gate, n) => (gate, n * (Values.Length / Gates.Count), Values.Length / Gates.Count));
}

/// <summary>Backpropagation's gradients beside those of the oracles, entry by entry.</summary>
internal sealed class Comparison
{
    // Errors are relative to the larger of the two values, but never to less than this share of the largest gradient of all:
    // below it, rounding in the loss (central differences) and in BPTT itself (complex step) is all there is to see.
    private const double CentralFloor = 1e-4, ComplexFloor = 1e-6;

    private readonly double _scale;

    /// <summary>Runs the oracles.</summary>
    /// <param name="blocks">With gradients already computed.</param>
    /// <param name="loss">The loss at the blocks' present values.</param>
    /// <param name="stepSizes">Central differences are taken at each.</param>
    /// <param name="complexStep">The derivative by entry (block, entry) from the complex step; null where it does not apply.</param>
    public Comparison(
        IReadOnlyList<CheckedBlock> blocks, Func<double> loss, IReadOnlyList<double> stepSizes, Func<int, int, double>? complexStep)
    {
        Blocks = blocks;
        StepSizes = stepSizes;
        Central = [.. blocks.Select(block => stepSizes.Select(_ => new double[block.Values.Length]).ToArray())];
        if (complexStep is not null)
            Complex = [.. blocks.Select((block, n) => block.Values.Select((_, entry) => complexStep(n, entry)).ToArray())];
        for (int n = 0; n < blocks.Count; n++)
        {
            double[] values = blocks[n].Values;
            for (int entry = 0; entry < values.Length; entry++)
            {
                double value = values[entry];
                for (int s = 0; s < stepSizes.Count; s++)
                {
                    (double up, double down) = (value + stepSizes[s], value - stepSizes[s]);
                    values[entry] = up;
                    double difference = loss();
                    values[entry] = down;
                    difference -= loss();
                    Central[n][s][entry] = difference / (up - down);
                }

                values[entry] = value;
            }
        }

        _scale = blocks.SelectMany((block, n) => block.Gradient.Concat(Oracle(n))).Select(Math.Abs).DefaultIfEmpty().Max();
    }

    public IReadOnlyList<CheckedBlock> Blocks { get; }

    public IReadOnlyList<double> StepSizes { get; }

    /// <summary>[block][step size][entry].</summary>
    public double[][][] Central { get; }

    /// <summary>[block][entry], or null.</summary>
    public double[][]? Complex { get; }

    /// <summary>One row of the report.</summary>
    public GradientRow Row(int block, string gate, int start, int length)
    {
        IEnumerable<int> entries = Enumerable.Range(start, length);
        double[] gradient = Blocks[block].Gradient;
        double[] central = [.. StepSizes.Select((_, s) => Largest(entries, entry => CentralError(block, s, entry)))];
        double complex = Complex is null ? double.NaN : Largest(entries, entry => ComplexError(block, entry));
        int zeros = entries.Count(entry =>
            gradient[entry] == 0 && Oracle(block)[entry] == 0 && Central[block].All(step => step[entry] == 0));
        bool passed = central.Min() <= GradientReport.CentralDifferenceLimit && !(complex > GradientReport.ComplexStepLimit);
        return new(Blocks[block].Name, gate, length, Largest(entries, entry => Math.Abs(gradient[entry])), zeros, central, complex, passed);
    }

    /// <summary>The entry with the largest error by the most exact oracle, and that oracle's value.</summary>
    public (int Entry, double Expected) Worst(int block, int start, int length)
    {
        int worst = Enumerable.Range(start, length).MaxBy(entry =>
            Complex is null ? CentralError(block, StepSizes.Count / 2, entry) : ComplexError(block, entry));
        return (worst, Oracle(block)[worst]);
    }

    /// <summary>The most exact oracle's gradient of a block.</summary>
    public double[] Oracle(int block) => Complex?[block] ?? Central[block][StepSizes.Count / 2];

    /// <summary>Whether two gradients are the same to a thousandth: enough to tell what a wrong one really is.</summary>
    public bool Alike(double found, double expected) =>
        Math.Abs(found - expected) <= 1e-3 * Math.Max(Math.Abs(expected), ComplexFloor * _scale);

    private double CentralError(int block, int step, int entry) =>
        Error(Blocks[block].Gradient[entry], Central[block][step][entry], CentralFloor);

    private double ComplexError(int block, int entry) => Error(Blocks[block].Gradient[entry], Complex![block][entry], ComplexFloor);

    private double Error(double found, double expected, double floor)
    {
        if (found == expected) return 0;
        double error = Math.Abs(found - expected) / Math.Max(floor * _scale, Math.Max(Math.Abs(found), Math.Abs(expected)));
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }

    private static double Largest(IEnumerable<int> entries, Func<int, double> value) => entries.Select(value).DefaultIfEmpty().Max();
}
