using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// Proves gradients. BPTT is compared with two oracles that use the forward equations alone: central differences, swept over step
/// sizes because truncation error falls and rounding error grows as the step shrinks, and the complex step (J. Lyness, C. Moler,
/// "Numerical differentiation of analytic functions", SIAM J. Numer. Anal. 4, 1967), <c>∂L/∂θ = Im L(θ + iε)/ε</c> with ε = 10⁻¹⁰⁰,
/// which subtracts nothing and so is exact to rounding.
/// </summary>
/// <remarks>The complex step was chosen over dual numbers and real-time recurrent learning because the very same generic forward code runs
/// in complex numbers: no second derivation that could repeat a mistake of the first.</remarks>
public static class GradientCheck
{
    /// <summary>The step sizes of the sweep.</summary>
    public static IReadOnlyList<double> StepSizes { get; } = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];

    /// <summary>Checks every gradient of a cell over sequences: all parameters, x, h0 and c0.</summary>
    /// <param name="cell">The cell; its parameters' gradients are overwritten.</param>
    /// <param name="x">Sequences, [T, B, I].</param>
    /// <param name="weights">w of the loss <c>L = Σ w ⊙ h</c>, [T, B, R]; random, and with a random share of c(T), when omitted.</param>
    /// <param name="initial">h0 and c0; zeros when omitted.</param>
    /// <param name="lengths">Length of each sequence; all T when omitted.</param>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    public static GradientReport Run(
        Cell<double> cell, Tensor<double> x, Tensor<double>? weights = null, State<double>? initial = null,
        IReadOnlyList<int>? lengths = null)
    {
        GradientCheckProblem problem = new(cell, x, weights, initial, lengths);
        return Report(new Comparison(problem.Blocks, problem.Loss, StepSizes, (block, entry) => problem.Derivative(block, entry)), problem);
    }

    /// <summary>Checks any loss over blocks of numbers against central differences; what layers, losses and models are checked
    /// with.</summary>
    /// <param name="blocks">Name, live values and gradient of each block.</param>
    /// <param name="loss">The loss at the blocks' present values.</param>
    public static GradientReport Run(IReadOnlyList<(string Name, double[] Values, double[] Gradient)> blocks, Func<double> loss)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(loss);
        CheckedBlock[] named =
        [
            .. blocks.Select(block => new CheckedBlock(
                block.Name, [], block.Values.Length, block.Values, (double[])block.Gradient.Clone(), entry => $"{block.Name}[{entry}]")),
        ];
        return Report(new Comparison(named, loss, StepSizes, null), null);
    }

    /// <summary>Checks every parameter of a model, and its inputs unless they are class indexes, on samples.</summary>
    /// <param name="model">Any module; its gradients are overwritten.</param>
    /// <param name="samples">Inputs and targets.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="directions">0 visits every entry; above 0, that many random unit directions a block are tried instead, for large
    /// nets.</param>
    /// <param name="pass">What the passes are for; without dropout when omitted. <c>Pass.Train(seed, step)</c> checks it with dropout's
    /// masks of that step.</param>
    public static GradientReport Run(Module<double> model, Dataset<double> samples, Loss loss, int directions = 0, Pass? pass = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(loss);
        Pass checkedPass = pass ?? Pass.PredictWithGradient;
        if (!checkedPass.HasBackward)
            throw new ArgumentException(
                "A pass for prediction has no backward pass to check: use Pass.PredictWithGradient or Pass.Train.", nameof(pass));
        List<Input<double>> inputs =
            [.. samples.More.Prepend(new(samples.X, samples.Lengths)).Select(input => input with { Data = input.Data.Copy() })];
        model.ClearGradients();
        Value<double> output = Forward();
        Tensor<double> dY = output.Data.To<double, double>();
        loss.Evaluate(output.Data, samples.Y, dY, output.Lengths);
        output.Tape.Backward((output, dY));
        List<(string, double[], double[])> blocks = [.. model.Parameters.Select(p => (p.Name, p.Values, (double[])p.Gradient.Clone()))];
        // What a module records after its inputs are constants.
        foreach ((int n, Value<double> input) in output.Tape.Inputs.Take(inputs.Count).Index())
        {
            if (!HasGradient(output.Tape, input)) continue;
            double[] values = input.Data.ToArray();
            inputs[n] = inputs[n] with { Data = Tensor.Create(values, input.Data.Lengths) };
            blocks.Add((n == 0 ? "x" : $"input {n}", values, input.Gradient?.ToArray() ?? new double[values.Length]));
        }

        return directions == 0 ? Run(blocks, Evaluate) : AlongDirections(blocks, Evaluate, directions);

        double Evaluate()
        {
            Value<double> y = Forward();
            return loss.Evaluate(y.Data, samples.Y, null, y.Lengths);
        }

        Value<double> Forward()
        {
            Tape<double> tape = model.BeginTape(checkedPass);
            return model.Forward([.. inputs.Select(input => tape.Input(input.Data, input.Lengths, needsGradient: true))]);
        }
    }

    // Class indexes have no derivative.
    private static bool HasGradient(Tape<double> tape, Value<double> input) =>
        tape.Calls.All(call => call.Inputs.Index()
            .All(port => !ReferenceEquals(port.Item, input) || call.Layer.HasInputGradient(port.Index)));

    /// <summary>Checks any loss over blocks of numbers along random unit directions, a few a block: for nets too large to visit every
    /// entry.</summary>
    /// <param name="blocks">Name, live values and gradient of each block; the values are restored.</param>
    /// <param name="loss">The loss at the blocks' present values.</param>
    /// <param name="directions">Directions a block, at least 1.</param>
    /// <param name="seed">Fixes the directions.</param>
    public static GradientReport AlongDirections(
        IReadOnlyList<(string Name, double[] Values, double[] Gradient)> blocks, Func<double> loss, int directions = 5, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentOutOfRangeException.ThrowIfLessThan(directions, 1);
        (IReadOnlyList<(string, double[], double[])> along, Func<double> moved) = RandomDirections.Along(blocks, loss, directions, seed);
        GradientReport report = Run(along, moved);
        moved();
        return report;
    }

    private static GradientReport Report(Comparison comparison, GradientCheckProblem? problem)
    {
        List<GradientRow> rows = [];
        List<GradientFault> faults = [];
        for (int block = 0; block < comparison.Blocks.Count; block++)
        {
            foreach ((string Gate, int Start, int Length) part in comparison.Blocks[block].Parts())
            {
                GradientRow row = comparison.Row(block, part.Gate, part.Start, part.Length);
                rows.Add(row);
                if (row.Passed) continue;
                (int entry, double expected) = comparison.Worst(block, part.Start, part.Length);
                (int? timeStep, string text) = Diagnosis.Of(comparison, problem, block, entry, part);
                CheckedBlock faulty = comparison.Blocks[block];
                faults.Add(new(row, faulty.Describe(entry), timeStep, faulty.Gradient[entry], expected, text));
            }
        }

        return new(rows, [.. faults.OrderByDescending(fault => fault.TimeStep ?? -1)], comparison.StepSizes);
    }
}
