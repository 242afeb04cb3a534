using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Layers;

/// <summary>What PyTorch's own tests ask of nn.LSTM and nn.GRU, asked of ours.</summary>
public class RecurrentTests
{
    private static Pass Inference => default;

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    [InlineData(false, 2)]
    public void An_omitted_state_equals_explicit_zeros(bool bidirectional, int projection)
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(3, 5, 2, bidirectional, projectionSize: projection));
        Tensor<double> x = Make.Normal(1, 6, 4, 3);
        double[] omitted = [.. layer.Forward(x, Inference).ToArray(), .. layer.Final.H.ToArray(), .. layer.Final.C!.ToArray()];
        int stacked = bidirectional ? 4 : 2;
        State<double> zeros = new(Tensors.Zeros<double>(stacked, 4, projection == 0 ? 5 : projection), Tensors.Zeros<double>(stacked, 4, 5));
        double[] explicitly = [.. layer.Forward(x, Inference, zeros).ToArray(), .. layer.Final.H.ToArray(), .. layer.Final.C!.ToArray()];
        Assert.Equal(omitted, explicitly);
    }

    [Fact]
    public void Final_states_of_both_directions_stand_where_PyTorch_puts_them()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(3, 5, bidirectional: true));
        double[] y = layer.Forward(Make.Normal(1, 6, 4, 3), Inference).ToArray(), h = layer.Final.H.ToArray();
        for (int b = 0; b < 4; b++)
        {
            Assert.Equal(y.AsSpan(((5 * 4) + b) * 10, 5), h.AsSpan(b * 5, 5));                 // forward: last time
            Assert.Equal(y.AsSpan((b * 10) + 5, 5), h.AsSpan((4 + b) * 5, 5));                 // backward: first time
        }
    }

    [Fact]
    public void Two_chunks_with_the_state_carried_equal_one_pass_to_the_bit()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(3, 5, layers: 2));
        double[] x = Make.Normal(1, 6, 4, 3).ToArray(), whole = layer.Forward(Tensors.Of(x, 6, 4, 3), Inference).ToArray();
        double[] first = layer.Forward(Tensors.Of(x[..24], 2, 4, 3), Inference).ToArray();
        double[] rest = layer.Forward(Tensors.Of(x[24..], 4, 4, 3), Inference, layer.Final).ToArray();
        Assert.Equal(whole, first.Concat(rest));
    }

    [Theory]
    [InlineData(new[] { 5 }, 0, false)]
    [InlineData(new[] { 10, 10, 6, 2, 2, 1, 1 }, 0, true)]
    [InlineData(new[] { 2, 1, 3, 2, 10, 5, 3 }, 2, true)]
    public void Variable_lengths_equal_every_sequence_run_alone(int[] lengths, int projection, bool bidirectional)
    {
        int steps = lengths.Max(), width = (projection == 0 ? 4 : projection) * (bidirectional ? 2 : 1);
        Lstm<double> together = Make.Initialised(new Lstm<double>(3, 4, 2, bidirectional, projectionSize: projection)), alone = Make.Initialised(new Lstm<double>(3, 4, 2, bidirectional, projectionSize: projection));
        Tensor<double> x = Make.Normal(1, steps, lengths.Length, 3), dY = Make.Normal(2, steps, lengths.Length, width);
        Tensor<double> y = together.Forward(x, Pass.Train(0, 0), lengths), dX = together.Backward(dY);
        for (int b = 0; b < lengths.Length; b++)
        {
            Tensor<double> own = alone.Forward(x.Row(b, lengths[b]), Inference), dOwn = alone.Backward(dY.Row(b, lengths[b]));
            Assert.Equal(own.ToArray(), y.Row(b, lengths[b]).ToArray());
            Assert.Equal(dOwn.ToArray(), dX.Row(b, lengths[b]).ToArray());
            Assert.All(y.Row(b, steps).ToArray()[(lengths[b] * width)..], value => Assert.Equal(0, value));
            Assert.All(dX.Row(b, steps).ToArray()[(lengths[b] * 3)..], value => Assert.Equal(0, value));
        }

        foreach ((Parameter<double> sum, Parameter<double> one) in together.Parameters.Zip(alone.Parameters))
            Assert.All(sum.Gradient.Zip(one.Gradient), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void What_stands_in_the_padding_changes_nothing()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(1, 3, bidirectional: true));
        double[] clean = layer.Forward(Tensors.Of([1.0, 2, 3, 0], 2, 2, 1), Pass.PredictWithGradient, [2, 1]).ToArray();
        Assert.Equal(clean, layer.Forward(Tensors.Of([1.0, 2, 3, double.NaN], 2, 2, 1), Pass.PredictWithGradient, [2, 1]).ToArray());
    }

    [Fact]
    public void A_batch_of_none_works_forward_and_backward()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(3, 5, layers: 2));
        Assert.Equal("[6, 0, 5]", layer.Forward(Tensors.Zeros<double>(6, 0, 3), Inference).Shape());
        layer.Backward(Tensors.Zeros<double>(6, 0, 5));
        Assert.Equal("[2, 0, 5]", layer.Final.H.Shape());
        Assert.All(layer.Parameters.SelectMany(parameter => parameter.Gradient), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_second_backward_adds_exactly_the_same_gradient()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(3, 5, layers: 2, bidirectional: true));
        layer.Forward(Make.Normal(1, 6, 4, 3), Inference);
        layer.Backward(Make.Normal(2, 6, 4, 10));
        double[][] once = [.. layer.Parameters.Select(parameter => (double[])parameter.Gradient.Clone())];
        foreach (Parameter<double> parameter in layer.Parameters) Array.Clear(parameter.Gradient);
        layer.Backward(Make.Normal(2, 6, 4, 10));
        Assert.All(layer.Parameters.Zip(once), pair => Assert.Equal(pair.Second, pair.First.Gradient));
    }

    [Fact]
    public void Parameters_have_the_names_and_shapes_of_PyTorch()
    {
        Lstm<double> layer = new(3, 5, layers: 2, bidirectional: true, projectionSize: 2);
        Assert.Equal(
            ["weight_ih_l0 20×3", "weight_hh_l0 20×2", "bias_ih_l0 20×1", "bias_hh_l0 20×1", "weight_hr_l0 2×5",
             "weight_ih_l0_reverse 20×3", "weight_hh_l0_reverse 20×2", "bias_ih_l0_reverse 20×1", "bias_hh_l0_reverse 20×1", "weight_hr_l0_reverse 2×5",
             "weight_ih_l1 20×4", "weight_hh_l1 20×2", "bias_ih_l1 20×1", "bias_hh_l1 20×1", "weight_hr_l1 2×5",
             "weight_ih_l1_reverse 20×4", "weight_hh_l1_reverse 20×2", "bias_ih_l1_reverse 20×1", "bias_hh_l1_reverse 20×1", "weight_hr_l1_reverse 2×5"],
            layer.Parameters.Select(parameter => $"{parameter.Name} {parameter.Rows}×{parameter.Columns}"));
    }

    [Fact]
    public void Huge_inputs_stay_finite_and_NaN_stays_in_its_own_sequence()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(3, 5, layers: 2));
        Assert.All(layer.Forward(Tensors.Fill(_ => 1e6, 6, 4, 3), Inference).ToArray(), value => Assert.True(double.IsFinite(value)));
        Assert.All(layer.Backward(Make.Normal(2, 6, 4, 5)).ToArray(), value => Assert.True(double.IsFinite(value)));
        Tensor<double> x = Make.Normal(1, 6, 4, 3);
        x[2, 1, 0] = double.NaN;
        Tensor<double> y = layer.Forward(x, Inference);
        for (int t = 0; t < 6; t++)
            for (int b = 0; b < 4; b++)
                Assert.Equal(b == 1 && t >= 2, double.IsNaN(y[t, b, 0]));
    }

    [Fact]
    public void Any_cell_can_be_a_layer()
    {
        Tensor<double> x = Make.Normal(1, 6, 4, 3);
        foreach (Cell<double> cell in new Cell<double>[] { new DocumentCell<double>(3, 5), new OriginalCell<double>(3, 5), new PeepholeCell<double>(3, 5), new ElmanCell<double>(3, 5) })
        {
            CellLayer<double> layer = Make.Initialised(new CellLayer<double>(cell, returnSequences: false));
            Assert.Equal("[4, 5]", layer.Forward(x, Inference).Shape());
            Assert.Equal("[6, 4, 3]", layer.Backward(Make.Normal(2, 4, 5)).Shape());
        }
    }
}
