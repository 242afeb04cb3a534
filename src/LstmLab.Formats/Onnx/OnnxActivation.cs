using System.Numerics;

namespace LstmLab.Formats;

/// <summary>
/// An activation function of ONNX's recurrent operators.
/// <code>
/// Affine αx + β    Relu max(0, x)    LeakyRelu x, αx below 0    ThresholdedRelu x above α, else 0    Tanh    ScaledTanh α tanh(βx)
/// Sigmoid    HardSigmoid αx + β within [0, 1]    Elu x, α(eˣ − 1) below 0    Softsign x / (1 + |x|)    Softplus ln(1 + eˣ)
/// </code></summary>
public sealed record OnnxActivation
{
    // Whether a function has α and β, and ONNX's defaults of its operators; a function without defaults must be given them.
    private static readonly Dictionary<string, (bool HasAlpha, bool HasBeta, double? Alpha, double? Beta)> Known = new(StringComparer.OrdinalIgnoreCase)
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

    /// <summary>A function by ONNX's name.</summary>
    /// <param name="name">E.g. LeakyRelu; in any case of letters.</param>
    /// <param name="alpha">α; ONNX's default when omitted.</param>
    /// <param name="beta">β; ONNX's default when omitted.</param>
    /// <exception cref="ArgumentException">The name is unknown, or a parameter without default is missing or not finite.</exception>
    public OnnxActivation(string name, double? alpha = null, double? beta = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Known.TryGetValue(name, out var known)) throw new ArgumentException($"An activation function must be one of {string.Join(", ", Known.Keys)}, but is '{(name.Length > 40 ? name[..40] + "…" : name)}'.");
        Name = Known.Keys.Single(key => key.Equals(name, StringComparison.OrdinalIgnoreCase));
        (Alpha, Beta) = (Value("alpha", known.HasAlpha, alpha ?? known.Alpha), Value("beta", known.HasBeta, beta ?? known.Beta));
    }

    /// <summary>The logistic function.</summary>
    public static OnnxActivation Sigmoid { get; } = new("Sigmoid");

    /// <summary>The hyperbolic tangent.</summary>
    public static OnnxActivation Tanh { get; } = new("Tanh");

    /// <summary>ONNX's name.</summary>
    public string Name { get; }

    /// <summary>α, 0 where the function has none.</summary>
    public double Alpha { get; }

    /// <summary>β, 0 where the function has none.</summary>
    public double Beta { get; }

    /// <summary>Whether the function of a name takes α from the list of a node.</summary>
    internal static bool HasAlpha(string name) => Known.GetValueOrDefault(name).HasAlpha;

    /// <summary>Whether the function of a name takes β from the list of a node.</summary>
    internal static bool HasBeta(string name) => Known.GetValueOrDefault(name).HasBeta;

    /// <summary>y = f(x).</summary>
    internal T Of<T>(T x) where T : struct, INumberBase<T>
    {
        (T alpha, T beta, bool negative) = (T.CreateChecked(Alpha), T.CreateChecked(Beta), Real(x) < 0);
        return Name switch
        {
            "Affine" => (alpha * x) + beta,
            "Relu" => negative ? T.Zero : x,
            "LeakyRelu" => negative ? alpha * x : x,
            "ThresholdedRelu" => Real(x) > Alpha ? x : T.Zero,
            "Tanh" => DeterministicMath.Tanh(x),
            "ScaledTanh" => alpha * DeterministicMath.Tanh(beta * x),
            "Sigmoid" => DeterministicMath.Sigmoid(x),
            "HardSigmoid" => Limited((alpha * x) + beta),
            "Elu" => negative ? alpha * ExpMinusOne(x) : x,
            "Softsign" => x / (T.One + (negative ? -x : x)),
            _ => Softplus(x),
        };
    }

    /// <summary>dy/dx at x, where y = f(x) is known.</summary>
    internal T Slope<T>(T x, T y) where T : struct, INumberBase<T>
    {
        (T alpha, T beta, bool negative) = (T.CreateChecked(Alpha), T.CreateChecked(Beta), Real(x) < 0);
        switch (Name)
        {
            case "Affine": return alpha;
            case "Relu": return Real(x) > 0 ? T.One : T.Zero;
            case "LeakyRelu": return negative ? alpha : T.One;
            case "ThresholdedRelu": return Real(x) > Alpha ? T.One : T.Zero;
            case "Tanh": return T.One - (y * y);
            case "ScaledTanh":
                T tanh = DeterministicMath.Tanh(beta * x);
                return alpha * beta * (T.One - (tanh * tanh));
            case "Sigmoid": return y * (T.One - y);
            case "HardSigmoid": return Real(y) is > 0 and < 1 ? alpha : T.Zero;
            case "Elu": return negative ? y + alpha : T.One;
            case "Softsign":
                T below = T.One + (negative ? -x : x);
                return T.One / (below * below);
            default: return DeterministicMath.Sigmoid(x);
        }
    }

    private static double Real<T>(T x) where T : struct, INumberBase<T> => x is Complex complex ? complex.Real : double.CreateChecked(x);

    private static T Limited<T>(T x) where T : struct, INumberBase<T> => Real(x) switch { < 0 => T.Zero, > 1 => T.One, _ => x };

    // eˣ − 1 below 0 by the hyperbolic tangent, which is accurate near 0.
    private static T ExpMinusOne<T>(T x) where T : struct, INumberBase<T>
    {
        T tanh = DeterministicMath.Tanh(x / (T.One + T.One));
        return (tanh + tanh) / (T.One - tanh);
    }

    private static T Softplus<T>(T x) where T : struct, INumberBase<T>
    {
        if (x is Complex complex) return (T)(object)(complex.Real > 0 ? complex + Complex.Log(1 + Complex.Exp(-complex)) : Complex.Log(1 + Complex.Exp(complex)));
        double value = double.CreateChecked(x);
        return T.CreateChecked(Math.Max(value, 0) + DeterministicMath.Log(1 + DeterministicMath.Exp(-Math.Abs(value))));
    }

    private double Value(string parameter, bool has, double? value) => !has ? 0
        : value is { } number && double.IsFinite(number) ? number
        : throw new ArgumentException($"The activation function {Name} needs a finite {parameter}, but has {(value is null ? "none" : $"{value}")}.");
}
