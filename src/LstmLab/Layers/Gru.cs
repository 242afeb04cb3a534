using System.Numerics;

namespace LstmLab;

/// <summary>The GRU layer as PyTorch's <c>nn.GRU</c> has it, made of <see cref="GruCell{T}"/>: 3(nh + h² + 2h) parameters a layer and
/// direction.</summary>
public sealed class Gru<T> : Recurrent<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A stack of zero weights.</summary>
    /// <param name="inputSize">I, features of a step.</param>
    /// <param name="hiddenSize">H, units of a layer.</param>
    /// <param name="layers">L, layers on top of one another.</param>
    /// <param name="bidirectional">Whether each layer reads both ways (D = 2).</param>
    /// <param name="bias">Whether there are biases: two a gate, as in PyTorch.</param>
    /// <param name="dropout">Probability of dropping a value between layers in training.</param>
    /// <param name="returnSequences">Whether to return [T, B, D·H], or only the final hidden states of the last layer [B, D·H].</param>
    /// <exception cref="ShapeException">A size is below 1.</exception>
    public Gru(
        int inputSize, int hiddenSize, int layers = 1, bool bidirectional = false, bool bias = true, double dropout = 0,
        bool returnSequences = true)
        : base(layers, bidirectional, dropout, returnSequences, (below, suffix, reverse) =>
            new(new GruCell<T>(below == 0 ? inputSize : below, hiddenSize, bias ? 2 : 0), suffix, reverse, prefersKernel: true))
    {
    }
}
