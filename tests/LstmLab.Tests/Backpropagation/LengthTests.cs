using LstmLab.Tests.Equations;
using Xunit;

namespace LstmLab.Tests.Backpropagation;

/// <summary>A batch of sequences of different lengths is every sequence run alone.</summary>
public class LengthTests
{
    private static readonly int[][] Sets = [[5], [10, 10, 6, 2, 2, 1, 1], [2, 1, 3, 2, 10, 5, 3]];

    public static IEnumerable<TheoryDataRow<string, int, bool>> Cases =>
        from kind in Cells.Kinds from set in Enumerable.Range(0, Sets.Length) from reverse in new[] { false, true } select new TheoryDataRow<string, int, bool>(kind.Data, set, reverse);

    [Theory, MemberData(nameof(Cases))]
    public void Each_sequence_runs_as_if_alone(string kind, int set, bool reverse)
    {
        int[] lengths = Sets[set];
        (int timeSteps, int batch) = (lengths.Max(), lengths.Length);
        Cell<double> cell = Cells.New<double>(kind, 2, 3, seed: 1);
        var x = Cells.Random<double>(2, timeSteps, batch, 2);
        var dOutputs = Cells.Random<double>(3, timeSteps, batch, cell.OutputSize);
        (State<double> initial, State<double> dFinal) = (Cells.RandomState(cell, batch, 4), Cells.RandomState(cell, batch, 6));

        Bptt<double> together = new(cell, reverse), alone = new(cell, reverse);
        together.Forward(x, initial, lengths);
        together.Backward(dOutputs, dFinal);
        double[] gradients = Passes.Gradients(cell);
        Passes.ClearGradients(cell);
        for (int b = 0; b < batch; b++)
        {
            alone.Forward(Passes.Part(x, 0, lengths[b], b), Passes.Row(initial, b));
            alone.Backward(Passes.Part(dOutputs, 0, lengths[b], b), Passes.Row(dFinal, b));
            Assert.Equal(Padded(alone.Trace.Outputs.ToArray(), timeSteps * cell.OutputSize), Passes.Part(together.Trace.Outputs, 0, timeSteps, b).ToArray());
            Assert.Equal(Padded(alone.DX.ToArray(), timeSteps * 2), Passes.Part(together.DX, 0, timeSteps, b).ToArray());
            Assert.Equal(Passes.Values(alone.Trace.Final), Passes.Values(Passes.Row(together.Trace.Final, b)));
            Assert.Equal(Passes.Values(alone.DInitial), Passes.Values(Passes.Row(together.DInitial, b)));
        }

        Assert.True(Passes.Difference(Passes.Gradients(cell), gradients) < 1e-14);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void What_stands_in_the_padding_does_not_matter(bool reverse)
    {
        Cell<double> cell = Cells.New<double>("Standard", 2, 3, seed: 7);
        var x = Cells.Random<double>(8, 4, 2, 2);
        var dOutputs = Cells.Random<double>(9, 4, 2, 3);
        Bptt<double> bptt = new(cell, reverse);
        bptt.Forward(x, lengths: [4, 2]);
        double[] outputs = bptt.Trace.Outputs.ToArray(), gradients = Passes.Backward(bptt, dOutputs);
        for (int t = 2; t < 4; t++) (x[t, 1, 0], x[t, 1, 1], dOutputs[t, 1, 0]) = (double.NaN, double.PositiveInfinity, double.NaN);
        bptt.Forward(x, lengths: [4, 2]);
        Assert.Equal(outputs, bptt.Trace.Outputs.ToArray());
        Assert.Equal(gradients, Passes.Backward(bptt, dOutputs));
    }

    [Fact]
    public void Lengths_may_change_from_pass_to_pass()
    {
        Cell<double> cell = Cells.New<double>("Standard", 2, 3, seed: 10);
        var x = Cells.Random<double>(11, 4, 2, 2);
        Bptt<double> used = new(cell);
        used.Forward(x, lengths: [4, 4]);
        used.Forward(x, lengths: [1, 3]);
        Assert.Equal(new Bptt<double>(cell).Forward(x, lengths: [1, 3]).Outputs.ToArray(), used.Trace.Outputs.ToArray());
        Assert.Equal([1, 3], used.Trace.Lengths!);
        Assert.Equal(new Bptt<double>(cell).Forward(x).Outputs.ToArray(), used.Forward(x).Outputs.ToArray());
    }

    [Fact]
    public void Wrong_lengths_are_named()
    {
        Bptt<double> bptt = new(Cells.New<double>("Standard", 2, 3, seed: 12));
        var x = Cells.Random<double>(13, 4, 2, 2);
        Assert.Equal("lengths must hold one length a sequence, [B] = 2, but holds 3.", Assert.Throws<ShapeException>(() => bptt.Forward(x, lengths: [4, 4, 4])).Message);
        Assert.Equal("lengths[1] must be between 0 and T = 4, but is -1.", Assert.Throws<ShapeException>(() => bptt.Forward(x, lengths: [4, -1])).Message);
        Assert.Equal("lengths[0] must be between 0 and T = 4, but is 5.", Assert.Throws<ShapeException>(() => bptt.Forward(x, lengths: [5, 4])).Message);
    }

    private static double[] Padded(double[] values, int length) => [.. values, .. new double[length - values.Length]];

    [Fact]
    public void A_sequence_of_length_zero_ends_as_it_began_and_changes_nothing_else()
    {
        Cell<double> cell = Cells.New<double>("Standard", 2, 3, seed: 10);
        var x = Cells.Random<double>(11, 4, 2, 2);
        var dOutputs = Cells.Random<double>(12, 4, 2, 3);
        (State<double> initial, State<double> dFinal) = (Cells.RandomState(cell, 2, 13), Cells.RandomState(cell, 2, 14));
        Bptt<double> both = new(cell), alone = new(cell);
        both.Forward(x, initial, [4, 0]);
        both.Backward(dOutputs, dFinal);
        double[] gradients = Passes.Gradients(cell);
        Assert.Equal(Passes.Values(Passes.Row(initial, 1)), Passes.Values(Passes.Row(both.Trace.Final, 1)));
        Assert.Equal(Passes.Values(Passes.Row(dFinal, 1)), Passes.Values(Passes.Row(both.DInitial, 1)));
        Assert.All(Passes.Part(both.Trace.Outputs, 0, 4, 1).ToArray(), value => Assert.Equal(0, value));
        Assert.Empty(both.Trace.Series("f", b: 1));
        Passes.ClearGradients(cell);
        alone.Forward(Passes.Part(x, 0, 4, 0), Passes.Row(initial, 0));
        alone.Backward(Passes.Part(dOutputs, 0, 4, 0), Passes.Row(dFinal, 0));
        Assert.Equal(Passes.Gradients(cell), gradients);
    }
}
