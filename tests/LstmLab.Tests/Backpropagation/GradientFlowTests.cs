using System.Numerics.Tensors;
using LstmLab.Tests.Equations;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace LstmLab.Tests.Backpropagation;

public class GradientFlowTests
{
    private const double Small = 1e-5;

    public static TheoryData<string> Kinds => Cells.Kinds;

    [Fact]
    public void Norms_are_those_of_finite_differences_of_the_loss_after_each_step()
    {
        var cell = (StandardCell<double>)Cells.New<double>("Standard", 2, 3, seed: 1);
        Tensor<double> x = Cells.Random<double>(2, 5, 2, 2), weights = Cells.Random<double>(3, 5, 2, 3);
        Bptt<double> bptt = new(cell);
        Trace<double> trace = bptt.Forward(x, lengths: [5, 4]);
        bptt.Backward(weights);
        for (int b = 0; b < 2; b++)
        {
            (double[] h, double[] c) = GradientFlow.Norms(bptt, b);
            Assert.Equal(trace.Lengths![b], h.Length);
            for (int t = 0; t < h.Length; t++)
            {
                var step = (LstmStep<double>)trace[t, b];
                Assert.Equal(Norm(step.H, moved => LossFrom(t, b, moved, step.C)), h[t], 1e-8);
                Assert.Equal(Norm(step.C, moved => LossFrom(t, b, [.. moved.Zip(step.O, (value, o) => o * Math.Tanh(value))], moved)), c[t], 1e-8);
            }
        }

        double LossFrom(int t, int b, double[] h, double[] c)
        {
            double loss = 0;
            for (int s = t; s < (b == 0 ? 5 : 4); s++)
            {
                if (s > t)
                {
                    LstmStep<double> step = cell.Step(trace[s, b].X, h, c);
                    (h, c) = (step.H, step.C);
                }

                for (int n = 0; n < h.Length; n++) loss += weights[s, b, n] * h[n];
            }

            return loss;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void State_jacobian_norms_are_those_of_central_differences(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 2, 3, seed: 4);
        Bptt<double> bptt = new(cell);
        bptt.Forward(Cells.Random<double>(5, 6, 1, 2), Cells.RandomState(cell, 1, 6));
        double[] norms = GradientFlow.StateJacobianNorms(bptt, 6);
        Assert.Equal(1, norms[0], 1e-14);
        for (int lag = 1; lag <= 6; lag++) Assert.Equal(Jacobian(bptt, lag).L2Norm(), norms[lag], 1e-8);
        double[] frobenius = GradientFlow.StateJacobianNorms(bptt, 6, frobenius: true);
        for (int lag = 1; lag <= 6; lag++) Assert.Equal(Jacobian(bptt, lag).FrobeniusNorm(), frobenius[lag], 1e-8);
    }

    [Fact]
    public void A_reversed_direction_has_the_jacobians_of_the_sequence_turned_round()
    {
        Cell<double> cell = Cells.New<double>("Standard", 2, 3, seed: 4);
        Tensor<double> x = Cells.Random<double>(5, 6, 1, 2), turned = Tensors.Of([.. x.ToArray().Chunk(2).Take(4).Reverse().SelectMany(row => row)], 4, 1, 2);
        Bptt<double> forward = new(cell), reversed = new(cell, reverse: true);
        forward.Forward(turned);
        reversed.Forward(x, lengths: [4]);
        Assert.Equal(GradientFlow.StateJacobianNorms(forward, 4), GradientFlow.StateJacobianNorms(reversed, 4));
    }

    [Fact]
    public void Jacobians_leave_the_parameters_gradients_as_they_were()
    {
        Cell<double> cell = Cells.New<double>("Standard", 2, 3, seed: 4);
        Bptt<double> bptt = new(cell);
        bptt.Forward(Cells.Random<double>(5, 6, 1, 2));
        bptt.Backward(Cells.Random<double>(6, 6, 1, 3));
        double[] before = Passes.Gradients(cell);
        GradientFlow.StateJacobianNorms(bptt, 6);
        Assert.Contains(before, value => value != 0);
        Assert.Equal(before, Passes.Gradients(cell));
    }

    [Fact]
    public void Without_a_backward_pass_there_are_no_norms()
    {
        Bptt<double> bptt = new(Cells.New<double>("Standard", 2, 3, seed: 8));
        Tensor<double> x = Cells.Random<double>(9, 4, 1, 2);
        bptt.Forward(x);
        Assert.Throws<InvalidOperationException>(() => GradientFlow.Norms(bptt));
        bptt.Backward(Cells.Random<double>(10, 4, 1, 3));
        bptt.Forward(x);
        Assert.Throws<InvalidOperationException>(() => bptt.Gradient(0));
        Assert.Throws<ArgumentOutOfRangeException>("b", () => GradientFlow.Norms(bptt, 1));
    }

    [Fact]
    public void The_jacobian_of_one_simple_unit_is_the_product_of_its_slopes()
    {
        ElmanCell<double> cell = new(1, 1);
        cell.U.Set([-1.5]);
        cell.b.Set([0.25]);
        Bptt<double> bptt = new(cell);
        double[] h = [.. bptt.Forward(Tensors.Zeros<double>(4, 1, 1)).Outputs.ToArray()];
        double[] slopes = [.. h.Select(value => 1.5 * (1 - (value * value)))];
        Assert.Equal(slopes[3] * slopes[2] * slopes[1], GradientFlow.StateJacobianNorms(bptt, 3)[3], 1e-14);
    }

    [Fact]
    public void The_documents_cell_state_does_not_depend_on_the_one_before()
    {
        DocumentCell<double> cell = Cells.RandomWeights<double, DocumentCell<double>>(new(3, 4), seed: 7);
        LstmStep<double> step = cell.Step([0.1, -0.2, 0.3], [0.5, -0.5, 0.25, 1], [1, 2, 3, 4]);
        for (int n = 0; n < 4; n++)
        {
            StepGradient<double> gradient = new(cell);
            gradient.DC[n] = 1;
            cell.Backward(step, gradient);
            Assert.All(gradient.DCPrev, value => Assert.Equal(0, value));
            Assert.Contains(gradient.DHPrev, value => value != 0);
        }
    }

    [Fact]
    public void A_lag_beyond_the_sequence_is_an_error()
    {
        Bptt<double> bptt = new(Cells.New<double>("Standard", 2, 3, seed: 8));
        bptt.Forward(Cells.Random<double>(9, 4, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>("maxLag", () => GradientFlow.StateJacobianNorms(bptt, 5));
        Assert.Throws<ArgumentOutOfRangeException>("maxLag", () => GradientFlow.StateJacobianNorms(bptt, -1));
    }

    private static Matrix<double> Jacobian(Bptt<double> bptt, int lag)
    {
        Cell<double> cell = bptt.Cell;
        int first = bptt.Trace.TimeSteps - lag;
        double[] state = [.. bptt.Trace[first].HPrev, .. bptt.Trace[first].CPrev];
        return Matrix<double>.Build.DenseOfColumnArrays(Enumerable.Range(0, state.Length).Select(n =>
            After(Moved(state, n, Small)).Zip(After(Moved(state, n, -Small)), (up, down) => (up - down) / (2 * Small)).ToArray()));

        double[] After(double[] moved)
        {
            (double[] h, double[] c) = (moved[..cell.OutputSize], moved[cell.OutputSize..]);
            for (int t = first; t < bptt.Trace.TimeSteps; t++)
            {
                Step<double> step = cell.Step(bptt.Trace[t].X, h, c);
                (h, c) = (step.H, step.C);
            }

            return [.. h, .. c];
        }
    }

    private static double Norm(double[] values, Func<double[], double> loss) =>
        Math.Sqrt(Enumerable.Range(0, values.Length).Sum(n => Math.Pow((loss(Moved(values, n, Small)) - loss(Moved(values, n, -Small))) / (2 * Small), 2)));

    private static double[] Moved(double[] values, int n, double by)
    {
        double[] moved = [.. values];
        moved[n] += by;
        return moved;
    }
}
