using System.Globalization;

namespace LstmLab;

/// <summary>Checks the numbers that an experimenter chooses, and writes them down.</summary>
internal static class Guard
{
    /// <summary>Throws unless a value is 0 or more and finite.</summary>
    public static double NotNegative(double value, string name) => Require(value >= 0 && double.IsFinite(value), value, name, "in [0, ∞)");

    /// <summary>Throws unless a value is greater than 0 and finite.</summary>
    public static double Positive(double value, string name) => Require(value > 0 && double.IsFinite(value), value, name, "in (0, ∞)");

    /// <summary>Throws unless a size is at least 1.</summary>
    /// <exception cref="ShapeException">It is below 1; the message names the parameter and its value.</exception>
    public static int Size(int size, string name) =>
        size >= 1 ? size : throw new ShapeException($"{name} must be greater than zero, but is {size}.");

    /// <summary>Throws unless a value is in [0, 1).</summary>
    public static double BelowOne(double value, string name) => Require(value is >= 0 and < 1, value, name, "in [0, 1)");

    /// <summary>Throws unless the condition holds; NaN fails every comparison.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The condition is false; the message names the parameter, its range and the
    /// value.</exception>
    public static double Require(bool holds, double value, string name, string range) => holds
        ? value
        : throw new ArgumentOutOfRangeException(
            name, string.Create(CultureInfo.InvariantCulture, $"{name} must be {range}, but is {value}."));

    /// <summary>valueⁿ by repeated squaring, n ≥ 0: multiplications alone, so the same bits on every machine.</summary>
    public static double Power(double value, int n)
    {
        double power = 1;
        for (; n > 0; n >>= 1, value *= value)
            if ((n & 1) == 1) power *= value;
        return power;
    }

    /// <summary>A name and its settings as text, e.g. <c>HuberLoss(delta: 0.5)</c>.</summary>
    /// <param name="name">The name of the type.</param>
    /// <param name="settings">Each setting's name and value: a number, a list of numbers, a boolean, other settings as text, or null for
    /// none.</param>
    /// <returns>The text. Numbers are written in the shortest form that reads back to the same bits, so that two texts are equal only if
    /// all settings are.</returns>
    public static string Settings(string name, params ReadOnlySpan<(string Name, object? Value)> settings)
    {
        List<string> parts = [];
        foreach ((string setting, object? value) in settings) parts.Add($"{setting}: {Text(value)}");
        return $"{name}({string.Join(", ", parts)})";
    }

    private static string Text(object? value) => value switch
    {
        null => "none",
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IEnumerable<double> numbers => $"[{string.Join(", ", numbers.Select(number => Text(number)))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
