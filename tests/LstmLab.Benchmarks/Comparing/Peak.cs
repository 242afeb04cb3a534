using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LstmLab.Benchmarks.Comparing;

/// <summary>The most that fused multiply-adds reach here, in float.</summary>
internal static class Peak
{
    // Latency times throughput: enough to keep two units of four cycles busy, few enough for 16 registers.
    private const int Chains = 12, Rounds = 200_000, Repeats = 15;

    private interface IWidth<TVector>
    {
        static abstract TVector Of(float value);

        static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);
    }

    /// <summary>GFLOP/s on some threads at once, by bits of a vector, for the widths this processor has; widest first.</summary>
    public static IReadOnlyList<(int Bits, double Gflops)> Measure(int threads)
    {
        List<(int, double)> peaks = [];
        if (Vector512.IsHardwareAccelerated) peaks.Add((512, Best<Vector512<float>, Width512>(Vector512<float>.Count, threads)));
        if (Vector256.IsHardwareAccelerated) peaks.Add((256, Best<Vector256<float>, Width256>(Vector256<float>.Count, threads)));
        if (Vector128.IsHardwareAccelerated) peaks.Add((128, Best<Vector128<float>, Width128>(Vector128<float>.Count, threads)));
        return peaks;
    }

    private static double Best<TVector, TWidth>(int lanes, int threads) where TWidth : IWidth<TVector>
    {
        double best = 0;
        using Barrier barrier = new(threads);
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            for (int repeat = 0; repeat < Repeats; repeat++)
            {
                barrier.SignalAndWait();
                long start = Stopwatch.GetTimestamp();
                Run<TVector, TWidth>();
                barrier.SignalAndWait();
                double gflops = 2.0 * Chains * lanes * Rounds * threads / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
                lock (barrier) best = Math.Max(best, gflops);
            }
        }))];
        foreach (Thread worker in workers) worker.Start();
        foreach (Thread worker in workers) worker.Join();
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static TVector Run<TVector, TWidth>() where TWidth : IWidth<TVector>
    {
        TVector a = TWidth.Of(0.5f), b = TWidth.Of(1);
        TVector c0 = b, c1 = b, c2 = b, c3 = b, c4 = b, c5 = b, c6 = b, c7 = b, c8 = b, c9 = b, c10 = b, c11 = b;
        for (int n = 0; n < Rounds; n++)
        {
            c0 = TWidth.MultiplyAdd(c0, a, b);
            c1 = TWidth.MultiplyAdd(c1, a, b);
            c2 = TWidth.MultiplyAdd(c2, a, b);
            c3 = TWidth.MultiplyAdd(c3, a, b);
            c4 = TWidth.MultiplyAdd(c4, a, b);
            c5 = TWidth.MultiplyAdd(c5, a, b);
            c6 = TWidth.MultiplyAdd(c6, a, b);
            c7 = TWidth.MultiplyAdd(c7, a, b);
            c8 = TWidth.MultiplyAdd(c8, a, b);
            c9 = TWidth.MultiplyAdd(c9, a, b);
            c10 = TWidth.MultiplyAdd(c10, a, b);
            c11 = TWidth.MultiplyAdd(c11, a, b);
        }

        // Their use keeps all chains alive.
        TVector low = TWidth.MultiplyAdd(TWidth.MultiplyAdd(c0, c1, c2), TWidth.MultiplyAdd(c3, c4, c5), b);
        return TWidth.MultiplyAdd(low, TWidth.MultiplyAdd(c6, c7, c8), TWidth.MultiplyAdd(c9, c10, c11));
    }

    private readonly struct Width512 : IWidth<Vector512<float>>
    {
        public static Vector512<float> Of(float value) => Vector512.Create(value);

        public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);
    }

    private readonly struct Width256 : IWidth<Vector256<float>>
    {
        public static Vector256<float> Of(float value) => Vector256.Create(value);

        public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);
    }

    private readonly struct Width128 : IWidth<Vector128<float>>
    {
        public static Vector128<float> Of(float value) => Vector128.Create(value);

        public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.FusedMultiplyAdd(a, b, c);
    }
}
