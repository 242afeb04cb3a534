using System.Numerics;

namespace LstmLab;

/// <summary>One layer of any cell, in one direction: how the document's cell, the LSTM of 1997, peepholes or a cell of one's own are
/// trained.</summary>
/// <remarks>It runs the cell's equations unless told otherwise, so that cells are compared on equal terms.</remarks>
public sealed class CellLayer<T> : Recurrent<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Wraps a cell; its weights are drawn anew by <see cref="Module{T}.Initialize(ulong)"/>.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="returnSequences">Whether to return [T, B, R], or only the final hidden states [B, R].</param>
    /// <param name="useKernel">Whether the cell's kernel does the work, with the same bits, if there is one: for
    /// <see cref="StandardCell{T}"/>,
    /// <see cref="GruCell{T}"/>, <see cref="PeepholeCell{T}"/> and <see cref="EntityAwareCell{T}"/>.</param>
    public CellLayer(Cell<T> cell, bool returnSequences = true, bool useKernel = false)
        : base(1, false, 0, returnSequences, (_, suffix, reverse) => new(cell, suffix, reverse, useKernel))
    {
    }
}
