using MathNet.Numerics.Statistics;

namespace LstmLab.Forecasting;

/// <summary>Intervals of a statistic of dependent data: blocks of neighboring rows are drawn with replacement from the series closed to a
/// circle.
/// D. Politis, J. Romano, "A circular block-resampling procedure for stationary data", 1992.</summary>
public static class BlockBootstrap
{
    /// <summary>The interval that holds the middle of the resampled statistics.</summary>
    /// <param name="rows">Number of rows; of several series the number of times, so that a block holds all series at its times.</param>
    /// <param name="block">Rows drawn together, at least 1: more than the errors are dependent.</param>
    /// <param name="statistic">From the numbers of the drawn rows to the statistic.</param>
    /// <param name="level">Share of the resampled statistics within the interval.</param>
    /// <param name="repeats">Resamples.</param>
    /// <param name="seed">Fixes the draws.</param>
    public static (double Low, double High) Interval(int rows, int block, Func<IReadOnlyList<int>, double> statistic, double level = 0.95,
        int repeats = 999, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(statistic);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(block, 1);
        RandomStream random = new(seed, "block bootstrap");
        int[] drawn = new int[rows];
        double[] values = new double[repeats];
        for (int r = 0; r < repeats; r++)
        {
            for (int n = 0, start = 0; n < rows; n++)
            {
                if (n % block == 0) start = random.NextInt(rows);
                drawn[n] = (start + (n % block)) % rows;
            }

            values[r] = statistic(drawn);
        }

        Array.Sort(values);
        return (SortedArrayStatistics.Quantile(values, (1 - level) / 2), SortedArrayStatistics.Quantile(values, (1 + level) / 2));
    }

    /// <summary>A block length that grows as it should with the number of rows, and spans overlapping forecasts: max(⌈n^⅓⌉, h).</summary>
    public static int Length(int rows, int horizon) => Math.Max((int)Math.Ceiling(Math.Cbrt(rows)), horizon);
}
