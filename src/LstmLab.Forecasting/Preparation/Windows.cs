using System.Numerics;
using System.Numerics.Tensors;
using LstmLab.Numerics;

namespace LstmLab.Forecasting;

/// <summary>Cuts columns into the windows a network learns from.</summary>
public static class Windows
{
    /// <summary>Inputs [T, N, I]: window n holds the T rows before origin n of every column.</summary>
    /// <param name="columns">I columns, scaled.</param>
    /// <param name="window">T.</param>
    /// <param name="origins">First row after each window, each at least T.</param>
    /// <param name="lead">How far into its future a column is read, one for each; 0 for all unless told. A column known ahead may have the horizon.</param>
    public static Tensor<T> Inputs<T>(IReadOnlyList<double[]> columns, int window, IReadOnlyList<int> origins, IReadOnlyList<int>? lead = null)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(origins);
        int count = origins.Count, width = columns.Count;
        return Tensors.Fill(n => T.CreateTruncating(columns[n % width][origins[n / width % count] - window + (n / width / count) + (lead?[n % width] ?? 0)]), window, count, width);
    }

    /// <summary>Targets [N, O]: column O of sample n is the row of origin n plus step − 1.</summary>
    public static Tensor<T> Targets<T>(double[] column, IReadOnlyList<int> origins, IReadOnlyList<int> steps) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(origins);
        ArgumentNullException.ThrowIfNull(steps);
        return Tensors.Fill(n => T.CreateTruncating(column[origins[n / steps.Count] + steps[n % steps.Count] - 1]), origins.Count, steps.Count);
    }
}
