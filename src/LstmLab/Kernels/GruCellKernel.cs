using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>The twin of Equations/GruCell: slots r, z, n (weights on x alone), q (weights on h alone). Same numbers of equations, same bits.</summary>
internal readonly struct GruCellKernel<T, V> : ICellKernel<T, V> where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
{
    public static int HiddenGate(int slot) => slot switch { 2 => -1, 3 => 2, _ => slot };

    public static int InputGate(int slot) => slot == 3 ? -1 : slot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gates(ref T z, ref T late, ref T kept)
    {
        for (int at = 0; at < 2 * V.Count; at += V.Count)
            DeterministicMath.Sigmoid<T, V>(V.Load(ref Unsafe.Add(ref z, at)) + V.Load(ref Unsafe.Add(ref late, at))).Store(ref Unsafe.Add(ref kept, at));      // ( 1) ( 2)
        V r = V.Load(ref kept), q = V.Load(ref Unsafe.Add(ref z, 3 * V.Count));                                                                          // ( 3)
        DeterministicMath.Tanh<T, V>(V.MultiplyAdd(r, q, V.Load(ref Unsafe.Add(ref z, 2 * V.Count)))).Store(ref Unsafe.Add(ref kept, 2 * V.Count));             // ( 4)
        q.Store(ref Unsafe.Add(ref kept, 3 * V.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Forward(ref T kept, V before, out V state)
    {
        V u = V.Load(ref Unsafe.Add(ref kept, V.Count)), n = V.Load(ref Unsafe.Add(ref kept, 2 * V.Count));
        state = V.MultiplyAdd(u, before, (V.Of(T.One) - u) * n);                                                                                         // ( 5)
        return state;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Backward(V dh, ref T kept, V before, V after, ref T dState, ref T dz, nint pitch)
    {
        V r = V.Load(ref kept), u = V.Load(ref Unsafe.Add(ref kept, V.Count)), n = V.Load(ref Unsafe.Add(ref kept, 2 * V.Count));
        V q = V.Load(ref Unsafe.Add(ref kept, 3 * V.Count)), one = V.Of(T.One);
        V dn = dh * (one - u) * (one - (n * n));                                                 // ( 7)
        (dn * q * (r * (one - r))).Store(ref dz);                                                // ( 8)
        (dh * (before - n) * (u * (one - u))).Store(ref Unsafe.Add(ref dz, pitch));              // ( 6)
        dn.Store(ref Unsafe.Add(ref dz, 2 * pitch));
        (dn * r).Store(ref Unsafe.Add(ref dz, 3 * pitch));                                       // ( 9)
        return dh * u;                                                                           // (10)
    }
}
