using Xunit;

namespace LstmLab.Tests.Layers;

public class ConcatTests
{
    [Fact]
    public void Gradients_float_allocations_and_batches()
    {
        LayerChecks.Run(
            () => new Concat<double>(), () => new Concat<float>(),
            [LayerChecks.Input(1, [4, 2], 4, 2, 3), LayerChecks.Input(2, [4, 2], 4, 2, 1), LayerChecks.Input(3, [4, 2], 4, 2, 2)]);
        LayerChecks.Run(() => new Concat<double>(), () => new Concat<float>(), [LayerChecks.Input(1, 3, 2), LayerChecks.Input(2, 3, 5)]);
    }

    [Fact]
    public void Inputs_stand_side_by_side_and_lengths_stay()
    {
        Tape<double> tape = new();
        Value<double> first = tape.Input(Tensors.Of([1.0, 2, 5, 6], 1, 2, 2)), second = tape.Input(Tensors.Of([3.0, 7], 1, 2, 1), [1, 1]);
        Value<double> y = new Concat<double>().Forward(first, second, first);
        Assert.Equal("[1, 2, 5]", y.Data.Shape());
        Assert.Equal([1.0, 2, 3, 1, 2, 5, 6, 7, 5, 6], y.Data.ToArray());
        Assert.Equal([1, 1], y.Lengths);
    }

    [Theory]
    [InlineData(new[] { 4, 3, 2 })]
    [InlineData(new[] { 5, 2, 2 })]
    [InlineData(new[] { 2, 2 })]
    public void Other_axes_must_agree(int[] shape)
    {
        Tape<double> tape = new();
        Value<double> first = tape.Input(Make.Normal(1, 4, 2, 3)), second = tape.Input(Make.Normal(2, shape));
        string message = Assert.Throws<ShapeException>(() => new Concat<double>().Forward(first, second)).Message;
        Assert.Contains("[4, 2, 3]", message, StringComparison.Ordinal);
        Assert.Contains(second.Data.Shape(), message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_must_agree()
    {
        Tape<double> tape = new();
        Value<double> first = tape.Input(Make.Normal(1, 4, 2, 3), [4, 2]), second = tape.Input(Make.Normal(2, 4, 2, 3), [4, 1]);
        string message = Assert.Throws<ShapeException>(() => new Concat<double>().Forward(first, second)).Message;
        Assert.Contains("[4, 2]", message, StringComparison.Ordinal);
        Assert.Contains("[4, 1]", message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => new Add<double>().Forward(first, second));
    }
}
