using System.Numerics;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>The weights as the backward pass reads them, and the sums of their gradients.</summary>
/// <remarks>
/// <code>
/// ToHidden    [panel][gate][H][4][W]      U, its R columns side by side
/// ToInput     [panel][gate][H][4][W]      W, its I columns side by side
/// ToOutput    [panel][R][4][W]                  W_r, its H columns side by side
/// DGates      [P][R+I+1][n][W]                  rows hPrev, x, and 1 for the bias, as in the forward pass
/// DUnit       [P][1][3][W]                      unit parameters
/// DProjection [panel][R][4][W]
/// </code></remarks>
internal sealed class BackwardWeights<T, V, TKernel>(CellParameters<T> cell, RecurrenceLayout layout)
    where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> where TKernel : struct, ICellKernel<T, V>
{
    public PackedMatrix<T> ToHidden { get; } = new();

    public PackedMatrix<T> ToInput { get; } = new();

    public PackedMatrix<T> ToOutput { get; } = new();

    public PackedMatrix<T> DGates { get; } = new();

    public PackedMatrix<T> DUnit { get; } = new();

    public PackedMatrix<T> DProjection { get; } = new();

    /// <summary>Makes room; for ∂L/∂x only if it is wanted.</summary>
    public void Prepare(bool inputGradient)
    {
        ToHidden.Resize(PanelProduct<T, V>.PanelsOf(layout.R), cell.Gates * layout.SlotPitch, V.Count);
        if (inputGradient) ToInput.Resize(PanelProduct<T, V>.PanelsOf(layout.I), cell.Gates * layout.SlotPitch, V.Count);
        DGates.Resize(layout.Panels, layout.R + layout.I + 1, V.Count, TKernel.ProductVectors);
        if (TKernel.UnitParameters > 0) DUnit.Resize(layout.Panels, 1, V.Count, 3);
        if (cell.Projection is null) return;
        ToOutput.Resize(PanelProduct<T, V>.PanelsOf(layout.H), layout.R, V.Count);
        DProjection.Resize(PanelProduct<T, V>.PanelsOf(layout.H), layout.R, V.Count);
    }

    /// <summary>Packs one worker's panels, and sets its sums to 0.</summary>
    public void Pack(int worker, int workers, bool inputGradient)
    {
        (int I, int H, int R) = (layout.I, layout.H, layout.R);
        (int first, int end) = Workers.Partition(layout.Panels, worker, workers);
        for (int panel = first; panel < end; panel++)
        {
            DGates.Clear(panel);
            if (TKernel.UnitParameters > 0) DUnit.Clear(panel);
        }

        PackTransposed(ToHidden, cell.U, R, worker, workers);
        if (inputGradient) PackTransposed(ToInput, cell.W, I, worker, workers);
        if (cell.Projection is null) return;
        (first, end) = Workers.Partition(PanelProduct<T, V>.PanelsOf(H), worker, workers);
        for (int panel = first; panel < end; panel++)
        {
            ToOutput.Pack(panel, cell.Projection.Values, H, false, 0, R, H);
            DProjection.Clear(panel);
        }
    }

    /// <summary>Adds one worker's sums to the parameters' gradients.</summary>
    public void AddToGradients(int worker, int workers)
    {
        (int first, int end) = Workers.Partition(layout.Panels, worker, workers);
        for (int panel = first; panel < end; panel++) AddGates(panel);
        if (cell.Projection is null) return;
        (first, end) = Workers.Partition(PanelProduct<T, V>.PanelsOf(layout.H), worker, workers);
        for (int panel = first; panel < end; panel++)
            DProjection.AddTo(panel, cell.Projection.Gradient, layout.H, false, 0, layout.R, layout.H);
    }

    private void AddGates(int panel)
    {
        (int I, int H, int R) = (layout.I, layout.H, layout.R);
        for (int slot = 0; slot < TKernel.Slots; slot++)
        {
            (int h, int x) = (TKernel.HiddenGate(slot), TKernel.InputGate(slot));
            (int hiddenVector, int inputVector) = (slot - layout.FirstHiddenSlot, slot - layout.FirstInputSlot);
            if (h >= 0) DGates.AddTo(panel, cell.U.Gradient.AsSpan(h * H * R), R, true, 0, R, H, hiddenVector);
            if (x < 0) continue;
            DGates.AddTo(panel, cell.W.Gradient.AsSpan(x * H * I), I, true, R, I, H, slot - layout.FirstInputSlot);
            AddBias(panel, cell.FirstBiasGradient, x, slot);
            AddBias(panel, cell.SecondBiasGradient, x, slot);
        }

        if (cell.UnitGradient is not { } dUnit) return;
        for (int n = 0; n < TKernel.UnitParameters; n++) DUnit.AddTo(panel, dUnit.AsSpan(n * H), 1, true, 0, 1, H, n);
    }

    private void AddBias(int panel, T[]? gradient, int gate, int slot)
    {
        if (gradient is null) return;
        DGates.AddTo(panel, gradient.AsSpan(gate * layout.H), 1, true, layout.R + layout.I, 1, layout.H, slot - layout.FirstInputSlot);
    }

    /// <summary>result = start + M dz for a panel of M = Uᵀ or Wᵀ, gates ascending: the order of the equations.</summary>
    /// <param name="runs">The slots of dz that the matrix feeds.</param>
    /// <param name="rows">Rows of dz and of the result.</param>
    /// <param name="dz">First row of ∂L/∂z.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="start">What the sums start from; may be the result.</param>
    /// <param name="startRow">Distance of two rows of start; 0 for one that all share.</param>
    /// <param name="result">Receives rows of 4W numbers.</param>
    /// <param name="resultRow">Distance of two rows of the result.</param>
    /// <param name="columns">How many columns of the panel matter.</param>
    public void Multiply(
        SlotRun[] runs, int rows, ref T dz, ref T panel, ref T start, nint startRow, ref T result, nint resultRow, int columns)
    {
        int width = PanelProduct<T, V>.PanelWidth;
        foreach (SlotRun run in runs)
        {
            ref T block = ref Unsafe.Add(ref panel, (nint)run.FirstGate * layout.SlotPitch * width);
            PanelProduct<T, V>.Multiply<FourVectors>(
                rows, ref Unsafe.Add(ref dz, run.FirstSlot * layout.SlotPitch), layout.DzPitch, 1, run.Count * layout.SlotPitch,
                ref block, width, ref start, startRow, ref result, resultRow, columns);
            start = ref result;
            startRow = resultRow;
        }
    }

    // Gate after gate, whatever the order of the slots.
    private void PackTransposed(PackedMatrix<T> packed, Parameter<T> matrix, int columns, int worker, int workers)
    {
        (int first, int end) = Workers.Partition(PanelProduct<T, V>.PanelsOf(columns), worker, workers);
        for (int gate = 0; gate < cell.Gates; gate++)
        {
            Span<T> block = matrix.Values.AsSpan(gate * layout.H * columns);
            for (int panel = first; panel < end; panel++)
                packed.Pack(panel, block, columns, false, gate * layout.SlotPitch, layout.H, columns);
        }
    }
}
