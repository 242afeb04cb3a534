using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>
/// The functions an LSTM is made of, with the same bits on every machine: built from IEEE additions, multiplications,
/// divisions and fused multiply-adds alone, because the C library's exp and tanh differ between systems and processors.
/// </summary>
/// <remarks>
/// σ and tanh are written once, in lanes: the readable equations compute one lane, the kernels as many as the processor has, with the same
/// bits. Relative error below 3.5·10⁻¹⁶ in double and 2.1·10⁻⁷ in float, at most 2.6 units in the last place: the engine's README has a
/// table of all ranges, tested against a reference of 320 bits. <see cref="Complex"/> is accepted so that the complex-step derivative can
/// run the very same forward code (see GradientChecking); it uses the framework's own complex functions. Any other number type is refused
/// with <see cref="NotSupportedException"/>.
/// </remarks>
public static partial class DeterministicMath
{
    // ln 2 in two parts, the first short enough that k·Ln2High is exact for every exponent k of a float.
    private const float Ln2HighOfFloat = 0.693145751953125f;
    private const float Ln2LowOfFloat = 1.42860682030941723e-6f;

    private const double Ln2High = 0.693147180559945286;
    private const double Ln2Low = 2.319046813846299558e-17;

    /// <summary>The logistic function <c>σ(x) = 1 / (1 + e⁻ˣ)</c>, in [0, 1], 0 below −709.4 (float −88.4); NaN stays NaN.</summary>
    /// <exception cref="NotSupportedException">T is not double, float or Complex.</exception>
    public static T Sigmoid<T>(T x) where T : struct, INumberBase<T>
    {
        if (typeof(T) == typeof(double)) return To<double, T>(Sigmoid<double, Lanes1<double>>(new(To<T, double>(x))).Value);
        if (typeof(T) == typeof(float)) return To<float, T>(Sigmoid<float, Lanes1<float>>(new(To<T, float>(x))).Value);
        if (typeof(T) != typeof(Complex)) throw Unknown<T>("Sigmoid");
        return To<Complex, T>((1 + Complex.Tanh(To<T, Complex>(x) / 2)) / 2);
    }

    /// <summary>The hyperbolic tangent, in [−1, 1], accurate in relative terms near 0; NaN stays NaN.</summary>
    /// <exception cref="NotSupportedException">T is not double, float or Complex.</exception>
    public static T Tanh<T>(T x) where T : struct, INumberBase<T>
    {
        if (typeof(T) == typeof(double)) return To<double, T>(Tanh<double, Lanes1<double>>(new(To<T, double>(x))).Value);
        if (typeof(T) == typeof(float)) return To<float, T>(Tanh<float, Lanes1<float>>(new(To<T, float>(x))).Value);
        if (typeof(T) != typeof(Complex)) throw Unknown<T>("Tanh");
        return To<Complex, T>(Complex.Tanh(To<T, Complex>(x)));
    }

    /// <summary>The square root, correctly rounded (for <see cref="Complex"/>: the framework's, on the half plane of positive real
    /// parts); NaN below 0.</summary>
    /// <exception cref="NotSupportedException">T is not double, float or Complex.</exception>
    public static T Sqrt<T>(T x) where T : struct, INumberBase<T>
    {
        if (typeof(T) == typeof(double)) return To<double, T>(Math.Sqrt(To<T, double>(x)));
        if (typeof(T) == typeof(float)) return To<float, T>(MathF.Sqrt(To<T, float>(x)));
        if (typeof(T) != typeof(Complex)) throw Unknown<T>("Sqrt");
        return To<Complex, T>(Complex.Sqrt(To<T, Complex>(x)));
    }

    /// <summary>σ of every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Sigmoid<T, V>(V x) where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
    {
        // Beyond these e⁻ˣ is infinite, or too small to move 1.
        (V r, V power) = Reduce<T, V>(V.Max(V.Of(Choose<T>(-710, -89)), V.Min(V.Of(Choose<T>(708, 87)), x)));
        V one = V.Of(T.One);
        return one / V.MultiplyAdd(V.MultiplyAdd(Quotient<T, V>(r), r, one), power, one);
    }

