using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab.Numerics;

/// <summary>
/// The functions an LSTM is made of, with the same bits on every machine: built from IEEE additions, multiplications,
/// divisions and fused multiply-adds alone, because the C library's exp and tanh differ between systems and processors.
/// </summary>
/// <remarks>
/// Double: relative error below 4·10⁻¹⁶ (a few units in the last place), tested against known values. Float: computed in double
/// and rounded once. <see cref="Complex"/> is accepted so that the complex-step derivative can run the very same
/// forward code (see GradientChecking); it uses the framework's own complex functions.
/// </remarks>
public static class Elementary
{
    private const double Ln2High = 0.693147180559945286;
    private const double Ln2Low = 2.319046813846299558e-17;

    /// <summary>The logistic function <c>σ(x) = 1 / (1 + e⁻ˣ)</c>, in [0, 1]; NaN stays NaN.</summary>
    public static T Sigmoid<T>(T x) where T : struct, INumberBase<T>
    {
        if (typeof(T) == typeof(double)) return To<double, T>(Sigmoid(To<T, double>(x)));
        if (typeof(T) == typeof(float)) return To<float, T>((float)Sigmoid((double)To<T, float>(x)));
        return To<Complex, T>((1 + Complex.Tanh(To<T, Complex>(x) / 2)) / 2);
    }

    /// <summary>The hyperbolic tangent, in [−1, 1], accurate in relative terms near 0; NaN stays NaN.</summary>
    public static T Tanh<T>(T x) where T : struct, INumberBase<T>
    {
        if (typeof(T) == typeof(double)) return To<double, T>(Tanh(To<T, double>(x)));
        if (typeof(T) == typeof(float)) return To<float, T>((float)Tanh((double)To<T, float>(x)));
        return To<Complex, T>(Complex.Tanh(To<T, Complex>(x)));
    }

    /// <summary><c>a·b + c</c> rounded once (for <see cref="Complex"/>: multiplied, then added).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd<T>(T a, T b, T c) where T : struct, INumberBase<T>
    {
        if (typeof(T) == typeof(double)) return To<double, T>(Math.FusedMultiplyAdd(To<T, double>(a), To<T, double>(b), To<T, double>(c)));
        if (typeof(T) == typeof(float)) return To<float, T>(MathF.FusedMultiplyAdd(To<T, float>(a), To<T, float>(b), To<T, float>(c)));
        return (a * b) + c;
    }

    /// <summary><c>eˣ</c>; 0 below −745.2, infinite above 709.8.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 709.782712893384) return double.PositiveInfinity;
        if (x < -745.1332191019412) return 0;
        (double reduced, int exponent) = Reduce(x);
        return Math.ScaleB(1 + ExpMinusOneNearZero(reduced), exponent);
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

    private static double Sigmoid(double x)
    {
        double e = Exp(-Math.Abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    private static double Tanh(double x)
    {
        double magnitude = Math.Abs(x);
        if (magnitude > 22) return Math.CopySign(1, x);
        (double reduced, int exponent) = Reduce(2 * magnitude);
        double e = ExpMinusOneNearZero(reduced);                                     // e²ˣ − 1
        if (exponent != 0) e = Math.ScaleB(e, exponent) + (Math.ScaleB(1, exponent) - 1);
        return Math.CopySign(e > 6 ? 1 - (2 / (e + 2)) : e / (e + 2), x);             // where e is large, e + 2 loses the 2
    }

    // x = exponent·ln 2 + reduced, |reduced| ≤ ln 2 / 2.
    private static (double Reduced, int Exponent) Reduce(double x)
    {
        double k = Math.Round(x * 1.4426950408889634);
        return (Math.FusedMultiplyAdd(-k, Ln2Low, Math.FusedMultiplyAdd(-k, Ln2High, x)), (int)k);
    }

    // Taylor series to r¹³: the first term left out is below 10⁻¹⁷ of the sum for |r| ≤ ln 2 / 2.
    private static double ExpMinusOneNearZero(double r)
    {
        double sum = 1.0 / 6227020800;
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 479001600);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 39916800);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 3628800);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 362880);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 40320);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 5040);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 720);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 120);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 24);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 6);
        sum = Math.FusedMultiplyAdd(sum, r, 0.5);
        return Math.FusedMultiplyAdd(sum * r, r, r);
    }

    // The just-in-time compiler removes the box when both types are the same.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo To<TFrom, TTo>(TFrom value) => (TTo)(object)value!;
}
