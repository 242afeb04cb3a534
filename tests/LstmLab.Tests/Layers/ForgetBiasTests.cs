using Xunit;

namespace LstmLab.Tests.Layers;

public class ForgetBiasTests
{
    private const int LayerCount = 3, Hidden = 5;

    public static TheoryData<int, string> Places =>
        [.. from layer in Enumerable.Range(0, LayerCount) from direction in new[] { "", "_reverse" } select (layer, direction)];

    [Theory, MemberData(nameof(Places))]
    public void The_forget_bias_reaches_every_layer_and_direction(int layer, string direction)
    {
        Lstm<double> stack = Stack(Initializer.Uniform.WithForgetBias(3));
        double[] total = [.. Gate(stack, "bias_ih", layer, direction, "f").Zip(Gate(stack, "bias_hh", layer, direction, "f"), (input, recurrent) => input + recurrent)];
        Assert.Equal(Enumerable.Repeat(3.0, Hidden), total);
        Assert.All(Gate(stack, "bias_ih", layer, direction, "i"), value => Assert.InRange(value, -1, 1));
    }

    [Theory, MemberData(nameof(Places))]
    public void The_chrono_initialization_reaches_every_layer_and_direction(int layer, string direction)
    {
        Lstm<double> stack = Stack(Initializer.Uniform.WithChrono(1000));
        double[] forget = Gate(stack, "bias_ih", layer, direction, "f");
        Assert.True(forget.Max() > 1, "no bias is larger than a uniform one of 1/√5 could be");
        Assert.Equal(forget.Select(value => -value), Gate(stack, "bias_ih", layer, direction, "i"));
    }

    private static Lstm<double> Stack(Initializer initializer) =>
        Make.Initialised(new Lstm<double>(2, Hidden, layers: LayerCount, bidirectional: true) { Initializer = initializer });

    private static double[] Gate(Lstm<double> stack, string parameter, int layer, string direction, string gate)
    {
        Parameter<double> found = stack.Parameters.Single(p => p.Name == $"{parameter}_l{layer}{direction}");
        return [.. found.Values.Where((_, entry) => found.GateOf(entry) == gate)];
    }
}
