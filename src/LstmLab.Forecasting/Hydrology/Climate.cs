namespace LstmLab.Forecasting;

/// <summary>What drives a catchment, day by day.</summary>
/// <param name="Dates">The days, [N], one after the other.</param>
/// <param name="Precipitation">Rain and melted snow, [N], mm/day, 0 or more.</param>
/// <param name="Temperature">Mean temperature, [N], °C.</param>
/// <param name="PotentialEvaporation">What the air would take from wet ground, [N], mm/day, 0 or more; see <see cref="Oudin"/>.</param>
public sealed record Climate(DateTime[] Dates, double[] Precipitation, double[] Temperature, double[] PotentialEvaporation)
{
    /// <summary>The same precipitation at another height: temperature falls by 0.65 °C every 100 m, and potential evaporation with
    /// it.</summary>
    /// <param name="meters">Height above the station, m; negative below it.</param>
    /// <param name="latitude">Latitude, degrees north.</param>
    public Climate At(double meters, double latitude)
    {
        double[] temperature = [.. Temperature.Select(t => t - (0.0065 * meters))];
        double[] evaporation = [.. Dates.Zip(temperature, (day, t) => Oudin(t, latitude, day.DayOfYear))];
        return this with { Temperature = temperature, PotentialEvaporation = evaporation };
    }

    /// <summary>Throws unless every series has a value for each day.</summary>
    /// <exception cref="ShapeException">One has not; the message names it.</exception>
    internal void Require()
    {
        (string Name, int Length)[] series = [(nameof(Precipitation), Precipitation.Length),
            (nameof(Temperature), Temperature.Length), (nameof(PotentialEvaporation), PotentialEvaporation.Length)];
        foreach ((string name, int length) in series)
            if (length != Dates.Length)
                throw new ShapeException($"'{name}' must hold one value a day, [N] = {Dates.Length} as 'Dates', but holds {length}.");
    }

    /// <summary>Potential evaporation from temperature and latitude alone: L. Oudin et al., J. Hydrology 303, 2005, eq. (3).
    /// <code>PE = Rₑ / (λρ) · (T + 5) / 100 for T &gt; −5, else 0        Rₑ of <see cref="Radiation"/>, λρ = 2.45 MJ/(m² mm)</code>
    /// </summary>
    /// <param name="temperature">T, °C.</param>
    /// <param name="latitude">Latitude, degrees north.</param>
    /// <param name="dayOfYear">1 … 366.</param>
    /// <returns>mm/day.</returns>
    public static double Oudin(double temperature, double latitude, int dayOfYear) =>
        Math.Max(0, Radiation(latitude, dayOfYear) / 2.45 * (temperature + 5) / 100);

    /// <summary>Radiation of the sun above the air: R. Allen et al., FAO Irrigation and Drainage Paper 56, 1998, eq. (21) to (25).
    /// <code>
    /// d = 1 + 0.033 cos(2πJ/365), δ = 0.409 sin(2πJ/365 − 1.39), ω = arccos(−tan φ tan δ)
    /// Rₑ = 37.6 d (ω sin φ sin δ + cos φ cos δ sin ω)
    /// </code></summary>
    /// <param name="latitude">φ, degrees north; between the polar circles, where the sun rises every day.</param>
    /// <param name="dayOfYear">J, 1 … 366.</param>
    /// <returns>MJ/(m² day).</returns>
    /// <exception cref="ArgumentOutOfRangeException">|latitude| is 66 or more.</exception>
    public static double Radiation(double latitude, int dayOfYear)
    {
        if (!(Math.Abs(latitude) < 66))
            throw new ArgumentOutOfRangeException(nameof(latitude), latitude, "The latitude must lie within (−66, 66) degrees.");
        double phi = latitude * Math.PI / 180;
        double year = 2 * Math.PI * dayOfYear / 365;
        double distance = 1 + (0.033 * Math.Cos(year));
        double declination = 0.409 * Math.Sin(year - 1.39);
        double sunset = Math.Acos(-Math.Tan(phi) * Math.Tan(declination));
        return 24 * 60 / Math.PI * 0.0820 * distance * ((sunset * Math.Sin(phi) * Math.Sin(declination))
            + (Math.Cos(phi) * Math.Cos(declination) * Math.Sin(sunset)));
    }
}
