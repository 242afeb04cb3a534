using System.Numerics;

namespace LstmLab;

/// <summary>One layer of any cell, in one direction: how the document's cell, the LSTM of 1997, peepholes or Elman's network are trained.</summary>
/// <remarks>It runs the cell's equations, not a kernel: cells are compared on equal terms.</remarks>
public sealed class CellLayer<T> : Recurrent<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Wraps a cell; its weights are drawn anew by <see cref="Layer{T}.Initialize"/>.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="returnSequences">Whether to return [T, B, R], or only the final hidden states [B, R].</param>
    public CellLayer(Cell<T> cell, bool returnSequences = true)
        : base(1, false, 0, returnSequences, (_, suffix) => new(cell, suffix))
    {
    }
}
