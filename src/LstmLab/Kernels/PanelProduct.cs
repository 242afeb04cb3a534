using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LstmLab;

/// <summary>How the rows of a product are cut.</summary>
internal static class Tiles
{
    /// <summary>Rows that work is cut in multiples of, so that each part has full tiles.</summary>
    public const int Rows = 4;

    /// <summary>Rows that go through one scratch buffer.</summary>
    public const int RowsOfBlock = 64;

    /// <summary>The rows that belong to one of several parts.</summary>
    public static (int From, int To) Partition(int rows, int part, int parts)
    {
        (int from, int to) = Workers.Partition((rows + Rows - 1) / Rows, part, parts);
        return (from * Rows, Math.Min(rows, to * Rows));
    }
}

/// <summary>
/// Products of any number of rows with panels of a <see cref="PackedMatrix{T}"/>, cut into the tiles of <see
/// cref="GemmMicroKernel{T,V}"/>.
/// </summary>
/// <remarks>Cutting changes no bit: a sum that goes on in another block is loaded as it was stored. The parameters are those of the
/// micro-kernel.</remarks>
internal static class PanelProduct<T, V> where T : struct, INumberBase<T> where V : struct, ILanes<V, T>
{
    private const int BlockBytes = 32 * 1024;

    /// <summary>Columns of a panel of four vectors, 4W.</summary>
    public static int PanelWidth => 4 * V.Count;

    /// <summary>Panels of four vectors that hold so many columns side by side.</summary>
    public static int PanelsOf(int columns) => (columns + PanelWidth - 1) / PanelWidth;

