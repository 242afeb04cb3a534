using System.Numerics;

namespace LstmLab.Formats;

/// <summary>A function of one number and its slope, of x and y.</summary>
internal sealed record OnnxUnary<T>(Func<T, T> Of, Func<T, T, T> Slope);

/// <summary>A function of two numbers and its two slopes, of a, b and y.</summary>
internal sealed record OnnxBinary<T>(Func<T, T, T> Of, Func<T, T, T, T> SlopeA, Func<T, T, T, T> SlopeB);

/// <summary>The functions of single numbers among ONNX's operators, with the engine's own exponentials, so that bits are the same
/// everywhere.</summary>
internal static class OnnxNumbers<T> where T : struct, INumber<T>
{
    private static readonly T Two = T.One + T.One;

    /// <summary>An operator of one input; null when it is none.</summary>
    public static OnnxUnary<T>? Unary(string @operator, double? alpha, double? beta)
    {
        switch (@operator)
        {
            case "Exp": return new(DeterministicMath.Exp, (_, y) => y);
            case "Log": return new(Log, (x, _) => T.One / x);
            case "Sqrt": return new(DeterministicMath.Sqrt, (_, y) => T.One / (Two * y));
            case "Neg": return new(x => -x, (_, _) => -T.One);
            case "Abs": return new(T.Abs, (x, _) => Sign(x));
            case "Reciprocal": return new(x => T.One / x, (_, y) => -(y * y));
            case "Erf":
                return new(DeterministicMath.Erf, (x, _) => T.CreateChecked(2 / Math.Sqrt(Math.PI)) * DeterministicMath.Exp(-(x * x)));
            case "Sign": return new(Sign, (_, _) => T.Zero);
            case "Floor": return new(x => Whole(x, Math.Floor), (_, _) => T.Zero);
            case "Ceil": return new(x => Whole(x, Math.Ceiling), (_, _) => T.Zero);
            case "Round": return new(x => Whole(x, Math.Round), (_, _) => T.Zero);
            case "Not": return new(x => T.IsZero(x) ? T.One : T.Zero, (_, _) => T.Zero);
            case "HardSwish": return Gated(new("HardSigmoid", 1 / 6.0, 0.5));
            case "Selu":
                T scale = T.CreateChecked(beta ?? 1.05070102214813232421875);
                Activation elu = new("Elu", alpha ?? 1.67326319217681884765625);
                return new(x => scale * elu.Of(x), (x, y) => scale * elu.Slope(x, y / scale));
            case "LeakyRelu" or "ThresholdedRelu" or "HardSigmoid" or "Elu" or "Softsign" or "Softplus" or "Relu" or "Tanh" or "Sigmoid":
                Activation function = new(@operator, alpha, beta);
                return new(function.Of, function.Slope);
            default: return null;
        }
    }

    /// <summary>An operator of two inputs; null when it is none.</summary>
    /// <param name="operator">Its name.</param>
    /// <param name="areIntegers">Whether both inputs are integers, whose quotient is cut to one.</param>
    public static OnnxBinary<T>? Binary(string @operator, bool areIntegers) => @operator switch
    {
        "Add" or "Sum" => new((a, b) => a + b, (_, _, _) => T.One, (_, _, _) => T.One),
        "Sub" => new((a, b) => a - b, (_, _, _) => T.One, (_, _, _) => -T.One),
        "Mul" => new((a, b) => a * b, (_, b, _) => b, (a, _, _) => a),
        "Div" => new(
            (a, b) => areIntegers ? Whole(a / b, Math.Truncate) : a / b, (_, b, _) => T.One / b, (_, b, y) => -(y / b)),
        "Pow" => new(
            (a, b) => areIntegers ? Whole(Power(a, b), Math.Truncate) : Power(a, b),
            (a, b, _) => T.IsZero(b) ? T.Zero : b * Power(a, b - T.One),
            (a, _, y) => a > T.Zero ? y * Log(a) : T.Zero),
        "Max" => new((a, b) => a < b ? b : a, (a, b, _) => a < b ? T.Zero : T.One, (a, b, _) => a < b ? T.One : T.Zero),
        "Min" => new((a, b) => b < a ? b : a, (a, b, _) => b < a ? T.Zero : T.One, (a, b, _) => b < a ? T.One : T.Zero),
        "PRelu" => new(
            (a, b) => a < T.Zero ? a * b : a, (a, b, _) => a < T.Zero ? b : T.One, (a, _, _) => a < T.Zero ? a : T.Zero),
        "Mod" => Of((a, b) => a - (b * Whole(a / b, Math.Floor))),
        "Fmod" => new((a, b) => a % b, (_, _, _) => T.One, (a, b, _) => -Whole(a / b, Math.Truncate)),
        "Equal" => Of((a, b) => One(a == b)),
        "Less" => Of((a, b) => One(a < b)),
        "LessOrEqual" => Of((a, b) => One(a <= b)),
        "Greater" => Of((a, b) => One(a > b)),
        "GreaterOrEqual" => Of((a, b) => One(a >= b)),
        "And" => Of((a, b) => One(!T.IsZero(a) && !T.IsZero(b))),
        "Or" => Of((a, b) => One(!T.IsZero(a) || !T.IsZero(b))),
        "Xor" => Of((a, b) => One(T.IsZero(a) != T.IsZero(b))),
        _ => null,
    };

    private static OnnxBinary<T> Of(Func<T, T, T> function) => new(function, (_, _, _) => T.Zero, (_, _, _) => T.Zero);

    private static OnnxUnary<T> Gated(Activation gate) =>
        new(x => x * gate.Of(x), (x, _) => gate.Of(x) + (x * gate.Slope(x, gate.Of(x))));

    private static T One(bool condition) => condition ? T.One : T.Zero;

    private static T Sign(T x) => x > T.Zero ? T.One : x < T.Zero ? -T.One : T.Zero;

    private static T Whole(T x, Func<double, double> round) => T.CreateChecked(round(double.CreateChecked(x)));

    private static T Log(T x) => T.CreateChecked(DeterministicMath.Log(double.CreateChecked(x)));

    // Integer exponents by products; others by exp(b ln a).
    private static T Power(T a, T b)
    {
        double exponent = double.CreateChecked(b);
        if (exponent == 0.5) return DeterministicMath.Sqrt(a);
        if (exponent != Math.Truncate(exponent) || Math.Abs(exponent) > 64) return LargeOrBroken(a, b, exponent);
        T power = T.One;
        for (int n = 0; n < Math.Abs(exponent); n++) power *= a;
        return exponent < 0 ? T.One / power : power;
    }

    private static T LargeOrBroken(T a, T b, double exponent)
    {
        if (T.IsZero(a)) return exponent < 0 ? T.One / T.Zero : T.Zero;
        if (exponent != Math.Truncate(exponent)) return DeterministicMath.Exp(b * Log(a));
        T size = DeterministicMath.Exp(b * Log(T.Abs(a)));
        return a < T.Zero && exponent % 2 != 0 ? -size : size;
    }
}
