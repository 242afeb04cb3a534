using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>What a forward pass saves for the backward pass.</summary>
internal enum SavedActivations
{
    /// <summary>The gates and states of every step: the fastest backward pass.</summary>
    All,

    /// <summary>
    /// The states of every √T-th step; the steps between are computed again in the backward pass. T. Chen et al., "Training deep nets with
    /// sublinear memory cost", 2016. Equations save every step all the same.
    /// </summary>
    Checkpoints,

    /// <summary>Nothing: a prediction, which has no backward pass.</summary>
    None,
}

/// <summary>
/// One direction of one recurrent layer, unrolled over a batch of sequences. There are two implementations with the same bits:
/// <see cref="FusedRecurrence{T,V,TKernel}"/>, fast, for cells with a kernel, and EquationRecurrence (folder Backpropagation) for any cell.
/// </summary>
/// <remarks>
/// <para>Letters: T steps, B sequences, I inputs, H units, R outputs of the hidden state (R = H without a projection). Hidden states are
/// [B, R]; cell states are [B, H], and every span of them is empty for a cell without one. Callers have checked the shapes, T ≥ 1 and the
/// lengths 1 … T.</para>
/// <para>An instance holds the workspaces and activations of its last forward pass, so <see cref="Backward"/> belongs to the last
/// <see cref="Forward"/>: two forward passes that both need a backward pass need two instances. Instances share nothing but the cell's
/// parameters. A repeated pass of the same shape allocates nothing. Use CellRecurrence.Create to make one for a cell.</para>
/// </remarks>
internal abstract class Recurrence<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Unrolls the cell over a batch with the weights as they are now.</summary>
    /// <param name="x">Inputs, [T, B, I]; steps after a sequence's end are not read. Must stay unchanged until the backward pass is
    /// done.</param>
    /// <param name="h0">Initial hidden states, [B, R]; zeros when empty.</param>
    /// <param name="c0">Initial cell states, [B, H]; zeros when empty.</param>
    /// <param name="lengths">Length of each sequence, [B], each 1 … T; all T when null. The list is not copied, so it must stay
    /// unchanged too.</param>
    /// <param name="saved">What <see cref="Backward"/> will find.</param>
    /// <param name="y">Receives the hidden states, [T, B, R]; zero beyond a sequence's end.</param>
    /// <param name="h">Receives the hidden states after each sequence's own last step, [B, R]; must not overlap
    /// <paramref name="h0"/>.</param>
    /// <param name="c">Receives the cell states after each sequence's own last step, [B, H]; not written when empty.</param>
    public abstract void Forward(
        Tensor<T> x, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0, IReadOnlyList<int>? lengths, SavedActivations saved,
        Tensor<T> y, Span<T> h, Span<T> c);

    /// <summary>Propagates gradients back through the last forward pass. Gradients of the cell's parameters accumulate.</summary>
    /// <param name="dY">∂L/∂y, [T, B, columns]: a layer of two directions passes both side by side. Zeros when null.</param>
    /// <param name="column">The first of the R columns of <paramref name="dY"/> that belong to this direction.</param>
    /// <param name="dH">∂L/∂h of the final hidden states in, ∂L/∂h0 out, [B, R].</param>
    /// <param name="dC">∂L/∂c of the final cell states in, ∂L/∂c0 out, [B, H]; empty for a cell without a cell state.</param>
    /// <param name="dX">Receives ∂L/∂x, [T, B, I], zero beyond a sequence's end; null when it is not wanted.</param>
    /// <exception cref="InvalidOperationException">The last forward pass saved nothing, or there was none.</exception>
    public abstract void Backward(Tensor<T>? dY, int column, Span<T> dH, Span<T> dC, Tensor<T>? dX);

    /// <summary>
    /// Prepares for single steps that continue each other, with the weights as they are now. Ends the backward pass of an earlier
    /// Forward.
    /// </summary>
    /// <param name="batch">B.</param>
    /// <param name="h0">Initial hidden states, [B, R]; zeros when empty.</param>
    /// <param name="c0">Initial cell states, [B, H]; zeros when empty.</param>
    public abstract void StartStream(int batch, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0);

    /// <summary>Computes the next step after <see cref="StartStream"/>; the states are carried along inside.</summary>
    /// <param name="x">Inputs of the step, [B, I].</param>
    /// <param name="y">Receives the hidden states, [B, R].</param>
    public abstract void Step(Tensor<T> x, Tensor<T> y);

    /// <summary>The error of a backward pass without activations.</summary>
    protected static InvalidOperationException NothingSaved =>
        new("The last forward pass was a prediction and saved nothing for the backward pass: call Forward with ForwardOnly = false first.");
}
