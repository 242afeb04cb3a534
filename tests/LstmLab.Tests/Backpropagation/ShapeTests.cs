using LstmLab.Tests.Equations;
using Xunit;

namespace LstmLab.Tests.Backpropagation;

/// <summary>Nothing is broadcast: every wrong shape is an error that names the thing, what was expected and what was found.</summary>
public class ShapeTests
{
    private const int T = 5, B = 3, I = 2, H = 4;

    private readonly Bptt<double> _standard = new(Cells.New<double>("Standard", I, H, seed: 1)), _projected = new(Cells.New<double>("Projected", I, H, seed: 2));

    [Theory]
    [InlineData(new[] { T, B, 7 }, "x must be [T, B, I] = [any, any, 2], but is [5, 3, 7].")]
    [InlineData(new[] { T, B, 1 }, "x must be [T, B, I] = [any, any, 2], but is [5, 3, 1].")]
    [InlineData(new[] { T, I }, "x must be [T, B, I] = [any, any, 2], but is [5, 2].")]
    [InlineData(new[] { I }, "x must be [T, B, I] = [any, any, 2], but is [2].")]
    [InlineData(new[] { 1, T, B, I }, "x must be [T, B, I] = [any, any, 2], but is [1, 5, 3, 2].")]
    [InlineData(new[] { 0, B, I }, "x must be [T, B, I] with T of at least 1, but T is 0: the sequence is empty.")]
    public void A_wrong_input_is_an_error(int[] shape, string message) =>
        Assert.Equal(message, Assert.Throws<ShapeException>(() => _standard.Forward(Tensors.Zeros<double>(shape))).Message);

    [Theory]
    [InlineData(new[] { 1, H }, new[] { B, H }, "initial.H must be [B, R] = [3, 4], but is [1, 4].")]
    [InlineData(new[] { 7, H }, new[] { B, H }, "initial.H must be [B, R] = [3, 4], but is [7, 4].")]
    [InlineData(new[] { B, 1 }, new[] { B, H }, "initial.H must be [B, R] = [3, 4], but is [3, 1].")]
    [InlineData(new[] { 1, B, H }, new[] { B, H }, "initial.H must be [B, R] = [3, 4], but is [1, 3, 4].")]
    [InlineData(new[] { B, H }, new[] { 1, H }, "initial.C must be [B, H] = [3, 4], but is [1, 4].")]
    [InlineData(new[] { B, H }, new[] { B, 1 }, "initial.C must be [B, H] = [3, 4], but is [3, 1].")]
    [InlineData(new[] { B, H }, new[] { B, H + 1 }, "initial.C must be [B, H] = [3, 4], but is [3, 5].")]
    [InlineData(new[] { B, H }, null, "initial.C is missing: StandardCell carries a cell state [B, H] = [3, 4].")]
    public void A_wrong_initial_state_is_an_error(int[] h, int[]? c, string message) =>
        Assert.Equal(message, Assert.Throws<ShapeException>(() => _standard.Forward(Tensors.Zeros<double>(T, B, I), Zeros(h, c))).Message);

    [Theory]
    [InlineData(new[] { B, H }, new[] { B, H }, "initial.H must be [B, R] = [3, 3], but is [3, 4].")]
    [InlineData(new[] { B, H - 1 }, new[] { B, H - 1 }, "initial.C must be [B, H] = [3, 4], but is [3, 3].")]
    public void With_a_projection_the_sizes_of_the_states_differ(int[] h, int[] c, string message) =>
        Assert.Equal(message, Assert.Throws<ShapeException>(() => _projected.Forward(Tensors.Zeros<double>(T, B, I), Zeros(h, c))).Message);

    [Theory, InlineData("Gru"), InlineData("Elman")]
    public void A_cell_state_for_a_cell_without_one_is_an_error(string kind) =>
        Assert.Equal($"initial.C must be null, but is [3, 4]: {kind}Cell carries no cell state.", Assert.Throws<ShapeException>(() =>
            new Bptt<double>(Cells.New<double>(kind, I, H, seed: 3)).Forward(Tensors.Zeros<double>(T, B, I), Zeros([B, H], [B, H]))).Message);

    [Theory]
    [InlineData(new[] { T, B, 1 }, "dOutputs must be [T, B, R] = [5, 3, 4], but is [5, 3, 1].")]
    [InlineData(new[] { T, 1, H }, "dOutputs must be [T, B, R] = [5, 3, 4], but is [5, 1, 4].")]
    [InlineData(new[] { 1, B, H }, "dOutputs must be [T, B, R] = [5, 3, 4], but is [1, 3, 4].")]
    [InlineData(new[] { B, H }, "dOutputs must be [T, B, R] = [5, 3, 4], but is [3, 4].")]
    public void A_wrong_gradient_of_the_outputs_is_an_error(int[] shape, string message)
    {
        _standard.Forward(Tensors.Zeros<double>(T, B, I));
        Assert.Equal(message, Assert.Throws<ShapeException>(() => _standard.Backward(Tensors.Zeros<double>(shape))).Message);
        Assert.Equal(message, Assert.Throws<ShapeException>(() => _standard.BackwardTruncated(Tensors.Zeros<double>(shape), 1, 1)).Message);
    }

    [Fact]
    public void A_wrong_gradient_of_the_final_state_is_an_error()
    {
        _standard.Forward(Tensors.Zeros<double>(T, B, I));
        Assert.Equal("dFinal.H must be [B, R] = [3, 4], but is [1, 4].",
            Assert.Throws<ShapeException>(() => _standard.Backward(Tensors.Zeros<double>(T, B, H), Zeros([1, H], [B, H]))).Message);
        Assert.Equal("dFinal.C must be [B, H] = [3, 4], but is [3, 1].",
            Assert.Throws<ShapeException>(() => _standard.Backward(Tensors.Zeros<double>(T, B, H), Zeros([B, H], [B, 1]))).Message);
    }

    [Fact]
    public void An_error_leaves_the_last_trace_and_the_gradients_as_they_were()
    {
        Trace<double> trace = _standard.Forward(Cells.Random<double>(4, T, B, I));
        _standard.Backward(Cells.Random<double>(5, T, B, H));
        double[] outputs = trace.Outputs.ToArray(), gradients = Passes.All(_standard);
        Assert.Throws<ShapeException>(() => _standard.Forward(Tensors.Zeros<double>(T, B, I), Zeros([B, H], [1, H])));
        Assert.Throws<ShapeException>(() => _standard.Forward(Tensors.Zeros<double>(T, B, I), lengths: [1, 1, 9]));
        Assert.Throws<ShapeException>(() => _standard.Backward(Tensors.Zeros<double>(T, B, 1)));
        Assert.Same(trace, _standard.Trace);
        Assert.Equal(outputs, trace.Outputs.ToArray());
        Assert.Equal(gradients, Passes.All(_standard));
    }

    private static State<double> Zeros(int[] h, int[]? c) => new(Tensors.Zeros<double>(h), c is null ? null : Tensors.Zeros<double>(c));
}
