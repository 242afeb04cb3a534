using Xunit;

namespace LstmLab.Tests.Equations;

public class LayerNormLstmCellTests
{
    [Fact]
    public void Products_and_cell_state_are_brought_to_mean_zero_and_variance_one()
    {
        LayerNormLstmCell<double> cell = Cells.RandomWeights<double, LayerNormLstmCell<double>>(new(3, 8), seed: 1, scale: 20);
        var step = (LayerNormLstmStep<double>)cell.Step([1, -2, 0.5], Cells.Random<double>(2, 8).ToArray(), Cells.Random<double>(3, 8).ToArray());
        foreach (double[] normalized in new[] { step.A, step.E, step.NormalizedC })
        {
            Assert.Equal(0, normalized.Average(), 1e-14);
            Assert.Equal(1, normalized.Average(value => value * value), 1e-3);
        }
    }

    [Fact]
    public void The_size_of_the_weights_does_not_matter()
    {
        LayerNormLstmCell<double> small = new(3, 8), large = new(3, 8);
        foreach (LayerNormLstmCell<double> cell in new[] { small, large })
        {
            double scale = cell == large ? 1000 : 10;
            cell.W.Set([.. Cells.Random<double>(1, 32 * 3).ToArray().Select(value => scale * value)]);
            cell.U.Set([.. Cells.Random<double>(2, 32 * 8).ToArray().Select(value => scale * value)]);
        }

        var x = Cells.Random<double>(3, 5, 2, 3);
        Assert.All(new Bptt<double>(small).Forward(x).Outputs.ToArray().Zip(new Bptt<double>(large).Forward(x).Outputs.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void Gains_begin_at_one_and_shifts_at_zero_however_weights_are_drawn()
    {
        foreach (Initializer initializer in new[] { Initializer.Uniform, Initializer.Xavier, Initializer.Orthogonal.WithForgetBias(1) })
        {
            LayerNormLstmCell<double> cell = new(2, 3);
            CellLayer<double> layer = new(cell) { Initializer = initializer };
            layer.Initialize(1);
            Assert.All(new[] { cell.HiddenGain, cell.InputGain, cell.CellGain }.SelectMany(gain => gain.Values), value => Assert.Equal(1, value));
            Assert.All(cell.CellShift.Values, value => Assert.Equal(0, value));
            Assert.Equal(["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "gain_h_l0", "gain_x_l0", "gain_c_l0", "shift_c_l0"], layer.Parameters.Select(parameter => parameter.Name));
        }
    }
}
