using System.Numerics.Tensors;
using LstmLab.Sequences;
using Xunit;

namespace LstmLab.Tests.Sequences;

public class AttributionTests
{
    private static readonly double[] Direction = [-1, 1];

    [Fact]
    public void A_linear_model_is_attributed_exactly()
    {
        // f = Σ_t w · x_t + c, so a_t = w · (x_t − b_t) whatever the number of points.
        Model<double> model = new(seed: 1, new SumOverTime<double>(), new Dense<double>(3, 2));
        Tensor<double> x = Noise(5, "x"), baseline = Noise(5, "baseline");
        Attribution found = Attribution.Of(value => model.Forward(value), x, Direction, baseline, points: 1);
        double[] weights = model["1.weight"].Values;
        for (int t = 0; t < 5; t++)
        {
            double expected = Enumerable.Range(0, 3).Sum(e => (weights[3 + e] - weights[e]) * (x[t, 0, e] - baseline[t, 0, e]));
            Assert.Equal(expected, found.Steps[t], 1e-12);
        }

        Assert.Equal(0, found.CompletenessError, 1e-12);
    }

    [Fact]
    public void The_points_of_the_way_together_are_the_points_one_by_one()
    {
        Model<double> model = Reader();
        Tensor<double> x = Noise(6, "x");
        Attribution found = Attribution.Of(value => model.Forward(value), x, Direction, points: 8);
        double[] expected = new double[6];
        for (int n = 0; n < 8; n++)
        {
            double share = (n + 0.5) / 8;
            _ = model.Forward(Tensors.Fill((t, b, e) => share * x[t, 0, e], 6, 1, 3), Pass.PredictWithGradient);
            Tensor<double> slopes = model.Backward(Tensors.Of(new[,] { { -1.0, 1.0 } }));
            for (int t = 0; t < 6; t++)
                expected[t] += Enumerable.Range(0, 3).Sum(e => x[t, 0, e] * slopes[t, 0, e]) / 8;
        }

        for (int t = 0; t < 6; t++) Assert.Equal(expected[t], found.Steps[t], 1e-12);
        Assert.Equal(Answer(model, x), found.Answer, 1e-12);
        Assert.Equal(Answer(model, Tensors.Like(x)), found.Baseline, 1e-12);
    }

    [Fact]
    public void The_error_of_completeness_falls_with_the_square_of_the_points()
    {
        Model<double> model = Reader();
        Tensor<double> x = Noise(6, "x");
        double[] errors = [.. new[] { 16, 32, 64 }.Select(points =>
            Math.Abs(Attribution.Of(value => model.Forward(value), x, Direction, points: points).CompletenessError))];
        Assert.InRange(errors[0] / errors[1], 3.5, 4.5);
        Assert.InRange(errors[1] / errors[2], 3.5, 4.5);
    }

    [Fact]
    public void Other_shapes_are_refused()
    {
        Model<double> model = Reader();
        Assert.Contains("x must be [T, 1, E], but is [2, 2, 3]", Assert.Throws<ShapeException>(
            () => Attribution.Of(value => model.Forward(value), Tensors.Zeros<double>(2, 2, 3), Direction)).Message);
        Assert.Contains("baseline must be [6, 1, 3]", Assert.Throws<ShapeException>(
            () => Attribution.Of(value => model.Forward(value), Noise(6, "x"), Direction, Noise(5, "x"))).Message);
        Assert.Contains("must be [66, 3] as direction, but are [66, 2]", Assert.Throws<ShapeException>(
            () => Attribution.Of(value => model.Forward(value), Noise(6, "x"), [1, 0, 0])).Message);
    }

    private static Model<double> Reader() => new(
        seed: 2, new Lstm<double>(3, 4, bidirectional: true), new MeanOverTime<double>(), new Dense<double>(8, 2));

    private static double Answer(Model<double> model, Tensor<double> x)
    {
        Tensor<double> y = model.Predict(x);
        return y[0, 1] - y[0, 0];
    }

    private static Tensor<double> Noise(int steps, string purpose)
    {
        RandomStream random = new(3, purpose);
        return Tensors.Fill((t, b, e) => 2 * random.NextNormal(), steps, 1, 3);
    }
}
