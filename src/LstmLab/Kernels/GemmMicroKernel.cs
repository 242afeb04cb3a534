using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LstmLab;

/// <summary>
/// The one inner loop of all matrix products: a tile of a few rows times four vectors of W columns, kept in registers.
/// <code>result[r][v] = start[r][v] + Σ_k a[r, k] · p[k][v]        k ascending, each step a fused multiply-add</code></summary>
/// <remarks>
/// a is read one number at a time from <c>a + r·aRow + k·aStep</c>, p four vectors at a time from <c>p + k·pStep</c>; start and result are
/// rows of 4W numbers at their own distances (startRow is 0 for a bias that all rows share), and may be the same.
/// </remarks>
internal static class GemmMicroKernel<T, V> where T : struct, INumberBase<T> where V : struct, ILanes<V, T>
{
    private const int BlockBytes = 32 * 1024, RowsOfBlock = 64;

    /// <summary>Rows that parts of work are cut in multiples of, so that each has full tiles.</summary>
    public const int RowsOfTile = 4;

    /// <summary>4W, the columns of a panel that stand side by side.</summary>
    public static int Wide => 4 * V.Count;

    /// <summary>Rows of the tallest tile: 16 of 32 vector registers hold sums with 512 bits, 8 of 16 with fewer.</summary>
    public static int Rows => V.Count * Unsafe.SizeOf<T>() == 64 ? 4 : 2;

    /// <summary>What of so many rows is a part's.</summary>
    public static (int From, int To) Share(int rows, int part, int parts)
    {
        (int from, int to) = Workers.Partition((rows + RowsOfTile - 1) / RowsOfTile, part, parts);
        return (from * RowsOfTile, Math.Min(rows, to * RowsOfTile));
    }

    /// <summary>Panels of so many columns side by side.</summary>
    public static int PanelsOf(int columns) => (columns + Wide - 1) / Wide;

    /// <summary>All columns of a product of rows with panels whose columns stand side by side, through scratch of 64 rows of a panel.</summary>
    /// <remarks>startPanel is the distance of two panels' starts, 0 for one that all share; rows of the result are <paramref name="columns"/> long.</remarks>
    public static void Multiply(int rows, ref T a, nint aRow, int k, PackedMatrix<T> p, ref T start, nint startPanel, int columns, Span<T> result, int resultRow, ref T scratch)
    {
        for (int panel = 0; panel < PanelsOf(columns); panel++)
        {
            int first = panel * Wide, width = Math.Min(Wide, columns - first);
            for (int row = 0; row < rows; row += RowsOfBlock)
            {
                int count = Math.Min(RowsOfBlock, rows - row);
                Multiply(count, ref Unsafe.Add(ref a, row * aRow), aRow, 1, k, ref p[panel], Wide, ref Unsafe.Add(ref start, panel * startPanel), 0, ref scratch, Wide, columns - first);
                for (int r = 0; r < count; r++) MemoryMarshal.CreateSpan(ref Unsafe.Add(ref scratch, r * Wide), width).CopyTo(result[(((row + r) * resultRow) + first)..]);
            }
        }
    }

