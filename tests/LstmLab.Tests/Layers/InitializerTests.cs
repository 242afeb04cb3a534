using Xunit;

namespace LstmLab.Tests.Layers;

public class InitializerTests
{
    private static Lstm<double> Layer(Initializer initializer, int hidden = 40) => Make.Initialised(new Lstm<double>(7, hidden) { Initializer = initializer });

    private static double[] Gate(Lstm<double> layer, string parameter, string gate)
    {
        Parameter<double> found = layer.Parameters.Single(p => p.Name == parameter + "_l0");
        return [.. found.Values.Where((_, entry) => found.GateOf(entry) == gate)];
    }

    [Fact]
    public void Uniform_stays_within_one_over_root_H_and_fills_it()
    {
        double[] all = [.. Layer(Initializer.Uniform).Parameters.SelectMany(parameter => parameter.Values)];
        double limit = 1 / Math.Sqrt(40);
        Assert.All(all, value => Assert.InRange(value, -limit, limit));
        Assert.InRange(all.Max(), 0.99 * limit, limit);
        Assert.InRange(all.Sum(value => value * value) / all.Length, 0.95 * limit * limit / 3, 1.05 * limit * limit / 3);
    }

    [Fact]
    public void Xavier_uses_the_shape_of_one_gate_and_zero_biases()
    {
        Lstm<double> layer = Layer(Initializer.Xavier);
        Assert.InRange(layer.Parameters[0].Values.Max(Math.Abs), 0.95 * Math.Sqrt(6.0 / 47), Math.Sqrt(6.0 / 47));
        Assert.InRange(layer.Parameters[1].Values.Max(Math.Abs), 0.95 * Math.Sqrt(6.0 / 80), Math.Sqrt(6.0 / 80));
        Assert.All(layer.Parameters[2].Values, value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData("i")]
    [InlineData("f")]
    [InlineData("g")]
    [InlineData("o")]
    public void Orthogonal_makes_each_gates_recurrent_matrix_orthogonal(string gate)
    {
        double[] u = Gate(Layer(Initializer.Orthogonal), "weight_hh", gate);
        for (int a = 0; a < 40; a++)
            for (int b = 0; b < 40; b++)
                Assert.Equal(a == b ? 1 : 0, Enumerable.Range(0, 40).Sum(n => u[(a * 40) + n] * u[(b * 40) + n]), 1e-12);
    }

    [Fact]
    public void The_forget_bias_is_the_value_in_total()
    {
        Lstm<double> layer = Layer(Initializer.Uniform.WithForgetBias(3));
        Assert.All(Gate(layer, "bias_ih", "f").Zip(Gate(layer, "bias_hh", "f")), pair => Assert.Equal(3, pair.First + pair.Second));
        Assert.Equal(Gate(Layer(Initializer.Uniform), "bias_ih", "i"), Gate(layer, "bias_ih", "i"));
    }

    [Fact]
    public void Chrono_spreads_memories_up_to_the_longest_lag()
    {
        Lstm<double> layer = Layer(Initializer.Uniform.WithChrono(101), hidden: 400);
        double[] forget = Gate(layer, "bias_ih", "f");
        Assert.All(forget, value => Assert.InRange(value, 0, Math.Log(100)));
        Assert.InRange(forget.Average(Math.Exp), 45, 56);
        Assert.Equal(forget.Select(value => -value), Gate(layer, "bias_ih", "i"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Uniform.WithChrono(2));
    }

    [Fact]
    public void Seeds_and_layers_draw_different_numbers()
    {
        Assert.NotEqual(Make.Initialised(new Lstm<double>(2, 3), 1).Parameters[0].Values, Make.Initialised(new Lstm<double>(2, 3), 2).Parameters[0].Values);
        Lstm<double> two = Make.Initialised(new Lstm<double>(3, 3, layers: 2));
        Assert.NotEqual(two.Parameters[0].Values, two.Parameters[4].Values);
    }

    [Fact]
    public void Setting_the_bias_of_a_gate_that_is_not_there_is_an_error_that_names_gate_and_layer()
    {
        foreach (Initializer initializer in new[] { Initializer.Uniform.WithForgetBias(1), Initializer.Xavier.WithChrono(10) })
        {
            Layer<double>[] layers =
            [
                new Gru<double>(2, 3) { Initializer = initializer }, new Lstm<double>(2, 3, bias: false) { Initializer = initializer },
                new Dense<double>(2, 3) { Initializer = initializer }, new CellLayer<double>(new ElmanCell<double>(2, 3)) { Initializer = initializer },
            ];
            foreach (Layer<double> layer in layers)
            {
                string message = Assert.Throws<InvalidOperationException>(() => layer.Initialize(1)).Message;
                Assert.Contains("forget gate f", message, StringComparison.Ordinal);
                Assert.Contains(layer.GetType().Name.Split('`')[0], message, StringComparison.Ordinal);
            }
        }
    }
}
