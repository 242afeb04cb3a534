using Xunit;

namespace LstmLab.Tests.Numerics;

public class ParameterTests
{
    private readonly Parameter<double> _matrix = new("W", ParameterRole.Input, 8, 3, ["i", "f", "g", "o"]), _bias = new("b", ParameterRole.Bias, 8, 1, ["i", "f", "g", "o"]);

    [Fact]
    public void An_entry_is_described_by_gate_unit_and_column()
    {
        Assert.Equal("W_i[0, 0]", _matrix.Describe(0));
        Assert.Equal("W_f[1, 2]", _matrix.Describe((3 * 3) + 2));
        Assert.Equal("b_o[1]", _bias.Describe(7));
        Assert.Equal("Wr[1, 2]", new Parameter<double>("Wr", ParameterRole.Projection, 2, 4).Describe(6));
    }

    [Fact]
    public void The_same_numbers_can_have_another_name()
    {
        Parameter<double> renamed = _matrix.WithName("weight_ih_l0");
        Assert.Same(_matrix.Values, renamed.Values);
        Assert.Same(_matrix.Gradient, renamed.Gradient);
        Assert.Equal("weight_ih_l0_f[1, 2]", renamed.Describe(11));
    }

    [Fact]
    public void A_wrong_number_of_values_is_an_error_and_changes_nothing()
    {
        _matrix.Set([.. Enumerable.Range(0, 24).Select(n => (double)n)]);
        Assert.Equal("'W' must hold [8, 3] = 24 values, but 5 were given.", Assert.Throws<ShapeException>(() => _matrix.Set(new double[5])).Message);
        Assert.Equal(Enumerable.Range(0, 24).Select(n => (double)n), _matrix.Values);
    }
}
