using CsCheck;
using LstmLab.Tests.Numerics;
using Xunit;

namespace LstmLab.Tests.Optimizers;

public class ClippingTests
{
    private static readonly Gen<double[]> Gradients = Gen.Double[-10, 10].Array[1, 40];

    [Fact]
    public void The_norm_is_over_all_parameters_together()
    {
        Parameter<double>[] blocks = [Block(3.0), Block(0.0, 4.0)];
        Assert.Equal(5, new ClipByNorm(1).Apply(blocks));
        double coefficient = 1 / (5 + 1e-6);
        Assert.Equal([3 * coefficient, 0, 4 * coefficient], blocks.SelectMany(block => block.Gradient));
    }

    [Fact]
    public void The_norm_has_the_bits_of_its_definition() => Gen.Select(Gradients, Gradients, Gradients).Sample((a, b, c) =>
    {
        double expected = Math.Sqrt(InterleavedSumTests.ByDefinition([.. new[] { a, b, c }.SelectMany(gradient => gradient).Select(g => g * g)]));
        Assert.Equal(expected, new ClipByNorm(double.PositiveInfinity).Apply([Block(a), Block(b), Block(c)]));
    });

    [Fact]
    public void By_norm_never_lengthens_and_keeps_the_direction() => Gen.Select(Gradients, Gen.Double[0.01, 20]).Sample((gradient, limit) =>
    {
        Parameter<double>[] blocks = [Block(gradient)];
        double norm = new ClipByNorm(limit).Apply(blocks), clipped = new ClipByNorm(double.PositiveInfinity).Apply(blocks);
        Assert.Equal(Norm(gradient), norm, 1e-12 * norm);
        Assert.True(clipped <= Math.Min(norm, limit));
        for (int n = 0; n < gradient.Length; n++) Assert.Equal(gradient[n] * clipped, blocks[0].Gradient[n] * norm, 1e-9);
        if (norm < limit - 1e-6) Assert.Equal(gradient, blocks[0].Gradient);
    });

    [Fact]
    public void By_value_limits_every_entry_and_no_other() => Gen.Select(Gradients, Gen.Double[0.01, 20]).Sample((gradient, limit) =>
    {
        Parameter<double>[] blocks = [Block(gradient)];
        Assert.Equal(Norm(gradient), new ClipByValue(limit).Apply(blocks), 1e-12 * Norm(gradient));
        Assert.Equal(gradient.Select(g => Math.Clamp(g, -limit, limit)), blocks[0].Gradient);
    });

    [Fact]
    public void Gradients_without_a_norm_are_left_and_reported()
    {
        Parameter<double>[] infinite = [Block(1, double.PositiveInfinity)], undefined = [Block(1, double.NaN, 7)];
        Assert.Equal(double.PositiveInfinity, new ClipByNorm(1).Apply(infinite));
        Assert.Equal(double.NaN, new ClipByNorm(1).Apply(undefined));
        Assert.Equal([1, double.PositiveInfinity], infinite[0].Gradient);
        Assert.Equal([1, double.NaN, 7], undefined[0].Gradient);
        Assert.Equal(double.NaN, new ClipByValue(2).Apply(undefined));
        Assert.Equal([1, double.NaN, 2], undefined[0].Gradient);
    }

    [Fact]
    public void An_infinite_limit_only_measures()
    {
        Parameter<double>[] blocks = [Block(3e100, 4e100)];
        Assert.Equal(5e100, new ClipByNorm(double.PositiveInfinity).Apply(blocks), 1e86);
        Assert.Equal([3e100, 4e100], blocks[0].Gradient);
    }

    [Fact]
    public void Clipping_allocates_nothing()
    {
        Parameter<float>[] blocks = [new("W", ParameterRole.Input, 5, 7)];
        Clipping[] clippings = [new ClipByNorm(1), new ClipByValue(0.5)];
        Apply();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Apply();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Apply()
        {
            foreach (Clipping clipping in clippings)
            {
                Array.Fill(blocks[0].Gradient, 1);
                clipping.Apply(blocks);
            }
        }
    }

    [Fact]
    public void Frozen_gradients_neither_count_nor_change()
    {
        Parameter<double>[] blocks = [Block(3.0, 4.0), Block(100, double.NaN)];
        blocks[1].Frozen = true;
        Assert.Equal(5, new ClipByNorm(1).Apply(blocks));
        Assert.Equal([100, double.NaN], blocks[1].Gradient);
        Assert.Equal(1, new ClipByValue(0.5).Apply(blocks), 1e-6);
        Assert.Equal([100, double.NaN], blocks[1].Gradient);
        Assert.Equal([0.5, 0.5], blocks[0].Gradient);
    }

    [Fact]
    public void Every_setting_changes_the_text_of_the_settings()
    {
        Clipping[] clippings = [new ClipByNorm(1), new ClipByNorm(Math.BitIncrement(1.0)), new ClipByNorm(double.PositiveInfinity), new ClipByValue(1), new ClipByValue(0.5)];
        Assert.Distinct(clippings.Select(clipping => clipping.Settings));
        Assert.Equal("ClipByNorm(maxNorm: 0.25)", new ClipByNorm(0.25).Settings);
    }

    [Fact]
    public void Errors_name_parameter_range_and_value()
    {
        OptimizerTests.Refuses("maxNorm must be in (0, ∞], but is 0.", "maxNorm", () => new ClipByNorm(0));
        OptimizerTests.Refuses("limit must be in (0, ∞], but is NaN.", "limit", () => new ClipByValue(double.NaN));
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private static Parameter<double> Block(params double[] gradient)
    {
        Parameter<double> block = new("W", ParameterRole.Input, gradient.Length);
        gradient.CopyTo(block.Gradient, 0);
        return block;
    }
}
