using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>
/// The gradients of all weights from the steps of a chunk, added to the sums in <see cref="BackwardWeights{T,V,TKernel}"/>, and ∂L/∂x of
/// these steps.
/// </summary>
/// <remarks>
/// Weights are cut among workers, so that no two add to the same sum, and sequences for ∂L/∂x. Every sum runs over t downwards and b
/// downwards, as in Bptt.
/// </remarks>
internal sealed class WeightGradients<T, V, TKernel>
    where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> where TKernel : struct, ICellKernel<T, V>
{
    private readonly RecurrenceLayout _layout;
    private readonly BatchPlan _plan;
    private readonly RecurrenceWorkspace<T> _workspace;
    private readonly BackwardWeights<T, V, TKernel> _weights;
    private readonly InputGradient<T, V, TKernel> _inputGradient;
    private readonly Action<int> _runWorker;
    private readonly bool _projects;
    private Tensor<T>? _dX;
    private int _chunk, _chunkEnd;

    public WeightGradients(
        RecurrenceLayout layout, BatchPlan plan, RecurrenceWorkspace<T> workspace, BackwardWeights<T, V, TKernel> weights, bool projects)
    {
        (_layout, _plan, _workspace, _weights, _projects) = (layout, plan, workspace, weights, projects);
        _inputGradient = new(layout, plan, workspace, weights);
        _runWorker = RunWorker;
    }

    private static int PanelWidth => PanelProduct<T, V>.PanelWidth;

    private int Rows => (_chunkEnd - _chunk) * _plan.B;

    /// <summary>
    /// Adds the gradients of the steps chunk … chunkEnd − 1 of the present segment; writes their ∂L/∂x, [T, B, I], unless it is null.
    /// </summary>
    public void Run(Tensor<T>? dX, int chunk, int chunkEnd)
    {
        (_dX, _chunk, _chunkEnd) = (dX, chunk, chunkEnd);
        Workers.Run(_runWorker, _plan.WorkerCount);
    }

    private void RunWorker(int worker)
    {
        ref T scratch = ref _workspace.Scratch(worker);
        AddGates(worker, ref scratch);
        if (TKernel.UnitParameters > 0) AddUnitParameters(worker);
        if (_projects) AddProjection(worker, ref scratch);
        if (_dX is not null) _inputGradient.Run(_dX.Flat(), _plan.Sequences(worker), _chunk, _chunkEnd, ref scratch);
    }

    // dU += dz hPrevᵀ, dW += dz xᵀ, db += dz: tiles of 4 rows of [hPrev | x | 1] times the slots of a panel.
    private void AddGates(int worker, ref T vectors)
    {
        int columns = _layout.R + _layout.I + 1, tiles = (columns + Tiles.Rows - 1) / Tiles.Rows, count;
        (int item, int end) = Workers.Partition(_layout.Panels * tiles, worker, _plan.WorkerCount);
        ref T last = ref Unsafe.Add(ref InputsInOrder(worker), (nint)(Rows - 1) * _layout.InputPitch);
        for (; item < end; item += count)
        {
            (int panel, int tile) = (item / tiles, item % tiles);
            count = Math.Min(tiles - tile, end - item);
            GatherSlots(panel, ref vectors);
            int from = tile * Tiles.Rows, to = Math.Min(from + (count * Tiles.Rows), columns), R = _layout.R;
            if (_layout.OneProduct)
            {
                AddRows(panel, from, to, _layout.FirstHiddenSlot, ref last, ref vectors);
                continue;
            }

            if (from < R) AddRows(panel, from, Math.Min(to, R), _layout.FirstHiddenSlot, ref last, ref vectors);
            if (to > R) AddRows(panel, Math.Max(from, R), to, _layout.FirstInputSlot, ref last, ref vectors);
        }
    }

    // Rows from … to − 1 of [hPrev | x | 1] times the slots of one product.
    private void AddRows(int panel, int from, int to, int firstSlot, ref T lastInputs, ref T vectors)
    {
        int width = TKernel.ProductVectors * V.Count;
        ref T sums = ref Unsafe.Add(ref _weights.DGates[panel], (nint)from * width);
        PanelProduct<T, V>.Multiply(
            TKernel.ProductVectors, to - from, ref Unsafe.Add(ref lastInputs, from), 1, -_layout.InputPitch, Rows,
            ref Unsafe.Add(ref vectors, firstSlot * V.Count), TKernel.Slots * V.Count, ref sums, width, ref sums, width);
    }

    // Gradients of recurrent biases or peephole weights. After the end of a sequence there are none.
    private void AddUnitParameters(int worker)
    {
        (int first, int end) = Workers.Partition(_layout.Panels, worker, _plan.WorkerCount);
        for (int panel = first; panel < end; panel++) AddUnitParametersOf(panel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddUnitParametersOf(int panel)
    {
        ref T sums = ref _weights.DUnit[panel];
        V d0 = V.Load(ref sums), d1 = V.Load(ref Unsafe.Add(ref sums, V.Count)), d2 = V.Load(ref Unsafe.Add(ref sums, 2 * V.Count));
        int slotPitch = _layout.SlotPitch, unit = panel * V.Count;
        for (int s = _chunkEnd - 1; s >= _chunk; s--)
        {
            for (int part = _plan.Parts - 1; part >= 0; part--)
            {
                SequenceRange sequences = _plan.Sequences(part);
                for (int b = sequences.To - 1; b >= sequences.From; b--)
                {
                    if (_plan.Ended(s, b)) continue;
                    ref T before = ref _workspace.States.At((_plan.Row(s, b, sequences) * _layout.StatePitch) + unit);
                    V after = V.Load(ref Unsafe.Add(ref before, (nint)sequences.Count * _layout.StatePitch));
                    ref T dz = ref Unsafe.Add(ref _workspace.DzRow(_chunk, s, b, sequences), unit);
                    TKernel.AddUnitGradients(ref dz, slotPitch, V.Load(ref before), after, ref d0, ref d1, ref d2);
                }
            }
        }

        d0.Store(ref sums);
        d1.Store(ref Unsafe.Add(ref sums, V.Count));
        d2.Store(ref Unsafe.Add(ref sums, 2 * V.Count));
    }

    // dW_r += ∂L/∂h mᵀ
    private void AddProjection(int worker, ref T vectors)
    {
        int tiles = (_layout.R + Tiles.Rows - 1) / Tiles.Rows, count;
        (int item, int end) = Workers.Partition(PanelProduct<T, V>.PanelsOf(_layout.H) * tiles, worker, _plan.WorkerCount);
        ref T last = ref _workspace.DTotal.At((nint)(Rows - 1) * _layout.HiddenPitch);
        for (; item < end; item += count)
        {
            (int panel, int tile) = (item / tiles, item % tiles);
            count = Math.Min(tiles - tile, end - item);
            GatherOutputs(panel, ref vectors);
            int from = tile * Tiles.Rows, rows = Math.Min(count * Tiles.Rows, _layout.R - from);
            ref T sums = ref Unsafe.Add(ref _weights.DProjection[panel], (nint)from * PanelWidth);
            PanelProduct<T, V>.Multiply<FourVectors>(
                rows, ref Unsafe.Add(ref last, from), 1, -_layout.HiddenPitch, Rows, ref vectors, PanelWidth,
                ref sums, PanelWidth, ref sums, PanelWidth);
        }
    }

    // The chunk's inputs in the order of t, then b: in place if there is one part, else a copy.
    private ref T InputsInOrder(int worker)
    {
        int pitch = _layout.InputPitch;
        if (_plan.Parts == 1) return ref _workspace.Inputs.At(_plan.Row(_chunk, 0, _plan.Sequences(0)) * pitch);
        nint start = (nint)worker * _workspace.ChunkSteps * _plan.B * pitch, at = start;
        for (int s = _chunk; s < _chunkEnd; s++)
        {
            for (int part = 0; part < _plan.Parts; part++)
            {
                SequenceRange sequences = _plan.Sequences(part);
                Span<T> rows = _workspace.Inputs.Span(_plan.Row(s, sequences.From, sequences) * pitch, sequences.Count * pitch);
                rows.CopyTo(_workspace.ChunkInputs.Span(at, rows.Length));
                at += rows.Length;
            }
        }

        return ref _workspace.ChunkInputs.At(start);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void GatherSlots(int panel, ref T target) => Gather(
        _workspace.Dz, _layout.DzPitch, _workspace.ChunkSteps, 0, panel * V.Count, _layout.SlotPitch, TKernel.Slots, ref target);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void GatherOutputs(int panel, ref T target) => Gather(
        _workspace.Outputs, _layout.StatePitch, _plan.Room, _chunk, panel * PanelWidth, V.Count, 4, ref target);

    // Copies some vectors of each row of a chunk, which are far apart, next to each other, from the last row up: t downwards, b downwards.
    // The rows are in the order of parts, with room for so many steps, of which the chunk begins at the one given.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Gather(AlignedBuffer<T> rows, int pitch, int room, int firstStep, int column, int vectorPitch, int vectors, ref T target)
    {
        for (int s = _chunkEnd - _chunk - 1; s >= 0; s--)
        {
            for (int part = _plan.Parts - 1; part >= 0; part--)
            {
                SequenceRange sequences = _plan.Sequences(part);
                ref T source = ref rows.At((BatchPlan.Row(room, firstStep + s, sequences.To - 1, sequences) * pitch) + column);
                for (int b = sequences.From; b < sequences.To; b++)
                {
                    for (int v = 0; v < vectors; v++)
                        V.Load(ref Unsafe.Add(ref source, v * vectorPitch)).Store(ref Unsafe.Add(ref target, v * V.Count));
                    source = ref Unsafe.Subtract(ref source, pitch);
                    target = ref Unsafe.Add(ref target, vectors * V.Count);
                }
            }
        }
    }
}
