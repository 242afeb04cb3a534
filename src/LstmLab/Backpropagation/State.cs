using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>The hidden and cell states a network carries from step to step, or gradients with respect to them.</summary>
/// <param name="H">Hidden state, [B, R] of one cell; [L·D, B, R] of a stack of layers.</param>
/// <param name="C">Cell state, [B, H] or [L·D, B, H]; null for a cell without one.</param>
public sealed record State<T>(Tensor<T> H, Tensor<T>? C = null) where T : struct, INumberBase<T>
{
    /// <summary>A state of zeros for one cell and a batch.</summary>
    public static State<T> Zero(Cell<T> cell, int batch)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new(Tensors.Zeros<T>(batch, cell.OutputSize), cell.HasCellState ? Tensors.Zeros<T>(batch, cell.HiddenSize) : null);
    }

    /// <summary>A copy that later passes leave alone.</summary>
    public State<T> Copy() => new(H.To<T, T>(), C?.To<T, T>());

    /// <summary>Row b of H.</summary>
    internal Span<T> HRow(int b, int size) => H.Flat().Slice(b * size, size);

    /// <summary>Row b of C; empty when there is none.</summary>
    internal Span<T> CRow(int b, int size) => C is null ? [] : C.Flat().Slice(b * size, size);

    /// <summary>Throws unless the state fits a cell and a batch.</summary>
    internal void Require(Cell<T> cell, int batch, string name)
    {
        // The names are put together for an error only: a pass allocates nothing.
        if (!H.HasShape(batch, cell.OutputSize)) H.Require($"{name}.H", "[B, R]", batch, cell.OutputSize);
        if (cell.HasCellState && C is null)
            throw new ShapeException($"{name}.C is missing: {Kind(cell)} carries a cell state [B, H] = [{batch}, {cell.HiddenSize}].");
        if (!cell.HasCellState && C is not null)
            throw new ShapeException($"{name}.C must be null, but is {C.Shape()}: {Kind(cell)} carries no cell state.");
        if (C is not null && !C.HasShape(batch, cell.HiddenSize)) C.Require($"{name}.C", "[B, H]", batch, cell.HiddenSize);
    }

    private static string Kind(Cell<T> cell) => cell.GetType().Name.Split('`')[0];
}
