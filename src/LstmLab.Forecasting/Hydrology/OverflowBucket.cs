namespace LstmLab.Forecasting;

/// <summary>
/// A bucket of another structure than <see cref="Catchment"/>: soil that overflows, after S. Manabe, Monthly Weather Review 97, 1969, with
/// degree-day snow and one linear store.
/// <code>
/// melt  = min(snow, D max(T, 0));        snow += (P for T &lt; 0) − melt
/// soil += rain + melt;                   overflow = max(soil − F, 0)
/// E     = min(soil, PE soil / F)
/// ground += overflow;                    Q = k ground
/// </code></summary>
/// <param name="DegreeDay">D, mm of melt a day and degree.</param>
/// <param name="SoilCapacity">F, mm.</param>
/// <param name="Rate">k, a day, at most 1.</param>
public sealed record OverflowBucket(double DegreeDay, double SoilCapacity, double Rate)
{
    /// <summary>Within what range each parameter is calibrated, in the order of the record.</summary>
    public static IReadOnlyList<(double Low, double High)> Ranges { get; } = [(0.5, 8), (5, 500), (0.005, 1)];

    /// <summary>Runs the stores through the days, from no snow, half-full soil and no ground water.</summary>
    /// <returns>Q, [N], mm/day.</returns>
    /// <exception cref="ShapeException">The series of the climate differ in length.</exception>
    public double[] Run(Climate climate)
    {
        ArgumentNullException.ThrowIfNull(climate);
        climate.Require();
        double[] flow = new double[climate.Dates.Length];
        double snow = 0, soil = SoilCapacity / 2, ground = 0;
        for (int n = 0; n < flow.Length; n++)
        {
            double snowfall = climate.Temperature[n] < 0 ? climate.Precipitation[n] : 0;
            double melt = Math.Min(snow, DegreeDay * Math.Max(climate.Temperature[n], 0));
            snow += snowfall - melt;
            soil += climate.Precipitation[n] - snowfall + melt;
            double overflow = Math.Max(soil - SoilCapacity, 0);
            soil -= overflow;
            soil -= Math.Min(soil, climate.PotentialEvaporation[n] * soil / SoilCapacity);
            ground += overflow;
            flow[n] = Rate * ground;
            ground -= flow[n];
        }

        return flow;
    }
}
