using CsCheck;
using Xunit;

namespace LstmLab.Tests.Numerics;

public class DeterministicMathTests
{
    // Documented is 4e-16; the framework's own functions may be off by half a unit in the last place, 1.1e-16.
    private const double Limit = 4e-16, LimitAgainstFramework = 5.2e-16;

    [Theory]
    [InlineData(1, 2.7182818284590452354), InlineData(-1, 0.3678794411714423216), InlineData(10, 22026.465794806716517)]
    [InlineData(-20.5, 1.2501528663867426289e-9), InlineData(700, 1.0142320547350045095e+304), InlineData(0, 1)]
    public void Exp_has_its_known_values(double x, double expected) => RequireClose(expected, DeterministicMath.Exp(x), Limit);

    [Theory]
    [InlineData(2, 0.69314718055994530942), InlineData(10, 2.302585092994045684), InlineData(1e300, 690.77552789821370526)]
    [InlineData(1.0009765625, 9.7608597305545889596e-4), InlineData(1, 0), InlineData(0.5, -0.69314718055994530942)]
    public void Log_has_its_known_values(double x, double expected) => RequireClose(expected, DeterministicMath.Log(x), Limit);

    [Theory]
    [InlineData(1, 0.76159415595576488812), InlineData(0.5, 0.4621171572600097585), InlineData(3, 0.99505475368673045133)]
    [InlineData(0.0009765625, 9.7656218955926021858e-4), InlineData(1e-10, 1e-10), InlineData(22.5, 1)]
    public void Tanh_has_its_known_values(double x, double expected) => RequireClose(expected, DeterministicMath.Tanh(x), Limit);

    [Theory]
    [InlineData(1, 0.73105857863000487925), InlineData(-1, 0.26894142136999512075), InlineData(-0.5, 0.37754066879814543536), InlineData(0, 0.5)]
    [InlineData(-40, 4.2483542552915889773e-18), InlineData(-700, 9.8596765437597708567e-305)]
    public void Sigmoid_has_its_known_values(double x, double expected) => RequireClose(expected, DeterministicMath.Sigmoid(x), Limit);

    [Fact]
    public void Functions_agree_with_the_framework_over_their_whole_range()
    {
        RandomStream random = new(1, "elementary");
        for (int n = 0; n < 100_000; n++)
        {
            double wide = random.NextUniform(-700, 700), narrow = random.NextUniform(-25, 25), tiny = Math.ScaleB(random.NextUniform(-1, 1), -random.NextInt(60));
            RequireClose(Math.Exp(wide), DeterministicMath.Exp(wide), LimitAgainstFramework);
            RequireClose(wide, DeterministicMath.Log(Math.Exp(wide)), 1e-15 + (3e-16 / Math.Abs(wide)));
            RequireClose(Math.Log(Math.Abs(narrow)), DeterministicMath.Log(Math.Abs(narrow)), LimitAgainstFramework);
            RequireClose(Math.Tanh(narrow), DeterministicMath.Tanh(narrow), LimitAgainstFramework);
            RequireClose(Math.Tanh(tiny), DeterministicMath.Tanh(tiny), LimitAgainstFramework);
            RequireClose(Math.Exp(tiny), DeterministicMath.Exp(tiny), LimitAgainstFramework);
        }
    }

    [Fact]
    public void Tanh_is_odd_to_the_bit_and_sigmoid_adds_up_to_one()
    {
        Gen.Double[-750, 750].Sample(x => DeterministicMath.Tanh(-x) == -DeterministicMath.Tanh(x) && Math.Abs(DeterministicMath.Sigmoid(x) + DeterministicMath.Sigmoid(-x) - 1) <= 2.3e-16);
        Gen.Float[-100, 100].Sample(x => DeterministicMath.Tanh(-x) == -DeterministicMath.Tanh(x));
        Assert.True(double.IsNegative(DeterministicMath.Tanh(-0.0)));
    }

    [Fact]
    public void Values_stay_in_their_range() => Gen.Double.Sample(x =>
        double.IsNaN(x) || (DeterministicMath.Tanh(x) is >= -1 and <= 1 && DeterministicMath.Sigmoid(x) is >= 0 and <= 1 && DeterministicMath.Exp(x) >= 0));

    [Fact]
    public void Functions_rise_with_their_argument()
    {
        // Near ±1 the two squashing functions are flat, and a value may be rounded one place past its neighbor's.
        Gen.Select(Gen.Double[-30, 30], Gen.Double[1e-6, 1]).Sample((x, step) =>
            DeterministicMath.Tanh(x) <= Math.BitIncrement(DeterministicMath.Tanh(x + step)) && DeterministicMath.Sigmoid(x) <= Math.BitIncrement(DeterministicMath.Sigmoid(x + step)) && DeterministicMath.Exp(x) < DeterministicMath.Exp(x + step));
        Gen.Select(Gen.Double[1e-9, 30], Gen.Double[1e-6, 1]).Sample((x, step) => DeterministicMath.Log(x) < DeterministicMath.Log(x + step));
    }

