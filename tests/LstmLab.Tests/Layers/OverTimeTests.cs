using System.Numerics;
using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Layers;

public class OverTimeTests
{
    public static TheoryData<string> Names => [.. Layers<double>().Keys];

    [Theory, MemberData(nameof(Names))]
    public void Gradients_float_allocations_and_batches(string name)
    {
        LayerChecks.Run(() => Layers<double>()[name], () => Layers<float>()[name], [LayerChecks.Input(1, [5, 2, 1], 5, 3, 4)]);
        LayerChecks.Run(() => Layers<double>()[name], () => Layers<float>()[name], [LayerChecks.Input(1, 5, 3, 4)]);
    }

    [Theory]
    [InlineData("sum", 9, 30)]
    [InlineData("mean", 4.5, 10)]
    [InlineData("max", 5, 20)]
    [InlineData("last", 4, 0)]
    public void Steps_beyond_the_length_do_not_count(string name, double first, double second)
    {
        Tensor<double> x = Tensors.Of([5.0, 10, 4, 20, 1e300, 0], 3, 2, 1);
        Assert.Equal([first, second], Layers<double>()[name].Forward(x, Pass.Predict, [2, 3]).ToArray());
        x[2, 0, 0] = double.NaN;
        Assert.Equal([first, second], Layers<double>()[name].Forward(x, Pass.Predict, [2, 3]).ToArray());
    }

    [Fact]
    public void Of_equal_steps_the_first_is_the_largest_and_NaN_is_passed_on()
    {
        MaxOverTime<double> layer = new();
        Assert.Equal([2.0], layer.Forward(Tensors.Of([1.0, 2, 2], 3, 1, 1), Pass.PredictWithGradient).ToArray());
        Assert.Equal([0.0, 7, 0], layer.Backward(Tensors.Of([7.0], 1, 1)).ToArray());
        Assert.Equal([double.NaN], layer.Forward(Tensors.Of([1, double.NaN, 2], 3, 1, 1), Pass.PredictWithGradient).ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void Wrong_shapes_and_lengths_are_refused(string name)
    {
        Layer<double> layer = Layers<double>()[name];
        LayerChecks.Refused("[T, B, I]", () => layer.Forward(Make.Normal(1, 3, 2), Pass.Predict));
        Assert.Throws<ShapeException>(() => layer.Forward(Tensors.Zeros<double>(0, 2, 3), Pass.Predict));
        Assert.Throws<ShapeException>(() => layer.Forward(Make.Normal(1, 4, 2, 3), Pass.Predict, [5, 1]));
        Assert.Throws<ShapeException>(() => layer.Forward(Make.Normal(1, 4, 2, 3), Pass.Predict, [4]));
    }

    private static Dictionary<string, Layer<T>> Layers<T>() where T : struct, IBinaryFloatingPointIeee754<T> => new()
    {
        ["sum"] = new SumOverTime<T>(),
        ["mean"] = new MeanOverTime<T>(),
        ["max"] = new MaxOverTime<T>(),
        ["last"] = new LastStep<T>(),
    };
}
