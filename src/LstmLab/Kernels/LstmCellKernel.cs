using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>The twin of Equations/StandardCell: slots i, f, g, o; tanh(c) is computed again on the way back, which takes less time than reading it. Same numbers of equations, same bits.</summary>
internal readonly struct LstmCellKernel<T, V> : ICellKernel<T, V> where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
{
    public static int HiddenGate(int slot) => slot;

    public static int InputGate(int slot) => slot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gates(ref T z, ref T late, ref T kept)
    {
        // One copy of each function: four would be more than the compiler inlines.
        for (int at = 0; at < 4 * V.Count; at += V.Count)
        {
            if (at == 2 * V.Count) DeterministicMath.Tanh<T, V>(V.Load(ref Unsafe.Add(ref z, at))).Store(ref Unsafe.Add(ref kept, at));      // ( 3)
            else DeterministicMath.Sigmoid<T, V>(V.Load(ref Unsafe.Add(ref z, at))).Store(ref Unsafe.Add(ref kept, at));                     // ( 1) ( 2) ( 4)
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Forward(ref T kept, V before, out V state)
    {
        V i = V.Load(ref kept), f = V.Load(ref Unsafe.Add(ref kept, V.Count)), g = V.Load(ref Unsafe.Add(ref kept, 2 * V.Count)), o = V.Load(ref Unsafe.Add(ref kept, 3 * V.Count));
        state = V.MultiplyAdd(f, before, i * g);                                                 // ( 5)
        return o * DeterministicMath.Tanh<T, V>(state);                                                 // ( 6)
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Backward(V dh, ref T kept, V before, V after, ref T dState, ref T dz, nint pitch)
    {
        V i = V.Load(ref kept), f = V.Load(ref Unsafe.Add(ref kept, V.Count)), g = V.Load(ref Unsafe.Add(ref kept, 2 * V.Count));
        V o = V.Load(ref Unsafe.Add(ref kept, 3 * V.Count)), tanhC = DeterministicMath.Tanh<T, V>(after), one = V.Of(T.One);
        V dO = dh * tanhC;                                                                       // ( 9)
        V dC = V.Load(ref dState) + (dh * o * (one - (tanhC * tanhC)));                          // (10)
        (V dF, V dI, V dG) = (dC * before, dC * g, dC * i);                                      // (11) (12) (13)
        (dC * f).Store(ref dState);                                                              // (14)
        (dI * (i * (one - i))).Store(ref dz);                                                    // (15)
        (dF * (f * (one - f))).Store(ref Unsafe.Add(ref dz, pitch));
        (dG * (one - (g * g))).Store(ref Unsafe.Add(ref dz, 2 * pitch));
        (dO * (o * (one - o))).Store(ref Unsafe.Add(ref dz, 3 * pitch));
        return V.Of(T.Zero);
    }
}