    /// <summary>tanh of every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Tanh<T, V>(V x) where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
    {
        V magnitude = V.Min(V.Of(Choose<T>(22, 10)), V.Abs(x));
        (V r, V power) = Reduce<T, V>(magnitude + magnitude);

        // e⁻²ˣ − 1, no difference of near numbers where x is small.
        V e = V.MultiplyAdd(Quotient<T, V>(r) * r, power, power - V.Of(T.One));
        return V.CopySign(e / (e + V.Of(Choose<T>(2, 2))), x);
    }

    /// <summary><c>a·b + c</c> rounded once (for <see cref="Complex"/>: multiplied, then added).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd<T>(T a, T b, T c) where T : struct, INumberBase<T>
    {
        if (typeof(T) == typeof(double)) return To<double, T>(Math.FusedMultiplyAdd(To<T, double>(a), To<T, double>(b), To<T, double>(c)));
        if (typeof(T) == typeof(float)) return To<float, T>(MathF.FusedMultiplyAdd(To<T, float>(a), To<T, float>(b), To<T, float>(c)));
        return (a * b) + c;
    }

    /// <summary><c>eˣ</c>, in [0, ∞]: 0 below −745.2 (float −104), infinite above 709.8 (float 88.8), rounded once where it is subnormal;
    /// NaN stays NaN.</summary>
    public static T Exp<T>(T x) where T : struct, INumberBase<T>
    {
        if (typeof(T) == typeof(double)) return To<double, T>(Exp<double, Lanes1<double>>(new(To<T, double>(x))).Value);
        if (typeof(T) == typeof(float)) return To<float, T>(Exp<float, Lanes1<float>>(new(To<T, float>(x))).Value);
        return typeof(T) == typeof(Complex) ? To<Complex, T>(Complex.Exp(To<T, Complex>(x))) : throw Unknown<T>("Exp");
    }

    /// <summary>eˣ of every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Exp<T, V>(V x) where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
    {
        // Beyond these the result is 0 or infinite. Adding the large number rounds x / ln 2 to the whole number k.
        V limited = V.Max(V.Of(Choose<T>(-746, -104)), V.Min(V.Of(Choose<T>(710, 89)), x));
        V large = V.Of(Choose<T>(6755399441055744, 12582912)), biased = V.Of(Choose<T>(6755399441055744 + 1023, 12582912 + 127));
        V k = (limited * V.Of(Choose<T>(1.4426950408889634, 1.44269504f))) + large - large;
        V r = V.MultiplyAdd(k, V.Of(Choose<T>(Ln2High, Ln2HighOfFloat)), V.Of(T.Zero) - limited);
        r = V.MultiplyAdd(k, V.Of(Choose<T>(Ln2Low, Ln2LowOfFloat)), r);
        V power = V.MultiplyAdd(Quotient<T, V>(r), r, V.Of(T.One));

        // 2ᵏ in two factors that are normal numbers: the first product is exact, and the second is rounded once where it is subnormal.
        V first = V.Max(V.Of(Choose<T>(-1000, -120)), V.Min(V.Of(Choose<T>(1000, 120)), k));
        return power * V.ToExponent(first + biased) * V.ToExponent(k - first + biased);
    }

