using System.Numerics;

namespace LstmLab;

/// <summary>
/// The buffers of a fused recurrence, and the movement of states into and out of them. S steps of a segment, W lanes, P panels:
/// </summary>
/// <remarks>
/// <code>
/// Inputs      [part][S+1][b][hPrev R | x I | 1]     what the products read; the backward pass reads it again for ∂L/∂W, ∂L/∂U, ∂L/∂b
/// States      [part][S+1][b][P·W]                   c (a GRU: h) before step s
/// SavedGates  [part][S+1][b][P][Slots][W]
/// Outputs     [part][S+1][b][P·W]                   m = o ⊙ tanh(c) before a projection
/// Dz          [part][chunk][b][Slots][P·W]          ∂L/∂z of the few steps of a chunk
/// DTotal      [chunk][b][R]                         ∂L/∂h of the steps of a chunk, with a projection
/// DHidden, DStates, DOutputs   [b][…]               ∂L/∂ of h, the state and m at the step that the backward pass has reached
/// Checkpoints [segment][b][h R | state P·W]         states before each segment
/// </code></remarks>
internal sealed class RecurrenceWorkspace<T>(RecurrenceLayout layout, BatchPlan plan, bool projects) where T : struct, INumberBase<T>
{
    private const int RowsOfChunk = 128;
    private readonly AlignedBuffer<T> _scratch = new(), _zeros = new(), _checkpoints = new();

    public AlignedBuffer<T> Inputs { get; } = new();

    public AlignedBuffer<T> States { get; } = new();

    public AlignedBuffer<T> SavedGates { get; } = new();

    public AlignedBuffer<T> Outputs { get; } = new();

    public AlignedBuffer<T> Dz { get; } = new();

    public AlignedBuffer<T> DHidden { get; } = new();

    public AlignedBuffer<T> DStates { get; } = new();

    public AlignedBuffer<T> DOutputs { get; } = new();

    public AlignedBuffer<T> DTotal { get; } = new();

    /// <summary>A copy of the chunk's inputs for each worker, in the order of t, then b; used when there are several parts.</summary>
    public AlignedBuffer<T> ChunkInputs { get; } = new();

    /// <summary>Steps of a full chunk: what the backward pass goes back before it adds weight gradients.</summary>
    public int ChunkSteps { get; private set; }

    /// <summary>Zeros of a panel's width.</summary>
    public ref T Zeros => ref _zeros.At(0);

    private int ChunkRows => ChunkSteps * plan.B;

    private nint ScratchSize => (nint)Math.Max(Tiles.RowsOfBlock, ChunkRows) * Math.Max(4, layout.Slots) * layout.Lanes;

    /// <summary>A worker's own room for 64 rows of a panel, or for a panel's vectors of all rows of a chunk.</summary>
    public ref T Scratch(int worker) => ref _scratch.At(worker * ScratchSize);

    /// <summary>The row of ∂L/∂z of step s of a chunk.</summary>
    public ref T DzRow(int chunk, int s, int b, SequenceRange part) =>
        ref Dz.At(BatchPlan.Row(ChunkSteps, s - chunk, b, part) * layout.DzPitch);

    /// <summary>
    /// The row of a sequence in buffers that each step overwrites. Parts are five times as far apart as their rows need, as processors
    /// fetch ahead.
    /// </summary>
    public static nint PaddedRow(int b, SequenceRange part) => b + (4 * (nint)part.From);

    /// <summary>Makes room for a forward pass.</summary>
    public void PrepareForward()
    {
        nint rows = (nint)plan.Room * plan.B;
        Inputs.Resize(rows * layout.InputPitch);
        States.Resize(rows * layout.StatePitch);
        if (plan.Saved != SavedActivations.None) SavedGates.Resize(rows * layout.SavedPitch);
        if (projects) Outputs.Resize(rows * layout.StatePitch);
        if (plan.Saved == SavedActivations.Checkpoints) _checkpoints.Resize((nint)plan.Segments * plan.B * (layout.R + layout.PaddedUnits));
        ChunkSteps = Math.Max(1, Math.Min(plan.SegmentSteps, RowsOfChunk / Math.Max(1, plan.B)));
        _scratch.Resize(plan.WorkerCount * ScratchSize);
        _zeros.Resize(4 * layout.Lanes);
        _zeros.Span(0, 4 * layout.Lanes).Clear();
    }

    /// <summary>Makes room for a backward pass.</summary>
    public void PrepareBackward()
    {
        Dz.Resize((nint)ChunkRows * layout.DzPitch);
        if (plan.Parts > 1) ChunkInputs.Resize((nint)plan.Parts * ChunkRows * layout.InputPitch);
        nint rows = PaddedRow(plan.B, plan.Sequences(plan.Parts - 1));
        DHidden.Resize(rows * layout.HiddenPitch);
        DStates.Resize(rows * layout.StatePitch);
        if (!projects) return;
        DTotal.Resize((nint)ChunkRows * layout.HiddenPitch);
        DOutputs.Resize(rows * layout.OutputPitch);
    }

