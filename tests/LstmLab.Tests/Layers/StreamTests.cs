using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Layers;

public class StreamTests
{
    private const int T = 7, B = 3, I = 4;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 3)]
    [InlineData(5, 2)]
    public void Steps_have_the_bits_of_one_long_pass(int projection, int layers) =>
        RequireSameBits(Make.Initialised(new Lstm<double>(I, 20, layers: layers, projectionSize: projection)));

    [Fact]
    public void So_has_a_gru() => RequireSameBits(Make.Initialised(new Gru<double>(I, 20, layers: 2)));

    [Fact]
    public void So_has_any_cell_with_or_without_a_kernel()
    {
        RequireSameBits(Make.Initialised(new CellLayer<double>(new DocumentCell<double>(I, 7))));
        RequireSameBits(Make.Initialised(new CellLayer<double>(new PeepholeCell<double>(I, 20), useKernel: true)));
    }

    private static void RequireSameBits(Recurrent<double> layer)
    {
        double[] x = Make.Normal(1, T, B, I).ToArray();
        double[] first = layer.Forward(Tensors.Of(x, T, B, I), default).ToArray();
        State<double> reached = layer.Final.Copy();
        double[] second = layer.Forward(Tensors.Of(x, T, B, I), default, reached).ToArray();

        Assert.Equal(first, Steps(layer.Stream(B)));
        Assert.Equal(second, Steps(layer.Stream(B, reached)));

        double[] Steps(RecurrentStream<double> stream) =>
            [.. Enumerable.Range(0, T).SelectMany(t => stream.Step(Tensors.Of(x[(t * B * I)..((t + 1) * B * I)], B, I)).ToArray())];
    }

    [Fact]
    public void A_layer_goes_on_from_its_own_final_state_as_from_a_copy()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(I, 9, layers: 2));
        Tensor<double> x = Make.Normal(1, T, B, I);
        layer.Forward(x, default);
        double[] expected = layer.Forward(x, default, layer.Final.Copy()).ToArray();
        layer.Forward(x, default);
        Assert.Equal(expected, layer.Forward(x, default, layer.Final).ToArray());
    }

    [Fact]
    public void A_stream_keeps_the_weights_it_was_made_with()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(I, 9));
        Tensor<double> x = Make.Normal(1, B, I);
        double[] expected = layer.Stream(B).Step(x).ToArray();
        RecurrentStream<double> stream = layer.Stream(B);
        layer.Parameters[0].Values[0] += 1;
        Assert.Equal(expected, stream.Step(x).ToArray());
        Assert.NotEqual(expected, layer.Stream(B).Step(x).ToArray());
    }

    [Fact]
    public void What_cannot_stream_says_so()
    {
        Assert.Contains("second direction", Assert.Throws<InvalidOperationException>(() => new Lstm<double>(I, 5, bidirectional: true).Stream()).Message, StringComparison.Ordinal);
        Assert.Contains("[B, I] = [3, 4]", Assert.Throws<ShapeException>(() => new Lstm<double>(I, 5).Stream(B).Step(Make.Normal(1, B, 5))).Message, StringComparison.Ordinal);
        Assert.Contains("initial.H", Assert.Throws<ShapeException>(() => new Lstm<double>(I, 5).Stream(2, new State<double>(Tensors.Zeros<double>(1, 3, 5), Tensors.Zeros<double>(1, 3, 5)))).Message, StringComparison.Ordinal);
    }
}
