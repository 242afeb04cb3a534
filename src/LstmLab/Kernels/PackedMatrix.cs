using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LstmLab;

/// <summary>
/// A matrix [K, N] in the order in which <see cref="GemmMicroKernel{T,V}"/> reads it: panels of n vectors of W columns (n is 3 or 4),
/// each panel contiguous.
/// <code>panel p: row 0 [v0 v1 … ], row 1 [v0 v1 … ], … row K−1        [panels][K][n][W]</code>
/// Columns of a plain product stand side by side: vector v of panel p holds the columns from (p·n + v)·W on. In the products of a cell
/// each vector holds another gate: vector v of panel p holds the units from p·W on, so that one tile computes all gates of the same W
/// units. Columns beyond the matrix are 0.
/// </summary>
internal sealed class PackedMatrix<T> where T : struct, INumberBase<T>
{
    private const int RowsOfBlock = 64;
    private readonly AlignedBuffer<T> _values = new();
    private int _panels, _rows, _vectors, _lanes, _panelWidth;
    private nint _panelLength;

    /// <summary>The first number of a panel.</summary>
    public ref T this[int panel] => ref _values.At(panel * _panelLength);

    /// <summary>Sets the shape. A new shape is all 0; the same shape keeps its contents.</summary>
    /// <param name="panels">Number of panels.</param>
    /// <param name="rows">K.</param>
    /// <param name="lanes">W.</param>
    /// <param name="vectors">Vectors of a panel's row, n.</param>
    public void Resize(int panels, int rows, int lanes, int vectors = 4)
    {
        if ((_panels, _rows, _vectors, _lanes) == (panels, rows, vectors, lanes)) return;
        (_panels, _rows, _vectors, _lanes) = (panels, rows, vectors, lanes);
        _panelWidth = vectors * lanes;
        _panelLength = (nint)rows * _panelWidth;
        _values.Resize(panels * _panelLength);
        for (int panel = 0; panel < panels; panel++) Clear(panel);
    }

    /// <summary>Sets a panel to 0.</summary>
    public void Clear(int panel) => _values.Span(panel * _panelLength, (int)_panelLength).Clear();

    /// <summary>Copies a panel's columns of a row-major matrix, or of its transpose, into rows of the panel.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="source">Element (k, n) is source[k·stride + n], or source[n·stride + k] if transposed.</param>
    /// <param name="stride">Distance of two rows of the source.</param>
    /// <param name="transposed">Whether the panel holds the transpose of the source.</param>
    /// <param name="firstRow">Row of the panel that receives k = 0.</param>
    /// <param name="rows">Number of k.</param>
    /// <param name="columns">Number of n in all panels together.</param>
    /// <param name="vector">The vector of each panel that the matrix fills, of a cell's gates; −1 lays the columns side by side over all
    /// vectors.</param>
    public void Pack(int panel, Span<T> source, int stride, bool transposed, int firstRow, int rows, int columns, int vector = -1) =>
        Move(panel, source, stride, transposed, firstRow, rows, columns, vector, add: false);

    /// <summary>Adds rows of a panel to its columns of a matrix: the inverse of <see cref="Pack"/>.</summary>
    public void AddTo(int panel, Span<T> target, int stride, bool transposed, int firstRow, int rows, int columns, int vector = -1) =>
        Move(panel, target, stride, transposed, firstRow, rows, columns, vector, add: true);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Move(int panel, Span<T> matrix, int stride, bool transposed, int firstRow, int rows, int columns, int vector, bool add)
    {
        int panelColumns = vector < 0 ? _panelWidth : _lanes, first = panel * panelColumns, width = Math.Min(panelColumns, columns - first);
        int numberStep = transposed ? _panelWidth : 1, count;
        // A transpose is moved in blocks of so few rows that the block of the panel stays in the innermost cache.
        for (int k = 0; k < rows; k += count)
        {
            count = Math.Min(transposed ? RowsOfBlock : 1, rows - k);
            ref T row = ref Unsafe.Add(ref this[panel], ((firstRow + k) * _panelWidth) + (Math.Max(0, vector) * _lanes));
            for (int n = 0; n < (transposed ? width : 1); n++)
            {
                Span<T> line = transposed ? matrix.Slice(((first + n) * stride) + k, count) : matrix.Slice((k * stride) + first, width);
                ref T number = ref Unsafe.Add(ref row, n);
                if (!add && !transposed)
                {
                    line.CopyTo(MemoryMarshal.CreateSpan(ref number, width));
                    continue;
                }

                for (int at = 0; at < line.Length; at++)
                {
                    if (add) line[at] += number;
                    else number = line[at];
                    number = ref Unsafe.Add(ref number, numberStep);
                }
            }
        }
    }
}
