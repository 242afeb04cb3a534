using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>
/// The kernel of Equations/PeepholeCell, with the same equation numbers and the same bits. Slots i, f, g, o, of which o depends on the new
/// cell state. Unit parameters: the peephole weights of i, f and o. The backward pass computes tanh(c) again.
/// </summary>
internal readonly struct PeepholeCellKernel<T, V> : ICellKernel<T, V>
    where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
{
    public static int Slots => 4;

    public static int ProductVectors => 4;

    public static int UnitParameters => 3;

    public static bool HasCellState => true;

    public static int HiddenGate(int slot) => slot;

    public static int InputGate(int slot) => slot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ComputeGates(ref T z, ref T unitParameters, ref T before, ref T savedGates)
    {
        V c = V.Load(ref before);
        for (int at = 0; at < 2 * V.Count; at += V.Count)
        {
            V sum = V.MultiplyAdd(V.Load(ref Unsafe.Add(ref unitParameters, at)), c, V.Load(ref Unsafe.Add(ref z, at)));
            DeterministicMath.Sigmoid<T, V>(sum).Store(ref Unsafe.Add(ref savedGates, at));                                 // ( 1) ( 2)
        }

        V g = DeterministicMath.Tanh<T, V>(V.Load(ref Unsafe.Add(ref z, 2 * V.Count)));                                     // ( 3)
        V zo = V.Load(ref Unsafe.Add(ref z, 3 * V.Count));
        g.Store(ref Unsafe.Add(ref savedGates, 2 * V.Count));
        zo.Store(ref Unsafe.Add(ref savedGates, 3 * V.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ComputeState(ref T savedGates, ref T unitParameters, V before, out V state)
    {
        V i = V.Load(ref savedGates), f = V.Load(ref Unsafe.Add(ref savedGates, V.Count));
        V g = V.Load(ref Unsafe.Add(ref savedGates, 2 * V.Count));
        V po = V.Load(ref Unsafe.Add(ref unitParameters, 2 * V.Count)), zo = V.Load(ref Unsafe.Add(ref savedGates, 3 * V.Count));
        state = V.MultiplyAdd(f, before, i * g);                                                 // ( 4)
        V o = DeterministicMath.Sigmoid<T, V>(V.MultiplyAdd(po, state, zo));                     // ( 5)
        o.Store(ref Unsafe.Add(ref savedGates, 3 * V.Count));
        return o * DeterministicMath.Tanh<T, V>(state);                                          // ( 6)
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V PropagateBack(V dh, ref T savedGates, ref T unitParameters, V before, V after, ref T dState, ref T dz, nint slotPitch)
    {
        V i = V.Load(ref savedGates), f = V.Load(ref Unsafe.Add(ref savedGates, V.Count));
        V g = V.Load(ref Unsafe.Add(ref savedGates, 2 * V.Count)), o = V.Load(ref Unsafe.Add(ref savedGates, 3 * V.Count));
        V pi = V.Load(ref unitParameters), pf = V.Load(ref Unsafe.Add(ref unitParameters, V.Count));
        V po = V.Load(ref Unsafe.Add(ref unitParameters, 2 * V.Count));
        V tanhC = DeterministicMath.Tanh<T, V>(after), one = V.Of(T.One);
        V dzo = dh * tanhC * (o * (one - o));                                                    // ( 7)
        V dC = V.Load(ref dState) + ((dh * o * (one - (tanhC * tanhC))) + (po * dzo));           // ( 8)
        V dzf = dC * before * (f * (one - f));                                                   // ( 9)
        V dzi = dC * g * (i * (one - i));                                                        // (10)
        V dzg = dC * i * (one - (g * g));                                                        // (11)
        ((dC * f) + (pi * dzi) + (pf * dzf)).Store(ref dState);                                  // (12)
        dzi.Store(ref dz);
        dzf.Store(ref Unsafe.Add(ref dz, slotPitch));
        dzg.Store(ref Unsafe.Add(ref dz, 2 * slotPitch));
        dzo.Store(ref Unsafe.Add(ref dz, 3 * slotPitch));
        return V.Of(T.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddUnitGradients(ref T dz, nint slotPitch, V before, V after, ref V d0, ref V d1, ref V d2)
    {
        d0 += V.Load(ref dz) * before;                                                           // (13)
        d1 += V.Load(ref Unsafe.Add(ref dz, slotPitch)) * before;
        d2 += V.Load(ref Unsafe.Add(ref dz, 3 * slotPitch)) * after;
    }
}
