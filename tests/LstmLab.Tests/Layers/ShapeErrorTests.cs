using Xunit;

namespace LstmLab.Tests.Layers;

/// <summary>PyTorch's test_rnn_args_check and module_error_inputs: nothing is broadcast, and each message names thing, expected and found.</summary>
public class ShapeErrorTests
{
    private static Pass Inference => default;

    [Theory]
    [InlineData(new[] { 6, 4, 7 }, "x must be [T, B, I] = [any, any, 3], but is [6, 4, 7].")]
    [InlineData(new[] { 6, 4, 1 }, "x must be [T, B, I] = [any, any, 3], but is [6, 4, 1].")]
    [InlineData(new[] { 6, 3 }, "x must be [T, B, I] = [any, any, 3], but is [6, 3].")]
    [InlineData(new[] { 2, 6, 4, 3 }, "x must be [T, B, I] = [any, any, 3], but is [2, 6, 4, 3].")]
    [InlineData(new[] { 0, 4, 3 }, "x must be [T, B, I] with T of at least 1, but T is 0: the sequence is empty.")]
    public void A_wrong_input_is_refused(int[] shape, string message) =>
        Assert.Equal(message, Assert.Throws<ShapeException>(() => Make.Initialised(new Lstm<double>(3, 5, layers: 2)).Forward(Tensors.Zeros<double>(shape), Inference)).Message);

    [Theory]
    [InlineData(new[] { 2, 7, 5 }, new[] { 2, 4, 5 }, "initial.H must be [L·D, B, R] = [2, 4, 5], but is [2, 7, 5].")]
    [InlineData(new[] { 2, 1, 5 }, new[] { 2, 4, 5 }, "initial.H must be [L·D, B, R] = [2, 4, 5], but is [2, 1, 5].")]
    [InlineData(new[] { 2, 4, 7 }, new[] { 2, 4, 5 }, "initial.H must be [L·D, B, R] = [2, 4, 5], but is [2, 4, 7].")]
    [InlineData(new[] { 7, 4, 5 }, new[] { 2, 4, 5 }, "initial.H must be [L·D, B, R] = [2, 4, 5], but is [7, 4, 5].")]
    [InlineData(new[] { 4, 5 }, new[] { 2, 4, 5 }, "initial.H must be [L·D, B, R] = [2, 4, 5], but is [4, 5].")]
    [InlineData(new[] { 2, 4, 5 }, new[] { 2, 4, 7 }, "initial.C must be [L·D, B, H] = [2, 4, 5], but is [2, 4, 7].")]
    [InlineData(new[] { 2, 4, 5 }, new[] { 2, 3, 5 }, "initial.C must be [L·D, B, H] = [2, 4, 5], but is [2, 3, 5].")]
    public void A_wrong_state_is_refused_h_and_c_each_on_its_own(int[] h, int[] c, string message)
    {
        State<double> state = new(Tensors.Zeros<double>(h), Tensors.Zeros<double>(c));
        Assert.Equal(message, Assert.Throws<ShapeException>(() => new Lstm<double>(3, 5, layers: 2).Forward(Tensors.Zeros<double>(6, 4, 3), Inference, state)).Message);
    }

    [Fact]
    public void With_projections_h_and_c_have_different_sizes()
    {
        Lstm<double> layer = new(3, 5, projectionSize: 2);
        State<double> state = new(Tensors.Zeros<double>(1, 4, 5), Tensors.Zeros<double>(1, 4, 5));
        Assert.Equal("initial.H must be [L·D, B, R] = [1, 4, 2], but is [1, 4, 5].", Assert.Throws<ShapeException>(() => layer.Forward(Tensors.Zeros<double>(6, 4, 3), Inference, state)).Message);
        layer.Forward(Tensors.Zeros<double>(6, 4, 3), Inference, new(Tensors.Zeros<double>(1, 4, 2), Tensors.Zeros<double>(1, 4, 5)));
        Assert.Equal("[1, 4, 2]", layer.Final.H.Shape());
        Assert.Equal("[1, 4, 5]", layer.Final.C!.Shape());
    }

