using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab.Kernels;

/// <summary>
/// A matrix [K, N] in the order in which <see cref="Tile{T,V}"/> reads it: panels of four vectors of W columns, each panel contiguous.
/// <code>panel p: row 0 [v0 v1 v2 v3], row 1 [v0 v1 v2 v3], … row K−1</code>
/// Vector v of panel p holds the columns from p·panelStep + v·vectorStep on: side by side (4W, W) in plain products, one gate each (W, H)
/// in the forward pass of a cell, so that all gates of W units end in one tile. What lies beyond the matrix is 0.
/// </summary>
internal sealed class Panels<T> where T : struct, INumberBase<T>
{
    private readonly Aligned<T> _values = new();
    private int _rows, _width;

    /// <summary>The panel's first number.</summary>
    public ref T this[int panel] => ref _values.At((nint)panel * _rows * 4 * _width);

    /// <summary>Makes room, all 0.</summary>
    public void Clear(int panels, int rows, int width)
    {
        (_rows, _width) = (rows, width);
        nint length = (nint)panels * rows * 4 * width;
        _values.Of(length);
        for (nint done = 0; done < length; done += int.MaxValue) _values.Span(done, (int)nint.Min(int.MaxValue, length - done)).Clear();
    }

    /// <summary>Copies a block of a row-major matrix, or of its transpose, into rows of the panels.</summary>
    /// <param name="source">The block's first number is source[0]; element (k, n) is source[k·rowStep + n·columnStep].</param>
    /// <param name="rowStep">Distance of two rows in the source.</param>
    /// <param name="columnStep">Distance of two columns in the source.</param>
    /// <param name="firstRow">Row of the panels that receives row 0.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="columns">Columns of the block.</param>
    /// <param name="vector">The vector of each panel that the block fills; −1 lays the columns side by side over all four.</param>
    public void Pack(ReadOnlySpan<T> source, int rowStep, int columnStep, int firstRow, int rows, int columns, int vector = -1)
    {
        for (int n = 0; n < columns; n += _width)
        {
            int count = Math.Min(_width, columns - n);
            ref T target = ref Place(n, vector, firstRow);
            for (int k = 0; k < rows; k++, target = ref Unsafe.Add(ref target, 4 * _width))
            {
                ReadOnlySpan<T> from = source[((k * rowStep) + (n * columnStep))..];
                for (int lane = 0; lane < count; lane++) Unsafe.Add(ref target, lane) = from[lane * columnStep];
            }
        }
    }

    /// <summary>Adds rows of the panels to a block, the way back of <see cref="Pack"/>.</summary>
    public void AddTo(Span<T> target, int rowStep, int columnStep, int firstRow, int rows, int columns, int vector = -1)
    {
        for (int n = 0; n < columns; n += _width)
        {
            int count = Math.Min(_width, columns - n);
            ref T from = ref Place(n, vector, firstRow);
            for (int k = 0; k < rows; k++, from = ref Unsafe.Add(ref from, 4 * _width))
            {
                Span<T> to = target[((k * rowStep) + (n * columnStep))..];
                for (int lane = 0; lane < count; lane++) to[lane * columnStep] += Unsafe.Add(ref from, lane);
            }
        }
    }

    private ref T Place(int column, int vector, int row)
    {
        int block = column / _width, panel = vector < 0 ? block / 4 : block;
        return ref _values.At(((((nint)panel * _rows) + row) * 4 * _width) + ((vector < 0 ? block % 4 : vector) * _width));
    }
}
