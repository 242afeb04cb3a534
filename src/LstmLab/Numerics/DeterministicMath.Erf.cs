using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LstmLab;

// The error function, of which GELU is made.
public static partial class DeterministicMath
{
    // erf(x)/x − 1 = p(x²) for |x| ≤ 1, highest power first; the largest relative error of x + x·p(x²) is 7.3·10⁻¹⁸ and 1.3·10⁻⁹.
    private static ReadOnlySpan<double> NearZero =>
    [
        -7.779516298907353e-10, 1.3711005299383325e-08, -1.6206319308738902e-07, 1.6447132262193748e-06,
        -1.4924712354575384e-05, 0.0001205529357941301, -0.0008548325929389079, 0.0052239776061197805,
        -0.026866170643111587, 0.11283791670944185, -0.3761263890318352, 0.12837916709551256,
    ];

    private static ReadOnlySpan<float> NearZeroOfFloat =>
    [
        7.85384691e-05f, -0.000801018905f, 0.00518832728f, -0.026853811f,
        0.112835854f, -0.37612626f, 0.128379166f,
    ];

    // −ln(1 − erf(x)) = p(x − 1) for 1 ≤ x ≤ 6 (float 4), highest power first; the largest relative error of 1 − exp(−p(x − 1)) is
    // 6.9·10⁻¹⁸ and 1.1·10⁻⁹.
    private static ReadOnlySpan<double> Tail =>
    [
        4.9275138544664365e-12, -1.2068688980934394e-10, 1.332404148765384e-09, -8.595967815329835e-09,
        3.368799169915331e-08, -5.880940250967409e-08, -2.032672451534198e-07, 2.1297550382584637e-06,
        -9.669110623070588e-06, 2.719725643288536e-05, -2.6295390435279598e-05, -0.00023731679475879537,
        0.001977901309930123, -0.01003382519499232, 0.041561098026666576, 0.8431072563593311,
        2.6389675142347775, 1.8496055099332482,
    ];

    private static ReadOnlySpan<float> TailOfFloat =>
    [
        -0.000186382735f, 0.00182939565f, -0.00989547558f, 0.0415035076f,
        0.843117595f, 2.6389668f, 1.84960556f,
    ];

    /// <summary>The error function <c>erf(x) = 2/√π ∫₀ˣ exp(−t²) dt</c>, in [−1, 1], accurate in relative terms near 0; NaN stays
    /// NaN.</summary>
    /// <param name="x">The argument, float or double.</param>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static T Erf<T>(T x) where T : struct, INumberBase<T>
    {
        if (typeof(T) == typeof(double)) return To<double, T>(Erf<double, Lanes1<double>>(new(To<T, double>(x))).Value);
        if (typeof(T) == typeof(float)) return To<float, T>(Erf<float, Lanes1<float>>(new(To<T, float>(x))).Value);
        throw new NotSupportedException($"Numbers must be float or double here, but are {typeof(T).Name}: convert them first.");
    }

    /// <summary>erf of every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Erf<T, V>(V x) where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
    {
        V one = V.Of(T.One), magnitude = V.Abs(x);
        V near = V.MultiplyAdd(Polynomial<T, V>(NearZero, NearZeroOfFloat, x * x), x, x);

        // From 6 (float 4) on 1 − erf(x) is too small to move 1.
        V exponent = Polynomial<T, V>(Tail, TailOfFloat, V.Min(V.Of(Choose<T>(6, 4)), magnitude) - one);
        (V r, V power) = Reduce<T, V>(exponent);
        V tail = one - V.MultiplyAdd(Quotient<T, V>(r) * r, power, power);
        return V.Where(magnitude, one, V.CopySign(tail, x), near);
    }

    // The polynomial by Horner's rule, highest power first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Polynomial<T, V>(ReadOnlySpan<double> ofDouble, ReadOnlySpan<float> ofFloat, V x)
        where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
    {
        ReadOnlySpan<T> coefficients = typeof(T) == typeof(double)
            ? MemoryMarshal.Cast<double, T>(ofDouble)
            : MemoryMarshal.Cast<float, T>(ofFloat);
        V sum = V.Of(coefficients[0]);
        for (int n = 1; n < coefficients.Length; n++) sum = V.MultiplyAdd(sum, x, V.Of(coefficients[n]));
        return sum;
    }
}
