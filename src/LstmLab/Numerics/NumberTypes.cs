using System.Numerics;

namespace LstmLab;

/// <summary>The number types this library computes in: others satisfy the generic constraints but have no exp and tanh here.</summary>
internal static class NumberTypes
{
    /// <summary>Throws unless a cell can compute in T.</summary>
    /// <exception cref="NotSupportedException">T is not double, float or Complex.</exception>
    public static void RequireOfCell<T>(Type owner)
    {
        if (typeof(T) != typeof(double) && typeof(T) != typeof(float) && typeof(T) != typeof(Complex))
            throw new NotSupportedException(
                $"{NameOf(owner)} computes in double or float (or Complex, for the complex step), but was made of {typeof(T).Name}.");
    }

    /// <summary>Throws unless a layer can compute in T.</summary>
    /// <exception cref="NotSupportedException">T is not double or float.</exception>
    public static void RequireOfLayer<T>(Type owner)
    {
        if (typeof(T) != typeof(double) && typeof(T) != typeof(float))
            throw new NotSupportedException($"{NameOf(owner)} computes in double or float, but was made of {typeof(T).Name}.");
    }

    private static string NameOf(Type type) => type.Name.Split('`')[0];
}
