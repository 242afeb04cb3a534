using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Layers;

public class DropoutTests
{
    private static readonly Tensor<double> Ones = Tensors.Fill(_ => 1.0, 20, 10, 5);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void A_probability_outside_0_to_1_is_refused(double probability) =>
        Assert.StartsWith("Dropout is the probability of an element being set to 0 and must lie in [0, 1].",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Lstm<double>(3, 5, layers: 2, dropout: probability)).Message, StringComparison.Ordinal);

    [Fact]
    public void Dropout_on_one_layer_is_an_error_because_it_would_do_nothing() =>
        Assert.Equal("dropout = 0.5 acts between recurrent layers and would do nothing with layers = 1: use more layers, or a Dropout layer after this one.",
            Assert.Throws<ArgumentException>(() => new Lstm<double>(3, 5, dropout: 0.5)).Message);

    [Theory]
    [InlineData(0)]
    [InlineData(0.276)]
    [InlineData(0.731)]
    [InlineData(1)]
    public void Kept_values_are_scaled_so_that_the_mean_stays(double probability)
    {
        double[] y = new Dropout<double>(probability).Forward(Ones, Pass.Train(1, 0)).ToArray();
        Assert.All(y, value => Assert.True(value == 0 || Math.Abs(value - (1 / (1 - probability))) < 1e-12));
        Assert.Equal(probability, y.Count(value => value == 0) / (double)y.Length, 0.05);
    }

    [Fact]
    public void Steps_differ_in_training_and_nothing_happens_in_inference()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(5, 4, layers: 2, dropout: 0.5));
        double[] Run(Pass pass) => layer.Forward(Ones, pass).ToArray();
        Assert.NotEqual(Run(Pass.Train(1, 0)), Run(Pass.Train(1, 1)));
        Assert.NotEqual(Run(Pass.Train(1, 0)), Run(Pass.Train(2, 0)));
        Assert.Equal(Run(Pass.Train(1, 0)), Run(Pass.Train(1, 0)));
        Assert.Equal(Run(default), Run(default));
    }

    [Fact]
    public void All_dropped_between_layers_leaves_the_second_layer_without_input_and_its_output_alone()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(5, 4, layers: 2, dropout: 1));
        double[] y = layer.Forward(Make.Normal(1, 6, 3, 5), Pass.Train(0, 0)).ToArray();
        Assert.All(Enumerable.Range(0, 6 * 3), row => Assert.Equal(y.AsSpan(row / 3 * 12, 4), y.AsSpan(row * 4, 4)));
        Assert.Contains(y, value => value != 0);
        layer.Dropout = 0;
        Assert.NotEqual(y, layer.Forward(Make.Normal(1, 6, 3, 5), Pass.Train(0, 0)).ToArray());
    }

    [Fact]
    public void The_gradient_passes_where_the_value_passed()
    {
        Dropout<double> dropout = new(0.5);
        double[] y = dropout.Forward(Ones, Pass.Train(3, 0)).ToArray();
        Assert.Equal(y, dropout.Backward(Ones).ToArray());
    }
}
