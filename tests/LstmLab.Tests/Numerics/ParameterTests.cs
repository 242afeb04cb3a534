using System.Numerics.Tensors;
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

    [Fact]
    public void A_tensor_of_another_shape_is_refused_and_changes_nothing()
    {
        Tensor<double> values = Tensors.Fill(n => (double)n, 8, 3);
        _matrix.Set(values);
        Assert.Equal(values.ToArray(), _matrix.Values);
        ShapeException transposed = Assert.Throws<ShapeException>(() => _matrix.Set(Tensors.Zeros<double>(3, 8)));
        Assert.Contains("'W' must be [8, 3], but the tensor is [3, 8]", transposed.Message, StringComparison.Ordinal);
        Assert.Contains("transpose", transposed.Message, StringComparison.Ordinal);
        ShapeException flat = Assert.Throws<ShapeException>(() => _matrix.Set(Tensors.Zeros<double>(24)));
        Assert.DoesNotContain("transpose", flat.Message, StringComparison.Ordinal);
        Assert.Equal(values.ToArray(), _matrix.Values);
        _bias.Set(Tensors.Fill(n => 1.0 + n, 8));
        Assert.Equal(8, _bias.Values[7]);
        ShapeException column = Assert.Throws<ShapeException>(() => _bias.Set(Tensors.Zeros<double>(8, 1)));
        Assert.Contains("[8]", column.Message, StringComparison.Ordinal);
        new Parameter<double>("W", ParameterRole.Input, 4, 1).Set(Tensors.Zeros<double>(4, 1));
    }

    [Fact]
    public void A_gate_is_a_view_of_its_block_that_is_read_and_written()
    {
        _matrix.Set(Tensors.Fill(n => (double)n, 8, 3));
        Tensor<double> forget = _matrix.Gate("f");
        Assert.Equal("[2, 3]", forget.Shape());
        Assert.Equal([6, 7, 8, 9, 10, 11], forget.ToArray());
        forget[1, 2] = -1;
        Assert.Equal(-1, _matrix.Values[11]);
        Assert.Equal("W_f[1, 2]", _matrix.Describe(11));
        _bias.Gate("o")[0] = 5;
        Assert.Equal([0, 0, 0, 0, 0, 0, 5, 0], _bias.Values);
        _bias.Gradient[1] = 3;
        Assert.Equal([0, 3], _bias.GateGradient("i").ToArray());
    }

    [Fact]
    public void A_gate_that_is_not_there_is_refused_with_those_that_are()
    {
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => _matrix.Gate("r"));
        Assert.Contains("'W' has no gate 'r': its gates are i, f, g, o", wrong.Message, StringComparison.Ordinal);
        Parameter<double> without = new("Wr", ParameterRole.Projection, 2, 4);
        ArgumentException none = Assert.Throws<ArgumentException>(() => without.GateGradient("f"));
        Assert.Contains("'Wr' has no gate 'f': it has no gates", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Freezing_is_shared_with_other_names()
    {
        Parameter<double> other = _matrix.WithName("other");
        Assert.False(other.Frozen);
        _matrix.Frozen = true;
        Assert.True(other.Frozen && other.WithName("third").Frozen);
        Assert.False(_bias.Frozen);
    }
}
