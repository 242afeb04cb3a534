using System.Globalization;
using System.Numerics;

namespace LstmLab.Tests.Numerics;

/// <summary>A number <c>Mantissa · 2^Exponent</c>.</summary>
internal readonly record struct BigFloat(BigInteger Mantissa, int Exponent)
{
    public static BigFloat Of(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x), fraction = bits & ((1L << 52) - 1);
        int exponent = (int)(bits >> 52) & 0x7FF;
        BigInteger mantissa = exponent == 0 ? fraction : fraction | (1L << 52);
        return new(x < 0 ? -mantissa : mantissa, Math.Max(exponent, 1) - 1075);
    }
}

/// <summary>exp, ln, tanh, erf and σ to more than 200 bits, in integers alone: series of Taylor and Newton's step, nothing of the engine.</summary>
internal static class HighPrecision
{
    private const int Bits = 320;

    // Halvings before the series of exp, each undone by a square.
    private const int Halvings = 8;

    private static readonly BigInteger One = BigInteger.One << Bits;

    /// <summary>ln 2 · 2³²⁰. <c>ln 2 = 18 artanh(1/26) − 2 artanh(1/4801) + 8 artanh(1/8749)</c></summary>
    private static readonly BigInteger Ln2 = (18 * Artanh(26)) - (2 * Artanh(4801)) + (8 * Artanh(8749));

    /// <summary><c>eˣ</c>, |x| below 10⁵.</summary>
    public static BigFloat Exp(double x)
    {
        BigInteger value = Fixed(BigFloat.Of(x)), k = BigInteger.Divide(value - (value.Sign < 0 ? Ln2 : 0), Ln2), r = (value - (k * Ln2)) >> Halvings, sum = One, term = One;
        for (int n = 1; !term.IsZero; n++) sum += term = ((term * r) >> Bits) / n;
        for (int n = 0; n < Halvings; n++) sum = (sum * sum) >> Bits;
        return new(sum, (int)k - Bits);
    }

    /// <summary>The natural logarithm of a positive number.</summary>
    public static BigFloat Log(double x)
    {
        BigFloat number = BigFloat.Of(x);
        int exponent = (int)number.Mantissa.GetBitLength() - 1;
        BigInteger mantissa = number.Mantissa << (Bits - exponent);   // in [1, 2)
        double guess = Math.Log((double)mantissa / (double)One);
        BigInteger t = ((mantissa * Fixed(Exp(-guess))) >> Bits) - One, power = t, sum = Fixed(BigFloat.Of(guess)) + ((number.Exponent + exponent) * Ln2);
        for (int n = 1; n <= 6; n++)
        {
            sum += (n % 2 == 1 ? power : -power) / n;   // ln(1 + t), |t| below 10⁻¹⁵
            power = (power * t) >> Bits;
        }

        return new(sum, -Bits);
    }

    /// <summary>The hyperbolic tangent.</summary>
    public static BigFloat Tanh(double x)
    {
        if (Math.Abs(x) > 200) return new(x < 0 ? -One : One, -Bits);   // 1 − 2 e⁻⁴⁰⁰
        if (Math.Abs(x) > 1e-6)
        {
            BigInteger e = Fixed(Exp(2 * x));
            return new(((e - One) << Bits) / (e + One), -Bits);
        }

        // tanh x / x = 1 − u/3 + 2u²/15 − 17u³/315 + 62u⁴/2835 − 1382u⁵/155925 + 21844u⁶/6081075, u = x², below 10⁻¹²
        BigFloat number = BigFloat.Of(x);
        BigInteger u = Fixed(new(number.Mantissa * number.Mantissa, 2 * number.Exponent)), power = One, ratio = 0;
        foreach ((int numerator, int denominator) in new[] { (1, 1), (-1, 3), (2, 15), (-17, 315), (62, 2835), (-1382, 155925), (21844, 6081075) })
        {
            ratio += power * numerator / denominator;
            power = (power * u) >> Bits;
        }

        return new(number.Mantissa * ratio, number.Exponent - Bits);
    }

    /// <summary>The logistic function.</summary>
    public static BigFloat Sigmoid(double x)
    {
        if (x < -5000) return new(BigInteger.One, -7000);   // less than e⁻⁵⁰⁰⁰, and 0 to any double
        BigFloat e = Exp(-Math.Min(Math.Abs(x), 5000));
        BigInteger sum = One + Fixed(e);
        return x < 0 ? new((e.Mantissa << Bits) / sum, e.Exponent) : new((One << Bits) / sum, -Bits);
    }

