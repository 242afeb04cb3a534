using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>Sums of rows in lanes, with the same bits on any vector width: each product is added with one rounding, rows upwards.</summary>
internal static class Rows
{
    /// <summary><c>sum += Σ_r factors[r] · row r</c>.</summary>
    /// <param name="factors">One a row.</param>
    /// <param name="rows">The rows one after another, each as long as the sum.</param>
    /// <param name="sum">Added to.</param>
    public static void AddScaled<T>(ReadOnlySpan<T> factors, ReadOnlySpan<T> rows, Span<T> sum)
        where T : struct, IBinaryFloatingPointIeee754<T> =>
        Elementwise.Run<T, Scaled<T>>(new() { Factors = factors, Rows = rows, Sum = sum }, 0, sum.Length);

    /// <summary><c>row r of sums += factors[r] · row</c>.</summary>
    /// <param name="factors">One a row of the sums.</param>
    /// <param name="row">The row.</param>
    /// <param name="sums">Added to; rows one after another, each as long as the row.</param>
    public static void AddOuter<T>(ReadOnlySpan<T> factors, ReadOnlySpan<T> row, Span<T> sums)
        where T : struct, IBinaryFloatingPointIeee754<T> =>
        Elementwise.Run<T, Outer<T>>(new() { Factors = factors, Row = row, Sums = sums }, 0, row.Length);

    private ref struct Scaled<T> : IElementwise<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> Factors, Rows;
        public Span<T> Sum;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T>
        {
            V sum = Sum.Load<T, V>(n);
            for (int r = 0; r < Factors.Length; r++)
                sum = V.MultiplyAdd(V.Of(Factors[r]), Rows.Load<T, V>((r * (nint)Sum.Length) + n), sum);
            Sum.Store(n, sum);
        }
    }

    private ref struct Outer<T> : IElementwise<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> Factors, Row;
        public Span<T> Sums;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T>
        {
            V row = Row.Load<T, V>(n);
            for (int r = 0; r < Factors.Length; r++)
            {
                nint at = (r * (nint)Row.Length) + n;
                Sums.Store(at, V.MultiplyAdd(V.Of(Factors[r]), row, Sums.Load<T, V>(at)));
            }
        }
    }
}
