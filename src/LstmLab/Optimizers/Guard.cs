using System.Globalization;

namespace LstmLab;

/// <summary>Checks and powers of the numbers an experimenter chooses.</summary>
internal static class Guard
{
    /// <summary>Throws unless a value is 0 or more and finite.</summary>
    public static double NotNegative(double value, string name) => Require(value >= 0 && double.IsFinite(value), value, name, "in [0, ∞)");

    /// <summary>Throws unless a value is in [0, 1).</summary>
    public static double BelowOne(double value, string name) => Require(value is >= 0 and < 1, value, name, "in [0, 1)");

    /// <summary>Throws unless the condition holds; NaN fails every comparison.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The condition is false; the message names parameter, range and value.</exception>
    public static double Require(bool holds, double value, string name, string range) => holds
        ? value
        : throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture, $"{name} must be {range}, but is {value}."));

    /// <summary>valueⁿ by repeated squaring, n ≥ 0: multiplications alone, so the same bits on every machine.</summary>
    public static double Power(double value, int n)
    {
        double power = 1;
        for (; n > 0; n >>= 1, value *= value)
            if ((n & 1) == 1) power *= value;
        return power;
    }
}
