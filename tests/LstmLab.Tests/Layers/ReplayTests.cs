using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Layers;

/// <summary>What a kernel computed can be looked at step by step: forward and backward, or not at all, but never as zeros.</summary>
public class ReplayTests
{
    public static TheoryData<bool, bool> Kinds => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory, MemberData(nameof(Kinds))]
    public void After_a_backward_pass_the_gradients_of_every_step_are_those_of_the_equations(bool isGru, bool returnSequences)
    {
        Recurrent<double> layer = isGru ? new Gru<double>(3, 4, 2, true, returnSequences: returnSequences) : new Lstm<double>(3, 4, 2, true, projectionSize: 2, returnSequences: returnSequences);
        layer.Initialize(1);
        int[] lengths = [5, 2, 4];
        int width = 2 * layer.Unrolled[0].Cell.OutputSize;
        Tensor<double> y = layer.Forward(Make.Normal(1, 5, 3, 3), Pass.Train(0, 0), lengths), dY = returnSequences ? Make.Normal(2, 5, 3, width) : Make.Normal(2, 3, width);
        State<double> dFinal = new(Make.Normal(3, [.. layer.Final.H.Lengths.ToArray().Select(n => (int)n)]), layer.Final.C is null ? null : Make.Normal(4, 4, 3, 4));
        layer.Backward(dY, dFinal);
        double[][] gradients = Gradients();
        double[] expected = [.. layer.DInitial.H.ToArray(), .. layer.DInitial.C?.ToArray() ?? []];
        double[] found = [.. layer.Unrolled.SelectMany(bptt => bptt.DInitial.H.ToArray()), .. layer.Unrolled.SelectMany(bptt => bptt.DInitial.C?.ToArray() ?? [])];
        Assert.Equal(expected, found);
        Assert.All(layer.Unrolled, bptt => Assert.All(GradientFlow.Norms(bptt, 2).H, norm => Assert.True(norm > 0)));

        // Each step's gradient is right if the gradients of the weights that it gives are.
        for (int n = 0; n < layer.Unrolled.Count; n++)
        {
            Bptt<double> bptt = layer.Unrolled[n];
            double[] bias = new double[bptt.Cell.b.Values.Length];
            for (int b = 0; b < 3; b++)
                for (int t = 0; t < lengths[b]; t++)
                    bptt.Gradient(t, b).Dz.SelectMany(dz => dz).Index().ToList().ForEach(dz => bias[dz.Index] += dz.Item);
            double[] ofLayer = layer.Parameters[(n * layer.Parameters.Count / layer.Unrolled.Count) + 2].Gradient;
            Assert.All(ofLayer.Zip(bias), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }

        Assert.Equal(gradients, Gradients());

        double[][] Gradients() => [.. layer.Parameters.Select(parameter => (double[])parameter.Gradient.Clone())];
    }

    [Fact]
    public void Without_a_backward_pass_after_the_last_forward_pass_there_is_no_gradient()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(3, 4));
        Tensor<double> x = Make.Normal(1, 5, 2, 3), dY = Make.Normal(2, 5, 2, 4);
        Assert.Throws<InvalidOperationException>(() => layer.Unrolled[0].Gradient(0));
        layer.Forward(x, default);
        RequireNone();
        layer.Backward(dY);
        Assert.NotEqual(0, layer.Unrolled[0].Gradient(0).DH[0]);
        layer.Forward(x, default);
        RequireNone();

        void RequireNone()
        {
            Assert.Contains("Call Backward first", Assert.Throws<InvalidOperationException>(() => layer.Unrolled[0].Gradient(0)).Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => GradientFlow.Norms(layer.Unrolled[0]));
            Assert.Throws<InvalidOperationException>(() => layer.Unrolled[0].DX);
            Assert.Throws<InvalidOperationException>(() => layer.Unrolled[0].DInitial);
        }
    }

    [Fact]
    public void What_has_changed_since_the_pass_makes_asking_an_error()
    {
        Lstm<double> layer = Make.Initialised(new Lstm<double>(3, 4));
        Tensor<double> x = Make.Normal(1, 5, 2, 3), dY = Make.Normal(2, 5, 2, 4);
        layer.Forward(x, default);
        layer.Backward(dY);
        layer.Parameters[0].Values[0] += 1;
        foreach (Action ask in new Action[] { () => _ = layer.Unrolled[0].Trace, () => layer.Unrolled[0].Gradient(0), () => GradientFlow.Norms(layer.Unrolled[0]) })
            Assert.Contains("have changed since the last forward pass", Assert.Throws<InvalidOperationException>(ask).Message, StringComparison.Ordinal);
        layer.Parameters[0].Values[0] -= 1;
        Assert.NotNull(layer.Unrolled[0].Trace);
        dY[4, 0, 0] += 1;
        for (int n = 0; n < 2; n++)
            Assert.Contains("has changed since the last backward pass", Assert.Throws<InvalidOperationException>(() => layer.Unrolled[0].Gradient(0)).Message, StringComparison.Ordinal);
    }
}
