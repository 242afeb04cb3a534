using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LstmLab;

/// <summary>
/// A matrix [K, N] in the order in which <see cref="Tile{T,V}"/> reads it: panels of four vectors of W columns, each panel contiguous.
/// <code>panel p: row 0 [v0 v1 v2 v3], row 1 [v0 v1 v2 v3], … row K−1</code>
/// Vector v of panel p holds the columns from p·panelStep + v·vectorStep on: side by side (4W, W) in plain products, one gate each (W, H)
/// in the forward pass of a cell, so that all gates of W units end in one tile. What lies beyond the matrix is 0.
/// </summary>
internal sealed class PackedMatrix<T> where T : struct, INumberBase<T>
{
    private const int RowsOfBlock = 64;
    private readonly AlignedBuffer<T> _values = new();
    private int _panels, _rows, _width;

    /// <summary>The panel's first number.</summary>
    public ref T this[int panel] => ref _values.At((nint)panel * _rows * 4 * _width);

    /// <summary>Makes room, which is 0 at first and keeps what it holds as long as the shape stays.</summary>
    public void Of(int panels, int rows, int width)
    {
        if ((_panels, _rows, _width) == (panels, rows, width)) return;
        (_panels, _rows, _width) = (panels, rows, width);
        _values.Of((nint)panels * rows * 4 * width);
        for (int panel = 0; panel < panels; panel++) Clear(panel);
    }

    /// <summary>Sets a panel to 0.</summary>
    public void Clear(int panel) => _values.Span((nint)panel * _rows * 4 * _width, _rows * 4 * _width).Clear();

    /// <summary>Copies a panel's columns of a row-major matrix, or of its transpose, into rows of the panel.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="source">Element (k, n) is source[k·pitch + n], or source[n·pitch + k] if transposed.</param>
    /// <param name="pitch">Distance of two rows in the source.</param>
    /// <param name="transposed">Whether the panels hold the transpose.</param>
    /// <param name="firstRow">Row of the panel that receives row 0.</param>
    /// <param name="rows">Rows of the matrix in the panels.</param>
    /// <param name="columns">Columns of the matrix in the panels.</param>
    /// <param name="vector">The vector of each panel that the matrix fills; −1 lays the columns side by side over all four.</param>
    public void Pack(int panel, Span<T> source, int pitch, bool transposed, int firstRow, int rows, int columns, int vector = -1) =>
        Move(panel, source, pitch, transposed, firstRow, rows, columns, vector, add: false);

    /// <summary>Adds rows of a panel to its columns of a matrix, the way back of <see cref="Pack"/>.</summary>
    public void AddTo(int panel, Span<T> target, int pitch, bool transposed, int firstRow, int rows, int columns, int vector = -1) =>
        Move(panel, target, pitch, transposed, firstRow, rows, columns, vector, add: true);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Move(int panel, Span<T> matrix, int pitch, bool transposed, int firstRow, int rows, int columns, int vector, bool add)
    {
        int first = panel * (vector < 0 ? 4 : 1) * _width, width = Math.Min((vector < 0 ? 4 : 1) * _width, columns - first), count;
        // Of a transpose, blocks of rows so few that what is touched of the panel stays in the innermost cache.
        for (int k = 0; k < rows; k += count)
        {
            count = Math.Min(transposed ? RowsOfBlock : 1, rows - k);
            ref T row = ref Unsafe.Add(ref this[panel], ((firstRow + k) * 4 * _width) + (Math.Max(0, vector) * _width));
            for (int n = 0; n < (transposed ? width : 1); n++)
            {
                Span<T> line = transposed ? matrix.Slice(((first + n) * pitch) + k, count) : matrix.Slice((k * pitch) + first, width);
                ref T number = ref Unsafe.Add(ref row, n);
                int step = transposed ? 4 * _width : 1;
                if (add) for (int at = 0; at < line.Length; at++, number = ref Unsafe.Add(ref number, step)) line[at] += number;
                else if (transposed) for (int at = 0; at < line.Length; at++, number = ref Unsafe.Add(ref number, step)) number = line[at];
                else line.CopyTo(MemoryMarshal.CreateSpan(ref number, width));
            }
        }
    }
}
