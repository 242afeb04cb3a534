using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Losses;

public class TrainingMetricTests
{
    private static readonly Tensor<double> Logits =
        Tensors.Of([2.0, 1, 0, 0, 1, 1, -1, -2, -1, double.NaN, 1, 0, 0, 0, 3, 5, 0, 1], 3, 2, 3);

    private static readonly Tensor<double> Labels = Tensors.Classes<double>(new[,] { { 0, 2 }, { 0, 1 }, { 2, 1 } });

    [Fact]
    public void Accuracy_counts_the_largest_logits_that_are_the_class()
    {
        // Rows: right; 1 of equals, so wrong; 0 of equals, so right; NaN, so wrong; right; wrong.
        Assert.Equal((3, 6), new Accuracy().Measure(Logits, Labels));
        Assert.Equal(0.5, new Accuracy().Evaluate(Logits, Labels));
        Assert.Equal((3, 4), new Accuracy().Measure(Logits, Labels, [3, 1]));
        Assert.Equal((2, 4), new Accuracy(ignoreClass: 2).Measure(Logits, Labels));
        Assert.Equal(double.NaN, new Accuracy().Value(0, 0));
    }

    [Fact]
    public void Binary_accuracy_counts_the_logits_on_the_side_of_their_target()
    {
        Tensor<float> logits = Tensors.Of([1f, -1, 0, float.NaN, 2, -2], 3, 2);
        Tensor<float> truth = Tensors.Of([1f, 1, 0, 0, 0.5f, float.NaN], 3, 2);
        Assert.Equal((3, 6), new BinaryAccuracy().Measure(logits, truth));
    }

    [Fact]
    public void Perplexity_is_the_number_of_classes_that_are_equally_likely()
    {
        Perplexity perplexity = new(ignoreClass: -1);
        Tensor<double> logits = Tensors.Zeros<double>(4, 7);
        Assert.Equal(7, perplexity.Evaluate(logits, Tensors.Classes<double>(0, -1, 3, 6)), 1e-14);
        Assert.Equal(3, perplexity.Measure(logits, Tensors.Classes<double>(0, -1, 3, 6)).Weight);
    }

    [Fact]
    public void Batches_combine_to_the_value_of_all_samples()
    {
        RandomStream random = new(1, "metric");
        Tensor<double> logits = Tensors.Fill(_ => random.NextNormal(), 50, 4), values = Tensors.Fill(_ => random.NextNormal(), 50, 4);
        Tensor<double> labels = Tensors.Fill(_ => (double)random.NextInt(4), 50, 1);
        foreach (TrainingMetric metric in new TrainingMetric[] { new Accuracy(), new Perplexity(), TrainingMetric.Of(new MeanAbsoluteError()) })
        {
            Tensor<double> target = metric is Accuracy or Perplexity ? labels : values;
            double[] p = logits.ToArray(), y = target.ToArray();
            int width = (int)target.Lengths[1];
            (double sum, double weight) = (0, 0);
            foreach ((int start, int end) in new[] { (0, 7), (7, 8), (8, 40), (40, 50) })
            {
                Tensor<double> batch = Tensors.Of(p[(start * 4)..(end * 4)], end - start, 4);
                Tensor<double> truth = Tensors.Of(y[(start * width)..(end * width)], end - start, width);
                (double ofBatch, double weightOfBatch) = metric.Measure(batch, truth);
                sum += ofBatch;
                weight += weightOfBatch;
            }

            Assert.Equal(metric.Evaluate(logits, target), metric.Value(sum, weight), metric is Accuracy ? 0 : 1e-14);
        }
    }

    [Fact]
    public void A_loss_is_a_metric_by_its_name()
    {
        TrainingMetric metric = TrainingMetric.Of(new MeanAbsoluteError());
        Tensor<double> p = Tensors.Of([1.0, 5, 2, 7], 2, 2, 1), y = Tensors.Zeros<double>(2, 2, 1);
        Assert.Equal("mean absolute error", metric.Name);
        Assert.Equal((8, 3), metric.Measure(p, y, [2, 1]));
        TrainingMetric[] metrics = [new Accuracy(), new BinaryAccuracy(), new Perplexity()];
        Assert.Equal(["accuracy", "binary accuracy", "perplexity"], metrics.Select(one => one.Name));
    }

    [Fact]
    public void Shapes_that_disagree_are_refused()
    {
        Assert.Throws<ShapeException>(() => new Accuracy().Measure(Logits, Logits));
        Assert.Throws<ShapeException>(() => new BinaryAccuracy().Measure(Logits, Labels));
        Assert.Throws<ShapeException>(() => new Accuracy().Measure(Tensors.Zeros<double>(0, 3), Tensors.Zeros<double>(0, 1)));
        Assert.Throws<ShapeException>(() => new Accuracy().Measure(Logits, Labels, [3, 4]));
    }
}
