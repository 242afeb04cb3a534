using System.Numerics;

namespace LstmLab;

/// <summary>The weights as the forward pass reads them.</summary>
/// <remarks>
/// <code>
/// Gates      [P][R+I][n][W]      rows hPrev, then x; vectors: the slots of the product with either (n = ProductVectors)
/// Bias       [P][1][Slots][W]    what each slot's sum starts from
/// Unit       [P][1][n][W]        unit parameters
/// Projection [panel][H][4][W]    W_r, its R rows side by side
/// </code></remarks>
internal sealed class ForwardWeights<T, V, TKernel>(CellParameters<T> cell, RecurrenceLayout layout)
    where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> where TKernel : struct, ICellKernel<T, V>
{
    public PackedMatrix<T> Gates { get; } = new();

    public PackedMatrix<T> Bias { get; } = new();

    public PackedMatrix<T> Unit { get; } = new();

    public PackedMatrix<T> Projection { get; } = new();

    /// <summary>Makes room.</summary>
    public void Prepare()
    {
        cell.ReadBiases();
        Gates.Resize(layout.Panels, layout.R + layout.I, V.Count, TKernel.ProductVectors);
        Bias.Resize(layout.Panels, 1, V.Count, TKernel.Slots);
        Unit.Resize(layout.Panels, 1, V.Count, TKernel.UnitParameters);
        if (cell.Projection is not null) Projection.Resize(PanelProduct<T, V>.PanelsOf(layout.R), layout.H, V.Count);
    }

    /// <summary>Packs one worker's panels.</summary>
    public void Pack(int worker, int workers)
    {
        (int first, int end) = Workers.Partition(layout.Panels, worker, workers);
        for (int panel = first; panel < end; panel++) PackGates(panel);
        if (cell.Projection is null) return;
        (first, end) = Workers.Partition(PanelProduct<T, V>.PanelsOf(layout.R), worker, workers);
        for (int panel = first; panel < end; panel++) Projection.Pack(panel, cell.Projection.Values, layout.H, true, 0, layout.H, layout.R);
    }

    private void PackGates(int panel)
    {
        (int I, int H, int R) = (layout.I, layout.H, layout.R);
        for (int slot = 0; slot < TKernel.Slots; slot++)
        {
            (int h, int x) = (TKernel.HiddenGate(slot), TKernel.InputGate(slot));
            if (h >= 0) Gates.Pack(panel, cell.U.Values.AsSpan(h * H * R), R, true, 0, R, H, slot - layout.FirstHiddenSlot);
            if (x >= 0) Gates.Pack(panel, cell.W.Values.AsSpan(x * H * I), I, true, R, I, H, slot - layout.FirstInputSlot);
            Span<T> bias = (x >= 0 ? cell.Bias : cell.UnitValues).AsSpan((x >= 0 ? x : h) * H);
            Bias.Pack(panel, bias, 1, true, 0, 1, H, slot);
        }

        for (int n = 0; n < TKernel.UnitParameters; n++) Unit.Pack(panel, cell.UnitValues.AsSpan(n * H), 1, true, 0, 1, H, n);
    }
}
