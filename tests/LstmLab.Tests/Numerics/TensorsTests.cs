using System.Numerics.Tensors;
using Xunit;

namespace LstmLab.Tests.Numerics;

public class TensorsTests
{
    [Theory, InlineData(new[] { 4 }), InlineData(new[] { 4, 1, 2 }), InlineData(new[] { 1, 3, 2 }), InlineData(new[] { 3, 2, 1 }), InlineData(new[] { 1, 1, 1 }), InlineData(new[] { 2, 1, 3, 1 })]
    public void The_flat_view_is_the_tensor_itself_whatever_axis_has_length_one(int[] lengths)
    {
        Tensor<double> tensor = Tensors.Fill(n => (double)n, lengths);
        Span<double> flat = tensor.Flat();
        Assert.Equal(lengths.Aggregate((product, length) => product * length), flat.Length);
        flat[^1] = -7;
        Assert.Equal(-7, tensor.ToArray()[^1]);
        Assert.Equal(-7, tensor[[.. lengths.Select(length => (nint)(length - 1))]]);
    }

    [Fact]
    public void A_slice_that_begins_later_is_read_and_written_where_it_is()
    {
        Tensor<double> all = Tensors.Fill(n => (double)n, 3, 2, 2), last = all[2..3, .., ..];
        Assert.Equal([8, 9, 10, 11], last.ToArray());
        last.Flat()[0] = -1;
        Assert.Equal(-1, all[2, 0, 0]);
        Assert.Equal(0, new MeanSquaredError().Evaluate(last, last.Copy()));
    }

    [Fact]
    public void An_empty_tensor_has_an_empty_flat_view() => Assert.Equal(0, Tensors.Zeros<float>(5, 0, 3).Flat().Length);

    [Fact]
    public void Rows_of_features_make_a_sequence_of_a_batch_of_one()
    {
        Tensor<double> sequence = Tensors.Sequence([1.0, 2], [3, 4], [5, 6]);
        Assert.Equal("[3, 1, 2]", sequence.Shape());
        Assert.Equal([1, 2, 3, 4, 5, 6], sequence.ToArray());
    }

    [Fact]
    public void A_row_of_another_length_is_named() =>
        Assert.Equal("Row 2 of the sequence has 1 features, but row 0 has 2.", Assert.Throws<ShapeException>(() => Tensors.Sequence([1.0, 2], [3, 4], [5])).Message);

    [Fact]
    public void A_wrong_number_of_values_is_an_error() =>
        Assert.Equal("A tensor of shape [2, 3] needs 6 values, but 5 were given.", Assert.Throws<ShapeException>(() => Tensors.Of(new double[5], 2, 3)).Message);

    [Fact]
    public void Another_number_type_is_a_copy_rounded_once()
    {
        Tensor<double> source = Tensors.Of([0.1, 1e300], 2);
        Tensor<float> rounded = source.To<double, float>();
        source[0] = 5;
        Assert.Equal([0.1f, float.PositiveInfinity], rounded.ToArray());
        Assert.Equal([5f, float.PositiveInfinity], source.To<float>().ToArray());
        Assert.Equal([0.1f, double.PositiveInfinity], rounded.To<double>().ToArray());
    }

    [Fact]
    public void A_copy_is_another_tensor_and_Like_is_zeros_of_the_shape()
    {
        Tensor<float> source = Tensors.Fill(n => 1f + n, 3, 1, 2), copy = source.Copy();
        source[0, 0, 0] = 9;
        Assert.Equal([1, 2, 3, 4, 5, 6], copy.ToArray());
        Assert.Equal(("[3, 1, 2]", "[3, 1, 2]"), (copy.Shape(), Tensors.Like(source).Shape()));
        Assert.Equal(new float[6], Tensors.Like(source).ToArray());
    }