    /// <summary>Computes any number of rows. Blocks of k outermost: a block of p stays in the innermost cache while all rows use it. Of a panel with no more
    /// than 2W <paramref name="columns"/> that matter, two vectors may be left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply(int rows, ref T a, nint aRow, nint aStep, int k, ref T p, nint pStep, ref T start, nint startRow, ref T result, nint resultRow, int columns = int.MaxValue)
    {
        while (rows > 0)
        {
            int block = BlockBytes / (4 * V.Count * Unsafe.SizeOf<T>());
            // Half a block or less at the end is not worth loading and storing all sums once more.
            if (2 * k < 3 * block) block = k;
            // What lies farther away is asked for while there is time: the next block of p, or the next rows of many sums.
            bool sums = rows > block;
            ref T next = ref sums ? ref Unsafe.Add(ref start, 4 * startRow) : ref Unsafe.Add(ref p, block * pStep);
            nint nextStep = sums ? 4 * startRow / Math.Max(1, block) : 4 * pStep / rows;
            for (int row = 0; row < rows; row += 4)
            {
                if (columns <= 2 * V.Count && row + 4 <= rows)
                    FourByTwo(ref Unsafe.Add(ref a, row * aRow), aRow, aStep, block, ref p, pStep, ref Unsafe.Add(ref start, row * startRow), startRow, ref Unsafe.Add(ref result, row * resultRow), resultRow);
                else
                    Rows4(Math.Min(4, rows - row), ref Unsafe.Add(ref a, row * aRow), aRow, aStep, block, ref p, pStep, ref Unsafe.Add(ref start, row * startRow), startRow, ref Unsafe.Add(ref result, row * resultRow), resultRow, ref next, nextStep);
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

    // At most 4 rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rows4(int rows, ref T a, nint aRow, nint aStep, int k, ref T p, nint pStep, ref T start, nint startRow, ref T result, nint resultRow, ref T next, nint nextStep)
    {
        if (Rows == 4 && rows == 4)
        {
            Four(ref a, aRow, aStep, k, ref p, pStep, ref start, startRow, ref result, resultRow, ref next, nextStep);
            return;
        }

        int r = 0;
        for (; r + 2 <= rows; r += 2) Two(ref Unsafe.Add(ref a, r * aRow), aRow, aStep, k, ref p, pStep, ref Unsafe.Add(ref start, r * startRow), startRow, ref Unsafe.Add(ref result, r * resultRow), resultRow);
        if (r < rows) One(ref Unsafe.Add(ref a, r * aRow), aStep, k, ref p, pStep, ref Unsafe.Add(ref start, r * startRow), ref Unsafe.Add(ref result, r * resultRow));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Four(ref T a, nint aRow, nint aStep, int k, ref T p, nint pStep, ref T start, nint startRow, ref T result, nint resultRow, ref T next, nint nextStep)
    {
        V s00 = Vector(ref start, 0), s01 = Vector(ref start, 1), s02 = Vector(ref start, 2), s03 = Vector(ref start, 3);
        start = ref Unsafe.Add(ref start, startRow);
        V s10 = Vector(ref start, 0), s11 = Vector(ref start, 1), s12 = Vector(ref start, 2), s13 = Vector(ref start, 3);
        start = ref Unsafe.Add(ref start, startRow);
        V s20 = Vector(ref start, 0), s21 = Vector(ref start, 1), s22 = Vector(ref start, 2), s23 = Vector(ref start, 3);
        start = ref Unsafe.Add(ref start, startRow);
        V s30 = Vector(ref start, 0), s31 = Vector(ref start, 1), s32 = Vector(ref start, 2), s33 = Vector(ref start, 3);
        ref T a2 = ref Unsafe.Add(ref a, 2 * aRow);
        for (; k > 0; k--)
        {
            Cache.Prefetch(ref next);
            next = ref Unsafe.Add(ref next, nextStep);
            V p0 = Vector(ref p, 0), p1 = Vector(ref p, 1), p2 = Vector(ref p, 2), p3 = Vector(ref p, 3);
            V x = V.Of(a);
            s00 = V.MultiplyAdd(x, p0, s00);
            s01 = V.MultiplyAdd(x, p1, s01);
            s02 = V.MultiplyAdd(x, p2, s02);
            s03 = V.MultiplyAdd(x, p3, s03);
            x = V.Of(Unsafe.Add(ref a, aRow));
            s10 = V.MultiplyAdd(x, p0, s10);
            s11 = V.MultiplyAdd(x, p1, s11);
            s12 = V.MultiplyAdd(x, p2, s12);
            s13 = V.MultiplyAdd(x, p3, s13);
            x = V.Of(a2);
            s20 = V.MultiplyAdd(x, p0, s20);
            s21 = V.MultiplyAdd(x, p1, s21);
            s22 = V.MultiplyAdd(x, p2, s22);
            s23 = V.MultiplyAdd(x, p3, s23);
            x = V.Of(Unsafe.Add(ref a2, aRow));
            s30 = V.MultiplyAdd(x, p0, s30);
            s31 = V.MultiplyAdd(x, p1, s31);
            s32 = V.MultiplyAdd(x, p2, s32);
            s33 = V.MultiplyAdd(x, p3, s33);
            a = ref Unsafe.Add(ref a, aStep);
            a2 = ref Unsafe.Add(ref a2, aStep);
            p = ref Unsafe.Add(ref p, pStep);
        }

        Store(ref result, s00, s01, s02, s03);
        result = ref Unsafe.Add(ref result, resultRow);
        Store(ref result, s10, s11, s12, s13);
        result = ref Unsafe.Add(ref result, resultRow);
        Store(ref result, s20, s21, s22, s23);
        result = ref Unsafe.Add(ref result, resultRow);
        Store(ref result, s30, s31, s32, s33);
    }

    // The first two vectors of four rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourByTwo(ref T a, nint aRow, nint aStep, int k, ref T p, nint pStep, ref T start, nint startRow, ref T result, nint resultRow)
    {
        V s00 = Vector(ref start, 0), s01 = Vector(ref start, 1);
        start = ref Unsafe.Add(ref start, startRow);
        V s10 = Vector(ref start, 0), s11 = Vector(ref start, 1);
        start = ref Unsafe.Add(ref start, startRow);
        V s20 = Vector(ref start, 0), s21 = Vector(ref start, 1);
        start = ref Unsafe.Add(ref start, startRow);
        V s30 = Vector(ref start, 0), s31 = Vector(ref start, 1);
        ref T a2 = ref Unsafe.Add(ref a, 2 * aRow);
        for (; k > 0; k--)
        {
            V p0 = Vector(ref p, 0), p1 = Vector(ref p, 1), x = V.Of(a);
            s00 = V.MultiplyAdd(x, p0, s00);
            s01 = V.MultiplyAdd(x, p1, s01);
            x = V.Of(Unsafe.Add(ref a, aRow));
            s10 = V.MultiplyAdd(x, p0, s10);
            s11 = V.MultiplyAdd(x, p1, s11);
            x = V.Of(a2);
            s20 = V.MultiplyAdd(x, p0, s20);
            s21 = V.MultiplyAdd(x, p1, s21);
            x = V.Of(Unsafe.Add(ref a2, aRow));
            s30 = V.MultiplyAdd(x, p0, s30);
            s31 = V.MultiplyAdd(x, p1, s31);
            a = ref Unsafe.Add(ref a, aStep);
            a2 = ref Unsafe.Add(ref a2, aStep);
            p = ref Unsafe.Add(ref p, pStep);
        }

        Store(ref result, s00, s01);
        result = ref Unsafe.Add(ref result, resultRow);
        Store(ref result, s10, s11);
        result = ref Unsafe.Add(ref result, resultRow);
        Store(ref result, s20, s21);
        result = ref Unsafe.Add(ref result, resultRow);
        Store(ref result, s30, s31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Two(ref T a, nint aRow, nint aStep, int k, ref T p, nint pStep, ref T start, nint startRow, ref T result, nint resultRow)
    {
        V s00 = Vector(ref start, 0), s01 = Vector(ref start, 1), s02 = Vector(ref start, 2), s03 = Vector(ref start, 3);
        start = ref Unsafe.Add(ref start, startRow);
        V s10 = Vector(ref start, 0), s11 = Vector(ref start, 1), s12 = Vector(ref start, 2), s13 = Vector(ref start, 3);
        for (; k > 0; k--)
        {
            V x0 = V.Of(a), x1 = V.Of(Unsafe.Add(ref a, aRow)), y = Vector(ref p, 0);
            s00 = V.MultiplyAdd(x0, y, s00);
            s10 = V.MultiplyAdd(x1, y, s10);
            y = Vector(ref p, 1);
            s01 = V.MultiplyAdd(x0, y, s01);
            s11 = V.MultiplyAdd(x1, y, s11);
            y = Vector(ref p, 2);
            s02 = V.MultiplyAdd(x0, y, s02);
            s12 = V.MultiplyAdd(x1, y, s12);
            y = Vector(ref p, 3);
            s03 = V.MultiplyAdd(x0, y, s03);
            s13 = V.MultiplyAdd(x1, y, s13);
            a = ref Unsafe.Add(ref a, aStep);
            p = ref Unsafe.Add(ref p, pStep);
        }

        Store(ref result, s00, s01, s02, s03);
        result = ref Unsafe.Add(ref result, resultRow);
        Store(ref result, s10, s11, s12, s13);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void One(ref T a, nint aStep, int k, ref T p, nint pStep, ref T start, ref T result)
    {
        V s0 = Vector(ref start, 0), s1 = Vector(ref start, 1), s2 = Vector(ref start, 2), s3 = Vector(ref start, 3);
        for (; k > 0; k--)
        {
            V x = V.Of(a);
            s0 = V.MultiplyAdd(x, Vector(ref p, 0), s0);
            s1 = V.MultiplyAdd(x, Vector(ref p, 1), s1);
            s2 = V.MultiplyAdd(x, Vector(ref p, 2), s2);
            s3 = V.MultiplyAdd(x, Vector(ref p, 3), s3);
            a = ref Unsafe.Add(ref a, aStep);
            p = ref Unsafe.Add(ref p, pStep);
        }

        Store(ref result, s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Vector(ref T row, int v) => V.Load(ref Unsafe.Add(ref row, v * V.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref T row, V v0, V v1)
    {
        v0.Store(ref row);
        v1.Store(ref Unsafe.Add(ref row, V.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref T row, V v0, V v1, V v2, V v3)
    {
        Store(ref row, v0, v1);
        v2.Store(ref Unsafe.Add(ref row, 2 * V.Count));
        v3.Store(ref Unsafe.Add(ref row, 3 * V.Count));
    }
}