    /// <summary>The natural logarithm of a positive number; −∞ at 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (x == 0 || double.IsPositiveInfinity(x)) return x == 0 ? double.NegativeInfinity : x;
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2 artanh(s), s = (m − 1)/(m + 1), |s| ≤ 0.172: the series ends below 10⁻¹⁸ of its sum.
        double s = (mantissa - 1) / (mantissa + 1), square = s * s, sum = 0;
        for (int k = 23; k >= 3; k -= 2) sum = Math.FusedMultiplyAdd(sum, square, 1.0 / k);
        double log = Math.FusedMultiplyAdd(2 * s * square, sum, 2 * s);
        return Math.FusedMultiplyAdd(exponent, Ln2High, Math.FusedMultiplyAdd(exponent, Ln2Low, log));
    }

    /// <summary><c>ln(1 + x)</c> for x ≥ 0, accurate in relative terms near 0; NaN stays NaN.</summary>
    internal static double LogOfOnePlus(double x)
    {
        // 1 + x is rounded to sum, and x / (sum − 1) makes up for it (W. Kahan).
        double sum = 1 + x;
        return sum == 1 || double.IsPositiveInfinity(sum) ? x : Log(sum) * (x / (sum - 1));
    }

    // x = r − k·ln 2, |r| ≤ ln 2 / 2, and 2ᵏ: e⁻ˣ = 2ᵏ e⁻ʳ. Adding the large number rounds −x / ln 2 and leaves k, biased, in the low bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V R, V Power) Reduce<T, V>(V x) where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
    {
        V large = V.Of(Choose<T>(6755399441055744 + 1023, 12582912 + 127));
        V shifted = V.MultiplyAdd(x, V.Of(Choose<T>(-1.4426950408889634, -1.44269504f)), large), k = shifted - large;
        V r = V.MultiplyAdd(k, V.Of(Choose<T>(Ln2Low, Ln2LowOfFloat)), V.MultiplyAdd(k, V.Of(Choose<T>(Ln2High, Ln2HighOfFloat)), x));
        return (r, V.ToExponent(shifted));
    }

    // (e⁻ʳ − 1) / r = −1 + r (c₀ + c₁ r + …) for |r| ≤ ln 2 / 2. The coefficients, near 1/2, −1/6, 1/24, …, make the largest relative error
    // of r times this smallest: 2·10⁻¹⁷ in double, 1.4·10⁻⁸ in float, a fifth of half a unit in the last place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Quotient<T, V>(V r) where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
    {
        V sum = V.Of(Choose<T>(-2.5062847957428162e-8, 0.00138706586f));
        if (typeof(T) == typeof(double))
        {
            sum = V.MultiplyAdd(sum, r, V.Of(Choose<T>(2.7625972875015517e-7, 0)));
            sum = V.MultiplyAdd(sum, r, V.Of(Choose<T>(-2.755737436019522e-6, 0)));
            sum = V.MultiplyAdd(sum, r, V.Of(Choose<T>(2.4801505401374934e-5, 0)));
            sum = V.MultiplyAdd(sum, r, V.Of(Choose<T>(-1.9841269763246202e-4, 0)));
            sum = V.MultiplyAdd(sum, r, V.Of(Choose<T>(1.3888888931553388e-3, 0)));
        }

        sum = V.MultiplyAdd(sum, r, V.Of(Choose<T>(-0.0083333333333642807, -0.00836626068f)));
        sum = V.MultiplyAdd(sum, r, V.Of(Choose<T>(0.041666666666575869, 0.0416674353f)));
        sum = V.MultiplyAdd(sum, r, V.Of(Choose<T>(-0.16666666666666641, -0.166665465f)));
        sum = V.MultiplyAdd(sum, r, V.Of(Choose<T>(0.50000000000000056, 0.49999997f)));
        return V.MultiplyAdd(sum, r, V.Of(Choose<T>(-1, -1)));
    }

    // A constant of the number type.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Choose<T>(double ofDouble, float ofFloat) where T : struct =>
        typeof(T) == typeof(double) ? To<double, T>(ofDouble) : To<float, T>(ofFloat);

    private static NotSupportedException Unknown<T>(string function) =>
        new($"DeterministicMath.{function} computes in double, float or Complex, but was asked for {typeof(T).Name}.");

    // The just-in-time compiler removes the box when both types are the same.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo To<TFrom, TTo>(TFrom value) => (TTo)(object)value!;
}
