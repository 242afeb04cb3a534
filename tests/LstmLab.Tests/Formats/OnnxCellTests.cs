using LstmLab.Formats;
using LstmLab.Tests.Equations;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>ONNX's recurrent operators as layers, and the scale that a file may hold.</summary>
public class OnnxCellTests
{
    [Fact]
    public void An_empty_sequence_gives_zeros_and_no_gradient()
    {
        PeepholeCell<double> cell = Cells.RandomWeights<double, PeepholeCell<double>>(new(2, 3), 1);
        OnnxLayer<double> layer = new([cell], reverse: true, returnSequences: true, new(Cells.Random<double>(2, 1, 1, 3), Cells.Random<double>(3, 1, 1, 3)), null);
        var x = Cells.Random<double>(4, 4, 3, 2);
        double[] y = layer.Forward(x, Pass.Train(0, 0), [4, 0, 2]).ToArray();
        Assert.All(y.Chunk(3).Index().Where(row => row.Index % 3 == 1), row => Assert.Equal([0, 0, 0], row.Item));
        Assert.All(new[] { layer.Final.H, layer.Final.C! }, state => Assert.Equal([0, 0, 0], state.ToArray()[3..6]));
        double[] dX = layer.Backward(Cells.Random<double>(5, 4, 3, 3)).ToArray();
        Assert.All(new[] { layer.DInitial.H, layer.DInitial.C! }, state => Assert.Equal([0, 0, 0], state.ToArray()[3..6]));
        Assert.All(dX.Chunk(2).Index().Where(row => row.Index % 3 == 1), row => Assert.Equal([0, 0], row.Item));

        // The others are as without it.
        double[] gradient = [.. cell.W.Gradient];
        Array.Clear(cell.W.Gradient);
        var two = Tensors.Fill(n => x.ToArray()[(n / 4 * 6) + (n / 2 % 2 * 4) + (n % 2)], 4, 2, 2);
        double[] alone = layer.Forward(two, Pass.Train(0, 0), [4, 2]).ToArray();
        Assert.Equal(y.Chunk(3).Where((_, n) => n % 3 != 1).SelectMany(row => row), alone);
        double[] dY = Cells.Random<double>(5, 4, 3, 3).ToArray();
        layer.Backward(Tensors.Of(dY.Chunk(3).Where((_, n) => n % 3 != 1).SelectMany(row => row).ToArray(), 4, 2, 3));
        Assert.Equal(gradient, cell.W.Gradient);
    }

    [Fact]
    public void An_empty_sequence_is_the_same_as_argument_and_as_constant_and_masks_no_later_pass()
    {
        PeepholeCell<double> cell = Cells.RandomWeights<double, PeepholeCell<double>>(new(2, 3), 1);
        State<double> initial = new(Cells.Random<double>(2, 1, 1, 3), Cells.Random<double>(3, 1, 1, 3));
        OnnxLayer<double> open = new([cell], reverse: false, returnSequences: false, initial, null), constant = new([cell], reverse: false, returnSequences: false, initial, [4, 0, 2]);
        var x = Cells.Random<double>(4, 4, 3, 2);
        Assert.Equal(constant.Forward(x, default).ToArray(), open.Forward(x, default, [4, 0, 2]).ToArray());
        State<double> given = new(Cells.Random<double>(5, 1, 3, 3), Cells.Random<double>(6, 1, 3, 3));
        Assert.Equal(constant.Forward(x, default, given).ToArray(), open.Forward(x, default, given, [4, 0, 2]).ToArray());
        open.Forward(x, default, given);
        double[] dX = open.Backward(Cells.Random<double>(7, 3, 3)).ToArray();
        Assert.All(dX.Chunk(2), row => Assert.NotEqual([0, 0], row));
        Assert.DoesNotContain(0, open.DInitial.H.ToArray());
    }

    [Fact]
    public void An_imported_node_learns()
    {
        RandomNode node = new(5);
        Module<float> model = Onnx.Read<float>(new OnnxFile("node", node.Graph.Bytes));
        var target = Tensors.Fill(_ => 0.1f, (int)node.X.Lengths[0], (int)node.X.Lengths[1], node.D * node.H);
        double before = model.Evaluate(new(node.X, target), new MeanSquaredError());
        model.Train(node.X, target, new MeanSquaredError(), new Adam(0.02), epochs: 200);
        Assert.InRange(model.Evaluate(new(node.X, target), new MeanSquaredError()), 0, 0.9 * before);
    }

    [Fact]
    public void A_scale_is_its_inverse_backward_and_says_what_is_wrong()
    {
        Scale<double> there = new([1, 2], [2, 4]), back = new([1, 2], [2, 4], inverse: true);
        var x = Cells.Random<double>(1, 3, 2, 2);
        var y = there.Forward(x, default);
        Assert.Equal((x.ToArray()[1] - 2) / 4, y.ToArray()[1]);
        Assert.All(back.Forward(y, default).ToArray().Zip(x.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
        Assert.Equal([.. x.ToArray().Select((value, n) => value / (n % 2 == 0 ? 2 : 4))], there.Backward(x).ToArray());
        Assert.Equal([.. x.ToArray().Select((value, n) => value * (n % 2 == 0 ? 2 : 4))], back.Backward(x).ToArray());
        Assert.Equal("offset and scale must hold one number a feature, but hold 1 and 2.", Assert.Throws<ShapeException>(() => new Scale<double>([1], [1, 2])).Message);
        Assert.Equal("offset and scale must be finite, and no scale 0.", Assert.Throws<ArgumentException>(() => new Scale<double>([1], [0])).Message);
        Assert.Equal("x must be [T, B, I] = [any, any, 2], but is [3, 2, 1].", Assert.Throws<ShapeException>(() => there.Forward(Cells.Random<double>(1, 3, 2, 1), default)).Message);
    }
}
