using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Losses;

/// <summary>Losses of classes against PyTorch's formulas at 50 digits.</summary>
/// <remarks><code>
/// from mpmath import mp, mpf, exp, log, fsum
/// mp.dps = 50
/// def p(row): e = [exp(mpf(v)) for v in row]; return [v / fsum(e) for v in e]
/// def cross_entropy(z, y, eps, w, ignore):
///     rows = [n for n in range(5) if y[n] != ignore]
///     N = fsum(w[y[n]] for n in rows)
///     q = [[(1 - eps) * w[j] * (j == y[n]) + eps * mpf(w[j]) / 4 for j in range(4)] for n in range(5)]
///     L = fsum(-q[n][j] * log(p(z[n])[j]) for n in rows for j in range(4)) / N
///     G = [[(p(z[n])[j] * fsum(q[n]) - q[n][j]) / N if n in rows else mpf(0) for j in range(4)] for n in range(5)]
///     return L, N, G
/// </code></remarks>
public class ClassLossTests
{
    private static readonly double[] Logits = [1.5, -0.25, 0.75, -2, -1, 3.5, 0.125, 0.5, 0.5, 0.25, -0.75, 2, 2, -3, 1, 0.25, -0.5, -1.25, 0.375, 1];

    private static readonly int[] Labels = [2, 0, 3, 1, 0];

    private static readonly double[] ClassWeights = [0.5, 2, 1.25, 0.75];

    public static TheoryData<double, bool, int?, double, double, double[]> Golden => new()
    {
        {
            0, false, null, 2.7592610708717786, 5,
            [
                0.11930768995453304, 0.020732567767362264, -0.14364303778068344, 0.003602780058788132, -0.19797117109640552,
                0.1826293578011567, 0.006249232972423568, 0.009092580322825275, 0.030548367714301146, 0.023791092697450954,
                0.00875225388639624, -0.06309171429814835, 0.12916631339612636, -0.19912968422626964, 0.04751763119034235,
                0.022445739639800934, -0.17605630861954674, 0.011310198957279449, 0.05743792969894225, 0.10730817996332505,
            ]
        },
        {
            0.1, false, null, 2.6992610708717786, 5,
            [
                0.11430768995453304, 0.015732567767362263, -0.12864303778068345, -0.0013972199412118688, -0.18297117109640554,
                0.17762935780115668, 0.0012492329724235677, 0.0040925803228252745, 0.025548367714301145, 0.018791092697450953,
                0.0037522538863962395, -0.04809171429814834, 0.12416631339612635, -0.18412968422626963, 0.042517631190342346,
                0.017445739639800933, -0.16105630861954676, 0.006310198957279448, 0.05243792969894225, 0.10230817996332506,
            ]
        },
        {
            0, true, null, 3.2197375405632087, 5,
            [
                0.1491346124431663, 0.02591570970920283, -0.1795537972258543, 0.004503475073485165, -0.09898558554820276,
                0.09131467890057834, 0.003124616486211784, 0.004546290161412637, 0.02291127578572586, 0.017843319523088215,
                0.006564190414797179, -0.047318785723611256, 0.2583326267922527, -0.3982593684525393, 0.0950352623806847,
                0.04489147927960187, -0.08802815430977337, 0.0056550994786397244, 0.028718964849471125, 0.053654089981662524,
            ]
        },
        {
            0.1, true, 0, 3.0751283199684076, 4,
            [
                0.1814290828984183, 0.019570690765138503, -0.2018853240669947, 0.0008855504034378908, 0, 0, 0, 0,
                0.02694604946876519, 0.010919356874053283, 0.0008029999194212981, -0.038668406262239774, 0.3056632179626146,
                -0.46041940135342585, 0.10578433706441218, 0.04897184632639911, 0, 0, 0, 0,
            ]
        },
        {
            0, false, 0, 2.36094474477078, 3,
            [
                0.19884614992422173, 0.03455427961227044, -0.23940506296780573, 0.006004633431313552, 0, 0, 0, 0,
                0.05091394619050191, 0.039651821162418256, 0.0145870898106604, -0.10515285716358057, 0.21527718899354392,
                -0.3318828070437827, 0.0791960519839039, 0.03740956606633489, 0, 0, 0, 0,
            ]
        },
    };

    [Theory, MemberData(nameof(Golden))]
    public void Settings_mean_what_they_mean_in_PyTorch(double smoothing, bool weighted, int? ignore, double loss, double weight, double[] gradient)
    {
        SoftmaxCrossEntropy softmax = new(smoothing, weighted ? ClassWeights : null, ignore);
        double[] found = [.. Enumerable.Repeat(9.0, 20)];
        Tensor<double> logits = Tensors.Of(Logits, 5, 4);
        double value = softmax.Evaluate(logits, Tensors.Classes<double>(Labels), out double counted, Tensors.Of(found, 5, 4));
        Assert.Equal(loss, value, 5e-15);
        Assert.Equal(weight, counted);
        Assert.Equal(gradient, found, (a, b) => Math.Abs(a - b) < 2e-16 && (a != 0 || b == 0));

        float[] single = new float[20];
        Assert.Equal(loss, softmax.Evaluate(logits.To<float>(), Tensors.Classes<float>(Labels), Tensors.Of(single, 5, 4)), 5e-7);
        Assert.Equal(gradient.Select(slope => (float)slope), single, (a, b) => Math.Abs(a - b) < 1e-7);
    }

