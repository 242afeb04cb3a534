using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Tests.Equations;
using Xunit;

namespace LstmLab.Tests.GradientChecking;

/// <summary>The truncated gradient of 1997 is not the gradient of the loss, but exactly that of a net whose hPrev is held constant.</summary>
public class TruncatedCellTests
{
    private const int TimeSteps = 6;

    private static readonly OriginalCell<double> Cell = Cells.RandomWeights<double, OriginalCell<double>>(new(2, 3, truncated: true), seed: 1);
    private static readonly Tensor<double> X = Cells.Random<double>(2, TimeSteps, 1, 2), Weights = Cells.Random<double>(3, TimeSteps, 1, 3);

    [Fact]
    public void The_check_says_that_the_truncated_gradient_is_wrong()
    {
        GradientReport report = GradientCheck.Run(Cells.RandomWeights<double, OriginalCell<double>>(new(2, 3, truncated: true), seed: 1), X, Weights);
        Assert.False(report.Passed);
        Assert.Equal("right from step 5 on: what is carried from step 5 back is wrong, ∂L/∂h", report.Faults[0].Diagnosis);
    }

    [Fact]
    public void The_truncated_gradient_is_that_of_the_net_with_constant_hidden_states()
    {
        Bptt<double> bptt = new(Cell);
        Trace<double> trace = bptt.Forward(X);
        bptt.Backward(Weights);
        double[] found = [.. Cell.Parameters.SelectMany(p => p.Gradient)], expected = [.. WithConstantHiddenStates(trace)];
        double scale = expected.Max(Math.Abs);
        Assert.All(found.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-13 * scale));
    }

    // By the complex step: the cell state carries the perturbation from step to step, hPrev holds the unperturbed values.
    private static IEnumerable<double> WithConstantHiddenStates(Trace<double> trace)
    {
        const double Tiny = 1e-100;
        Cell<Complex> cell = Cell.To<Complex>();
        foreach (Parameter<Complex> parameter in cell.Parameters)
        {
            for (int n = 0; n < parameter.Values.Length; n++)
            {
                Complex value = parameter.Values[n], loss = 0;
                parameter.Values[n] = new(value.Real, Tiny);
                Complex[] c = new Complex[cell.HiddenSize];
                for (int t = 0; t < TimeSteps; t++)
                {
                    Step<Complex> step = cell.Step(Complexes(trace[t].X), Complexes(trace[t].HPrev), c);
                    c = step.C;
                    for (int unit = 0; unit < step.H.Length; unit++) loss += Weights[t, 0, unit] * step.H[unit];
                }

                parameter.Values[n] = value;
                yield return loss.Imaginary / Tiny;
            }
        }
    }

    private static Complex[] Complexes(double[] values) => Array.ConvertAll(values, value => new Complex(value, 0));
}