    /// <summary>Loads the states before the first step: h [B, R] and state [B, H], each zeros when empty.</summary>
    public void LoadStates(ReadOnlySpan<T> h, ReadOnlySpan<T> state)
    {
        for (int b = 0; b < plan.B; b++)
        {
            nint row = plan.Row(0, b, plan.PartOf(b));
            Load(h, b, layout.R, Inputs.Span(row * layout.InputPitch, layout.R));
            Load(state, b, layout.H, States.Span(row * layout.StatePitch, layout.StatePitch));
        }
    }

    /// <summary>Stores the states after the present segment, h [B, R] and c [B, H], the latter not if empty.</summary>
    public void StoreStates(Span<T> h, Span<T> c)
    {
        for (int b = 0; b < plan.B; b++)
        {
            nint row = plan.Row(plan.Steps, b, plan.PartOf(b));
            Inputs.Span(row * layout.InputPitch, layout.R).CopyTo(h.Slice(b * layout.R, layout.R));
            if (!c.IsEmpty) States.Span(row * layout.StatePitch, layout.H).CopyTo(c.Slice(b * layout.H, layout.H));
        }
    }

    /// <summary>Loads ∂L/∂ of the final states, [B, R] and [B, H]; zeros for an empty span.</summary>
    public void LoadGradients(ReadOnlySpan<T> dH, ReadOnlySpan<T> dC)
    {
        for (int b = 0; b < plan.B; b++)
        {
            nint row = PaddedRow(b, plan.PartOf(b));
            Load(dH, b, layout.R, DHidden.Span(row * layout.HiddenPitch, layout.HiddenPitch));
            Load(dC, b, layout.H, DStates.Span(row * layout.StatePitch, layout.StatePitch));
        }
    }

    /// <summary>Stores ∂L/∂ of the initial states, [B, R] and [B, H], the latter not if empty.</summary>
    public void StoreGradients(Span<T> dH, Span<T> dC)
    {
        for (int b = 0; b < plan.B; b++)
        {
            nint row = PaddedRow(b, plan.PartOf(b));
            DHidden.Span(row * layout.HiddenPitch, layout.R).CopyTo(dH.Slice(b * layout.R, layout.R));
            if (!dC.IsEmpty) DStates.Span(row * layout.StatePitch, layout.H).CopyTo(dC.Slice(b * layout.H, layout.H));
        }
    }

    /// <summary>Makes the states after so many steps those before the first step.</summary>
    public void Rewind(int steps)
    {
        for (int b = 0; b < plan.B; b++)
        {
            SequenceRange part = plan.PartOf(b);
            CopyStates(plan.Row(steps, b, part), plan.Row(0, b, part));
        }
    }

    /// <summary>Copies the states of one row to another.</summary>
    public void CopyStates(nint from, nint to)
    {
        Inputs.Span(from * layout.InputPitch, layout.R).CopyTo(Inputs.Span(to * layout.InputPitch, layout.R));
        States.Span(from * layout.StatePitch, layout.PaddedUnits).CopyTo(States.Span(to * layout.StatePitch, layout.PaddedUnits));
    }

    /// <summary>Saves the states before the present segment.</summary>
    public void SaveCheckpoint()
    {
        for (int b = 0; b < plan.B; b++)
        {
            nint row = plan.Row(0, b, plan.PartOf(b)), at = CheckpointOf(b);
            Inputs.Span(row * layout.InputPitch, layout.R).CopyTo(_checkpoints.Span(at, layout.R));
            States.Span(row * layout.StatePitch, layout.PaddedUnits).CopyTo(_checkpoints.Span(at + layout.R, layout.PaddedUnits));
        }
    }

    /// <summary>Restores the states before the present segment.</summary>
    public void RestoreCheckpoint()
    {
        for (int b = 0; b < plan.B; b++)
        {
            nint row = plan.Row(0, b, plan.PartOf(b)), at = CheckpointOf(b);
            _checkpoints.Span(at, layout.R).CopyTo(Inputs.Span(row * layout.InputPitch, layout.R));
            _checkpoints.Span(at + layout.R, layout.PaddedUnits).CopyTo(States.Span(row * layout.StatePitch, layout.PaddedUnits));
        }
    }

    private nint CheckpointOf(int b) => (((nint)plan.Segment * plan.B) + b) * (layout.R + layout.PaddedUnits);

    private static void Load(ReadOnlySpan<T> rows, int b, int length, Span<T> target)
    {
        target.Clear();
        if (!rows.IsEmpty) rows.Slice(b * length, length).CopyTo(target);
    }
}
