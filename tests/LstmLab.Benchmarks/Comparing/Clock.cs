using System.Diagnostics;
using System.Runtime;

namespace LstmLab.Benchmarks.Comparing;

/// <summary>How long a step takes.</summary>
internal static class Clock
{
    // Fresh processes take turns, so that no turn need be long.
    private const double QuietSeconds = 0.3, SampleSeconds = 0.5, BatchSeconds = 0.005;

    /// <summary>The median time of a step, and the bytes it allocates on the managed heap on average.</summary>
    /// <remarks>Steps shorter than 5 ms are timed in batches of that length. Compilation is over by then: steps go before until none has been compiled anew for 0.3 s, at least two.</remarks>
    public static (double Seconds, double Bytes) Measure(Action step)
    {
        long start = Stopwatch.GetTimestamp(), quiet = start, compiled = 0;
        int warmUps = 0;
        for (; warmUps < 2 || Since(quiet) < QuietSeconds; warmUps++)
        {
            step();
            long now = JitInfo.GetCompiledMethodCount();
            if (now != compiled) (compiled, quiet) = (now, Stopwatch.GetTimestamp());
        }

        int batch = Math.Max(1, (int)(BatchSeconds / (Since(start) / warmUps)));

        double[] samples = new double[1 + (int)(SampleSeconds / BatchSeconds)];
        int count = 0;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        start = Stopwatch.GetTimestamp();
        do
        {
            long begin = Stopwatch.GetTimestamp();
            for (int n = 0; n < batch; n++) step();
            samples[count++] = Since(begin) / batch;
        }
        while (count < samples.Length && Since(start) < SampleSeconds);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return (Median(samples.AsSpan(0, count)), (double)allocated / ((long)count * batch));
    }

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Since(long start) => Stopwatch.GetElapsedTime(start).TotalSeconds;
}
