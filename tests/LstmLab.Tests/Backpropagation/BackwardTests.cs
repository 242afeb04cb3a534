using System.Numerics.Tensors;
using LstmLab.Tests.Equations;
using Xunit;

namespace LstmLab.Tests.Backpropagation;

public class BackwardTests
{
    public static TheoryData<string> Kinds => Cells.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public void A_repeated_backward_pass_gives_the_same_gradients(string kind)
    {
        (Bptt<double> bptt, Tensor<double> dOutputs) = Prepared(kind);
        Assert.Equal(Passes.Backward(bptt, dOutputs), Passes.Backward(bptt, dOutputs));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Gradients_of_one_step_accumulate_to_exactly_twice(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 3, 4, seed: 1);
        Bptt<double> bptt = new(cell);
        bptt.Forward(Cells.Random<double>(2, 1, 1, 3), Cells.RandomState(cell, 1, 3));
        var dOutputs = Cells.Random<double>(4, 1, 1, cell.OutputSize);
        bptt.Backward(dOutputs);
        double[] once = Passes.Gradients(cell);
        bptt.Backward(dOutputs);
        Assert.Equal(once.Select(gradient => 2 * gradient), Passes.Gradients(cell));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Gradients_of_weights_accumulate_and_those_of_inputs_do_not(string kind)
    {
        (Bptt<double> bptt, Tensor<double> dOutputs) = Prepared(kind);
        double[] once = Passes.Backward(bptt, dOutputs);
        bptt.Backward(dOutputs);
        double[] twice = Passes.All(bptt);
        int weights = Passes.Gradients(bptt.Cell).Length;
        Assert.True(Passes.Difference(once[..weights].Select(gradient => 2 * gradient), twice[..weights]) < 1e-15);
        Assert.Equal(once[weights..], twice[weights..]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void The_gradient_is_the_sum_of_those_through_the_outputs_and_through_the_final_state_alone(string kind)
    {
        (Bptt<double> bptt, Tensor<double> dOutputs) = Prepared(kind);
        State<double> dFinal = Cells.RandomState(bptt.Cell, 2, 8), none = State<double>.Zero(bptt.Cell, 2);
        Tensor<double> zeros = Tensors.Zeros<double>(5, 2, bptt.Cell.OutputSize);
        double[] both = Passes.Backward(bptt, dOutputs, dFinal), throughOutputs = Passes.Backward(bptt, dOutputs);
        double[] throughH = Passes.Backward(bptt, zeros, dFinal with { C = none.C }), throughC = Passes.Backward(bptt, zeros, dFinal with { H = none.H });
        Assert.True(Passes.Difference(both, throughOutputs.Zip(throughH, (a, b) => a + b).Zip(throughC, (a, b) => a + b)) < 1e-14);
        Assert.Contains(throughH, gradient => gradient != 0);
        Assert.Equal(bptt.Cell.HasCellState, throughC.Any(gradient => gradient != 0));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void The_gradient_of_the_last_output_is_that_of_the_final_hidden_state(string kind)
    {
        (Bptt<double> bptt, Tensor<double> _) = Prepared(kind);
        int size = bptt.Cell.OutputSize;
        State<double> dFinal = Cells.RandomState(bptt.Cell, 2, 9) with { C = State<double>.Zero(bptt.Cell, 2).C };
        Tensor<double> onlyLast = Tensors.Of([.. new double[4 * 2 * size], .. dFinal.H.ToArray()], 5, 2, size);
        Assert.Equal(Passes.Backward(bptt, onlyLast), Passes.Backward(bptt, Tensors.Zeros<double>(5, 2, size), dFinal));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void After_each_step_back_the_gradients_are_those_of_the_steps_from_there_on(string kind)
    {
        (Bptt<double> bptt, Tensor<double> dOutputs) = Prepared(kind);
        Cell<double> cell = bptt.Cell;
        Dictionary<int, double[]> sums = [];
        List<int> visited = [];
        bptt.Backward(dOutputs, afterStep: t =>
        {
            visited.Add(t);
            sums[t] = Passes.Gradients(cell);
        });
        Assert.Equal([4, 3, 2, 1, 0], visited);
        Assert.Equal(sums[0], Passes.Gradients(cell));
        Trace<double> trace = bptt.Trace;
        Bptt<double> tail = new(cell);
        for (int t = 1; t < 5; t++)
        {
            State<double> entering = new(Rows(s => s.HPrev), cell.HasCellState ? Rows(s => s.CPrev) : null);
            tail.Forward(Tensors.Of(Enumerable.Range(t, 5 - t).SelectMany(s => Batch(s, step => step.X)).ToArray(), 5 - t, 2, 3), entering);
            Passes.Backward(tail, Passes.Part(dOutputs, t, 5));
            Assert.Equal(sums[t], Passes.Gradients(cell));

            Tensor<double> Rows(Func<Step<double>, double[]> part) => Tensors.Of(Batch(t, part), 2, part(trace[t]).Length);
        }

        double[] Batch(int t, Func<Step<double>, double[]> part) => [.. part(trace[t, 0]), .. part(trace[t, 1])];
    }

    [Fact]
    public void Buffers_of_an_earlier_larger_pass_leave_no_trace()
    {
        Cell<double> cell = Cells.New<double>("Peephole", 3, 4, seed: 10);
        Tensor<double> x = Cells.Random<double>(11, 3, 1, 3), dOutputs = Cells.Random<double>(12, 3, 1, 4);
        Bptt<double> used = new(cell), fresh = new(cell);
        used.Forward(Cells.Random<double>(13, 7, 3, 3));
        used.Backward(Cells.Random<double>(14, 7, 3, 4));
        used.Forward(x);
        fresh.Forward(x);
        Assert.Equal(fresh.Trace.Outputs.ToArray(), used.Trace.Outputs.ToArray());
        Assert.Equal(Passes.Backward(fresh, dOutputs), Passes.Backward(used, dOutputs));
    }

    [Fact]
    public void Results_of_passes_that_were_not_made_are_errors()
    {
        Bptt<double> bptt = new(Cells.New<double>("Standard", 3, 4, seed: 15));
        Assert.Equal("Call Forward first.", Assert.Throws<InvalidOperationException>(() => bptt.Trace).Message);
        Assert.Equal("Call Forward first.", Assert.Throws<InvalidOperationException>(() => bptt.Backward(Tensors.Zeros<double>(1, 1, 4))).Message);
        Assert.Equal("Call Forward first.", Assert.Throws<InvalidOperationException>(() => bptt.DX).Message);
        Assert.Equal("Call Forward first.", Assert.Throws<InvalidOperationException>(() => bptt.DInitial).Message);
        bptt.Forward(Tensors.Zeros<double>(3, 2, 3));
        bptt.Backward(Tensors.Zeros<double>(3, 2, 4));
        bptt.Forward(Tensors.Zeros<double>(3, 2, 3), lengths: [3, 1]);
        Assert.Contains("Call Backward first", Assert.Throws<InvalidOperationException>(() => bptt.DX).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("t", () => bptt.Gradient(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("b", () => bptt.Gradient(0, 2));
    }

    private static (Bptt<double> Bptt, Tensor<double> DOutputs) Prepared(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 3, 4, seed: 5);
        Bptt<double> bptt = new(cell);
        bptt.Forward(Cells.Random<double>(6, 5, 2, 3), Cells.RandomState(cell, 2, 7));
        return (bptt, Cells.Random<double>(8, 5, 2, cell.OutputSize));
    }
}
