using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LstmLab;

/// <summary>Makes the fused recurrence of a cell for the widest vectors of this processor.</summary>
internal static class FusedRecurrence
{
    /// <summary>The LSTM, W [4H, I], U [4H, R], b [4H], gates i, f, g, o; Wr [R, H] or none.</summary>
    public static Recurrence<T> Lstm<T>(Parameter<T> W, Parameter<T> U, Parameter<T> b, Parameter<T>? Wr, bool reverse)
        where T : struct, IBinaryFloatingPointIeee754<T> =>
        Vector512.IsHardwareAccelerated ? new FusedRecurrence<T, Lanes512<T>, LstmCellKernel<T, Lanes512<T>>>(W, U, b, null, Wr, reverse)
        : Vector256.IsHardwareAccelerated ? new FusedRecurrence<T, Lanes256<T>, LstmCellKernel<T, Lanes256<T>>>(W, U, b, null, Wr, reverse)
        : new FusedRecurrence<T, Lanes128<T>, LstmCellKernel<T, Lanes128<T>>>(W, U, b, null, Wr, reverse);

    /// <summary>The GRU, W [3H, I], U [3H, H], b and d [3H], gates r, z, n.</summary>
    public static Recurrence<T> Gru<T>(Parameter<T> W, Parameter<T> U, Parameter<T> b, Parameter<T> d, bool reverse)
        where T : struct, IBinaryFloatingPointIeee754<T> =>
        Vector512.IsHardwareAccelerated ? new FusedRecurrence<T, Lanes512<T>, GruCellKernel<T, Lanes512<T>>>(W, U, b, d, null, reverse)
        : Vector256.IsHardwareAccelerated ? new FusedRecurrence<T, Lanes256<T>, GruCellKernel<T, Lanes256<T>>>(W, U, b, d, null, reverse)
        : new FusedRecurrence<T, Lanes128<T>, GruCellKernel<T, Lanes128<T>>>(W, U, b, d, null, reverse);
}

