using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LstmLab;

/// <summary>A sum in double whose order of additions is fixed, and yet can be computed with vectors of any width.
/// <code>
/// s_j   = t_j + t_{j+16} + t_{j+32} + …       j = 0 … 15, upwards, from 0
/// s_j  += s_{j+8}, j &lt; 8;  s_j += s_{j+4}, j &lt; 4;  s_j += s_{j+2}, j &lt; 2;  Total = s_0 + s_1
/// </code>
/// t_k is the k-th term that was added, from 0, whether it came alone or among others.</summary>
/// <remarks>The bits depend on the terms and their order alone. NaN among the terms makes the total NaN. The rounding error grows with n/16
/// terms instead of n. Pass it by reference, since a copy does not see later terms.</remarks>
public struct InterleavedSum
{
    private const int Parts = 16;

    private Partial _partial;
    private int _next;

    /// <summary>The sum of what has been added; 0 of nothing.</summary>
    public readonly double Total
    {
        get
        {
            Partial sum = _partial;
            for (int half = Parts / 2; half > 0; half /= 2)
                for (int j = 0; j < half; j++) sum[j] += sum[j + half];
            return sum[0];
        }
    }

    /// <summary>Adds the next term.</summary>
    public void Add(double term)
    {
        _partial[_next] += term;
        _next = (_next + 1) & (Parts - 1);
    }

    /// <summary>Adds the next terms, <paramref name="count"/> of them, in lanes.</summary>
    internal void Add<TTerms>(TTerms terms, int count) where TTerms : struct, ITerms, allows ref struct
    {
        int n = _next == 0 ? 0 : AddSingly(ref terms, 0, Math.Min(count, Parts - _next));
        if (count - n >= Parts)
        {
            if (Vector512.IsHardwareAccelerated) n = AddBlocks<Lanes512<double>, TTerms>(ref terms, n, count);
            else if (Vector256.IsHardwareAccelerated) n = AddBlocks<Lanes256<double>, TTerms>(ref terms, n, count);
            else if (Vector128.IsHardwareAccelerated) n = AddBlocks<Lanes128<double>, TTerms>(ref terms, n, count);
        }

        if (n < count) AddSingly(ref terms, n, count);
    }

    // Both are optimized at the first call: a profile of a first call on few terms would mislead the compiler about calls on many.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int AddSingly<TTerms>(ref TTerms terms, int start, int end) where TTerms : struct, ITerms, allows ref struct
    {
        for (int n = start; n < end; n++) Add(terms.At<Lanes1<double>>(n).Value);
        return end;
    }

    // Whole blocks of 16 terms; returns where they end. The partial sums stay in 2, 4 or 8 vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int AddBlocks<V, TTerms>(ref TTerms terms, int start, int count)
        where V : struct, ILanes<V, double> where TTerms : struct, ITerms, allows ref struct
    {
        int W = V.Count, n = start;
        Span<double> partial = _partial;
        V s0 = partial.Load<double, V>(0), s1 = partial.Load<double, V>(W);
        V s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        if (W <= 4)
        {
            s2 = partial.Load<double, V>(2 * W);
            s3 = partial.Load<double, V>(3 * W);
        }

        if (W <= 2)
        {
            s4 = partial.Load<double, V>(4 * W);
            s5 = partial.Load<double, V>(5 * W);
            s6 = partial.Load<double, V>(6 * W);
            s7 = partial.Load<double, V>(7 * W);
        }

        for (; n <= count - Parts; n += Parts)
        {
            s0 += terms.At<V>(n);
            s1 += terms.At<V>(n + W);
            if (W > 4) continue;
            s2 += terms.At<V>(n + (2 * W));
            s3 += terms.At<V>(n + (3 * W));
            if (W > 2) continue;
            s4 += terms.At<V>(n + (4 * W));
            s5 += terms.At<V>(n + (5 * W));
            s6 += terms.At<V>(n + (6 * W));
            s7 += terms.At<V>(n + (7 * W));
        }

        ReadOnlySpan<V> sums = [s0, s1, s2, s3, s4, s5, s6, s7];
        for (int v = 0; v < Parts / W; v++) partial.Store(v * W, sums[v]);
        return n;
    }

    [InlineArray(Parts)]
    private struct Partial
    {
        private double _first;
    }
}

/// <summary>Terms of a sum, in lanes.</summary>
internal interface ITerms
{
    /// <summary>The terms n … n + W − 1, from 0; each is asked for once, upwards.</summary>
    V At<V>(nint n) where V : struct, ILanes<V, double>;
}
