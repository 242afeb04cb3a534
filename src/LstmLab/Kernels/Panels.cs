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
    private const int RowsOfBlock = 64;
    private readonly Aligned<T> _values = new();
    private int _panels, _rows, _width;

    /// <summary>The panel's first number.</summary>
    public ref T this[int panel] => ref _values.At((nint)panel * _rows * 4 * _width);

    private nint Length => (nint)_panels * _rows * 4 * _width;

    /// <summary>Makes room, which is 0 at first and keeps what it holds as long as the shape stays.</summary>
    public void Of(int panels, int rows, int width)
    {
        if ((_panels, _rows, _width) == (panels, rows, width)) return;
        (_panels, _rows, _width) = (panels, rows, width);
        _values.Of(Length);
        Clear();
    }

    /// <summary>Sets all to 0.</summary>
    public void Clear()
    {
        for (nint done = 0; done < Length; done += int.MaxValue) _values.Span(done, (int)nint.Min(int.MaxValue, Length - done)).Clear();
    }

    /// <summary>Copies a block of a row-major matrix, or of its transpose, into rows of the panels.</summary>
    /// <param name="source">The block's first number is source[0]; element (k, n) is source[k·pitch + n], or source[n·pitch + k] if transposed.</param>
    /// <param name="pitch">Distance of two rows in the source.</param>
    /// <param name="transposed">Whether the panels hold the transpose.</param>
    /// <param name="firstRow">Row of the panels that receives row 0.</param>
    /// <param name="rows">Rows of the block in the panels.</param>
    /// <param name="columns">Columns of the block in the panels.</param>
    /// <param name="vector">The vector of each panel that the block fills; −1 lays the columns side by side over all four.</param>
    public void Pack(Span<T> source, int pitch, bool transposed, int firstRow, int rows, int columns, int vector = -1) =>
        Move(source, pitch, transposed, firstRow, rows, columns, vector, add: false);

    /// <summary>Adds rows of the panels to a block, the way back of <see cref="Pack"/>.</summary>
    public void AddTo(Span<T> target, int pitch, bool transposed, int firstRow, int rows, int columns, int vector = -1) =>
        Move(target, pitch, transposed, firstRow, rows, columns, vector, add: true);

    private void Move(Span<T> matrix, int pitch, bool transposed, int firstRow, int rows, int columns, int vector, bool add)
    {
        // Of a transpose, blocks of rows so few that what is touched of the panels stays in the innermost cache.
        int step = transposed ? RowsOfBlock : 1, count;
        for (int k = 0; k < rows; k += count)
        {
            count = Math.Min(step, rows - k);
            for (int n = 0; n < columns; n += _width)
            {
                ref T panel = ref Place(n, vector, firstRow + k);
                int lanes = Math.Min(_width, columns - n);
                if (!transposed) Move(matrix.Slice((k * pitch) + n, lanes), ref panel, 1, add);
                else for (int lane = 0; lane < lanes; lane++) Move(matrix.Slice(((n + lane) * pitch) + k, count), ref Unsafe.Add(ref panel, lane), 4 * _width, add);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(Span<T> line, ref T panel, nint step, bool add)
    {
        if (add)
        {
            for (int n = 0; n < line.Length; n++) line[n] += Unsafe.Add(ref panel, n * step);
        }
        else
        {
            for (int n = 0; n < line.Length; n++) Unsafe.Add(ref panel, n * step) = line[n];
        }
    }

    private ref T Place(int column, int vector, int row)
    {
        int block = column / _width, panel = vector < 0 ? block / 4 : block;
        return ref _values.At(((((nint)panel * _rows) + row) * 4 * _width) + ((vector < 0 ? block % 4 : vector) * _width));
    }
}
