using System.Numerics;

namespace LstmLab;

/// <summary>The LSTM layer as PyTorch's <c>nn.LSTM</c> has it, made of <see cref="StandardCell{T}"/>: 4(nh + h² + 2h) parameters a layer
/// and direction.</summary>
/// <remarks>Sequences are [T, B, I] always. Unlike PyTorch, layers = 1 with dropout is an error, not a warning.</remarks>
public sealed class Lstm<T> : Recurrent<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A stack of zero weights.</summary>
    /// <param name="inputSize">I, features of a step.</param>
    /// <param name="hiddenSize">H, units of a layer.</param>
    /// <param name="layers">L, layers on top of one another.</param>
    /// <param name="bidirectional">Whether each layer reads both ways (D = 2).</param>
    /// <param name="bias">Whether there are biases: two a gate, as in PyTorch.</param>
    /// <param name="dropout">Probability of dropping a value between layers in training.</param>
    /// <param name="projectionSize">R, to which the hidden state is projected; 0 for none.</param>
    /// <param name="returnSequences">Whether to return [T, B, D·R], or only the final hidden states of the last layer [B, D·R].</param>
    /// <exception cref="ShapeException">A size is below 1, or the projection not below H.</exception>
    public Lstm(
        int inputSize, int hiddenSize, int layers = 1, bool bidirectional = false, bool bias = true, double dropout = 0,
        int projectionSize = 0, bool returnSequences = true)
        : base(layers, bidirectional, dropout, returnSequences, (below, suffix, reverse) =>
            new(new StandardCell<T>(below == 0 ? inputSize : below, hiddenSize, projectionSize, bias ? 2 : 0), suffix, reverse, prefersKernel: true))
    {
    }
}