    [Theory, InlineData(false, null), InlineData(true, null), InlineData(true, 0), InlineData(false, -100)]
    public void Log_likelihood_of_log_probabilities_is_the_cross_entropy_of_logits(bool weighted, int? ignore)
    {
        double[] logProbabilities = new double[20], gradient = [.. Enumerable.Repeat(9.0, 20)];
        for (int n = 0; n < 20; n++)
            logProbabilities[n] = Logits[n] - Math.Log(Enumerable.Range(n / 4 * 4, 4).Sum(k => Math.Exp(Logits[k])));
        int[] labels = ignore == -100 ? [2, -100, 3, 1, -100] : Labels;
        NegativeLogLikelihood likelihood = new(weighted ? ClassWeights : null, ignore);
        SoftmaxCrossEntropy softmax = new(0, weighted ? ClassWeights : null, ignore);
        Tensor<double> targets = Tensors.Classes<double>(labels);
        double expected = softmax.Evaluate(Tensors.Of(Logits, 5, 4), targets, out double weight);
        double found = likelihood.Evaluate(Tensors.Of(logProbabilities, 5, 4), targets, out double counted, Tensors.Of(gradient, 5, 4));
        Assert.Equal(expected, found, 1e-14);
        Assert.Equal(weight, counted);
        for (int n = 0; n < 20; n++)
        {
            bool counts = labels[n / 4] != ignore && labels[n / 4] == n % 4;
            Assert.Equal(counts ? -(weighted ? ClassWeights[n % 4] : 1) / weight : 0, gradient[n], 1e-16);
        }
    }

    [Fact]
    public void The_ignored_class_changes_no_bit_of_the_others()
    {
        SoftmaxCrossEntropy softmax = new(0.2, ClassWeights, ignoreClass: -1);
        double[] logits = [.. Logits[..8], double.NaN, double.NaN, double.NaN, double.NaN, .. Logits[8..]];
        double[] with = [.. Enumerable.Repeat(9.0, 24)], without = new double[20];
        double loss = softmax.Evaluate(Tensors.Of(logits, 6, 4), Tensors.Classes<double>(2, 0, -1, 3, 1, 0), Tensors.Of(with, 6, 4));
        double expected = softmax.Evaluate(Tensors.Of(Logits, 5, 4), Tensors.Classes<double>(Labels), Tensors.Of(without, 5, 4));
        Assert.Equal(expected, loss);
        Assert.Equal([.. without[..8], 0, 0, 0, 0, .. without[8..]], with);
    }

    [Fact]
    public void An_impossible_class_costs_nothing_unless_it_is_the_true_one()
    {
        Tensor<double> logits = Tensors.Of([0, double.NegativeInfinity, 0], 1, 3), gradient = Tensors.Like(logits);
        Assert.Equal(Math.Log(2), new SoftmaxCrossEntropy().Evaluate(logits, Tensors.Classes<double>(0), gradient), 1e-15);
        Assert.Equal([-0.5, 0, 0.5], gradient.ToArray());
        Assert.Equal(double.PositiveInfinity, new SoftmaxCrossEntropy().Evaluate(logits, Tensors.Classes<double>(1)));
    }

    [Theory, InlineData(1), InlineData(5), InlineData(8), InlineData(33), InlineData(130)]
    public void A_row_has_the_bits_of_one_number_after_another_at_every_width(int classes)
    {
        RandomStream random = new(3, "softmax", classes);
        Tensor<float> logits = Tensors.Fill(_ => (float)(8 * random.NextNormal()), 3, classes), gradient = Tensors.Like(logits);
        int[] labels = [0, classes - 1, classes / 2];
        double loss = new SoftmaxCrossEntropy().Evaluate(logits, Tensors.Classes<float>(labels), gradient), sum = 0;
        for (int row = 0; row < 3; row++)
        {
            double[] z = [.. logits.ToArray().Skip(row * classes).Take(classes).Select(logit => (double)logit)];
            double[] powers = [.. z.Select(logit => DeterministicMath.Exp(logit - z.Max()))];
            double total = powers.Aggregate(0.0, (before, power) => before + power);
            sum += DeterministicMath.Log(total) - (z[labels[row]] - z.Max());
            for (int j = 0; j < classes; j++)
                Assert.Equal((float)(1.0 / 3 * ((powers[j] / total) - (j == labels[row] ? 1 : 0))), gradient[row, j]);
        }

        Assert.Equal(sum / 3, loss, 1e-15 * Math.Abs(sum));
    }

    [Fact]
    public void Errors_name_what_is_wrong()
    {
        Tensor<double> logits = Tensors.Zeros<double>(2, 3);
        Refuses<ArgumentOutOfRangeException>("labelSmoothing must be in [0, 1], but is 1.5", () => new SoftmaxCrossEntropy(1.5));
        Refuses<ArgumentOutOfRangeException>(
            "classWeights[1] must be in [0, ∞), but is -1", () => new SoftmaxCrossEntropy(classWeights: [1, -1]));
        Refuses<ShapeException>(
            "3 classes of prediction, but holds 2",
            () => new SoftmaxCrossEntropy(classWeights: [1, 1]).Evaluate(logits, Tensors.Classes<double>(0, 1)));
        Refuses<ArgumentException>(
            "target[1, 0] must be a class, an integer 0 … 2 or -100, but is -1",
            () => new SoftmaxCrossEntropy(ignoreClass: -100).Evaluate(logits, Tensors.Classes<double>(-100, -1)));
        Refuses<ArgumentException>("[2, 3]", () => new SoftmaxCrossEntropy(ignoreClass: 1).Evaluate(logits, Tensors.Classes<double>(1, 1)));
        Refuses<ArgumentException>(
            "[2, 3]", () => new SoftmaxCrossEntropy(classWeights: [0, 1, 1]).Evaluate(logits, Tensors.Classes<double>(0, 0)));

        static void Refuses<TException>(string fact, Func<object> action) where TException : Exception =>
            Assert.Contains(fact, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);
    }
}
