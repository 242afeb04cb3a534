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
    }
}
