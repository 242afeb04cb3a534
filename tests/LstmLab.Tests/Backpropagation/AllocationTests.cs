using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Tests.Equations;
using Xunit;

namespace LstmLab.Tests.Backpropagation;

/// <summary>A pass of a shape that was seen before allocates nothing.</summary>
public class AllocationTests
{
    public static TheoryData<string> Kinds => Cells.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public void A_second_pass_allocates_nothing_in_double(string kind) => Assert.Equal(0, OfSecondPass<double>(kind, null));

    [Theory, MemberData(nameof(Kinds))]
    public void A_second_pass_allocates_nothing_in_float(string kind) => Assert.Equal(0, OfSecondPass<float>(kind, null));

    [Fact]
    public void A_second_pass_over_sequences_of_different_lengths_allocates_nothing() => Assert.Equal(0, OfSecondPass<double>("Standard", [4, 2]));

    private static long OfSecondPass<T>(string kind, int[]? lengths) where T : struct, INumberBase<T>
    {
        Cell<T> cell = Cells.New<T>(kind, 3, 4, seed: 1);
        Bptt<T> bptt = new(cell);
        Tensor<T> x = Cells.Random<T>(2, 4, 2, 3), dOutputs = Cells.Random<T>(3, 4, 2, cell.OutputSize);
        State<T> initial = Cells.RandomState(cell, 2, 4);
        bptt.Forward(x, initial, lengths);
        bptt.Backward(dOutputs, initial);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bptt.Forward(x, initial, lengths);
        bptt.Backward(dOutputs, initial);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
