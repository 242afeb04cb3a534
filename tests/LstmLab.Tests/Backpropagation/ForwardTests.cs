using System.Numerics.Tensors;
using LstmLab.Tests.Equations;
using Xunit;

namespace LstmLab.Tests.Backpropagation;

public class ForwardTests
{
    public static TheoryData<string> Kinds => Cells.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public void A_trace_holds_what_six_steps_chained_by_hand_give(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 3, 4, seed: 1);
        var x = Cells.Random<double>(2, 6, 1, 3);
        State<double> initial = Cells.RandomState(cell, 1, 3);
        Trace<double> trace = new Bptt<double>(cell).Forward(x, initial);

        (double[] h, double[] c) = (initial.H.ToArray(), initial.C?.ToArray() ?? []);
        for (int t = 0; t < 6; t++)
        {
            Step<double> step = cell.Step(Passes.Part(x, t, t + 1).ToArray(), h, c);
            (h, c) = (step.H, step.C);
            Assert.Equal(step.Quantities.Select(q => q.Name), trace[t].Quantities.Select(q => q.Name));
            Assert.Equal(step.Quantities.Select(q => q.Values), trace[t].Quantities.Select(q => q.Values));
            Assert.Equal(h, Passes.Part(trace.Outputs, t, t + 1).ToArray());
        }