    [Fact]
    public void Arrays_of_two_and_three_axes_become_tensors_of_their_shape()
    {
        double[,] matrix = { { 1, 2, 3 }, { 4, 5, 6 } };
        double[,,] steps = { { { 1, 2 } }, { { 3, 4 } }, { { 5, 6 } } };
        Tensor<double> rows = Tensors.Of(matrix), cube = Tensors.Of(steps);
        matrix[0, 0] = 9;
        Assert.Equal(("[2, 3]", "[3, 1, 2]"), (rows.Shape(), cube.Shape()));
        Assert.Equal([1, 2, 3, 4, 5, 6], rows.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], cube.ToArray());
    }

    [Fact]
    public void A_batch_is_filled_by_time_step_sequence_and_feature()
    {
        Tensor<int> tensor = Tensors.Fill((t, b, i) => (100 * t) + (10 * b) + i, 4, 3, 2);
        Assert.Equal("[4, 3, 2]", tensor.Shape());
        for (int t = 0; t < 4; t++)
            for (int b = 0; b < 3; b++)
                for (int i = 0; i < 2; i++) Assert.Equal((100 * t) + (10 * b) + i, tensor[t, b, i]);
    }

    [Fact]
    public void Batch_first_is_converted_both_ways()
    {
        Tensor<int> sequences = Tensors.Fill((b, t, i) => (100 * b) + (10 * t) + i, 3, 4, 2), timeMajor = Tensors.FromBatchFirst(sequences);
        Assert.Equal("[4, 3, 2]", timeMajor.Shape());
        Assert.Equal(231, timeMajor[3, 2, 1] + timeMajor[0, 0, 0]);
        Assert.Equal("[3, 4, 2]", Tensors.ToBatchFirst(timeMajor).Shape());
        Assert.Equal(sequences.ToArray(), Tensors.ToBatchFirst(timeMajor).ToArray());
        ShapeException wrong = Assert.Throws<ShapeException>(() => Tensors.FromBatchFirst(Tensors.Zeros<double>(4, 3)));
        Assert.Contains("[B, T, I]", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sequences_of_one_length_are_stacked_and_of_several_padded()
    {
        Tensor<double> first = Tensors.Sequence([1.0, 2], [3, 4]), second = Tensors.Sequence([5.0, 6], [7, 8]);
        Tensor<double> longer = Tensors.Sequence([9.0, 10], [11, 12], [13, 14]);
        Tensor<double> stacked = Tensors.Stack(first, second);
        Assert.Equal("[2, 2, 2]", stacked.Shape());
        Assert.Equal([1, 2, 5, 6, 3, 4, 7, 8], stacked.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], Tensors.Stack(Tensors.Of([1, 2], 1, 2), Tensors.Of([3, 4, 5, 6], 2, 2)).ToArray());
        (Tensor<double> batch, int[] lengths) = Tensors.Pad(stacked, longer);
        Assert.Equal("[3, 3, 2]", batch.Shape());
        Assert.Equal([2, 2, 3], lengths);
        Assert.Equal([1, 2, 5, 6, 9, 10, 3, 4, 7, 8, 11, 12, 0, 0, 0, 0, 13, 14], batch.ToArray());

        Refuses("batches[1] has 3 time steps, but batches[0] has 2: use Tensors.Pad", () => Tensors.Stack(first, longer));
        Refuses("sequences[1] is [1, 1, 1], but sequences[0] is [2, 1, 2]", () => Tensors.Pad(first, Tensors.Sequence([1.0])));
        Refuses("sequences[0] must be [T, B, I]", () => Tensors.Pad(Tensors.Zeros<double>(3, 2)));
        Refuses("batches must hold at least one", () => Tensors.Stack<double>());
        Refuses("sequences must hold at least one", () => Tensors.Pad<double>());
        Refuses("batches[1] is [2, 2], but batches[0] is [2, 1, 2]", () => Tensors.Stack(first, Tensors.Zeros<double>(2, 2)));

        static void Refuses(string fact, Func<object> action) =>
            Assert.Contains(fact, Assert.Throws<ShapeException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Class_indexes_are_integers_and_stored_exactly()
    {
        Assert.Equal("[3, 1]", Tensors.Classes<float>(2, 0, 1).Shape());
        Tensor<double> classes = Tensors.Classes<double>(new[,] { { 0, 1 }, { 2, -100 }, { 1, 1 } });
        Assert.Equal("[3, 2, 1]", classes.Shape());
        Assert.Equal([0, 1, 2, -100, 1, 1], classes.ToArray());
        Assert.Equal("[2, 1]", Tensors.Classes<float>(Tensors.Of([16777216, int.MinValue], 2)).Shape());
        ArgumentException error = Assert.Throws<ArgumentException>(() => Tensors.Classes<float>(new[,] { { 0, 1 }, { 2, 16777217 } }));
        Assert.Contains("classes[1, 1] is 16777217, which Single cannot hold exactly", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Tensors.Classes<float>(int.MaxValue));
        Assert.Equal([int.MaxValue, int.MinValue], Tensors.Classes<double>(int.MaxValue, int.MinValue).ToArray());
    }
}
