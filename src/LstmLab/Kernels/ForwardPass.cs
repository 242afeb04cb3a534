using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>The forward pass through the steps of a segment.</summary>
/// <remarks>
/// Sequences are cut among workers, each of which goes through all steps on its own. Where there are too few to cut, and a step has work
/// enough, the panels of units are cut instead, with a barrier at the end of each step.
/// </remarks>
internal sealed class ForwardPass<T, V, TKernel>
    where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> where TKernel : struct, ICellKernel<T, V>
{
    private readonly RecurrenceLayout _layout;
    private readonly BatchPlan _plan;
    private readonly RecurrenceWorkspace<T> _workspace;
    private readonly ForwardWeights<T, V, TKernel> _weights;
    private readonly Action<int> _runPart, _computePartition;
    private readonly bool _projects;
    private Tensor<T>? _x, _y;
    private int _stepParity, _step;

    public ForwardPass(
        RecurrenceLayout layout, BatchPlan plan, RecurrenceWorkspace<T> workspace, ForwardWeights<T, V, TKernel> weights, bool projects)
    {
        (_layout, _plan, _workspace, _weights, _projects) = (layout, plan, workspace, weights, projects);
        _runPart = RunPart;
        _computePartition = partition => ComputeUnits(_step, _plan.Sequences(0), partition, ref _workspace.Scratch(partition));
    }

    private static int SlotsWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TKernel.Slots * V.Count;
    }

    /// <summary>Goes through the present segment.</summary>
    /// <param name="x">[T, B, I].</param>
    /// <param name="y">Receives the hidden states of the segment's steps, [T, B, R]; null when the steps are computed again for the
    /// backward pass.</param>
    /// <param name="stepParity">0 or 1, alternating from call to call where each call is one step of a stream.</param>
    public void Run(Tensor<T> x, Tensor<T>? y, int stepParity = 0)
    {
        (_x, _y, _stepParity) = (x, y, stepParity);
        Workers.Run(_runPart, _plan.Parts);
    }

    // All steps of a part's sequences.
    private void RunPart(int part)
    {
        SequenceRange sequences = _plan.Sequences(part);
        ref T scratch = ref _workspace.Scratch(part);
        ReadOnlySpan<T> x = _x!.Flat();
        Span<T> y = _y is null ? [] : _y.Flat();
        for (int s = 0; s < _plan.Steps; s++)
        {
            LoadInputs(s, sequences, x);
            if (_plan.UnitPartitions > 1) ComputeWithBarrier(s);
            else ComputeUnits(s, sequences, 0, ref scratch);
            if (_projects) Project(s, sequences, ref scratch);
            StoreOutputs(s, sequences, y);
        }
    }

    // Copies x(s), and the 1 of the bias, next to hPrev; zeros after the end of a sequence, where x may hold anything.
    private void LoadInputs(int s, SequenceRange sequences, ReadOnlySpan<T> x)
    {
        (BatchPlan plan, int I, int pitch) = (_plan, _layout.I, _layout.InputPitch);
        nint at = (plan.Row(s, sequences.From, sequences) * pitch) + _layout.R;
        for (int b = sequences.From; b < sequences.To; b++, at += pitch)
        {
            Span<T> input = _workspace.Inputs.Span(at, I + 1);
            if (plan.Ended(s, b)) input.Clear();
            else x.Slice(((plan.TimeOf(s, b) * plan.B) + b) * I, I).CopyTo(input);
            input[I] = T.One;
        }
    }

    // The units of the only part, cut among workers that meet at the end of the step.
    private void ComputeWithBarrier(int s)
    {
        _step = s;
        Workers.Run(_computePartition, _plan.UnitPartitions, brief: true);
    }

    private void ComputeUnits(int s, SequenceRange sequences, int partition, ref T scratch)
    {
        (int first, int end) = Workers.Partition(_layout.Panels, partition, _plan.UnitPartitions);
        for (int n = first; n < end; n++)
        {
            // Every other step takes the panels in descending order: the weights of the last ones are still in the cache.
            int panel = ((_stepParity + s) & 1) == 0 ? n : first + end - 1 - n;
            for (int b = sequences.From; b < sequences.To; b += Tiles.RowsOfBlock)
                ComputePanel(s, panel, b, Math.Min(Tiles.RowsOfBlock, sequences.To - b), sequences, ref scratch);
        }
    }

    // W units of some sequences.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ComputePanel(int s, int panel, int b, int rows, SequenceRange sequences, ref T z)
    {
        nint row = _plan.Row(s, b, sequences), next = _plan.Row(s + 1, b, sequences);
        bool saves = _plan.Saved != SavedActivations.None;
        for (int r = 0; saves && r < rows; r++)
            _workspace.SavedGates.Prefetch(((row + r) * _layout.SavedPitch) + (panel * SlotsWidth), SlotsWidth);
        Multiply(panel, rows, ref _workspace.Inputs.At(row * _layout.InputPitch), ref z);
        ref T saved = ref saves ? ref _workspace.SavedGates.At((row * _layout.SavedPitch) + (panel * SlotsWidth)) : ref z;
        ComputeElementwise(panel, row, next, rows, ref z, ref saved, saves ? _layout.SavedPitch : SlotsWidth);
    }

    // Gates, states and outputs from z, the sums of the slots. A method of its own, since the just-in-time compiler inlines only so much.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ComputeElementwise(int panel, nint row, nint next, int rows, ref T z, ref T saved, nint savedPitch)
    {
        nint width = SlotsWidth, statePitch = _layout.StatePitch, outputPitch = _projects ? statePitch : _layout.InputPitch;
        ref T unit = ref TKernel.UnitParameters > 0 ? ref _weights.Unit[panel] : ref z;
        ref T before = ref _workspace.States.At((row * statePitch) + (panel * V.Count));
        ref T after = ref _workspace.States.At((next * statePitch) + (panel * V.Count));
        ref T output = ref _projects
            ? ref _workspace.Outputs.At((row * statePitch) + (panel * V.Count))
            : ref _workspace.Inputs.At((next * outputPitch) + (panel * V.Count));
        // The gates of all rows first: they do not wait for each other.
        for (int r = 0; r < rows; r++)
        {
            ref T sums = ref Unsafe.Add(ref z, r * width), state = ref Unsafe.Add(ref before, r * statePitch);
            TKernel.ComputeGates(ref sums, ref unit, ref state, ref Unsafe.Add(ref saved, r * savedPitch));
        }

        for (int r = 0; r < rows; r++)
        {
            V state = V.Load(ref Unsafe.Add(ref before, r * statePitch));
            V m = TKernel.ComputeState(ref Unsafe.Add(ref saved, r * savedPitch), ref unit, state, out state);
            m.Store(ref Unsafe.Add(ref output, r * outputPitch));
            state.Store(ref Unsafe.Add(ref after, r * statePitch));
        }
    }

    // z = b + U hPrev + W x, summed in that order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Multiply(int panel, int rows, ref T inputs, ref T z)
    {
        (int I, int R, int pitch) = (_layout.I, _layout.R, _layout.InputPitch);
        (int vectors, int width) = (TKernel.ProductVectors, TKernel.ProductVectors * V.Count);
        ref T weights = ref _weights.Gates[panel], bias = ref _weights.Bias[panel];
        if (_layout.OneProduct)
        {
            PanelProduct<T, V>.Multiply(vectors, rows, ref inputs, pitch, 1, R + I, ref weights, width, ref bias, 0, ref z, SlotsWidth);
            return;
        }

        int hidden = _layout.FirstHiddenSlot * V.Count;
        PanelProduct<T, V>.Multiply(
            vectors, rows, ref inputs, pitch, 1, R, ref weights, width,
            ref Unsafe.Add(ref bias, hidden), 0, ref Unsafe.Add(ref z, hidden), SlotsWidth);
        for (int slot = 0; slot < TKernel.Slots; slot++)
        {
            if (TKernel.HiddenGate(slot) >= 0) continue;
            V start = V.Load(ref Unsafe.Add(ref bias, slot * V.Count));
            for (int r = 0; r < rows; r++) start.Store(ref Unsafe.Add(ref z, (r * SlotsWidth) + (slot * V.Count)));
        }

        ref T sums = ref Unsafe.Add(ref z, _layout.FirstInputSlot * V.Count);
        PanelProduct<T, V>.Multiply(
            vectors, rows, ref Unsafe.Add(ref inputs, R), pitch, 1, I, ref Unsafe.Add(ref weights, R * width), width,
            ref sums, SlotsWidth, ref sums, SlotsWidth);
    }

    // h = W_r m
    private void Project(int s, SequenceRange sequences, ref T scratch)
    {
        nint row = _plan.Row(s, sequences.From, sequences), next = _plan.Row(s + 1, sequences.From, sequences);
        Span<T> h = _workspace.Inputs.Span(next * _layout.InputPitch, sequences.Count * _layout.InputPitch);
        PanelProduct<T, V>.MultiplyAll(
            sequences.Count, ref _workspace.Outputs.At(row * _layout.StatePitch), _layout.StatePitch, _layout.H, _weights.Projection,
            ref _workspace.Zeros, 0, _layout.R, h, _layout.InputPitch, ref scratch);
    }

    // A sequence that has ended keeps its states; its output there is 0.
    private void StoreOutputs(int s, SequenceRange sequences, Span<T> y)
    {
        (BatchPlan plan, int R, int pitch) = (_plan, _layout.R, _layout.InputPitch);
        nint row = plan.Row(s, sequences.From, sequences), next = plan.Row(s + 1, sequences.From, sequences);
        for (int b = sequences.From; b < sequences.To; b++, row++, next++)
        {
            bool ended = plan.Ended(s, b);
            if (ended) _workspace.CopyStates(row, next);
            if (y.IsEmpty) continue;
            Span<T> output = y.Slice(((plan.TimeOf(s, b) * plan.B) + b) * R, R);
            if (ended) output.Clear();
            else _workspace.Inputs.Span(next * pitch, R).CopyTo(output);
        }
    }
}
