using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Layers;

public class ActivationsTests
{
    public static TheoryData<string> Names => [.. Layers<double>().Keys];

    [Theory, MemberData(nameof(Names))]
    public void Gradients_float_allocations_and_batches(string name)
    {
        LayerChecks.Run(() => Layers<double>()[name], () => Layers<float>()[name], [LayerChecks.Input(1, [5, 2, 4], 5, 3, 7)]);
        LayerChecks.Run(() => Layers<double>()[name], () => Layers<float>()[name], [LayerChecks.Input(2, 3, 35)]);
    }

    [Theory, MemberData(nameof(Names))]
    public void Shape_and_lengths_stay(string name)
    {
        Layer<double> layer = Layers<double>()[name];
        Value<double> y = layer.Forward(new Tape<double>().Input(Make.Normal(1, 4, 2, 3), [4, 1]));
        Assert.Equal("[4, 2, 3]", y.Data.Shape());
        Assert.Equal([4, 1], y.Lengths);
    }

    [Theory]
    [InlineData("relu", -2, 0)]
    [InlineData("relu", 3, 3)]
    [InlineData("relu", double.NaN, double.NaN)]
    [InlineData("tanh", 0.5, 0.46211715726000975)]
    [InlineData("sigmoid", 0.5, 0.6224593312018546)]
    [InlineData("gelu", 1, 0.8413447460685429)]
    [InlineData("gelu", -1, -0.15865525393145707)]
    [InlineData("gelu", double.NaN, double.NaN)]
    public void Values_are_those_of_the_formula(string name, double x, double y) =>
        Assert.Equal(y, Layers<double>()[name].Forward(Tensors.Of([x], 1, 1), Pass.Predict).ToArray()[0], 1e-15);

    [Fact]
    public void Softmax_sums_to_1_and_its_logarithm_is_exact_where_it_would_be_0()
    {
        Tensor<double> x = Tensors.Of([1000.0, 0, 2, 3], 2, 2);
        double[] p = new Softmax<double>().Forward(x, Pass.Predict).ToArray();
        double[] log = new LogSoftmax<double>().Forward(x, Pass.Predict).ToArray();
        Assert.Equal([1.0, 0], p[..2]);
        Assert.Equal([0.0, -1000], log[..2]);
        Assert.Equal(1 / (1 + Math.E), p[2], 1e-15);
        Assert.Equal(-1 - Math.Log(1 + (1 / Math.E)), log[2], 1e-15);
    }

    [Fact]
    public void A_row_with_NaN_becomes_NaN_and_others_stay()
    {
        Tensor<double> x = Tensors.Of([1.0, double.NaN, 1, 1], 2, 2);
        foreach (Layer<double> layer in new Layer<double>[] { new Softmax<double>(), new LogSoftmax<double>() })
        {
            double[] y = layer.Forward(x, Pass.Predict).ToArray();
            Assert.Equal([true, true, false, false], y.Select(double.IsNaN));
        }
    }

    private static Dictionary<string, Layer<T>> Layers<T>() where T : struct, System.Numerics.IBinaryFloatingPointIeee754<T> => new()
    {
        ["relu"] = new Relu<T>(),
        ["tanh"] = new Tanh<T>(),
        ["sigmoid"] = new Sigmoid<T>(),
        ["gelu"] = new Gelu<T>(),
        ["softmax"] = new Softmax<T>(),
        ["log-softmax"] = new LogSoftmax<T>(),
    };
}
