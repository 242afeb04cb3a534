using System.Numerics;

namespace LstmLab;

/// <summary>Neighboring slots that neighboring gates feed, in the same order.</summary>
/// <param name="FirstSlot">The first slot.</param>
/// <param name="FirstGate">The gate whose rows of a matrix feed it.</param>
/// <param name="Count">How many.</param>
internal sealed record SlotRun(int FirstSlot, int FirstGate, int Count);

/// <summary>The sizes and distances of a fused recurrence that depend on the cell and the vector width alone.</summary>
/// <remarks>
/// Units stand in panels of W, the last filled up with units of zero weights. A pitch is the distance of two rows of a buffer; rows of
/// many vectors have an odd number of them, so that rows below each other fall into different sets of the cache.
/// </remarks>
internal sealed class RecurrenceLayout
{
    private RecurrenceLayout(int inputs, int units, int outputs, int lanes, int slots)
    {
        (I, H, R, Lanes, Slots) = (inputs, units, outputs, lanes, slots);
        Panels = PanelsOf(H, 1);
        PaddedUnits = Panels * lanes;
        StatePitch = Pitch(PaddedUnits);
        SavedPitch = Pitch(Panels * slots * lanes);
        InputPitch = Pitch(Math.Max(R + I + 1, PaddedUnits));
        // With one panel, slots overlap: each overwrites what stands beyond the last unit of the one before.
        SlotPitch = Panels == 1 ? H : PaddedUnits;
        DzPitch = Pitch(((slots - 1) * SlotPitch) + PaddedUnits);
        HiddenPitch = Pitch(Math.Max(PanelsOf(R, 4) * 4 * lanes, PaddedUnits));
        OutputPitch = PanelsOf(H, 4) * 4 * lanes;
    }

    /// <summary>I, the number of inputs.</summary>
    public int I { get; }

    /// <summary>H, the number of units.</summary>
    public int H { get; }

    /// <summary>R, the length of the hidden state.</summary>
    public int R { get; }

    /// <summary>W, the lanes of a vector.</summary>
    public int Lanes { get; }

    /// <summary>Slots of the cell's kernel.</summary>
    public int Slots { get; }

    /// <summary>Panels of W units.</summary>
    public int Panels { get; }

    /// <summary>Units of all panels, H rounded up to a multiple of W.</summary>
    public int PaddedUnits { get; }

    /// <summary>Row of the inputs of a step: <c>[hPrev R | x I | 1]</c>.</summary>
    public int InputPitch { get; }

    /// <summary>Row of states: one number a unit.</summary>
    public int StatePitch { get; }

    /// <summary>Row of saved gates: <c>[Panels][Slots][W]</c>.</summary>
    public int SavedPitch { get; }

    /// <summary>Distance of two slots in a row of ∂L/∂z.</summary>
    public int SlotPitch { get; }

    /// <summary>Row of ∂L/∂z: <c>[Slots][H]</c>.</summary>
    public int DzPitch { get; }

    /// <summary>Row of ∂L/∂h: R numbers, rounded up to whole panels of a product.</summary>
    public int HiddenPitch { get; }

    /// <summary>Row of ∂L/∂ of outputs before a projection: H numbers, rounded up to whole panels of a product.</summary>
    public int OutputPitch { get; }

    /// <summary>First of the slots that the product with hPrev computes.</summary>
    public int FirstHiddenSlot { get; private init; }

    /// <summary>First of the slots that the product with x computes.</summary>
    public int FirstInputSlot { get; private init; }

    /// <summary>Whether hPrev and x feed the same slots, so that one product over [hPrev | x] computes them.</summary>
    public bool OneProduct => FirstHiddenSlot == FirstInputSlot;

    /// <summary>The slots that U feeds, in the order of its gates: the order in which equations sum ∂L/∂hPrev.</summary>
    public required SlotRun[] HiddenRuns { get; init; }

    /// <summary>The slots that W feeds, in the order of its gates: the order in which equations sum ∂L/∂x.</summary>
    public required SlotRun[] InputRuns { get; init; }

    /// <summary>The layout of a cell with I inputs, H units and R outputs.</summary>
    public static RecurrenceLayout Of<T, V, TKernel>(int inputs, int units, int outputs)
        where T : struct, INumberBase<T> where V : struct, ILanes<V, T> where TKernel : struct, ICellKernel<T, V>
    {
        int[] hidden = new int[TKernel.Slots], input = new int[TKernel.Slots];
        for (int slot = 0; slot < TKernel.Slots; slot++)
        {
            hidden[slot] = TKernel.HiddenGate(slot);
            input[slot] = TKernel.InputGate(slot);
        }

        return new(inputs, units, outputs, V.Count, TKernel.Slots)
        {
            FirstHiddenSlot = First(hidden),
            FirstInputSlot = First(input),
            HiddenRuns = Runs(hidden),
            InputRuns = Runs(input),
        };

        static int First(int[] gateOfSlot)
        {
            int slot = 0;
            while (gateOfSlot[slot] < 0) slot++;
            return Math.Min(slot, TKernel.Slots - TKernel.ProductVectors);
        }
    }

    private static SlotRun[] Runs(int[] gateOfSlot)
    {
        List<SlotRun> runs = [];
        for (int gate = 0; Array.IndexOf(gateOfSlot, gate) is >= 0 and int slot; gate++)
        {
            if (runs.Count > 0 && runs[^1].FirstSlot + runs[^1].Count == slot) runs[^1] = runs[^1] with { Count = runs[^1].Count + 1 };
            else runs.Add(new(slot, gate, 1));
        }

        return [.. runs];
    }

    private int PanelsOf(int columns, int vectors) => (columns + (vectors * Lanes) - 1) / (vectors * Lanes);

    private int Pitch(int length)
    {
        int vectors = (length + Lanes - 1) / Lanes;
        return (vectors < 8 ? vectors : vectors | 1) * Lanes;
    }
}
