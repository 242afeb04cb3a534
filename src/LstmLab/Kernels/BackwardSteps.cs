using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LstmLab;

/// <summary>
/// The backward pass through the states, from the last step to the first. It leaves ∂L/∂z of every step of a chunk for
/// <see cref="WeightGradients{T,V,TKernel}"/>.
/// </summary>
/// <remarks>It is cut among workers like the forward pass.</remarks>
internal sealed class BackwardSteps<T, V, TKernel>
    where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> where TKernel : struct, ICellKernel<T, V>
{
    private readonly RecurrenceLayout _layout;
    private readonly BatchPlan _plan;
    private readonly RecurrenceWorkspace<T> _workspace;
    private readonly PackedMatrix<T> _unit;
    private readonly BackwardWeights<T, V, TKernel> _weights;
    private readonly Action<int> _runPart, _propagatePartition;
    private readonly bool _projects;
    private Tensor<T>? _dY;
    private int _column, _chunk, _chunkEnd, _step;

    public BackwardSteps(
        RecurrenceLayout layout, BatchPlan plan, RecurrenceWorkspace<T> workspace, PackedMatrix<T> unit,
        BackwardWeights<T, V, TKernel> weights, bool projects)
    {
        (_layout, _plan, _workspace, _unit, _weights, _projects) = (layout, plan, workspace, unit, weights, projects);
        _runPart = RunPart;
        _propagatePartition = partition => PropagateThroughU(_step, _plan.Sequences(0), partition);
    }

    private static int PanelWidth => PanelProduct<T, V>.PanelWidth;

    /// <summary>Goes back through the steps chunkEnd − 1 … chunk of the present segment.</summary>
    /// <param name="dY">∂L/∂y, [T, B, columns], or null for zeros.</param>
    /// <param name="column">The first of its R columns that belong to this direction.</param>
    /// <param name="chunk">First step of the chunk.</param>
    /// <param name="chunkEnd">The step after its last.</param>
    public void Run(Tensor<T>? dY, int column, int chunk, int chunkEnd)
    {
        (_dY, _column, _chunk, _chunkEnd) = (dY, column, chunk, chunkEnd);
        Workers.Run(_runPart, _plan.Parts);
    }

    private void RunPart(int part)
    {
        SequenceRange sequences = _plan.Sequences(part);
        ref T scratch = ref _workspace.Scratch(part);
        ReadOnlySpan<T> dY = _dY is null ? [] : _dY.Flat();
        int columns = _dY?.Length(2) ?? 0;
        for (int s = _chunkEnd - 1; s >= _chunk; s--)
        {
            if (_projects) PropagateThroughProjection(s, sequences, dY, columns);
            for (int b = sequences.From; b < sequences.To; b++)
            {
                if (s > 0) Prefetch(_plan.Row(s - 1, b, sequences));
                if (_plan.Ended(s, b)) MemoryMarshal.CreateSpan(ref _workspace.DzRow(_chunk, s, b, sequences), _layout.DzPitch).Clear();
                else PropagateThroughUnits(s, b, sequences, _projects || columns == 0 ? [] : DYRow(s, b, dY, columns), ref scratch);
            }

            if (_plan.UnitPartitions > 1) PropagateWithBarrier(s);
            else PropagateThroughU(s, sequences, 0);
        }
    }

    // What the step before needs is loaded while the processor is busy with the products of this one.
    private void Prefetch(nint row)
    {
        _workspace.SavedGates.Prefetch(row * _layout.SavedPitch, _layout.Panels * TKernel.Slots * V.Count);
        _workspace.States.Prefetch(row * _layout.StatePitch, _layout.PaddedUnits);
    }

    // Turns ∂L/∂h(s) in DHidden into ∂L/∂z(s), and leaves in DHidden what reaches h(s−1) without going through U. dY is ∂L/∂y(s), or empty.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void PropagateThroughUnits(int s, int b, SequenceRange sequences, ReadOnlySpan<T> dY, ref T scratch)
    {
        RecurrenceLayout layout = _layout;
        nint row = _plan.Row(s, b, sequences), padded = RecurrenceWorkspace<T>.PaddedRow(b, sequences), slotPitch = layout.SlotPitch;
        ref T dz = ref _workspace.DzRow(_chunk, s, b, sequences), dHidden = ref _workspace.DHidden.At(padded * layout.HiddenPitch);
        ref T dOutput = ref _projects ? ref _workspace.DOutputs.At(padded * layout.OutputPitch) : ref dHidden;
        ref T dState = ref _workspace.DStates.At(padded * layout.StatePitch);
        ref T saved = ref _workspace.SavedGates.At(row * layout.SavedPitch), unit = ref _unit[0];
        ref T before = ref _workspace.States.At(row * layout.StatePitch);
        ref T after = ref Unsafe.Add(ref before, (nint)sequences.Count * layout.StatePitch), dYRow = ref MemoryMarshal.GetReference(dY);
        for (int at = 0; at < layout.PaddedUnits; at += V.Count)
        {
            V dh = V.Load(ref Unsafe.Add(ref dOutput, at));
            if (at + V.Count <= dY.Length) dh += V.Load(ref Unsafe.Add(ref dYRow, at));
            else if (!dY.IsEmpty) dh += LoadPadded(dY[at..], ref scratch);
            V dHPrev = TKernel.PropagateBack(
                dh, ref Unsafe.Add(ref saved, (nint)at * TKernel.Slots), ref Unsafe.Add(ref unit, (nint)at * TKernel.UnitParameters),
                V.Load(ref Unsafe.Add(ref before, at)), V.Load(ref Unsafe.Add(ref after, at)),
                ref Unsafe.Add(ref dState, at), ref Unsafe.Add(ref dz, at), slotPitch);
            if (!_projects) dHPrev.Store(ref Unsafe.Add(ref dHidden, at));
        }
    }

    private void PropagateWithBarrier(int s)
    {
        _step = s;
        Workers.Run(_propagatePartition, _plan.UnitPartitions, brief: true);
    }

    // ∂L/∂h(s−1) += Uᵀ dz, gates ascending
    private void PropagateThroughU(int s, SequenceRange sequences, int partition)
    {
        (int first, int end) = Workers.Partition(PanelProduct<T, V>.PanelsOf(_layout.R), partition, _plan.UnitPartitions);
        for (int n = first; n < end; n++)
        {
            // Every other step takes the panels in descending order: the weights of the last ones are still in the cache.
            int panel = (s & 1) == 0 ? n : first + end - 1 - n;
            ref T dz = ref _workspace.DzRow(_chunk, s, sequences.From, sequences);
            nint row = RecurrenceWorkspace<T>.PaddedRow(sequences.From, sequences) * _layout.HiddenPitch;
            ref T dHidden = ref _workspace.DHidden.At(row + (panel * PanelWidth));
            _weights.Multiply(
                _layout.HiddenRuns, sequences.Count, ref dz, ref _weights.ToHidden[panel],
                ref dHidden, _layout.HiddenPitch, ref dHidden, _layout.HiddenPitch, _layout.R - (panel * PanelWidth));
        }
    }

    // ∂L/∂m = W_rᵀ ∂L/∂h of the rows of a step; ∂L/∂h itself is left in DTotal for ∂L/∂W_r.
    private void PropagateThroughProjection(int s, SequenceRange sequences, ReadOnlySpan<T> allDY, int columns)
    {
        for (int b = sequences.From; b < sequences.To; b++)
        {
            Span<T> dHidden = _workspace.DHidden.Span(RecurrenceWorkspace<T>.PaddedRow(b, sequences) * _layout.HiddenPitch, _layout.R);
            Span<T> total = _workspace.DTotal.Span(TotalRow(s, b) * _layout.HiddenPitch, _layout.R);
            if (_plan.Ended(s, b))
            {
                total.Clear();
                continue;
            }

            ReadOnlySpan<T> dY = columns > 0 ? DYRow(s, b, allDY, columns) : [];
            for (int n = 0; n < total.Length; n++) total[n] = dY.IsEmpty ? dHidden[n] : dHidden[n] + dY[n];
            dHidden.Clear();
        }

        ref T first = ref _workspace.DTotal.At(TotalRow(s, sequences.From) * _layout.HiddenPitch);
        nint output = RecurrenceWorkspace<T>.PaddedRow(sequences.From, sequences) * _layout.OutputPitch;
        for (int panel = 0; panel < PanelProduct<T, V>.PanelsOf(_layout.H); panel++)
        {
            PanelProduct<T, V>.Multiply<FourVectors>(
                sequences.Count, ref first, _layout.HiddenPitch, 1, _layout.R, ref _weights.ToOutput[panel], PanelWidth,
                ref _workspace.Zeros, 0, ref _workspace.DOutputs.At(output + (panel * PanelWidth)), _layout.OutputPitch);
        }
    }

    private nint TotalRow(int s, int b) => ((nint)(s - _chunk) * _plan.B) + b;

    private ReadOnlySpan<T> DYRow(int s, int b, ReadOnlySpan<T> dY, int columns) =>
        dY.Slice((((_plan.TimeOf(s, b) * _plan.B) + b) * columns) + _column, _layout.R);

    // The last numbers of a row, with zeros after them.
    private static V LoadPadded(ReadOnlySpan<T> last, ref T scratch)
    {
        V.Of(T.Zero).Store(ref scratch);
        last.CopyTo(MemoryMarshal.CreateSpan(ref scratch, V.Count));
        return V.Load(ref scratch);
    }
}
