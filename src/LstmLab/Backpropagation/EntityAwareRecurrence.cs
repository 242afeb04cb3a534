using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// An <see cref="EntityAwareCell{T}"/> by the LSTM's kernel: it is the standard cell whose input gate has zeros for x_d and hPrev, and
/// whose other gates have zeros for x_s. Adding a product with zero changes no bit, so it has those of the equations.
/// </summary>
internal sealed class EntityAwareRecurrence<T> : Recurrence<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly EntityAwareCell<T> _cell;
    private readonly StandardCell<T> _standard;
    private readonly Recurrence<T> _kernel;

    /// <summary>Prepares to unroll a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="reverse">Whether each sequence is read from its own last step to its first.</param>
    public EntityAwareRecurrence(EntityAwareCell<T> cell, bool reverse)
    {
        _cell = cell;
        _standard = new(cell.InputSize, cell.HiddenSize);
        _kernel = CellRecurrence.Create(_standard, reverse);
    }

    /// <inheritdoc/>
    public override void Forward(
        Tensor<T> x, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0, IReadOnlyList<int>? lengths, SavedActivations saved,
        Tensor<T> y, Span<T> h, Span<T> c)
    {
        Exchange(static parameter => parameter.Values, toStandard: true);
        _kernel.Forward(x, h0, c0, lengths, saved, y, h, c);
    }

    /// <inheritdoc/>
    public override void Backward(Tensor<T>? dY, int column, Span<T> dH, Span<T> dC, Tensor<T>? dX)
    {
        // Gradients accumulate, so the kernel goes on from those that are there.
        Exchange(static parameter => parameter.Gradient, toStandard: true);
        _kernel.Backward(dY, column, dH, dC, dX);
        Exchange(static parameter => parameter.Gradient, toStandard: false);
    }

    /// <inheritdoc/>
    public override void StartStream(int batch, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0)
    {
        Exchange(static parameter => parameter.Values, toStandard: true);
        _kernel.StartStream(batch, h0, c0);
    }

    /// <inheritdoc/>
    public override void Step(Tensor<T> x, Tensor<T> y) => _kernel.Step(x, y);

    // Copies the cell's blocks into those of the standard cell, in which i comes first, or back.
    private void Exchange(Func<Parameter<T>, T[]> of, bool toStandard)
    {
        (int H, int D) = (_cell.HiddenSize, _cell.DynamicSize);
        Copy(of(_cell.Ws), of(_standard.W), _cell.StaticSize, _cell.InputSize, row: 0, column: D, toStandard);
        Copy(of(_cell.bs), of(_standard.b), 1, 1, row: 0, column: 0, toStandard);
        Copy(of(_cell.W), of(_standard.W), D, _cell.InputSize, row: H, column: 0, toStandard);
        Copy(of(_cell.U), of(_standard.U), H, H, row: H, column: 0, toStandard);
        Copy(of(_cell.b), of(_standard.b), 1, 1, row: H, column: 0, toStandard);
    }

    // A whole matrix of some columns, and the block of a wider one that starts at a row and a column.
    private static void Copy(T[] block, T[] whole, int columns, int wholeColumns, int row, int column, bool toWhole)
    {
        for (int n = 0; n < block.Length / columns; n++)
        {
            Span<T> own = block.AsSpan(n * columns, columns), place = whole.AsSpan(((row + n) * wholeColumns) + column, columns);
            if (toWhole) own.CopyTo(place);
            else place.CopyTo(own);
        }
    }
}
