using System.Text.RegularExpressions;

namespace LstmLab.Charts.Rendering;

/// <summary>The two parts of an axis's title: “temperature (°C)”, “temperature, °C” and “error in °C” have a unit.</summary>
internal static partial class Quantity
{
    /// <summary>The unit; empty where there is none.</summary>
    public static string Unit(string title) => Ending().Match(title) is { Success: true } match
        ? match.Groups.Values.Skip(1).First(group => group.Success).Value
        : "";

    /// <summary>The title without its unit.</summary>
    public static string Name(string title) => Ending().Replace(title, "").Trim();

    /// <summary>The title without its unit, in both languages.</summary>
    public static Bilingual Name(Bilingual title) => new(Name(title.English), title.Chinese is null ? null : Name(title.Chinese));

    [GeneratedRegex(
        @"\s*(?:\(([^()]{1,14})\)|（([^（）]{1,14})）|[,，]\s*(\S{1,10})"
        + @"| in (°?[A-Z%][A-Za-z]{0,3}|m|mm|cm|km|kg|s|ms|µs|%))$")]
    private static partial Regex Ending();
}
