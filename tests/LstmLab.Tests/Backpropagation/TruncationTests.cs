using System.Numerics.Tensors;
using LstmLab.Tests.Equations;
using Xunit;

namespace LstmLab.Tests.Backpropagation;

/// <summary>BPTT(k2; k1): its limits, and what truncation leaves out.</summary>
public class TruncationTests
{
    private const int TimeSteps = 6;

    private readonly Cell<double> _cell = Cells.New<double>("Standard", 3, 4, seed: 1);
    private readonly Tensor<double> _x = Cells.Random<double>(2, TimeSteps, 2, 3), _dOutputs = Cells.Random<double>(3, TimeSteps, 2, 4);

    [Fact]
    public void One_window_over_all_steps_is_the_full_gradient_bit_for_bit()
    {
        Bptt<double> bptt = Forward();
        double[] full = Passes.Backward(bptt, _dOutputs);
        Assert.Equal(full, Truncated(bptt, TimeSteps, TimeSteps));
        Assert.Equal(full, Truncated(bptt, TimeSteps + 5, TimeSteps + 9));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public void Windows_that_reach_back_to_the_first_step_give_the_full_gradient(int k1)
    {
        Bptt<double> bptt = Forward();
        Assert.True(Passes.Difference(Passes.Backward(bptt, _dOutputs), Truncated(bptt, k1, TimeSteps)) < 1e-14);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(6)]
    public void Windows_as_long_as_their_distance_are_chunks_with_a_detached_state(int k)
    {
        Bptt<double> bptt = Forward(), chunked = new(_cell);
        double[] truncated = Truncated(bptt, k, k);
        int weights = Passes.Gradients(_cell).Length;
        Passes.ClearGradients(_cell);
        State<double>? state = null;
        List<double> dX = [];
        for (int start = 0; start < TimeSteps; start += k)
        {
            int end = Math.Min(start + k, TimeSteps);
            state = chunked.Forward(Passes.Part(_x, start, end), state).Final.Copy();
            chunked.Backward(Passes.Part(_dOutputs, start, end));
            dX.AddRange(chunked.DX.ToArray());
        }

        Assert.Equal(Passes.Gradients(_cell), truncated[..weights]);
        Assert.Equal(dX, truncated[weights..(weights + dX.Count)]);
    }

    [Fact]
    public void A_loss_reaches_back_k2_steps_and_no_further()
    {
        Bptt<double> bptt = Forward();
        Tensor<double> onlyLast = Tensors.Zeros<double>(TimeSteps, 2, 4);
        onlyLast[TimeSteps - 1, 0, 0] = 1;
        Passes.ClearGradients(_cell);
        bptt.BackwardTruncated(onlyLast, 1, 3);
        double[] byStep = [.. bptt.DX.ToArray().Chunk(2 * 3).Select(step => step.Max(Math.Abs))];
        Assert.All(byStep[..3], largest => Assert.Equal(0, largest));
        Assert.All(byStep[3..], largest => Assert.NotEqual(0, largest));
    }

    [Fact]
    public void Truncation_leaves_out_part_of_the_gradient()
    {
        Bptt<double> bptt = Forward();
        Assert.True(Passes.Difference(Passes.Backward(bptt, _dOutputs), Truncated(bptt, 1, 1)) > 1e-2);
    }

    [Fact]
    public void Windows_without_steps_or_shorter_than_their_distance_are_errors()
    {
        Bptt<double> bptt = Forward();
        Assert.Throws<ArgumentOutOfRangeException>("k1", () => bptt.BackwardTruncated(_dOutputs, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("k2", () => bptt.BackwardTruncated(_dOutputs, 3, 2));
        bptt.Forward(_x, lengths: [6, 4]);
        Assert.Equal("Truncation needs sequences of one length: its windows are counted from the first step.",
            Assert.Throws<InvalidOperationException>(() => bptt.BackwardTruncated(_dOutputs, 2, 4)).Message);
    }

    private Bptt<double> Forward()
    {
        Bptt<double> bptt = new(_cell);
        bptt.Forward(_x);
        return bptt;
    }

    private double[] Truncated(Bptt<double> bptt, int k1, int k2)
    {
        Passes.ClearGradients(_cell);
        bptt.BackwardTruncated(_dOutputs, k1, k2);
        return Passes.All(bptt);
    }
}
