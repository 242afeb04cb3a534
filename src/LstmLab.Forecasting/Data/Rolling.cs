using Microsoft.Data.Analysis;

namespace LstmLab.Forecasting;

/// <summary>Trailing windows over a column, as <c>rolling</c> of pandas: that of row t holds the rows t − N + 1 … t, so it knows nothing
/// later than its row. Made by <see cref="FrameTimeExtensions.Rolling"/>.</summary>
/// <remarks>Missing values are left out of a window; where fewer than the minimum are present, the result is missing. Each window is summed
/// anew from its first row to its last, so no error of rounding is carried along, at a cost of N for each row.</remarks>
public sealed class Rolling
{
    private readonly DataFrame _frame;
    private readonly double[] _values;
    private readonly int[][] _series;
    private readonly int _window, _least;

    internal Rolling(DataFrame frame, string column, int window, int least, string? series)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        if (least < 1 || least > window)
            throw new ArgumentOutOfRangeException(
                nameof(least), least, $"The minimum of values present must lie in 1 … {window}, the window.");
        _frame = frame;
        _values = FrameTimeExtensions.Values(frame, column);
        _series = FrameTimeExtensions.Groups(frame, series);
        _window = window;
        _least = least;
    }

    /// <summary>The frame with the means of the windows.</summary>
    /// <param name="name">Name of the new column.</param>
    public DataFrame Mean(string name) => With(name, Aggregate.Mean);

    /// <summary>The frame with the sums of the windows.</summary>
    /// <param name="name">Name of the new column.</param>
    public DataFrame Sum(string name) => With(name, Aggregate.Sum);

    /// <summary>The frame with the standard deviations of the windows, √(Σ (y − mean)² / (n − 1)) over the n values present; missing for
    /// one value.</summary>
    /// <param name="name">Name of the new column.</param>
    public DataFrame Std(string name) => With(name, Aggregate.Std);

    /// <summary>The frame with the least values of the windows.</summary>
    /// <param name="name">Name of the new column.</param>
    public DataFrame Min(string name) => With(name, Aggregate.Min);

    /// <summary>The frame with the greatest values of the windows.</summary>
    /// <param name="name">Name of the new column.</param>
    public DataFrame Max(string name) => With(name, Aggregate.Max);

    private DataFrame With(string name, Aggregation aggregation)
    {
        double[] results = new double[_values.Length];
        double[] present = new double[_window];
        foreach (int[] rows in _series)
        {
            for (int n = 0; n < rows.Length; n++)
            {
                int count = 0;
                for (int k = Math.Max(0, n - _window + 1); k <= n; k++)
                    if (!double.IsNaN(_values[rows[k]])) present[count++] = _values[rows[k]];
                results[rows[n]] = count < _least ? double.NaN : aggregation(present.AsSpan(0, count));
            }
        }

        return _frame.With(name, FrameTimeExtensions.Missing(results));
    }
}
