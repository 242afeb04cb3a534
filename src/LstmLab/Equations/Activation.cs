using System.Numerics;

namespace LstmLab;

/// <summary>
/// An activation function with its slope, of a pre-activation that may be limited to [−clip, clip] first.
/// <code>
/// Affine αx + β    Relu max(0, x)    LeakyRelu x, αx below 0    ThresholdedRelu x above α, else 0    Tanh    ScaledTanh α tanh(βx)
/// Sigmoid    HardSigmoid αx + β within [0, 1]    Elu x, α(eˣ − 1) below 0    Softsign x / (1 + |x|)    Softplus ln(1 + eˣ)
/// </code></summary>
/// <remarks>Names and defaults are those of ONNX's recurrent operators. The complex step is exact wherever the function has a
/// derivative: pieces are chosen by the real part. At a corner the slope is that of the piece on the left.</remarks>
public sealed record Activation
{
    // Whether a function has α and β, and ONNX's defaults of its operators; a function without defaults must be given them.
    private static readonly Dictionary<string, (bool HasAlpha, bool HasBeta, double? Alpha, double? Beta)> Known = new(
        StringComparer.OrdinalIgnoreCase)
    {
        ["Affine"] = (true, true, null, null),
        ["Relu"] = default,
        ["LeakyRelu"] = (true, false, 0.01f, null),
        ["ThresholdedRelu"] = (true, false, 1, null),
        ["Tanh"] = default,
        ["ScaledTanh"] = (true, true, null, null),
        ["Sigmoid"] = default,
        ["HardSigmoid"] = (true, true, 0.2f, 0.5),
        ["Elu"] = (true, false, 1, null),
        ["Softsign"] = default,
        ["Softplus"] = default,
    };

    /// <summary>A function by its name.</summary>
    /// <param name="name">E.g. LeakyRelu; in any case of letters.</param>
    /// <param name="alpha">α; ONNX's default when omitted.</param>
    /// <param name="beta">β; ONNX's default when omitted.</param>
    /// <param name="clip">Limit of the pre-activation, above 0; infinite for none.</param>
    /// <exception cref="ArgumentException">The name is unknown, a parameter without default is missing or not finite, or the limit is
    /// not above 0.</exception>
    public Activation(string name, double? alpha = null, double? beta = null, double clip = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Known.TryGetValue(name, out var known))
        {
            string shown = name.Length > 40 ? name[..40] + "…" : name;
            throw new ArgumentException($"An activation function must be one of {string.Join(", ", Known.Keys)}, but is '{shown}'.");
        }

