namespace LstmLab.Forecasting;

/// <summary>Measures of quantile forecasts.</summary>
public static class Intervals
{
    /// <summary>The pinball loss, <c>mean q u for u > 0, (q − 1) u otherwise</c>, u = y − ŷ; smallest when ŷ is the quantile q of
    /// y.</summary>
    public static double Pinball(double level, IReadOnlyList<double> actual, IReadOnlyList<double> quantile) =>
        Pairs(actual, quantile)
        .Average(pair => pair.First > pair.Second ? level * (pair.First - pair.Second) : (1 - level) * (pair.Second - pair.First));

    /// <summary>Share of values within [low, high].</summary>
    public static double Coverage(IReadOnlyList<double> actual, IReadOnlyList<double> low, IReadOnlyList<double> high) =>
        Pairs(actual, low).Zip(high, (pair, top) => pair.First >= pair.Second && pair.First <= top ? 1.0 : 0).Average();

    private static IEnumerable<(double First, double Second)> Pairs(IReadOnlyList<double> actual, IReadOnlyList<double> forecast) =>
        actual.Count == forecast.Count && actual.Count > 0 ? actual.Zip(forecast)
        : throw new ArgumentException($"{actual.Count} values cannot be compared with {forecast.Count} forecasts.");
}
