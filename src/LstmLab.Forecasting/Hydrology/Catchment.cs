namespace LstmLab.Forecasting;

/// <summary>
/// A catchment as four stores, the HBV model without its routing: S. Bergström, "The HBV model – its structure and applications", SMHI
/// Reports Hydrology 4, 1992; J. Seibert, M. Vis, Hydrology and Earth System Sciences 16, 3315–3325, 2012, whose names are in brackets.
/// <code>
/// snowfall = P for T &lt; T₀, else 0; rain = P − snowfall
/// ( 1) melt     = min(snow, D max(T − T₀, 0));            snow += snowfall − melt
/// ( 2) recharge = (rain + melt) (soil / F)ᵝ;              soil += rain + melt − recharge; what exceeds F is recharge too
/// ( 3) E        = min(soil, PE min(soil / (L F), 1));     soil −= E
/// ( 4) seepage  = min(fast, p);                           fast += recharge − seepage, slow += seepage
/// ( 5) Q_fast   = k₀ max(fast − U, 0) + k₁ fast;          fast −= Q_fast
/// ( 6) Q_slow   = k₂ slow;                                slow −= Q_slow
/// ( 7) Q        = Q_fast + Q_slow
/// </code></summary>
/// <remarks>Each flux leaves one store and enters the next, so water is neither made nor lost. Left out of HBV: refreezing, water held by
/// the snow, the correction of snowfall, and the triangular routing.</remarks>
/// <param name="SnowThreshold">T₀ [TT], °C.</param>
/// <param name="DegreeDay">D [CFMAX], mm of melt a day and degree.</param>
/// <param name="SoilCapacity">F [FC], mm.</param>
/// <param name="RechargeShape">β [BETA], without a unit.</param>
/// <param name="EvaporationLimit">L [LP]: the share of F above which evaporation is potential.</param>
/// <param name="Seepage">p [PERC], mm/day.</param>
/// <param name="FloodThreshold">U [UZL], mm.</param>
/// <param name="FloodRate">k₀ [K0], a day; k₀ + k₁ ≤ 1.</param>
/// <param name="FastRate">k₁ [K1], a day.</param>
/// <param name="SlowRate">k₂ [K2], a day.</param>
public sealed record Catchment(
    double SnowThreshold, double DegreeDay, double SoilCapacity, double RechargeShape, double EvaporationLimit, double Seepage,
    double FloodThreshold, double FloodRate, double FastRate, double SlowRate)
{
    /// <summary>From what range each parameter is drawn and within what range it is calibrated, in the order of the record.</summary>
    public static IReadOnlyList<(double Low, double High)> Ranges { get; } =
        [(-1, 1), (1.5, 5), (80, 350), (1, 4), (0.4, 1), (0.5, 3), (10, 60), (0.1, 0.3), (0.03, 0.15), (0.005, 0.04)];

    /// <summary>The parameters in the order of the record, [10].</summary>
    public double[] ToArray() => [SnowThreshold, DegreeDay, SoilCapacity, RechargeShape, EvaporationLimit, Seepage, FloodThreshold,
        FloodRate, FastRate, SlowRate];

    /// <summary>A catchment from its parameters in the order of the record, [10].</summary>
    /// <exception cref="ShapeException">There are not ten.</exception>
    public static Catchment Of(IReadOnlyList<double> p) => p.Count == 10
        ? new(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9])
        : throw new ShapeException($"A catchment has 10 parameters, but {p.Count} were given: see Catchment.Ranges.");

    /// <summary>A catchment whose parameters are drawn uniformly from <see cref="Ranges"/>.</summary>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="index">Which catchment of the experiment.</param>
    public static Catchment Draw(ulong seed, int index)
    {
        RandomStream random = new(seed, "catchment", index);
        return Of([.. Ranges.Select(range => random.NextUniform(range.Low, range.High))]);
    }

    /// <summary>Runs the stores through the days, from no snow, half-full soil and empty ground.</summary>
    /// <param name="climate">The days.</param>
    /// <returns>Fluxes of each day and stores at its end.</returns>
    /// <exception cref="ShapeException">The series of the climate differ in length.</exception>
    public CatchmentRun Run(Climate climate)
    {
        ArgumentNullException.ThrowIfNull(climate);
        climate.Require();
        int days = climate.Dates.Length;
        CatchmentRun run = new(SoilCapacity / 2, days);
        double snow = 0, soil = run.Initial, fast = 0, slow = 0;
        for (int n = 0; n < days; n++)
        {
            double above = climate.Temperature[n] - SnowThreshold;
            double snowfall = above < 0 ? climate.Precipitation[n] : 0;
            double melt = Math.Min(snow, DegreeDay * Math.Max(above, 0));                          // ( 1)
            snow += snowfall - melt;
            double water = climate.Precipitation[n] - snowfall + melt;
            double recharge = soil > 0 ? water * Power(soil / SoilCapacity) : 0;                   // ( 2)
            soil += water - recharge;
            double excess = Math.Max(soil - SoilCapacity, 0);
            soil -= excess;
            double dryness = Math.Min(soil / (EvaporationLimit * SoilCapacity), 1);
            run.Evaporation[n] = Math.Min(soil, climate.PotentialEvaporation[n] * dryness);        // ( 3)
            soil -= run.Evaporation[n];
            fast += recharge + excess;
            double seepage = Math.Min(fast, Seepage);                                              // ( 4)
            fast -= seepage;
            slow += seepage;
            double quick = (FloodRate * Math.Max(fast - FloodThreshold, 0)) + (FastRate * fast);   // ( 5)
            double basis = SlowRate * slow;                                                        // ( 6)
            fast -= quick;
            slow -= basis;
            run.Flow[n] = quick + basis;                                                           // ( 7)
            (run.Snow[n], run.Soil[n], run.Fast[n], run.Slow[n]) = (snow, soil, fast, slow);
        }

        return run;
    }

    private double Power(double share) => DeterministicMath.Exp(RechargeShape * DeterministicMath.Log(share));
}