    /// <summary>The error function. <c>erf(x) = 2x/√π Σ (−x²)ⁿ / (n! (2n + 1))</c></summary>
    public static BigFloat Erf(double x)
    {
        if (Math.Abs(x) > 15) return new(x < 0 ? -One : One, -Bits);   // 1 − 10⁻⁹⁹

        // The largest term is below exp(x²): as many bits more are needed.
        BigFloat number = BigFloat.Of(x);
        int bits = Bits + (int)(2 * x * x);
        BigInteger u = Shifted(number.Mantissa * number.Mantissa, (2 * number.Exponent) + bits), power = BigInteger.One << bits, sum = 0;
        for (int n = 0; !power.IsZero; n++)
        {
            sum += power / ((2 * n) + 1);
            power = -((power * u) >> bits) / (n + 1);
        }

        BigInteger pi = (16 * Arctan(5)) - (4 * Arctan(239)), factor = Root((One << (Bits + 2)) * One / pi);   // √(4/π), Machin
        return new(number.Mantissa * sum * factor, number.Exponent - bits - Bits);
    }

    /// <summary>How far a found number is from the exact one.</summary>
    /// <param name="found">The number.</param>
    /// <param name="exact">What it should be.</param>
    /// <param name="digits">Bits of the type's mantissa, 24 or 53.</param>
    /// <param name="smallest">Exponent of the type's smallest positive number, −149 or −1074.</param>
    /// <returns>The distance in units of the last place that a number of the exact one's size has, and in relation to the exact one; 0 and 0 for 0.</returns>
    public static (double Ulp, double Relative) Error(double found, BigFloat exact, int digits, int smallest)
    {
        if (exact.Mantissa.IsZero) return found == 0 ? (0, 0) : (double.PositiveInfinity, double.PositiveInfinity);
        BigFloat number = BigFloat.Of(found);
        int exponent = Math.Min(number.Exponent, exact.Exponent);
        BigInteger size = BigInteger.Abs(exact.Mantissa) << (exact.Exponent - exponent), distance = BigInteger.Abs((number.Mantissa << (number.Exponent - exponent)) - (exact.Mantissa << (exact.Exponent - exponent)));
        int place = Math.Max(exponent + (int)size.GetBitLength() - digits, smallest);
        return (Quotient(distance, BigInteger.One, exponent - place), Quotient(distance, size, 0));
    }

    /// <summary>The first decimals of a positive number, cut off.</summary>
    public static string Decimals(BigFloat number, int count)
    {
        string digits = Shifted(number.Mantissa * BigInteger.Pow(10, count), number.Exponent).ToString(CultureInfo.InvariantCulture).PadLeft(count + 1, '0');
        return $"{digits[..^count]}.{digits[^count..]}";
    }

    // a / b · 2^exponent
    private static double Quotient(BigInteger a, BigInteger b, int exponent) => Math.ScaleB((double)(Shifted(a, exponent + 100) / b), -100);

    private static BigInteger Fixed(BigFloat number) => Shifted(number.Mantissa, number.Exponent + Bits);

    private static BigInteger Shifted(BigInteger value, int exponent) => exponent >= 0 ? value << exponent : value >> -exponent;

    private static BigInteger Arctan(int inverse)
    {
        BigInteger sum = 0, power = One / inverse;
        for (int n = 1; !power.IsZero; n += 2)
        {
            sum += power / n;
            power /= -inverse * inverse;
        }

        return sum;
    }

    // The whole part of a square root, by Newton's iteration from above.
    private static BigInteger Root(BigInteger square)
    {
        BigInteger root = BigInteger.One << ((int)(square.GetBitLength() / 2) + 1);
        while (true)
        {
            BigInteger next = (root + (square / root)) / 2;
            if (next >= root) return root;
            root = next;
        }
    }

    private static BigInteger Artanh(int inverse)
    {
        BigInteger sum = 0, power = One / inverse;
        for (int n = 1; !power.IsZero; n += 2)
        {
            sum += power / n;
            power /= inverse * inverse;
        }

        return sum;
    }
}
