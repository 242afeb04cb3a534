namespace LstmLab.Forecasting;

/// <summary>What the values present in a window come to; NaN, that is missing, where there are too few. Sums run from the first value to
/// the last.</summary>
internal static class Aggregate
{
    public static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum;
    }

    public static double Mean(ReadOnlySpan<double> values) => values.IsEmpty ? double.NaN : Sum(values) / values.Length;

    /// <summary>The standard deviation with N − 1 in the denominator.</summary>
    public static double Std(ReadOnlySpan<double> values)
    {
        if (values.Length < 2) return double.NaN;
        double mean = Mean(values), squares = 0;
        foreach (double value in values) squares = DeterministicMath.MultiplyAdd(value - mean, value - mean, squares);
        return Math.Sqrt(squares / (values.Length - 1));
    }

    public static double Min(ReadOnlySpan<double> values)
    {
        double least = double.NaN;
        foreach (double value in values) least = value < least || double.IsNaN(least) ? value : least;
        return least;
    }

    public static double Max(ReadOnlySpan<double> values)
    {
        double most = double.NaN;
        foreach (double value in values) most = value > most || double.IsNaN(most) ? value : most;
        return most;
    }

    public static double First(ReadOnlySpan<double> values) => values.IsEmpty ? double.NaN : values[0];

    public static double Last(ReadOnlySpan<double> values) => values.IsEmpty ? double.NaN : values[^1];
}

/// <summary>Sums up the values present in a window.</summary>
internal delegate double Aggregation(ReadOnlySpan<double> values);
