using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Layers;

public class Conv1dTests
{
    [Theory]
    [InlineData(3, 1, Padding.Valid)]
    [InlineData(3, 2, Padding.Valid)]
    [InlineData(1, 3, Padding.Valid)]
    [InlineData(3, 1, Padding.Same)]
    [InlineData(4, 2, Padding.Same)]
    [InlineData(3, 1, Padding.Causal)]
    [InlineData(5, 3, Padding.Causal)]
    public void Gradients_float_allocations_and_batches(int kernelSize, int stride, Padding padding)
    {
        foreach (bool bias in new[] { true, false })
        {
            LayerChecks.Run(
                () => new Conv1d<double>(2, 3, kernelSize, stride, padding, bias),
                () => new Conv1d<float>(2, 3, kernelSize, stride, padding, bias),
                [bias ? LayerChecks.Input(1, [7, 3, 5], 7, 3, 2) : LayerChecks.Input(1, 7, 3, 2)]);
        }
    }

    [Theory]
    [InlineData(Padding.Valid, 1, new[] { 123.0, 234, 345 })]
    [InlineData(Padding.Valid, 2, new[] { 123.0, 345 })]
    [InlineData(Padding.Same, 1, new[] { 12.0, 123, 234, 345, 450 })]
    [InlineData(Padding.Same, 2, new[] { 12.0, 234, 450 })]
    [InlineData(Padding.Causal, 1, new[] { 1.0, 12, 123, 234, 345 })]
    [InlineData(Padding.Causal, 2, new[] { 1.0, 123, 345 })]
    public void Values_are_those_of_the_formula(Padding padding, int stride, double[] expected)
    {
        Conv1d<double> layer = new(1, 1, 3, stride, padding, bias: false);
        layer["weight"].Set([100.0, 10, 1]);
        Assert.Equal(expected, layer.Forward(Tensors.Of([1.0, 2, 3, 4, 5], 5, 1, 1), Pass.Predict).ToArray());
    }

    [Fact]
    public void Weights_stand_in_the_order_of_PyTorch()
    {
        Conv1d<double> layer = new(2, 1, 2);
        layer["weight"].Set([1.0, 10, 100, 1000]);
        layer["bias"].Set([0.5]);
        Assert.Equal([5 + 30 + 700 + 9000 + 0.5], layer.Forward(Tensors.Of([5.0, 7, 3, 9], 2, 1, 2), Pass.Predict).ToArray());
    }

    [Theory]
    [InlineData(Padding.Valid, 2, new[] { 3, 1 })]
    [InlineData(Padding.Same, 2, new[] { 4, 2 })]
    [InlineData(Padding.Causal, 3, new[] { 3, 1 })]
    public void The_output_carries_its_own_lengths_and_padding_is_not_seen(Padding padding, int stride, int[] expected)
    {
        Conv1d<double> layer = Make.Initialised(new Conv1d<double>(2, 3, 3, stride, padding));
        Tensor<double> x = Make.Normal(1, 7, 2, 2);
        Value<double> y = layer.Forward(new Tape<double>().Input(x, [7, 3]));
        Assert.Equal(expected, y.Lengths);
        double[] before = y.Data.Row(1, expected[1]).ToArray();
        for (int t = 3; t < 7; t++) x[t, 1, 0] = double.NaN;
        Assert.Equal(before, layer.Forward(x, Pass.Predict, [7, 3]).Row(1, expected[1]).ToArray());
    }

    [Fact]
    public void Wrong_sizes_and_too_short_sequences_are_refused()
    {
        LayerChecks.Refused("kernelSize", () => new Conv1d<double>(2, 3, 0));
        LayerChecks.Refused("stride", () => new Conv1d<double>(2, 3, 1, 0));
        Conv1d<double> layer = new(2, 3, 4);
        LayerChecks.Refused("[T, B, I]", () => layer.Forward(Make.Normal(1, 5, 2, 3), Pass.Predict));
        LayerChecks.Refused("Padding.Same", () => layer.Forward(Make.Normal(1, 3, 2, 2), Pass.Predict));
        Assert.Throws<ShapeException>(() => layer.Forward(Make.Normal(1, 5, 2, 2), Pass.Predict, [5, 3]));
    }
}