    [Fact]
    public void A_cell_state_given_to_a_layer_without_one_is_an_error()
    {
        State<double> state = Make.State(1, 1, 4, 5, 5);
        foreach (Recurrent<double> layer in new Recurrent<double>[] { new Gru<double>(3, 5), new CellLayer<double>(new ElmanCell<double>(3, 5)) })
        {
            string message = Assert.Throws<ShapeException>(() => layer.Forward(Make.Normal(1, 6, 4, 3), default, state)).Message;
            Assert.Contains("initial.C", message, StringComparison.Ordinal);
            Assert.Contains("[1, 4, 5]", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_cell_state_is_named()
    {
        State<double> state = new(Tensors.Zeros<double>(1, 4, 5));
        Assert.Equal("initial.C is missing: this layer carries a cell state [L·D, B, H] = [1, 4, 5].",
            Assert.Throws<ShapeException>(() => new Lstm<double>(3, 5).Forward(Tensors.Zeros<double>(6, 4, 3), Inference, state)).Message);
    }

    [Fact]
    public void Sizes_of_zero_are_refused_by_name()
    {
        Assert.Equal("hiddenSize must be greater than zero, but is 0.", Assert.Throws<ShapeException>(() => new Lstm<double>(3, 0)).Message);
        Assert.Equal("hiddenSize must be greater than zero, but is -1.", Assert.Throws<ShapeException>(() => new Gru<double>(3, -1)).Message);
        Assert.Equal("inputSize must be greater than zero, but is 0.", Assert.Throws<ShapeException>(() => new Lstm<double>(0, 5)).Message);
        Assert.Equal("layers must be greater than zero, but is 0.", Assert.Throws<ShapeException>(() => new Lstm<double>(3, 5, layers: 0)).Message);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(-1)]
    public void A_projection_must_be_smaller_than_the_hidden_size(int projection) =>
        Assert.Equal($"projectionSize must be 0 (none) or between 1 and hiddenSize − 1 = 4, but is {projection}.",
            Assert.Throws<ShapeException>(() => new Lstm<double>(3, 5, projectionSize: projection)).Message);

    [Theory]
    [InlineData(new[] { 3, 2 }, "lengths must hold one length a sequence, [B] = 4, but holds 2.")]
    [InlineData(new[] { 6, -1, 1, 1 }, "lengths[1] must be between 0 and T = 6, but is -1.")]
    [InlineData(new[] { 6, 2, 7, 1 }, "lengths[2] must be between 0 and T = 6, but is 7.")]
    public void Wrong_lengths_are_refused(int[] lengths, string message) =>
        Assert.Equal(message, Assert.Throws<ShapeException>(() => new Lstm<double>(3, 5).Forward(Tensors.Zeros<double>(6, 4, 3), Pass.PredictWithGradient, lengths)).Message);

    [Fact]
    public void Backward_refuses_a_gradient_of_another_shape()
    {
        Lstm<double> layer = new(3, 5, bidirectional: true);
        layer.Forward(Tensors.Zeros<double>(6, 4, 3), Inference);
        string message = Assert.Throws<ShapeException>(() => layer.Backward(Tensors.Zeros<double>(6, 4, 5))).Message;
        Assert.Contains("[6, 4, 10]", message, StringComparison.Ordinal);
        Assert.Contains("[6, 4, 5]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Backward_of_any_layer_refuses_a_gradient_of_another_shape_and_needs_a_forward_pass()
    {
        foreach (Layer<double> layer in new Layer<double>[] { new Dropout<double>(0.5), new Scale<double>([0, 0], [1, 2]), new Dense<double>(2, 2), new Lstm<double>(2, 2) })
        {
            string early = Assert.Throws<InvalidOperationException>(() => layer.Backward(Tensors.Zeros<double>(1, 4, 2))).Message;
            Assert.Contains("Forward", early, StringComparison.Ordinal);
            layer.Forward(Tensors.Zeros<double>(1, 4, 2), Pass.Train(1, 0));
            Assert.Throws<ShapeException>(() => layer.Backward(Tensors.Zeros<double>(1000, 1000, 2)));
            Assert.Throws<ShapeException>(() => layer.Backward(Tensors.Zeros<double>(1, 4)));
        }
    }

    [Fact]
    public void Layers_that_act_number_by_number_keep_any_shape()
    {
        var x = Tensors.Fill(n => 1.0 + n, 2, 3, 4, 2);
        Assert.Equal("[2, 3, 4, 2]", new Dropout<double>(0.5).Forward(x, Pass.Train(1, 0)).Shape());
        Assert.Throws<ShapeException>(() => { new Scale<double>([0, 0], [1, 2]).Forward(x, Inference); });
    }

    [Fact]
    public void Dense_and_Embedding_refuse_wrong_inputs()
    {
        Assert.Equal("x must be [B, I] = [any, 3], but is [2, 4].", Assert.Throws<ShapeException>(() => new Dense<double>(3, 1).Forward(Tensors.Zeros<double>(2, 4), Inference)).Message);
        Assert.Equal("x must be [T, B, 1] = [any, any, 1], but is [2, 4, 3].", Assert.Throws<ShapeException>(() => new Embedding<double>(3, 1).Forward(Tensors.Zeros<double>(2, 4, 3), Inference)).Message);
        Assert.Equal("x[t = 1, b = 0] must be a class index from 0 to 2, but is 3.", Assert.Throws<ArgumentException>(() => new Embedding<double>(3, 1).Forward(Tensors.Of([0.0, 1, 3, 2], 2, 2, 1), Inference)).Message);
        Assert.Equal("x[t = 0, b = 1] must be a class index from 0 to 2, but is 0.5.", Assert.Throws<ArgumentException>(() => new Embedding<double>(3, 1).Forward(Tensors.Of([0.0, 0.5, 1, 2], 2, 2, 1), Inference)).Message);
    }
}
