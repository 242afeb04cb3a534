using System.Numerics;

namespace LstmLab.Formats;

/// <summary>An activation function of pre-activations that are first limited to [−clip, clip].</summary>
internal sealed class OnnxGate
{
    /// <summary>Takes function and limit.</summary>
    /// <exception cref="ArgumentException">The limit is not above 0.</exception>
    public OnnxGate(OnnxActivation function, double clip)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (!(clip > 0)) throw new ArgumentException($"clip must be above 0 (infinite for no limit), but is {clip}.");
        (Function, Clip) = (function, clip);
    }

    public OnnxActivation Function { get; }

    public double Clip { get; }

    /// <summary>f(clip(z)).</summary>
    public T Of<T>(T z) where T : struct, INumberBase<T> => Function.Of(Limited(z));

    /// <summary>Its derivative at z, where its value y is known.</summary>
    public T Slope<T>(T z, T y) where T : struct, INumberBase<T> => IsBeyond(z) ? T.Zero : Function.Slope(z, y);

    private T Limited<T>(T z) where T : struct, INumberBase<T> => IsBeyond(z) ? T.CreateChecked(Math.CopySign(Clip, Real(z))) : z;

    private bool IsBeyond<T>(T z) where T : struct, INumberBase<T> => Math.Abs(Real(z)) > Clip;

    private static double Real<T>(T z) where T : struct, INumberBase<T> => z is Complex complex ? complex.Real : double.CreateChecked(z);
}
