using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>Sums of rows in lanes, with the same bits on any vector width.</summary>
internal static class Rows
{
    /// <summary><c>sum += factor · row</c>, rounded once.</summary>
    public static void AddScaled<T>(T factor, ReadOnlySpan<T> row, Span<T> sum) where T : struct, IBinaryFloatingPointIeee754<T> =>
        Elementwise.Run<T, Scaled<T>>(new() { Factor = factor, Row = row, Sum = sum }, 0, row.Length);

    private ref struct Scaled<T> : IElementwise<T> where T : struct, IBinaryFloatingPointIeee754<T>
    {
        public T Factor;
        public ReadOnlySpan<T> Row;
        public Span<T> Sum;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T> =>
            Sum.Store(n, V.MultiplyAdd(V.Of(Factor), Row.Load<T, V>(n), Sum.Load<T, V>(n)));
    }
}
