using Xunit;

namespace LstmLab.Tests.Equations;

public class CellTests
{
    [Theory]
    [InlineData("Standard", "W [16, 3] U [16, 4] b [16, 1]"), InlineData("Projected", "W [16, 3] U [16, 3] b [16, 1] Wr [3, 4]")]
    [InlineData("Document", "W [16, 3] U [16, 4] b [16, 1]"), InlineData("Original", "W [12, 3] U [12, 4] b [12, 1]")]
    [InlineData("Peephole", "W [16, 3] U [16, 4] b [16, 1] P [12, 1]"), InlineData("Gru", "W [12, 3] U [12, 4] b [12, 1] d [12, 1]")]
    [InlineData("Elman", "W [4, 3] U [4, 4] b [4, 1]"), InlineData("ResetBefore", "W [12, 3] U [12, 4] b [12, 1] d [12, 1]"), InlineData("Variant", "W [16, 3] U [16, 4] b [16, 1] P [12, 1]")]
    [InlineData("LayerNorm", "W [16, 3] U [16, 4] b [16, 1] gain_h [16, 1] gain_x [16, 1] gain_c [4, 1] shift_c [4, 1]")]
    [InlineData("Zoneout", "W [16, 3] U [16, 4] b [16, 1]"), InlineData("RecurrentDropout", "W [16, 3] U [16, 4] b [16, 1]")]
    public void A_cell_has_its_parameters(string kind, string shapes) =>
        Assert.Equal(shapes, string.Join(' ', Cells.New<double>(kind, 3, 4, seed: 1).Parameters.Select(p => $"{p.Name} [{p.Rows}, {p.Columns}]")));

    [Theory, InlineData(0, 4, "inputSize must be greater than zero, but is 0."), InlineData(3, 0, "hiddenSize must be greater than zero, but is 0."), InlineData(3, -1, "hiddenSize must be greater than zero, but is -1.")]
    public void A_size_below_one_is_an_error(int inputs, int units, string message)
    {
        Assert.Equal(message, Assert.Throws<ShapeException>(() => new StandardCell<double>(inputs, units)).Message);
        Assert.Equal(message, Assert.Throws<ShapeException>(() => new GruCell<double>(inputs, units)).Message);
    }

    [Theory, InlineData(4), InlineData(9), InlineData(-1)]
    public void A_projection_to_no_fewer_outputs_is_an_error(int projection) =>
        Assert.Equal($"projectionSize must be 0 (none) or between 1 and hiddenSize − 1 = 3, but is {projection}.", Assert.Throws<ShapeException>(() => new StandardCell<double>(3, 4, projection)).Message);

    [Theory]
    [InlineData(2, 4, 4, "'x' must hold [I] = 3 values, but holds 2."), InlineData(1, 4, 4, "'x' must hold [I] = 3 values, but holds 1.")]
    [InlineData(3, 1, 4, "'hPrev' must hold [R] = 4 values, but holds 1."), InlineData(3, 4, 5, "'cPrev' must hold [H] = 4 values, but holds 5.")]
    public void A_step_broadcasts_nothing(int x, int h, int c, string message) =>
        Assert.Equal(message, Assert.Throws<ShapeException>(() => new StandardCell<double>(3, 4).Step(new double[x], new double[h], new double[c])).Message);

    [Fact]
    public void Matrices_of_a_wrong_shape_are_named_by_gate()
    {
        double[][] W = [[1, 2], [3, 4], [5, 6]], U = [[1, 2, 3], [4, 5, 6], [7, 8, 9]], ragged = [[1, 2, 3], [4, 5], [6, 7, 8, 9]];
        double[] b = [1, 2, 3];
        Assert.Equal("U_g must be [H, R] = [3, 3], but its row 1 holds 2 values.", Message(() => new StandardCell<double>(W, U, b, W, U, b, W, ragged, b, W, U, b)));
        Assert.Equal("W_f must be [H, I] = [3, 2], but its row 0 holds 3 values.", Message(() => new StandardCell<double>(W, U, b, U, U, b, W, U, b, W, U, b)));
        Assert.Equal("W_o must be [H, I] = [3, 2], but has 2 rows.", Message(() => new DocumentCell<double>(W, U, b, W, U, b, W, U, b, W[..2], U, b)));
        Assert.Equal("b_c must hold [H] = 3 values, but holds 2.", Message(() => new DocumentCell<double>(W, U, b, W, U, b, W, U, b[..2], W, U, b)));

        static string Message(Func<object> make) => Assert.Throws<ShapeException>(make).Message;
    }

    [Fact]
    public void A_gradient_of_an_unknown_gate_is_an_error() =>
        Assert.Equal("The cell has no gate 'r'; it has i, f, g, o.", Assert.Throws<ArgumentException>(() => new StepGradient<double>(new StandardCell<double>(3, 4)).DzOf("r")).Message);
}
