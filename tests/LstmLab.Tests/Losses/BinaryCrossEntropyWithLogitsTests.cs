using System.Numerics.Tensors;
using CsCheck;
using Xunit;

namespace LstmLab.Tests.Losses;

/// <summary>Binary cross-entropy against PyTorch's formula at 50 digits.</summary>
/// <remarks><code>
/// from mpmath import mp, mpf, exp, log1p, fsum
/// mp.dps = 50
/// s = lambda v: log1p(exp(mpf(v)))
/// sg = lambda v: 1 / (1 + exp(-mpf(v)))
/// L = fsum(w * y * s(-z) + (1 - y) * s(z) for z, y in zip(Z, Y)) / 6
/// G = [((1 - y) * sg(z) - w * y * sg(-z)) / 6 for z, y in zip(Z, Y)]
/// </code></remarks>
public class BinaryCrossEntropyWithLogitsTests
{
    private static readonly Tensor<double> Logits = Tensors.Of([0.5, -1.25, 40, -40, 0, -750], 3, 2);

    private static readonly Tensor<double> Truth = Tensors.Of([1, 0, 1, 0.25, 0.5, 1], 3, 2);

    public static TheoryData<double, double, double[]> Golden => new()
    {
        {
            1, 126.9031922076809,
            [
                -0.0629234447996909, 0.037116689804218145, -7.080590425485981e-19, -0.041666666666666664, 0, -0.16666666666666666,
            ]
        },
        {
            2.5, 317.1083548512959,
            [
                -0.15730861199922727, 0.037116689804218145, -1.7701476063714954e-18, -0.10416666666666667, -0.0625, -0.4166666666666667,
            ]
        },
    };

    [Theory, MemberData(nameof(Golden))]
    public void It_is_PyTorchs_also_where_a_probability_is_0_or_1(double positiveWeight, double loss, double[] gradient)
    {
        double[] found = new double[6];
        BinaryCrossEntropyWithLogits binary = new(positiveWeight);
        Assert.Equal(loss, binary.Evaluate(Logits, Truth, out double weight, Tensors.Of(found, 3, 2)), 1e-13);
        Assert.Equal(6, weight);
        Assert.Equal(gradient, found, (a, b) => Math.Abs(a - b) <= 4e-16 * Math.Abs(a));
    }

    [Fact]
    public void It_is_the_softmax_cross_entropy_of_a_logit_and_zero() => Gen.Select(Gen.Double[-30, 30], Gen.Bool).Sample((z, yes) =>
    {
        double two = new SoftmaxCrossEntropy().Evaluate(Tensors.Of([0, z], 1, 2), Tensors.Classes<double>(yes ? 1 : 0));
        double one = new BinaryCrossEntropyWithLogits().Evaluate(Tensors.Of([z], 1, 1), Tensors.Of([yes ? 1.0 : 0], 1, 1));
        Assert.Equal(two, one, 1e-14 * (1 + Math.Abs(z)));
    });

    [Fact]
    public void A_tiny_loss_keeps_its_digits()
    {
        double loss = new BinaryCrossEntropyWithLogits().Evaluate(Tensors.Of([60.0], 1, 1), Tensors.Of([1.0], 1, 1));
        Assert.Equal(Math.Exp(-60), loss, 4e-16 * loss);
    }

    [Theory, InlineData(-0.5, "-0.5"), InlineData(2, "2"), InlineData(double.PositiveInfinity, "Infinity")]
    public void A_target_outside_0_and_1_is_named_by_position_and_the_gradient_left(double target, string shown)
    {
        double[] gradient = [9, 9];
        Tensor<double> logits = Tensors.Zeros<double>(1, 2), truth = Tensors.Of([1, target], 1, 2);
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            new BinaryCrossEntropyWithLogits().Evaluate(logits, truth, Tensors.Of(gradient, 1, 2)));
        Assert.Contains($"target[0, 1] must be in [0, 1], but is {shown}", error.Message, StringComparison.Ordinal);
        Assert.Equal([9, 9], gradient);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryCrossEntropyWithLogits(-1));
    }
}