        Assert.Equal(h.Concat(c), Passes.Values(trace.Final));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void An_omitted_state_is_a_state_of_zeros(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 3, 4, seed: 4);
        var x = Cells.Random<double>(5, 5, 2, 3);
        Trace<double> omitted = new Bptt<double>(cell).Forward(x), zeros = new Bptt<double>(cell).Forward(x, State<double>.Zero(cell, 2));
        Assert.Equal(zeros.Outputs.ToArray(), omitted.Outputs.ToArray());
        Assert.Equal(Passes.Values(zeros.Final), Passes.Values(omitted.Final));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_stream_in_two_chunks_gives_the_bits_of_one_pass(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 3, 4, seed: 6);
        var x = Cells.Random<double>(7, 9, 2, 3);
        Trace<double> whole = new Bptt<double>(cell).Forward(x);
        Bptt<double> chunked = new(cell);
        double[] first = chunked.Forward(Passes.Part(x, 0, 4)).Outputs.ToArray();
        Trace<double> second = chunked.Forward(Passes.Part(x, 4, 9), chunked.Trace.Final);
        Assert.Equal(whole.Outputs.ToArray(), first.Concat(second.Outputs.ToArray()));
        Assert.Equal(Passes.Values(whole.Final), Passes.Values(second.Final));
    }

    [Fact]
    public void A_final_state_can_be_fed_back_within_one_shape()
    {
        Cell<double> cell = Cells.New<double>("Standard", 3, 4, seed: 8);
        var x = Cells.Random<double>(9, 8, 2, 3);
        Trace<double> whole = new Bptt<double>(cell).Forward(x);
        Bptt<double> chunked = new(cell);
        chunked.Forward(Passes.Part(x, 0, 4));
        Trace<double> second = chunked.Forward(Passes.Part(x, 4, 8), chunked.Trace.Final);
        Assert.Equal(Passes.Values(whole.Final), Passes.Values(second.Final));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_reversed_pass_is_a_forward_pass_over_reversed_time(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 3, 4, seed: 10);
        var x = Cells.Random<double>(11, 5, 1, 3);
        var dOutputs = Cells.Random<double>(12, 5, 1, cell.OutputSize);
        State<double> initial = Cells.RandomState(cell, 1, 13);
        Bptt<double> reversed = new(cell, reverse: true), forward = new(cell);
        reversed.Forward(x, initial);
        forward.Forward(Reversed(x.ToArray(), 3), initial);
        double[] found = Passes.Backward(reversed, dOutputs, reversed.Trace.Final);
        double[] dX = reversed.DX.ToArray();
        Passes.Backward(forward, Reversed(dOutputs.ToArray(), cell.OutputSize), forward.Trace.Final);

        Assert.Equal(Reversed(forward.Trace.Outputs.ToArray(), cell.OutputSize).ToArray(), reversed.Trace.Outputs.ToArray());
        Assert.Equal(Passes.Values(forward.Trace.Final), Passes.Values(reversed.Trace.Final));
        Assert.Equal(Passes.Gradients(cell), found[..Passes.Gradients(cell).Length]);
        Assert.Equal(Reversed(forward.DX.ToArray(), 3).ToArray(), dX);
        Assert.Equal(Passes.Values(forward.DInitial), Passes.Values(reversed.DInitial));

        static Tensor<double> Reversed(double[] values, int width) =>
            Tensors.Of(values.Chunk(width).Reverse().SelectMany(row => row).ToArray(), values.Length / width, 1, width);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_batch_of_none_works(string kind)
    {
        Cell<double> cell = Cells.New<double>(kind, 3, 4, seed: 14);
        Bptt<double> bptt = new(cell);
        Trace<double> trace = bptt.Forward(Tensors.Zeros<double>(5, 0, 3));
        bptt.Backward(Tensors.Zeros<double>(5, 0, cell.OutputSize));
        Assert.Equal($"[5, 0, {cell.OutputSize}]", trace.Outputs.Shape());
        Assert.Equal("[5, 0, 3]", bptt.DX.Shape());
        Assert.All(Passes.Gradients(cell), gradient => Assert.Equal(0, gradient));
    }

    [Fact]
    public void Sequences_of_a_batch_do_not_touch_each_other()
    {
        Cell<double> cell = Cells.New<double>("Standard", 3, 4, seed: 15);
        var x = Cells.Random<double>(16, 5, 3, 3);
        Trace<double> batch = new Bptt<double>(cell).Forward(x);
        for (int b = 0; b < 3; b++)
            Assert.Equal(new Bptt<double>(cell).Forward(Passes.Part(x, 0, 5, b)).Outputs.ToArray(), Passes.Part(batch.Outputs, 0, 5, b).ToArray());
    }

    [Fact]
    public void A_strided_view_is_refused_and_its_dense_copy_accepted()
    {
        Cell<double> cell = Cells.New<double>("Standard", 3, 4, seed: 17);
        var view = Tensor.PermuteDimensions(Cells.Random<double>(18, 2, 5, 3), [1, 0, 2]);
        Trace<double> trace = new Bptt<double>(cell).Forward(view.ToDenseTensor());
        Assert.Equal("[5, 2, 4]", trace.Outputs.Shape());
        Assert.False(view.IsDense);
        Assert.Equal("A tensor of shape [5, 2, 3] is a strided view; pass tensor.ToDenseTensor().",
            Assert.Throws<ShapeException>(() => new Bptt<double>(cell).Forward(view)).Message);
    }

    [Fact]
    public void A_trace_gives_a_quantity_of_a_unit_over_time()
    {
        Cell<double> cell = Cells.New<double>("Standard", 3, 4, seed: 19);
        Trace<double> trace = new Bptt<double>(cell).Forward(Cells.Random<double>(20, 5, 2, 3), lengths: [5, 3]);
        Assert.Equal([((LstmStep<double>)trace[0, 1]).F[2], ((LstmStep<double>)trace[1, 1]).F[2], ((LstmStep<double>)trace[2, 1]).F[2]], trace.Series("f", 2, 1));
        Assert.Equal("The cell has no quantity 'r'; it has zi, zf, zg, zo, i, f, g, o, c, tanh(c), h.", Assert.Throws<ArgumentException>(() => trace.Series("r")).Message);
        Assert.Throws<ArgumentOutOfRangeException>("t", () => trace[3, 1]);
        Assert.Throws<ArgumentOutOfRangeException>("t", () => trace[-1]);
        Assert.Throws<ArgumentOutOfRangeException>("b", () => trace[0, 2]);
    }
}
