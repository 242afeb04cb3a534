using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>
/// The kernel of Equations/GruCell, with the same equation numbers and the same bits. Slots q, r, z, n: hPrev feeds q, r and z, x feeds
/// r, z and n, so that each product computes three neighbors. Unit parameters: the recurrent bias d of r, z and n, of which q starts from
/// the last.
/// </summary>
internal readonly struct GruCellKernel<T, V> : ICellKernel<T, V>
    where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
{
    public static int Slots => 4;

    public static int ProductVectors => 3;

    public static int UnitParameters => 3;

    public static bool HasCellState => false;

    public static int HiddenGate(int slot) => slot switch { 0 => 2, 3 => -1, _ => slot - 1 };

    public static int InputGate(int slot) => slot - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ComputeGates(ref T z, ref T unitParameters, ref T before, ref T savedGates)
    {
        for (int at = 0; at < 2 * V.Count; at += V.Count)
        {
            V sum = V.Load(ref Unsafe.Add(ref z, V.Count + at)) + V.Load(ref Unsafe.Add(ref unitParameters, at));
            DeterministicMath.Sigmoid<T, V>(sum).Store(ref Unsafe.Add(ref savedGates, V.Count + at));                       // ( 1) ( 2)
        }

        V q = V.Load(ref z), r = V.Load(ref Unsafe.Add(ref savedGates, V.Count));                                           // ( 3)
        V n = DeterministicMath.Tanh<T, V>(V.MultiplyAdd(r, q, V.Load(ref Unsafe.Add(ref z, 3 * V.Count))));                // ( 4)
        q.Store(ref savedGates);
        n.Store(ref Unsafe.Add(ref savedGates, 3 * V.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ComputeState(ref T savedGates, ref T unitParameters, V before, out V state)
    {
        V z = V.Load(ref Unsafe.Add(ref savedGates, 2 * V.Count)), n = V.Load(ref Unsafe.Add(ref savedGates, 3 * V.Count));
        state = V.MultiplyAdd(z, before, (V.Of(T.One) - z) * n);                                 // ( 5)
        return state;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V PropagateBack(V dh, ref T savedGates, ref T unitParameters, V before, V after, ref T dState, ref T dz, nint slotPitch)
    {
        V q = V.Load(ref savedGates), r = V.Load(ref Unsafe.Add(ref savedGates, V.Count)), one = V.Of(T.One);
        V z = V.Load(ref Unsafe.Add(ref savedGates, 2 * V.Count)), n = V.Load(ref Unsafe.Add(ref savedGates, 3 * V.Count));
        V dn = dh * (one - z) * (one - (n * n));                                                 // ( 7)
        (dn * r).Store(ref dz);                                                                  // ( 9)
        (dn * q * (r * (one - r))).Store(ref Unsafe.Add(ref dz, slotPitch));                     // ( 8)
        (dh * (before - n) * (z * (one - z))).Store(ref Unsafe.Add(ref dz, 2 * slotPitch));      // ( 6)
        dn.Store(ref Unsafe.Add(ref dz, 3 * slotPitch));
        return dh * z;                                                                           // (10)
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddUnitGradients(ref T dz, nint slotPitch, V before, V after, ref V d0, ref V d1, ref V d2)
    {
        d0 += V.Load(ref Unsafe.Add(ref dz, slotPitch));                                         // (11)
        d1 += V.Load(ref Unsafe.Add(ref dz, 2 * slotPitch));
        d2 += V.Load(ref dz);
    }
}
