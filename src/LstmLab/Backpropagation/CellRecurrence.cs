using System.Numerics;

namespace LstmLab;

/// <summary>Chooses how a cell is unrolled.</summary>
internal static class CellRecurrence
{
    /// <summary>The fused kernel of the cell if it has one, else an <see cref="EquationRecurrence{T}"/>. The bits are the same.</summary>
    /// <param name="cell">The cell. A class derived from a cell with a kernel may have other equations, so it is unrolled by those.</param>
    /// <param name="reverse">Whether each sequence is read from its own last step to its first.</param>
    public static Recurrence<T> Create<T>(Cell<T> cell, bool reverse = false) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        return cell switch
        {
            StandardCell<T> lstm when lstm.GetType() == typeof(StandardCell<T>) =>
                FusedRecurrence.Lstm<T>(new(lstm.W, lstm.U, lstm.BiasOrNull, lstm.RecurrentBiasOrNull, projection: lstm.Wr), reverse),
            GruCell<T> { IsPlain: true } gru =>
                FusedRecurrence.Gru<T>(new(gru.W, gru.U, gru.BiasOrNull, gru.RecurrentBiasOrNull, readsRecurrentBiasByUnit: true), reverse),
            PeepholeCell<T> cellWithPeepholes => FusedRecurrence.Peephole<T>(
                new(cellWithPeepholes.W, cellWithPeepholes.U, cellWithPeepholes.BiasOrNull, cellWithPeepholes.RecurrentBiasOrNull, cellWithPeepholes.P),
                reverse),
            EntityAwareCell<T> aware => new EntityAwareRecurrence<T>(aware, reverse),
            _ => new EquationRecurrence<T>(cell, reverse),
        };
    }
}
