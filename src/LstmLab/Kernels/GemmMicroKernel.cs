using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>
/// How many vectors stand side by side in a tile of <see cref="GemmMicroKernel{T,V}"/>: a constant that the just-in-time compiler folds.
/// </summary>
internal interface IVectorCount
{
    /// <summary>1 to 4.</summary>
    static abstract int Count { get; }
}

/// <summary>Two vectors.</summary>
internal readonly struct TwoVectors : IVectorCount
{
    public static int Count => 2;
}

/// <summary>Three vectors.</summary>
internal readonly struct ThreeVectors : IVectorCount
{
    public static int Count => 3;
}

/// <summary>Four vectors.</summary>
internal readonly struct FourVectors : IVectorCount
{
    public static int Count => 4;
}

/// <summary>
/// The inner loop of all matrix products: a tile of 1, 2 or 4 rows times n vectors of W columns (n = N.Count), kept in registers.
/// <code>result[r][v] = start[r][v] + Σ_k a[r, k] · p[k][v]        k ascending, each step a fused multiply-add</code></summary>
/// <remarks>
/// Element (r, k) of a is at <c>a + r·aRow + k·aStep</c>, row k of the packed matrix at <c>p + k·pStep</c>; start and result are rows of
/// n vectors at their own distances (startRow is 0 for a bias that all rows share), and may be the same.
/// </remarks>
internal static class GemmMicroKernel<T, V> where T : struct, INumberBase<T> where V : struct, ILanes<V, T>
{
    /// <summary>
    /// Computes four rows; <paramref name="next"/> and the numbers at multiples of <paramref name="nextStep"/> behind it are prefetched.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void FourRows<N>(
        ref T a, nint aRow, nint aStep, int k, ref T p, nint pStep, ref T start, nint startRow, ref T result, nint resultRow,
        ref T next, nint nextStep)
        where N : struct, IVectorCount
    {
        Load<N>(ref start, out V s00, out V s01, out V s02, out V s03);
        start = ref Unsafe.Add(ref start, startRow);
        Load<N>(ref start, out V s10, out V s11, out V s12, out V s13);
        start = ref Unsafe.Add(ref start, startRow);
        Load<N>(ref start, out V s20, out V s21, out V s22, out V s23);
        start = ref Unsafe.Add(ref start, startRow);
        Load<N>(ref start, out V s30, out V s31, out V s32, out V s33);
        ref T a2 = ref Unsafe.Add(ref a, 2 * aRow);
        for (; k > 0; k--)
        {
            Cache.Prefetch(ref next);
            next = ref Unsafe.Add(ref next, nextStep);
            Load<N>(ref p, out V p0, out V p1, out V p2, out V p3);
            MultiplyAdd<N>(V.Of(a), p0, p1, p2, p3, ref s00, ref s01, ref s02, ref s03);
            MultiplyAdd<N>(V.Of(Unsafe.Add(ref a, aRow)), p0, p1, p2, p3, ref s10, ref s11, ref s12, ref s13);
            MultiplyAdd<N>(V.Of(a2), p0, p1, p2, p3, ref s20, ref s21, ref s22, ref s23);
            MultiplyAdd<N>(V.Of(Unsafe.Add(ref a2, aRow)), p0, p1, p2, p3, ref s30, ref s31, ref s32, ref s33);
            a = ref Unsafe.Add(ref a, aStep);
            a2 = ref Unsafe.Add(ref a2, aStep);
            p = ref Unsafe.Add(ref p, pStep);
        }

        Store<N>(ref result, s00, s01, s02, s03);
        result = ref Unsafe.Add(ref result, resultRow);
        Store<N>(ref result, s10, s11, s12, s13);
        result = ref Unsafe.Add(ref result, resultRow);
        Store<N>(ref result, s20, s21, s22, s23);
        result = ref Unsafe.Add(ref result, resultRow);
        Store<N>(ref result, s30, s31, s32, s33);
    }

    /// <summary>
    /// Computes two rows, with one vector of p at a time: with 256 bits or fewer there are 16 registers, of which 8 hold the sums of four
    /// vectors.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void TwoRows<N>(
        ref T a, nint aRow, nint aStep, int k, ref T p, nint pStep, ref T start, nint startRow, ref T result, nint resultRow)
        where N : struct, IVectorCount
    {
        Load<N>(ref start, out V s00, out V s01, out V s02, out V s03);
        start = ref Unsafe.Add(ref start, startRow);
        Load<N>(ref start, out V s10, out V s11, out V s12, out V s13);
        for (; k > 0; k--)
        {
            V x0 = V.Of(a), x1 = V.Of(Unsafe.Add(ref a, aRow));
            MultiplyAdd(x0, x1, V.Load(ref p), ref s00, ref s10);
            if (N.Count > 1) MultiplyAdd(x0, x1, V.Load(ref Unsafe.Add(ref p, V.Count)), ref s01, ref s11);
            if (N.Count > 2) MultiplyAdd(x0, x1, V.Load(ref Unsafe.Add(ref p, 2 * V.Count)), ref s02, ref s12);
            if (N.Count > 3) MultiplyAdd(x0, x1, V.Load(ref Unsafe.Add(ref p, 3 * V.Count)), ref s03, ref s13);
            a = ref Unsafe.Add(ref a, aStep);
            p = ref Unsafe.Add(ref p, pStep);
        }

        Store<N>(ref result, s00, s01, s02, s03);
        result = ref Unsafe.Add(ref result, resultRow);
        Store<N>(ref result, s10, s11, s12, s13);
    }

    /// <summary>Computes one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OneRow<N>(ref T a, nint aStep, int k, ref T p, nint pStep, ref T start, ref T result) where N : struct, IVectorCount
    {
        Load<N>(ref start, out V s0, out V s1, out V s2, out V s3);
        for (; k > 0; k--)
        {
            Load<N>(ref p, out V p0, out V p1, out V p2, out V p3);
            MultiplyAdd<N>(V.Of(a), p0, p1, p2, p3, ref s0, ref s1, ref s2, ref s3);
            a = ref Unsafe.Add(ref a, aStep);
            p = ref Unsafe.Add(ref p, pStep);
        }

        Store<N>(ref result, s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd<N>(V x, V p0, V p1, V p2, V p3, ref V s0, ref V s1, ref V s2, ref V s3) where N : struct, IVectorCount
    {
        s0 = V.MultiplyAdd(x, p0, s0);
        if (N.Count > 1) s1 = V.MultiplyAdd(x, p1, s1);
        if (N.Count > 2) s2 = V.MultiplyAdd(x, p2, s2);
        if (N.Count > 3) s3 = V.MultiplyAdd(x, p3, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd(V x0, V x1, V p, ref V s0, ref V s1)
    {
        s0 = V.MultiplyAdd(x0, p, s0);
        s1 = V.MultiplyAdd(x1, p, s1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<N>(ref T row, out V v0, out V v1, out V v2, out V v3) where N : struct, IVectorCount
    {
        v0 = V.Load(ref row);
        v1 = N.Count > 1 ? V.Load(ref Unsafe.Add(ref row, V.Count)) : default;
        v2 = N.Count > 2 ? V.Load(ref Unsafe.Add(ref row, 2 * V.Count)) : default;
        v3 = N.Count > 3 ? V.Load(ref Unsafe.Add(ref row, 3 * V.Count)) : default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<N>(ref T row, V v0, V v1, V v2, V v3) where N : struct, IVectorCount
    {
        v0.Store(ref row);
        if (N.Count > 1) v1.Store(ref Unsafe.Add(ref row, V.Count));
        if (N.Count > 2) v2.Store(ref Unsafe.Add(ref row, 2 * V.Count));
        if (N.Count > 3) v3.Store(ref Unsafe.Add(ref row, 3 * V.Count));
    }
}