    /// <summary>All columns of a product with panels whose columns stand side by side.</summary>
    /// <param name="rows">Rows of a and of the result.</param>
    /// <param name="a">[rows, K], each row contiguous.</param>
    /// <param name="aRow">Distance of two rows of a.</param>
    /// <param name="k">K.</param>
    /// <param name="p">The packed matrix, [K, columns].</param>
    /// <param name="start">What the sums of each panel start from: 4W numbers that all rows share.</param>
    /// <param name="startPanel">Distance of two panels' starts; 0 for one that all share.</param>
    /// <param name="columns">Columns of the result.</param>
    /// <param name="result">Receives [rows, columns].</param>
    /// <param name="resultRow">Distance of two rows of the result.</param>
    /// <param name="scratch">Room for <see cref="Tiles.RowsOfBlock"/> rows of a panel.</param>
    public static void MultiplyAll(
        int rows, ref T a, nint aRow, int k, PackedMatrix<T> p, ref T start, nint startPanel, int columns, Span<T> result, int resultRow,
        ref T scratch)
    {
        for (int panel = 0; panel < PanelsOf(columns); panel++)
        {
            int first = panel * PanelWidth, width = Math.Min(PanelWidth, columns - first);
            ref T panelStart = ref Unsafe.Add(ref start, panel * startPanel);
            for (int row = 0; row < rows; row += Tiles.RowsOfBlock)
            {
                int count = Math.Min(Tiles.RowsOfBlock, rows - row);
                Multiply<FourVectors>(
                    count, ref Unsafe.Add(ref a, row * aRow), aRow, 1, k, ref p[panel], PanelWidth,
                    ref panelStart, 0, ref scratch, PanelWidth, columns - first);
                for (int r = 0; r < count; r++)
                {
                    Span<T> sums = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref scratch, r * PanelWidth), width);
                    sums.CopyTo(result[(((row + r) * resultRow) + first)..]);
                }
            }
        }
    }

    /// <summary>The product of one panel of a cell, whose number of vectors, 3 or 4, is a constant of its kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        int vectors, int rows, ref T a, nint aRow, nint aStep, int k, ref T p, nint pStep,
        ref T start, nint startRow, ref T result, nint resultRow)
    {
        if (vectors == 3) Multiply<ThreeVectors>(rows, ref a, aRow, aStep, k, ref p, pStep, ref start, startRow, ref result, resultRow);
        else Multiply<FourVectors>(rows, ref a, aRow, aStep, k, ref p, pStep, ref start, startRow, ref result, resultRow);
    }

    /// <summary>
    /// The product of one panel. Where no more than 2W <paramref name="columns"/> of it matter, the other vectors may be left out.
    /// </summary>
    /// <remarks>Blocks of k are the outermost loop: a block of p stays in the innermost cache while all rows use it.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply<N>(
        int rows, ref T a, nint aRow, nint aStep, int k, ref T p, nint pStep,
        ref T start, nint startRow, ref T result, nint resultRow, int columns = int.MaxValue)
        where N : struct, IVectorCount
    {
        while (rows > 0)
        {
            int block = BlockBytes / (N.Count * V.Count * Unsafe.SizeOf<T>());
            // Half a block or less at the end is not worth loading and storing all sums once more.
            if (2 * k < 3 * block) block = k;
            // What is needed next is prefetched: the next rows of sums if there are many, else the next block of p.
            bool sums = rows > block;
            ref T next = ref sums ? ref Unsafe.Add(ref start, 4 * startRow) : ref Unsafe.Add(ref p, block * pStep);
            nint nextStep = sums ? 4 * startRow / Math.Max(1, block) : 4 * pStep / rows;
            for (int row = 0; row < rows; row += 4)
            {
                ref T aTile = ref Unsafe.Add(ref a, row * aRow);
                ref T startTile = ref Unsafe.Add(ref start, row * startRow), resultTile = ref Unsafe.Add(ref result, row * resultRow);
                if (columns <= 2 * V.Count && row + 4 <= rows)
                {
                    GemmMicroKernel<T, V>.FourRows<TwoVectors>(
                        ref aTile, aRow, aStep, block, ref p, pStep,
                        ref startTile, startRow, ref resultTile, resultRow, ref next, nextStep);
                }
                else
                {
                    UpToFourRows<N>(
                        Math.Min(4, rows - row), ref aTile, aRow, aStep, block, ref p, pStep,
                        ref startTile, startRow, ref resultTile, resultRow, ref next, nextStep);
                }

                next = ref Unsafe.Add(ref next, sums ? 4 * startRow : block * nextStep);
            }

            k -= block;
            if (k == 0) return;
            a = ref Unsafe.Add(ref a, block * aStep);
            p = ref Unsafe.Add(ref p, block * pStep);
            start = ref result;
            startRow = resultRow;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UpToFourRows<N>(
        int rows, ref T a, nint aRow, nint aStep, int k, ref T p, nint pStep,
        ref T start, nint startRow, ref T result, nint resultRow, ref T next, nint nextStep)
        where N : struct, IVectorCount
    {
        // Vectors of 512 bits come with 32 registers, enough for the 16 sums of four rows.
        if (V.Count * Unsafe.SizeOf<T>() == 64 && rows == 4)
        {
            GemmMicroKernel<T, V>.FourRows<N>(
                ref a, aRow, aStep, k, ref p, pStep, ref start, startRow, ref result, resultRow, ref next, nextStep);
            return;
        }

        int r = 0;
        for (; r + 2 <= rows; r += 2)
        {
            GemmMicroKernel<T, V>.TwoRows<N>(
                ref Unsafe.Add(ref a, r * aRow), aRow, aStep, k, ref p, pStep,
                ref Unsafe.Add(ref start, r * startRow), startRow, ref Unsafe.Add(ref result, r * resultRow), resultRow);
        }

        if (r < rows)
        {
            GemmMicroKernel<T, V>.OneRow<N>(
                ref Unsafe.Add(ref a, r * aRow), aStep, k, ref p, pStep,
                ref Unsafe.Add(ref start, r * startRow), ref Unsafe.Add(ref result, r * resultRow));
        }
    }
}
