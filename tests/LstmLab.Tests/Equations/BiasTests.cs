using LstmLab.Tests.Layers;
using Xunit;

namespace LstmLab.Tests.Equations;

/// <summary>A cell has no bias, one, or two, and a layer's biases are its cell's.</summary>
public class BiasTests
{
    [Theory, InlineData(0, "W U"), InlineData(1, "W U b"), InlineData(2, "W U b d")]
    public void A_cell_has_the_biases_it_was_made_with_and_right_gradients(int biases, string names)
    {
        foreach (Cell<double> cell in new Cell<double>[] { new StandardCell<double>(2, 3, biases: biases), new GruCell<double>(2, 3, biases) })
        {
            Assert.Equal(names, string.Join(' ', cell.Parameters.Select(parameter => parameter.Name)));
            Cells.RandomWeights<double, Cell<double>>(cell, 1);
            GradientCheck.Run(cell, Cells.Random<double>(2, 4, 2, 2), initial: Cells.RandomState(cell, 2, 3)).RequirePassed();
        }
    }

    [Fact]
    public void A_bias_that_is_not_there_is_an_error_that_names_it()
    {
        Assert.Contains("StandardCell was made with biases: 0 and has no b", Assert.Throws<InvalidOperationException>(() => new StandardCell<double>(2, 3, biases: 0).b).Message, StringComparison.Ordinal);
        Assert.Contains("has no d", Assert.Throws<InvalidOperationException>(() => new GruCell<double>(2, 3, biases: 1).d).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("biases", () => new StandardCell<double>(2, 3, biases: 3));
    }

    [Fact]
    public void Two_biases_give_the_bits_of_one_that_is_their_sum()
    {
        StandardCell<double> two = Cells.RandomWeights<double, StandardCell<double>>(new(2, 3, biases: 2), 1), one = new(2, 3);
        one.W.Set(two.W.Values);
        one.U.Set(two.U.Values);
        one.b.Set([.. two.b.Values.Zip(two.d.Values, (b, d) => b + d)]);
        var x = Cells.Random<double>(2, 5, 2, 2);
        Assert.Equal(new Bptt<double>(one).Forward(x).Outputs.ToArray(), new Bptt<double>(two).Forward(x).Outputs.ToArray());
    }

    [Fact]
    public void What_is_written_to_the_bias_of_a_layers_cell_counts()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(2, 3));
        var x = Make.Normal(1, 4, 2, 2);
        double[] before = layer.Forward(x, default).ToArray();
        layer.Unrolled[0].Cell.b.Values[4] = 2;
        Assert.NotEqual(before, layer.Forward(x, default).ToArray());
        Assert.Equal(2, layer.Unrolled[0].Cell.b.Values[4]);
        Assert.Equal(2, layer.Parameters.Single(parameter => parameter.Name == "bias_ih_l0").Values[4]);
    }

    [Fact]
    public void A_layer_without_biases_has_no_bias_and_no_gradient_that_grows()
    {
        foreach (Recurrent<double> layer in new Recurrent<double>[] { new Lstm<double>(2, 3, bias: false), new Gru<double>(2, 3, bias: false) })
        {
            Cell<double> cell = layer.Unrolled[0].Cell;
            Assert.Equal(["W", "U"], cell.Parameters.Select(parameter => parameter.Name));
            Assert.Throws<InvalidOperationException>(() => cell.b);
        }
    }
}
