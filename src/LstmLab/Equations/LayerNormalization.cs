using System.Numerics;

namespace LstmLab;

/// <summary>
/// What layer normalization does to one vector before gain and shift: J. Ba, J. Kiros, G. Hinton, "Layer normalization",
/// arXiv:1607.06450, 2016.
/// <code>
/// ( 1) n = (v − μ) / √(σ² + ε),   μ = Σ v / N,   σ² = Σ (v − μ)² / N
/// ( 2) dv = (dn − Σ dn / N − n Σ (dn ⊙ n) / N) / √(σ² + ε)
/// </code></summary>
internal static class LayerNormalization
{
    /// <summary>ε, which keeps a constant vector from being divided by 0.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>( 1); n and v may be one array.</summary>
    /// <returns>1 / √(σ² + ε), which <see cref="Backward"/> needs.</returns>
    public static T Forward<T>(T[] v, T[] n) where T : struct, INumberBase<T>
    {
        T count = T.CreateChecked(v.Length), sum = T.Zero, squares = T.Zero;
        for (int k = 0; k < v.Length; k++) sum += v[k];
        T mean = sum / count;
        for (int k = 0; k < v.Length; k++) n[k] = v[k] - mean;
        for (int k = 0; k < v.Length; k++) squares = DeterministicMath.MultiplyAdd(n[k], n[k], squares);
        T scale = T.One / DeterministicMath.Sqrt((squares / count) + T.CreateChecked(Epsilon));
        for (int k = 0; k < v.Length; k++) n[k] *= scale;
        return scale;
    }

    /// <summary>( 2); dv and dn may be one array.</summary>
    public static void Backward<T>(T[] dn, T[] n, T scale, T[] dv) where T : struct, INumberBase<T>
    {
        T count = T.CreateChecked(n.Length), sum = T.Zero, product = T.Zero;
        for (int k = 0; k < n.Length; k++)
        {
            sum += dn[k];
            product = DeterministicMath.MultiplyAdd(dn[k], n[k], product);
        }

        T mean = sum / count, share = product / count;
        for (int k = 0; k < n.Length; k++) dv[k] = scale * (dn[k] - mean - (n[k] * share));
    }
}