    [Fact]
    public void Infinities_and_limits_are_exact()
    {
        Assert.Equal((1, -1), (DeterministicMath.Tanh(double.PositiveInfinity), DeterministicMath.Tanh(double.NegativeInfinity)));
        Assert.Equal((1, 0), (DeterministicMath.Sigmoid(double.PositiveInfinity), DeterministicMath.Sigmoid(double.NegativeInfinity)));
        Assert.Equal((double.PositiveInfinity, 0), (DeterministicMath.Exp(double.PositiveInfinity), DeterministicMath.Exp(double.NegativeInfinity)));
        Assert.Equal((double.PositiveInfinity, double.NegativeInfinity), (DeterministicMath.Log(double.PositiveInfinity), DeterministicMath.Log(0)));
        Assert.Equal((1f, 0f), (DeterministicMath.Sigmoid(float.PositiveInfinity), DeterministicMath.Sigmoid(-200f)));
        Assert.Equal((double.PositiveInfinity, 0), (DeterministicMath.Exp(709.8), DeterministicMath.Exp(-745.2)));
        Assert.True(double.IsFinite(DeterministicMath.Exp(709.78)));
    }

    [Fact]
    public void What_is_not_a_number_stays_so()
    {
        Assert.True(double.IsNaN(DeterministicMath.Tanh(double.NaN)) && double.IsNaN(DeterministicMath.Sigmoid(double.NaN)));
        Assert.True(double.IsNaN(DeterministicMath.Exp(double.NaN)) && double.IsNaN(DeterministicMath.Log(double.NaN)) && double.IsNaN(DeterministicMath.Log(-1)));
        Assert.True(double.IsNaN(DeterministicMath.Erf(double.NaN)) && float.IsNaN(DeterministicMath.Erf(float.NaN)) && float.IsNaN(DeterministicMath.Exp(float.NaN)));
        Assert.True(float.IsNaN(DeterministicMath.Tanh(float.NaN)) && float.IsNaN(DeterministicMath.Sigmoid(float.NaN)));
    }

    [Fact]
    public void Subnormal_numbers_are_kept()
    {
        Assert.Equal(double.Epsilon, DeterministicMath.Tanh(double.Epsilon));
        Assert.Equal(-1e-310, DeterministicMath.Tanh(-1e-310));
        Assert.Equal(double.Epsilon, DeterministicMath.Exp(-745.0));
        Assert.Equal(Math.Exp(-740), DeterministicMath.Exp(-740.0), double.Epsilon);
        RequireClose(-744.44007192138126231, DeterministicMath.Log(double.Epsilon), Limit);
        Assert.Equal(float.Epsilon, DeterministicMath.Tanh(float.Epsilon));
        Assert.Equal((double.Epsilon, float.Epsilon), (DeterministicMath.Erf(double.Epsilon), DeterministicMath.Erf(float.Epsilon)));
        Assert.Equal(float.Epsilon, DeterministicMath.Exp(-103.5f));
    }

    [Fact]
    public void Float_is_accurate_over_its_whole_range()
    {
        // Every 4,001st of all floats: normal, subnormal, infinite, NaN.
        (double tanh, double sigmoid) = (0, 0);
        for (long bits = 0; bits <= uint.MaxValue; bits += 4001)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits);
            if (float.IsNaN(x))
            {
                Assert.True(float.IsNaN(DeterministicMath.Tanh(x)) && float.IsNaN(DeterministicMath.Sigmoid(x)));
                continue;
            }

