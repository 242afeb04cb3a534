using Xunit;

namespace LstmLab.Tests.Layers;

public class LayerNormTests
{
    [Fact]
    public void Gradients_float_allocations_and_batches()
    {
        LayerChecks.Run(() => new LayerNorm<double>(5), () => new LayerNorm<float>(5), [LayerChecks.Input(1, [4, 1, 3], 4, 3, 5)]);
        LayerChecks.Run(() => new LayerNorm<double>(5, 0.3), () => new LayerNorm<float>(5, 0.3), [LayerChecks.Input(2, 6, 5)]);
    }

    // import torch
    // x = torch.tensor([[1., 2., 4.]], dtype=torch.float64)
    // torch.nn.functional.layer_norm(x, (3,), torch.tensor([1., 2., 3.]).double(), torch.tensor([0., 0., 1.]).double(), eps=0.5)
    // is, by the definition, with mean 7/3 and variance 14/9:
    [Fact]
    public void Values_are_those_of_the_definition()
    {
        LayerNorm<double> layer = new(3, 0.5);
        layer["weight"].Set([1.0, 2, 3]);
        layer["bias"].Set([0.0, 0, 1]);
        double[] y = layer.Forward(Tensors.Of([1.0, 2, 4], 1, 3), Pass.Predict).ToArray();
        double scale = 1 / Math.Sqrt((14 / 9.0) + 0.5);
        Assert.Equal(-4 / 3.0 * scale, y[0], 1e-14);
        Assert.Equal(-2 / 3.0 * scale, y[1], 1e-14);
        Assert.Equal((5 * scale) + 1, y[2], 1e-14);
    }

    [Fact]
    public void It_begins_at_scale_1_and_offset_0_and_returns_to_them()
    {
        LayerNorm<double> layer = new(2) { Initializer = Initializer.Xavier };
        Assert.Equal([1.0, 1], layer["weight"].Values);
        layer["weight"].Set([3.0, 3]);
        layer["bias"].Set([3.0, 3]);
        layer.Initialize(7);
        Assert.Equal([1.0, 1], layer["weight"].Values);
        Assert.Equal([0.0, 0], layer["bias"].Values);
    }

    [Fact]
    public void A_constant_row_is_the_offset() =>
        Assert.Equal([0.0, 0, 0], new LayerNorm<double>(3).Forward(Tensors.Of([5.0, 5, 5], 1, 3), Pass.Predict).ToArray());

    [Fact]
    public void Wrong_sizes_are_refused()
    {
        LayerChecks.Refused("size", () => new LayerNorm<double>(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNorm<double>(3, 0));
        string message = Assert.Throws<ShapeException>(() => new LayerNorm<double>(3).Forward(Make.Normal(1, 2, 4), Pass.Predict)).Message;
        Assert.Contains("[2, 4]", message, StringComparison.Ordinal);
    }
}