        if (!(clip > 0)) throw new ArgumentException($"clip must be above 0 (infinite for no limit), but is {clip}.");
        Name = Known.Keys.Single(key => key.Equals(name, StringComparison.OrdinalIgnoreCase));
        Alpha = Value("alpha", known.HasAlpha, alpha ?? known.Alpha);
        Beta = Value("beta", known.HasBeta, beta ?? known.Beta);
        Clip = clip;
    }

    /// <summary>The logistic function.</summary>
    public static Activation Sigmoid { get; } = new("Sigmoid");

    /// <summary>The hyperbolic tangent.</summary>
    public static Activation Tanh { get; } = new("Tanh");

    /// <summary>max(0, x).</summary>
    public static Activation Relu { get; } = new("Relu");

    /// <summary>The function's name.</summary>
    public string Name { get; }

    /// <summary>α, 0 where the function has none.</summary>
    public double Alpha { get; }

    /// <summary>β, 0 where the function has none.</summary>
    public double Beta { get; }

    /// <summary>Limit of the pre-activation; infinite for none.</summary>
    public double Clip { get; }

    /// <summary>Whether the function of a name takes α.</summary>
    internal static bool HasAlpha(string name) => Known.GetValueOrDefault(name).HasAlpha;

    /// <summary>Whether the function of a name takes β.</summary>
    internal static bool HasBeta(string name) => Known.GetValueOrDefault(name).HasBeta;

    /// <summary>y = f(z), z limited to [−clip, clip].</summary>
    public T Of<T>(T z) where T : struct, INumberBase<T>
    {
        T x = IsBeyondClip(z) ? T.CreateChecked(Math.CopySign(Clip, Real(z))) : z;
        T alpha = T.CreateChecked(Alpha), beta = T.CreateChecked(Beta);
        bool isNegative = Real(x) < 0;
        return Name switch
        {
            "Affine" => (alpha * x) + beta,
            "Relu" => isNegative ? T.Zero : x,
            "LeakyRelu" => isNegative ? alpha * x : x,
            "ThresholdedRelu" => Real(x) > Alpha ? x : T.Zero,
            "Tanh" => DeterministicMath.Tanh(x),
            "ScaledTanh" => alpha * DeterministicMath.Tanh(beta * x),
            "Sigmoid" => DeterministicMath.Sigmoid(x),
            "HardSigmoid" => WithinZeroAndOne((alpha * x) + beta),
            "Elu" => isNegative ? alpha * ExpMinusOne(x) : x,
            "Softsign" => x / (T.One + (isNegative ? -x : x)),
            _ => Softplus(x),
        };
    }

    /// <summary>dy/dz at z, where y = f(z) is known; 0 where z is beyond the limit.</summary>
    public T Slope<T>(T z, T y) where T : struct, INumberBase<T>
    {
        if (IsBeyondClip(z)) return T.Zero;
        T alpha = T.CreateChecked(Alpha), beta = T.CreateChecked(Beta);
        bool isNegative = Real(z) < 0;
        switch (Name)
        {
            case "Affine": return alpha;
            case "Relu": return Real(z) > 0 ? T.One : T.Zero;
            case "LeakyRelu": return isNegative ? alpha : T.One;
            case "ThresholdedRelu": return Real(z) > Alpha ? T.One : T.Zero;
            case "Tanh": return T.One - (y * y);
            case "ScaledTanh":
                T tanh = DeterministicMath.Tanh(beta * z);
                return alpha * beta * (T.One - (tanh * tanh));
            case "Sigmoid": return y * (T.One - y);
            case "HardSigmoid": return Real(y) is > 0 and < 1 ? alpha : T.Zero;
            case "Elu": return isNegative ? y + alpha : T.One;
            case "Softsign":
                T below = T.One + (isNegative ? -z : z);
                return T.One / (below * below);
            default: return DeterministicMath.Sigmoid(z);
        }
    }

    private bool IsBeyondClip<T>(T z) where T : struct, INumberBase<T> => Math.Abs(Real(z)) > Clip;

    private static double Real<T>(T x) where T : struct, INumberBase<T> => x is Complex complex ? complex.Real : double.CreateChecked(x);

    private static T WithinZeroAndOne<T>(T x) where T : struct, INumberBase<T> => Real(x) switch { < 0 => T.Zero, > 1 => T.One, _ => x };

    // eˣ − 1 below 0 by the hyperbolic tangent, which is accurate near 0.
    private static T ExpMinusOne<T>(T x) where T : struct, INumberBase<T>
    {
        T tanh = DeterministicMath.Tanh(x / (T.One + T.One));
        return (tanh + tanh) / (T.One - tanh);
    }

    private static T Softplus<T>(T x) where T : struct, INumberBase<T>
    {
        if (x is Complex complex)
            return (T)(object)(complex.Real > 0 ? complex + Complex.Log(1 + Complex.Exp(-complex)) : Complex.Log(1 + Complex.Exp(complex)));
        double value = double.CreateChecked(x);
        return T.CreateChecked(Math.Max(value, 0) + DeterministicMath.Log(1 + DeterministicMath.Exp(-Math.Abs(value))));
    }

    private double Value(string parameter, bool has, double? value)
    {
        if (!has) return 0;
        if (value is { } number && double.IsFinite(number)) return number;
        string found = value is null ? "none" : $"{value}";
        throw new ArgumentException($"The activation function {Name} needs a finite {parameter}, but has {found}.");
    }
}