            double exactTanh = DeterministicMath.Tanh((double)x), exactSigmoid = DeterministicMath.Sigmoid((double)x);
            if (exactTanh != 0) tanh = Math.Max(tanh, Math.Abs(DeterministicMath.Tanh(x) - exactTanh) / Math.Max(Math.Abs(exactTanh), 1.17549435e-38));
            if (x > -87) sigmoid = Math.Max(sigmoid, Math.Abs(DeterministicMath.Sigmoid(x) - exactSigmoid) / exactSigmoid);
            else Assert.InRange(DeterministicMath.Sigmoid(x), 0, 1.7e-38f);
        }

        Assert.InRange(tanh, 0, 2.5e-7);
        Assert.InRange(sigmoid, 0, 2.5e-7);
    }

    [Fact]
    public void Lanes_have_the_bits_of_one_lane()
    {
        RandomStream random = new(1, "lanes");
        float[] x = [.. Enumerable.Range(0, 4096).Select(n => n switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => float.NegativeInfinity, 3 => -0f, 4 => float.Epsilon, _ => (float)random.NextUniform(-100, 100) * (n % 3 == 0 ? 0.01f : 1) })];
        double[] wide = [.. x.Select(value => value * 8.0)];
        Require<Lanes128<float>, Lanes128<double>>();
        Require<Lanes256<float>, Lanes256<double>>();
        Require<Lanes512<float>, Lanes512<double>>();

        void Require<VFloat, VDouble>() where VFloat : struct, ILanes<VFloat, float> where VDouble : struct, ILanes<VDouble, double>
        {
            Check<float, VFloat>(x, DeterministicMath.Tanh, DeterministicMath.Tanh<float, VFloat>);
            Check<float, VFloat>(x, DeterministicMath.Sigmoid, DeterministicMath.Sigmoid<float, VFloat>);
            Check<float, VFloat>(x, DeterministicMath.Exp, DeterministicMath.Exp<float, VFloat>);
            Check<float, VFloat>(x, DeterministicMath.Erf, DeterministicMath.Erf<float, VFloat>);
            Check<double, VDouble>(wide, DeterministicMath.Tanh, DeterministicMath.Tanh<double, VDouble>);
            Check<double, VDouble>(wide, DeterministicMath.Sigmoid, DeterministicMath.Sigmoid<double, VDouble>);
            Check<double, VDouble>(wide, DeterministicMath.Exp, DeterministicMath.Exp<double, VDouble>);
            Check<double, VDouble>(wide, DeterministicMath.Erf, DeterministicMath.Erf<double, VDouble>);
        }

        static void Check<T, V>(T[] arguments, Func<T, T> one, Func<V, V> many)
            where T : struct, System.Numerics.IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
        {
            T[] expected = [.. arguments.Select(one)], found = new T[arguments.Length];
            for (int n = 0; n < found.Length; n += V.Count) many(V.Load(ref arguments[n])).Store(ref found[n]);
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void A_number_type_without_own_functions_is_refused_by_name()
    {
        Assert.Contains("Decimal", Assert.Throws<NotSupportedException>(() => DeterministicMath.Sigmoid(1m)).Message, StringComparison.Ordinal);
        Assert.Contains("Half", Assert.Throws<NotSupportedException>(() => DeterministicMath.Tanh((Half)1)).Message, StringComparison.Ordinal);
        Assert.Contains("Half", Assert.Throws<NotSupportedException>(() => DeterministicMath.Exp((Half)1)).Message, StringComparison.Ordinal);
        Assert.Contains("Half", Assert.Throws<NotSupportedException>(() => DeterministicMath.Erf((Half)1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_logarithm_of_one_plus_a_small_number_keeps_its_digits() => Gen.Double[-60, 2].Sample(exponent =>
    {
        double x = Math.Pow(10, exponent), series = x - (x * x / 2) + (x * x * x / 3);
        RequireClose(x < 1e-6 ? series : Math.Log(1 + x), DeterministicMath.LogOfOnePlus(x), x < 1e-6 ? 4e-16 : 2e-10);
    });

    [Fact]
    public void Lanes_take_roots_and_change_precision_as_one_number_does()
    {
        RandomStream random = new(1, "precision");
        double[] x = [double.NaN, double.PositiveInfinity, -0.0, 1e300, 1e-310, 1e-42, .. Enumerable.Range(0, 58).Select(_ => random.NextNormal() * Math.ScaleB(1, random.NextInt(300) - 150))];
        float[] single = [.. x.Select(value => (float)value)];
        Require<Lanes1<double>>();
        Require<Lanes128<double>>();
        Require<Lanes256<double>>();
        Require<Lanes512<double>>();

        void Require<V>() where V : struct, ILanes<V, double>
        {
            double[] roots = new double[x.Length], wide = new double[x.Length];
            float[] narrow = new float[x.Length];
            for (int n = 0; n < x.Length; n += V.Count)
            {
                V.Sqrt(V.Load(ref x[n])).Store(ref roots[n]);
                V.Widen(ref single[n]).Store(ref wide[n]);
                V.Load(ref x[n]).Narrow(ref narrow[n]);
            }

            Assert.Equal(x.Select(Math.Sqrt), roots);
            Assert.Equal(single.Select(value => (double)value), wide);
            Assert.Equal(single, narrow);
        }
    }

    [Fact]
    public void Multiply_add_rounds_once()
    {
        double a = 1 + Math.ScaleB(1, -30), product = a * a;
        Assert.Equal(Math.ScaleB(1, -60), DeterministicMath.MultiplyAdd(a, a, -product));
        Assert.NotEqual(0f, DeterministicMath.MultiplyAdd(1.0001f, 1.0001f, -(1.0001f * 1.0001f)));
    }

    [Fact]
    public void Complex_functions_have_the_derivative_of_the_real_ones() => Gen.Double[-5, 5].Sample(x =>
    {
        System.Numerics.Complex tanh = DeterministicMath.Tanh(new System.Numerics.Complex(x, 1e-100)), sigmoid = DeterministicMath.Sigmoid(new System.Numerics.Complex(x, 1e-100));
        (double t, double s) = (DeterministicMath.Tanh(x), DeterministicMath.Sigmoid(x));
        return Math.Abs((tanh.Imaginary / 1e-100) - (1 - (t * t))) < 1e-14 && Math.Abs((sigmoid.Imaginary / 1e-100) - (s * (1 - s))) < 1e-15
            && Math.Abs(tanh.Real - t) < 1e-15 && Math.Abs(sigmoid.Real - s) < 1e-15;
    });

    private static void RequireClose(double expected, double found, double limit) =>
        Assert.True(expected == found || Math.Abs(found - expected) <= limit * Math.Abs(expected), $"{found:R} differs from {expected:R} by {Math.Abs(found / expected - 1):0.0e+00} of it.");
}