/// <summary>What a catchment did: fluxes of each day in mm/day, and its hidden stores at the day's end in mm.</summary>
public sealed class CatchmentRun
{
    internal CatchmentRun(double initial, int days)
    {
        Initial = initial;
        Flow = new double[days];
        Evaporation = new double[days];
        Snow = new double[days];
        Soil = new double[days];
        Fast = new double[days];
        Slow = new double[days];
    }

    /// <summary>Water in all stores before the first day, mm.</summary>
    public double Initial { get; }

    /// <summary>Q, the streamflow, [N], mm/day.</summary>
    public double[] Flow { get; }

    /// <summary>E, the evaporation, [N], mm/day.</summary>
    public double[] Evaporation { get; }

    /// <summary>Water in the snow, [N], mm.</summary>
    public double[] Snow { get; }

    /// <summary>Water in the soil, [N], mm.</summary>
    public double[] Soil { get; }

    /// <summary>Water in the fast ground store, [N], mm.</summary>
    public double[] Fast { get; }

    /// <summary>Water in the slow ground store, [N], mm.</summary>
    public double[] Slow { get; }

    /// <summary>The flow as a gauge reads it, with an error that is a share of it: Q exp(σ ε − σ²/2), ε standard normal, so that the mean
    /// stays.</summary>
    /// <param name="sigma">σ; 0.1 is about ten percent.</param>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="index">Which catchment of the experiment.</param>
    /// <returns>[N], mm/day.</returns>
    public double[] Gauge(double sigma, ulong seed, int index = 0)
    {
        RandomStream noise = new(seed, "gauge", index);
        return [.. Flow.Select(q => q * DeterministicMath.Exp((sigma * noise.NextNormal()) - (sigma * sigma / 2)))];
    }
}
