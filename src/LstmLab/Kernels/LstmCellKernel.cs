using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>
/// The kernel of Equations/StandardCell, with the same equation numbers and the same bits. Slots i, f, g, o. The backward pass computes
/// tanh(c) again, which takes less time than reading it from memory.
/// </summary>
internal readonly struct LstmCellKernel<T, V> : ICellKernel<T, V>
    where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
{
    public static int Slots => 4;

    public static int ProductVectors => 4;

    public static int UnitParameters => 0;

    public static bool HasCellState => true;

    public static int HiddenGate(int slot) => slot;

    public static int InputGate(int slot) => slot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ComputeGates(ref T z, ref T unitParameters, ref T before, ref T savedGates)
    {
        // A loop with one copy of each function: four copies would be more than the just-in-time compiler inlines.
        for (int at = 0; at < 4 * V.Count; at += V.Count)
        {
            V sum = V.Load(ref Unsafe.Add(ref z, at));
            if (at == 2 * V.Count) DeterministicMath.Tanh<T, V>(sum).Store(ref Unsafe.Add(ref savedGates, at));      // ( 3)
            else DeterministicMath.Sigmoid<T, V>(sum).Store(ref Unsafe.Add(ref savedGates, at));                     // ( 1) ( 2) ( 4)
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ComputeState(ref T savedGates, ref T unitParameters, V before, out V state)
    {
        V i = V.Load(ref savedGates), f = V.Load(ref Unsafe.Add(ref savedGates, V.Count));
        V g = V.Load(ref Unsafe.Add(ref savedGates, 2 * V.Count)), o = V.Load(ref Unsafe.Add(ref savedGates, 3 * V.Count));
        state = V.MultiplyAdd(f, before, i * g);                                                 // ( 5)
        return o * DeterministicMath.Tanh<T, V>(state);                                          // ( 6)
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V PropagateBack(V dh, ref T savedGates, ref T unitParameters, V before, V after, ref T dState, ref T dz, nint slotPitch)
    {
        V i = V.Load(ref savedGates), f = V.Load(ref Unsafe.Add(ref savedGates, V.Count));
        V g = V.Load(ref Unsafe.Add(ref savedGates, 2 * V.Count)), o = V.Load(ref Unsafe.Add(ref savedGates, 3 * V.Count));
        V tanhC = DeterministicMath.Tanh<T, V>(after), one = V.Of(T.One);
        V dO = dh * tanhC;                                                                       // ( 9)
        V dC = V.Load(ref dState) + (dh * o * (one - (tanhC * tanhC)));                          // (10)
        V dF = dC * before;                                                                      // (11)
        V dI = dC * g;                                                                           // (12)
        V dG = dC * i;                                                                           // (13)
        (dC * f).Store(ref dState);                                                              // (14)
        (dI * (i * (one - i))).Store(ref dz);                                                    // (15)
        (dF * (f * (one - f))).Store(ref Unsafe.Add(ref dz, slotPitch));
        (dG * (one - (g * g))).Store(ref Unsafe.Add(ref dz, 2 * slotPitch));
        (dO * (o * (one - o))).Store(ref Unsafe.Add(ref dz, 3 * slotPitch));
        return V.Of(T.Zero);
    }

    public static void AddUnitGradients(ref T dz, nint slotPitch, V before, V after, ref V d0, ref V d1, ref V d2)
    {
        // There are no unit parameters.
    }
}