/// <inheritdoc/>
/// <remarks>
/// With W lanes, P panels of W units (the last padded with units of zero weights), sequences cut into one part for each thread, S steps s in reading order:
/// <code>
/// inputs  [part][S+1][b][h(s−1) R | x(s) I | 1]     what the products read; the way back reads it again for ∂L/∂W, ∂L/∂U, ∂L/∂b
/// states  [part][S+1][b][P·W]                       c (a GRU: h) before step s
/// kept    [part][S+1][b][P][4][W]                   gates
/// weights [P][R+I][4][W]                            forward: row k holds all four slots of W units
/// dz      [part][chunk][b][4][P·W]                  gradients of pre-activations of a few steps; [part][chunk][b][4][H] if P = 1
/// </code>
/// Forward and the way back through the states are cut by sequences, weight gradients by weights: no two threads add to one sum. Where there
/// are too few sequences to cut, threads share the panels of each step, if it has work enough, and meet at its end. S is T, or √T when steps are
/// computed again; when nothing is kept there is room for two steps, which take turns.
/// </remarks>
internal sealed partial class FusedRecurrence<T, V, TKernel> : Recurrence<T>, IParallelWork
    where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T> where TKernel : ICellKernel<T, V>
{
    private const int RowsOfTile = GemmMicroKernel<T, V>.RowsOfTile, RowsOfBlock = 64;
    private readonly Parameter<T> _W, _U, _b;
    private readonly Parameter<T>? _d, _Wr;
    private readonly bool _reverse;
    private readonly int _I, _H, _R, _panels, _pitch, _padded, _statePitch, _keptPitch, _slotPitch;
    private readonly PackedMatrix<T> _weights = new(), _bias = new(), _late = new(), _projection = new();
    private readonly AlignedBuffer<T> _inputs = new(), _states = new(), _kept = new(), _scratch = new(), _outputs = new(), _checkpoints = new();
    private int _T, _B, _S, _first, _steps, _parts, _shares, _room, _turn, _step;
    private IReadOnlyList<int>? _lengths;
    private Tensor<T>? _x, _y;
    private Phase _phase;
    private SavedActivations _keep;

    /// <summary>Wires the parameters: W [G·H, I], U [G·H, R], b and d [G·H], Wr [R, H].</summary>
    public FusedRecurrence(Parameter<T> W, Parameter<T> U, Parameter<T> b, Parameter<T>? d, Parameter<T>? Wr, bool reverse)
    {
        (_W, _U, _b, _d, _Wr, _reverse) = (W, U, b, d, Wr, reverse);
        (_I, _R, _H) = (W.Columns, U.Columns, b.Rows / b.Gates.Count);
        _panels = (_H + V.Count - 1) / V.Count;
        _padded = _panels * V.Count;
        (_statePitch, _keptPitch) = (OddLines(_padded), OddLines(_panels * Wide));
        _pitch = OddLines(Math.Max(_R + _I + 1, _padded));
        // Slots of a single panel may overlap: each overwrites what is beyond the one before.
        _slotPitch = _panels == 1 ? _H : _padded;
        _dzPitch = OddLines((3 * _slotPitch) + _padded);
        _hiddenPitch = OddLines(Math.Max(PanelsOf(_R) * Wide, _padded));
    }

    private enum Phase
    {
        Pack,
        Forward,
        Replay,
        PackBackward,
        BackwardSteps,
        BackwardWeights,
        Unpack,
        Units,
        Carry,
    }

    private static int Wide => GemmMicroKernel<T, V>.Wide;

    private static int PanelsOf(int columns) => GemmMicroKernel<T, V>.PanelsOf(columns);

    // Vectors, and an odd number if many, so that rows below each other fall into different sets of the cache.
    private static int OddLines(int length)
    {
        int vectors = (length + V.Count - 1) / V.Count;
        return (vectors < 8 ? vectors : vectors | 1) * V.Count;
    }

    /// <inheritdoc/>
    public override void Forward(Tensor<T> x, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0, IReadOnlyList<int>? lengths, SavedActivations keep, Tensor<T> y, Span<T> h, Span<T> c)
    {
        (_x, _y, _lengths, _T) = (x, y, lengths, x.Length(0));
        Start(x.Length(1), h0, c0, keep);
        for (_first = 0; _first < _T; _first += _S)
        {
            _steps = Math.Min(_S, _T - _first);
            // The last states become the first of the next steps.
            for (int b = 0; _first > 0 && b < _B; b++) CopyStates(Row(_S, b), Row(0, b));
            if (_keep == SavedActivations.Checkpoints) Checkpoint(_first / _S, save: true);
            Run(Phase.Forward);
        }

        _first -= _S;
        for (int b = 0; b < _B; b++)
        {
            _inputs.Span(Row(_steps, b) * _pitch, _R).CopyTo(h.Slice(b * _R, _R));
            if (!c.IsEmpty) _states.Span(Row(_steps, b) * _statePitch, _H).CopyTo(c.Slice(b * _H, _H));
        }
    }

    /// <inheritdoc/>
    public override void StartStream(int batch, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0)
    {
        (_lengths, _T, _first, _steps) = (null, 1, 0, 1);
        Start(batch, h0, c0, SavedActivations.None);
    }

    /// <inheritdoc/>
    public override void Step(Tensor<T> x, Tensor<T> y)
    {
        (_x, _y) = (x, y);
        Run(Phase.Forward);
        _turn++;
        for (int b = 0; b < _B; b++) CopyStates(Row(1, b), Row(0, b));
    }

    private void Start(int batch, ReadOnlySpan<T> h0, ReadOnlySpan<T> c0, SavedActivations keep)
    {
        (_keep, _B) = (keep, batch);
        _S = keep == SavedActivations.Checkpoints ? (int)Math.Ceiling(Math.Sqrt(_T)) : _T;
        _room = keep == SavedActivations.None ? 2 : _S + 1;
        // One decision for all phases: what a thread has computed of some sequences should be near the one that goes on with it.
        long step = (long)_B * _padded * 4 * (_R + _I);
        _parts = _S * step < Workers.MinWorkToParallelizeBatch ? 1 : Math.Clamp((_B + RowsOfTile - 1) / RowsOfTile, 1, Threads.Count);
        _shares = _B > RowsOfTile || step < Workers.MinWorkToParallelizeStep ? 1 : Threads.Count;
        MakeRoom();
        Run(Phase.Pack);
        for (int b = 0; b < _B; b++)
        {
            Take(h0, b, _R, ref _inputs.At(Row(0, b) * _pitch), _R);
            Take(_d is null ? c0 : h0, b, _H, ref _states.At(Row(0, b) * _statePitch), _statePitch);
        }
    }

    /// <inheritdoc/>
    public void Run(int part)
    {
        (int from, int to) = part < _parts ? Sequences(part) : (0, 0);
        ref T scratch = ref _scratch.At(part * ScratchOfPart);
        switch (_phase)
        {
            case Phase.Pack: Pack(part); break;
            case Phase.PackBackward: PackBackward(part); break;
            case Phase.BackwardSteps: StepsBackward(from, to, ref scratch); break;
            case Phase.BackwardWeights: WeightsBackward(part, from, to, ref scratch); break;
            case Phase.Unpack: Unpack(part); break;
            case Phase.Units: Units(_step, 0, _B, part, ref scratch); break;
            case Phase.Carry: Carry(_step, 0, _B, part); break;
            default: Steps(from, to, ref scratch); break;
        }
    }

    // Threads at what is cut by weights: those that sequences, or else steps, are cut among.
    private int Crew => Math.Max(_parts, _shares);

    private nint ScratchOfPart => (nint)Math.Max(RowsOfBlock, _chunkRows) * Wide;

    private void Run(Phase phase)
    {
        _phase = phase;
        Workers.Run(this, phase is Phase.Forward or Phase.Replay or Phase.BackwardSteps ? _parts : Crew);
    }

    // What of a step threads do together, each some panels.
    private void Meet(Phase phase, int s)
    {
        (_phase, _step) = (phase, s);
        Workers.Run(this, _shares, brief: true);
    }

    // Steps first … first + steps − 1 of sequences from … to − 1.
    private void Steps(int from, int to, ref T scratch)
    {
        ReadOnlySpan<T> x = _x!.Flat();
        Span<T> y = _phase == Phase.Replay ? [] : _y!.Flat();
        for (int s = 0; s < _steps; s++)
        {
            for (int b = from; b < to; b++) Read(s, b, Row(s, b, from, to), x);
            if (_shares > 1) Meet(Phase.Units, s);
            else Units(s, from, to, 0, ref scratch);
            if (_Wr is not null) Project(s, from, to, ref scratch);
            for (int b = from; b < to; b++) Write(s, b, Row(s, b, from, to), Row(s + 1, b, from, to), y);
        }
    }

    private void Units(int s, int from, int to, int share, ref T scratch)
    {
        (int first, int end) = Workers.Partition(_panels, share, _shares);
        for (int n = first; n < end; n++)
            for (int b = from; b < to; b += RowsOfBlock) Units(s, ForthAndBack(n, first, end, _turn + s), b, Math.Min(RowsOfBlock, to - b), from, to, ref scratch);
    }

    // The n-th panel, every other step in the other direction: the last weights are still near.
    private static int ForthAndBack(int n, int first, int end, int step) => (step & 1) == 0 ? n : first + end - 1 - n;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Units(int s, int panel, int b, int rows, int from, int to, ref T z)
    {
        nint row = Row(s, b, from, to), next = Row(s + 1, b, from, to), outputPitch = _Wr is null ? _pitch : _statePitch;
        for (int r = 0; _keep != SavedActivations.None && r < rows; r++) _kept.Prefetch(((row + r) * _keptPitch) + (panel * Wide), Wide);
        GemmMicroKernel<T, V>.Multiply(rows, ref _inputs.At(row * _pitch), _pitch, 1, _R + _I, ref _weights[panel], Wide, ref _bias[panel], 0, ref z, Wide);
        ref T late = ref _late[panel], kept = ref _keep == SavedActivations.None ? ref z : ref _kept.At((row * _keptPitch) + (panel * Wide));
        nint keptPitch = _keep == SavedActivations.None ? Wide : _keptPitch;
        ref T before = ref _states.At((row * _statePitch) + (panel * V.Count)), after = ref _states.At((next * _statePitch) + (panel * V.Count));
        ref T output = ref _Wr is null ? ref _inputs.At((next * _pitch) + (panel * V.Count)) : ref _outputs.At((row * _statePitch) + (panel * V.Count));
        // Gates of all rows first: they do not wait for each other.
        for (int r = 0; r < rows; r++) TKernel.Gates(ref Unsafe.Add(ref z, r * Wide), ref late, ref Unsafe.Add(ref kept, r * keptPitch));
        for (int r = 0; r < rows; r++)
        {
            TKernel.Forward(ref Unsafe.Add(ref kept, r * keptPitch), V.Load(ref Unsafe.Add(ref before, (nint)r * _statePitch)), out V state).Store(ref Unsafe.Add(ref output, r * outputPitch));
            state.Store(ref Unsafe.Add(ref after, (nint)r * _statePitch));
        }
    }

    // ( 7) h = W_r m
    private void Project(int s, int from, int to, ref T scratch)
    {
        GemmMicroKernel<T, V>.Multiply(to - from, ref _outputs.At(Row(s, from, from, to) * _statePitch), _statePitch, _H, _projection, ref _zeros.At(0), 0, _R, _inputs.Span(Row(s + 1, from, from, to) * _pitch, (to - from) * _pitch), _pitch, ref scratch);
    }

    // The columns of a panel that are part of the matrix.
    private static Span<T> Narrow(ref T panelRow, int panel, int columns) =>
        MemoryMarshal.CreateSpan(ref panelRow, Math.Min(Wide, columns - (panel * Wide)));

    // x(s) and the 1 of the bias, beside h(s−1); zeros beyond the end, where x may hold anything.
    private void Read(int s, int b, nint row, ReadOnlySpan<T> x)
    {
        Span<T> input = _inputs.Span((row * _pitch) + _R, _I + 1);
        if (Ended(s, b)) input.Clear();
        else x.Slice(((TimeOf(s, b) * _B) + b) * _I, _I).CopyTo(input);
        input[_I] = T.One;
    }

    // A sequence that has ended keeps its states; what it shows there is 0.
    private void Write(int s, int b, nint row, nint next, Span<T> y)
    {
        bool ended = Ended(s, b);
        if (ended) CopyStates(row, next);
        if (y.IsEmpty) return;
        Span<T> output = y.Slice(((TimeOf(s, b) * _B) + b) * _R, _R);
        if (ended) output.Clear();
        else _inputs.Span(next * _pitch, _R).CopyTo(output);
    }

    // The row of step s of a sequence of the part from … to − 1. Parts lie apart: what one thread writes while another reads beside it is slow.
    private static nint Row(int room, int s, int b, int from, int to) => ((nint)room * from) + ((nint)s * (to - from)) + (b - from);

    private nint Row(int s, int b, int from, int to) => Row(_room, _keep == SavedActivations.None ? s & 1 : s, b, from, to);

    private nint Row(int s, int b)
    {
        (int from, int to) = PartOf(b);
        return Row(s, b, from, to);
    }

    private (int From, int To) PartOf(int b)
    {
        int part = 0;
        while (b >= Sequences(part).To) part++;
        return Sequences(part);
    }

    private (int From, int To) Sequences(int part) => GemmMicroKernel<T, V>.Share(_B, part, _parts);

    private bool Ended(int s, int b) => _lengths is not null && _first + s >= _lengths[b];

    private int TimeOf(int s, int b)
    {
        int length = _lengths is null ? _T : _lengths[b], at = _first + s;
        return _reverse && at < length ? length - 1 - at : at;
    }

    private static void Take(ReadOnlySpan<T> rows, int b, int length, ref T target, int padded)
    {
        Span<T> to = MemoryMarshal.CreateSpan(ref target, padded);
        to.Clear();
        if (!rows.IsEmpty) rows.Slice(b * length, length).CopyTo(to);
    }

    private void CopyStates(nint from, nint to)
    {
        _inputs.Span(from * _pitch, _R).CopyTo(_inputs.Span(to * _pitch, _R));
        _states.Span(from * _statePitch, _padded).CopyTo(_states.Span(to * _statePitch, _padded));
    }

    private void Checkpoint(int segment, bool save)
    {
        for (int b = 0; b < _B; b++)
        {
            nint at = (((nint)segment * _B) + b) * (_R + _padded);
            Span<T> h = _inputs.Span(Row(0, b) * _pitch, _R), state = _states.Span(Row(0, b) * _statePitch, _padded), savedH = _checkpoints.Span(at, _R), savedState = _checkpoints.Span(at + _R, _padded);
            (save ? h : savedH).CopyTo(save ? savedH : h);
            (save ? state : savedState).CopyTo(save ? savedState : state);
        }
    }

    private void MakeRoom()
    {
        nint rows = (nint)_room * _B;
        _inputs.Of(rows * _pitch);
        _states.Of(rows * _statePitch);
        if (_keep != SavedActivations.None) _kept.Of(rows * _keptPitch);
        if (_Wr is not null) _outputs.Of(rows * _statePitch);
        if (_keep == SavedActivations.Checkpoints) _checkpoints.Of((nint)((_T + _S - 1) / _S) * _B * (_R + _padded));
        _chunkSteps = Math.Max(1, Math.Min(_S, RowsOfChunk / Math.Max(1, _B)));
        _chunkRows = _chunkSteps * _B;
        _scratch.Of(Crew * ScratchOfPart);
        _zeros.Of(Wide);
        _zeros.Span(0, Wide).Clear();
        _weights.Of(_panels, _R + _I, V.Count);
        _bias.Of(_panels, 1, V.Count);
        _late.Of(_panels, 1, V.Count);
        if (_Wr is not null) _projection.Of(PanelsOf(_R), _H, V.Count);
    }

    private void Pack(int part)
    {
        (int first, int end) = Share(_panels, part);
        for (int panel = first; panel < end; panel++)
        {
            for (int slot = 0; slot < 4; slot++)
            {
                (int h, int x) = (TKernel.HiddenGate(slot), TKernel.InputGate(slot));
                if (h >= 0) _weights.Pack(panel, _U.Values.AsSpan(h * _H * _R), _R, true, 0, _R, _H, slot);
                if (x >= 0) _weights.Pack(panel, _W.Values.AsSpan(x * _H * _I), _I, true, _R, _I, _H, slot);
                // A slot without weights on x starts from the recurrent bias; the others add it after the products.
                _bias.Pack(panel, x >= 0 ? _b.Values.AsSpan(x * _H) : _d!.Values.AsSpan(h * _H), 1, true, 0, 1, _H, slot);
                if (_d is not null && h >= 0 && x >= 0) _late.Pack(panel, _d.Values.AsSpan(h * _H), 1, true, 0, 1, _H, slot);
            }
        }

        if (_Wr is null) return;
        (first, end) = Share(PanelsOf(_R), part);
        for (int panel = first; panel < end; panel++) _projection.Pack(panel, _Wr.Values, _H, true, 0, _H, _R);
    }

    private (int First, int End) Share(int count, int part) => Workers.Partition(count, part, Crew);
}
