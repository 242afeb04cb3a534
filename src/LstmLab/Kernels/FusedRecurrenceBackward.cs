using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LstmLab;

/// <content>The way back: chunks of a few steps from the last to the first, first through the states, then into the weights.</content>
internal sealed partial class FusedRecurrence<T, V, TKernel>
{
    private const int RowsOfChunk = 128;
    private readonly PackedMatrix<T> _toHidden = new(), _toInput = new(), _toUnits = new(), _dWeights = new(), _dProjection = new();
    private readonly AlignedBuffer<T> _dz = new(), _dHidden = new(), _dStates = new(), _dOutputs = new(), _dTotal = new(), _zeros = new(), _chunkInputs = new();
    private readonly int _dzPitch, _hiddenPitch;
    private int _chunkSteps, _chunkRows, _chunk, _chunkEnd, _column;
    private Tensor<T>? _dY, _dX;

    private int OutputPitch => PanelsOf(_H) * Wide;

    /// <inheritdoc/>
    public override void Backward(Tensor<T>? dY, int column, Span<T> dH, Span<T> dC, Tensor<T>? dX)
    {
        if (_keep == SavedActivations.None) throw NothingSaved;
        (_dY, _column, _dX) = (dY, column, dX);
        MakeRoomBackward();
        Run(Phase.PackBackward);
        for (int b = 0; b < _B; b++)
        {
            Take(dH, b, _R, ref _dHidden.At(Apart(b) * _hiddenPitch), _hiddenPitch);
            Take(dC, b, dC.IsEmpty ? 0 : _H, ref _dStates.At(Apart(b) * _statePitch), _statePitch);
        }

        for (int segment = (_T - 1) / _S; segment >= 0; segment--)
        {
            if (_first != segment * _S)
            {
                (_first, _steps) = (segment * _S, Math.Min(_S, _T - (segment * _S)));
                Checkpoint(segment, save: false);
                Run(Phase.Replay);
            }

            for (_chunkEnd = _steps; _chunkEnd > 0; _chunkEnd = _chunk)
            {
                _chunk = Math.Max(0, _chunkEnd - _chunkSteps);
                Run(Phase.BackwardSteps);
                Run(Phase.BackwardWeights);
            }
        }

        for (int b = 0; b < _B; b++)
        {
            _dHidden.Span(Apart(b) * _hiddenPitch, _R).CopyTo(dH.Slice(b * _R, _R));
            if (!dC.IsEmpty) _dStates.Span(Apart(b) * _statePitch, _H).CopyTo(dC.Slice(b * _H, _H));
        }

        Run(Phase.Unpack);
    }

    private void StepsBackward(int from, int to, ref T scratch)
    {
        ReadOnlySpan<T> dY = _dY is null ? [] : _dY.Flat();
        int width = _dY?.Length(2) ?? 0;
        for (int s = _chunkEnd - 1; s >= _chunk; s--)
        {
            if (_Wr is not null) ProjectBackward(s, from, to, dY, width);
            for (int b = from; b < to; b++)
            {
                if (s > 0)
                {
                    // What the next step back reads comes while the processor is busy with the products of this one.
                    _kept.Prefetch(Row(s - 1, b, from, to) * _keptPitch, _panels * Wide);
                    _states.Prefetch(Row(s - 1, b, from, to) * _statePitch, _padded);
                }

                if (Ended(s, b)) MemoryMarshal.CreateSpan(ref DzAt(s, b, from, to), _dzPitch).Clear();
                else UnitsBackward(s, b, from, to, ref _Wr is null && width > 0 ? ref Unsafe.AsRef(in DYRow(s, b, dY, width)[0]) : ref Unsafe.NullRef<T>(), ref scratch);
            }

            if (_shares > 1) Meet(Phase.Carry, s);
            else Carry(s, from, to, 0);
        }
    }

    // What reaches h(s−1) through the products.
    private void Carry(int s, int from, int to, int share)
    {
        (int first, int end) = Workers.Partition(PanelsOf(_R), share, _shares);
        for (int n = first; n < end; n++)
        {
            int panel = ForthAndBack(n, first, end, s);
            ref T carried = ref _dHidden.At((Apart(from, from) * _hiddenPitch) + (panel * Wide));
            GemmMicroKernel<T, V>.Multiply(to - from, ref DzAt(s, from, from, to), _dzPitch, 1, 4 * _slotPitch, ref _toHidden[panel], Wide, ref carried, _hiddenPitch, ref carried, _hiddenPitch, _R - (panel * Wide));
        }
    }

    // dHidden arrives holding what step s + 1 sent back, and leaves holding what reaches h(s−1) past the products. dY may be none.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void UnitsBackward(int s, int b, int from, int to, ref T dY, ref T scratch)
    {
        nint row = Row(s, b, from, to);
        ref T dz = ref DzAt(s, b, from, to), carried = ref _dHidden.At(Apart(b, from) * _hiddenPitch), dOutput = ref _Wr is null ? ref carried : ref _dOutputs.At(Apart(b, from) * OutputPitch);
        ref T kept = ref _kept.At(row * _keptPitch), before = ref _states.At(row * _statePitch), after = ref Unsafe.Add(ref before, (nint)(to - from) * _statePitch), dState = ref _dStates.At(Apart(b, from) * _statePitch);
        for (int at = 0; at < _padded; at += V.Count)
        {
            V dh = V.Load(ref Unsafe.Add(ref dOutput, at));
            if (!Unsafe.IsNullRef(ref dY)) dh += at + V.Count <= _R ? V.Load(ref Unsafe.Add(ref dY, at)) : LoadLast(ref Unsafe.Add(ref dY, at), _R - at, ref scratch);
            V past = TKernel.Backward(dh, ref Unsafe.Add(ref kept, (nint)at * 4), V.Load(ref Unsafe.Add(ref before, at)), V.Load(ref Unsafe.Add(ref after, at)), ref Unsafe.Add(ref dState, at), ref Unsafe.Add(ref dz, at), _slotPitch);
            if (_Wr is null) past.Store(ref Unsafe.Add(ref carried, at));
        }
    }

    // ( 8) dM = W_rᵀ dH of the rows of one step; dH itself is kept for dW_r.
    private void ProjectBackward(int s, int from, int to, ReadOnlySpan<T> allDY, int width)
    {
        for (int b = from; b < to; b++)
        {
            Span<T> carried = _dHidden.Span(Apart(b, from) * _hiddenPitch, _R), total = _dTotal.Span(TotalRow(s, b) * _hiddenPitch, _R);
            if (Ended(s, b))
            {
                total.Clear();
                continue;
            }

            ReadOnlySpan<T> dY = width > 0 ? DYRow(s, b, allDY, width) : [];
            for (int n = 0; n < _R; n++) total[n] = dY.IsEmpty ? carried[n] : carried[n] + dY[n];
            carried.Clear();
        }

        for (int panel = 0; panel < PanelsOf(_H); panel++)
            GemmMicroKernel<T, V>.Multiply(to - from, ref _dTotal.At(TotalRow(s, from) * _hiddenPitch), _hiddenPitch, 1, _R, ref _toUnits[panel], Wide, ref _zeros.At(0), 0, ref _dOutputs.At((Apart(from, from) * OutputPitch) + (panel * Wide)), OutputPitch);
    }

    // The chunk's share of ∂L/∂ of all weights, and its ∂L/∂x: each part its own weights, its own sequences.
    private void WeightsBackward(int part, int from, int to, ref T scratch)
    {
        Accumulate(_dWeights, _panels, _R + _I + 1, ref InputsInOrder(part), _pitch, ref _dz.At(0), _dzPitch, _chunkSteps, 0, V.Count, _slotPitch, part, ref scratch);
        if (_Wr is not null) Accumulate(_dProjection, PanelsOf(_H), _R, ref _dTotal.At(0), _hiddenPitch, ref _outputs.At(0), _statePitch, _room, _chunk, Wide, V.Count, part, ref scratch);
        if (_dX is null) return;
        Span<T> dX = _dX.Flat();
        for (int s = _chunk; s < _chunkEnd; s++)
        {
            for (int panel = 0; panel < PanelsOf(_I); panel++)
            {
                for (int b = from; b < to; b += RowsOfBlock)
                {
                    int count = Math.Min(RowsOfBlock, to - b);
                    GemmMicroKernel<T, V>.Multiply(count, ref DzAt(s, b, from, to), _dzPitch, 1, 4 * _slotPitch, ref _toInput[panel], Wide, ref _zeros.At(0), 0, ref scratch, Wide, _I - (panel * Wide));
                    for (int r = 0; r < count; r++) Narrow(ref Unsafe.Add(ref scratch, r * Wide), panel, _I).CopyTo(dX[((((TimeOf(s, b + r) * _B) + b + r) * _I) + (panel * Wide))..]);
                }
            }
        }
    }

    // The chunk's inputs in the order of t, then b: as they are, or gathered from all parts.
    private ref T InputsInOrder(int part)
    {
        if (_parts == 1) return ref _inputs.At(Row(_chunk, 0, 0, _B) * _pitch);
        nint start = (nint)part * _chunkRows * _pitch, at = start;
        for (int s = _chunk; s < _chunkEnd; s++)
        {
            for (int n = 0; n < _parts; n++)
            {
                (int from, int to) = Sequences(n);
                _inputs.Span(Row(s, from, from, to) * _pitch, (to - from) * _pitch).CopyTo(_chunkInputs.Span(at, (to - from) * _pitch));
                at += (to - from) * _pitch;
            }
        }

        return ref _chunkInputs.At(start);
    }

    // sums[panel][j] += Σ_ρ a[ρ, j] · p[ρ][panel's vectors], from the last row up: t downwards, b downwards, as Bptt adds. The panel's vectors are gathered
    // first: they lie far apart. a has its rows in order of t, then b; p has them by parts, with room for so many steps, of which the chunk begins at one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Accumulate(PackedMatrix<T> sums, int panels, int columns, ref T a, int aPitch, ref T p, int pPitch, int room, int first, int panelStep, int vectorStep, int part, ref T vectors)
    {
        int rows = (_chunkEnd - _chunk) * _B, tiles = (columns + RowsOfTile - 1) / RowsOfTile, count;
        (int item, int end) = Share(panels * tiles, part);
        ref T last = ref Unsafe.Add(ref a, (nint)(rows - 1) * aPitch);
        for (; item < end; item += count)
        {
            (int panel, int tile) = (item / tiles, item % tiles);
            count = Math.Min(tiles - tile, end - item);
            ref T target = ref vectors;
            for (int s = _chunkEnd - _chunk - 1; s >= 0; s--)
            {
                for (int n = _parts - 1; n >= 0; n--)
                {
                    (int from, int to) = Sequences(n);
                    ref T source = ref Unsafe.Add(ref p, (Row(room, first + s, to - 1, from, to) * pPitch) + ((nint)panel * panelStep));
                    for (int b = from; b < to; b++)
                    {
                        for (int v = 0; v < 4; v++) V.Load(ref Unsafe.Add(ref source, v * vectorStep)).Store(ref Unsafe.Add(ref target, v * V.Count));
                        source = ref Unsafe.Subtract(ref source, pPitch);
                        target = ref Unsafe.Add(ref target, Wide);
                    }
                }
            }

            int j = tile * RowsOfTile;
            ref T sum = ref Unsafe.Add(ref sums[panel], (nint)j * Wide);
            GemmMicroKernel<T, V>.Multiply(Math.Min(count * RowsOfTile, columns - j), ref Unsafe.Add(ref last, j), 1, -aPitch, rows, ref vectors, Wide, ref sum, Wide, ref sum, Wide);
        }
    }

    private ReadOnlySpan<T> DYRow(int s, int b, ReadOnlySpan<T> dY, int width) => dY.Slice((((TimeOf(s, b) * _B) + b) * width) + _column, _R);

    // The last numbers of a row, zeros beyond it.
    private static V LoadLast(ref T from, int count, ref T scratch)
    {
        V.Of(T.Zero).Store(ref scratch);
        for (int lane = 0; lane < count; lane++) Unsafe.Add(ref scratch, lane) = Unsafe.Add(ref from, lane);
        return V.Load(ref scratch);
    }

    private ref T DzAt(int s, int b, int from, int to) => ref _dz.At(Row(_chunkSteps, s - _chunk, b, from, to) * _dzPitch);

    private nint TotalRow(int s, int b) => ((nint)(s - _chunk) * _B) + b;

    // The row of a sequence in what each step overwrites: four times as much is left out before each part but the first, as processors fetch ahead.
    private static nint Apart(int b, int from) => b + (4 * (nint)from);

    private nint Apart(int b) => Apart(b, PartOf(b).From);

    private void MakeRoomBackward()
    {
        _dz.Of((nint)_chunkRows * _dzPitch);
        if (_parts > 1) _chunkInputs.Of((nint)_parts * _chunkRows * _pitch);
        nint rows = Apart(_B, Sequences(_parts - 1).From);
        _dHidden.Of(rows * _hiddenPitch);
        _dStates.Of(rows * _statePitch);
        _dWeights.Of(_panels, _R + _I + 1, V.Count);
        _toHidden.Of(PanelsOf(_R), 4 * _slotPitch, V.Count);
        if (_dX is not null) _toInput.Of(PanelsOf(_I), 4 * _slotPitch, V.Count);
        if (_Wr is null) return;
        _dTotal.Of((nint)_chunkRows * _hiddenPitch);
        _dOutputs.Of(rows * OutputPitch);
        _toUnits.Of(PanelsOf(_H), _R, V.Count);
        _dProjection.Of(PanelsOf(_H), _R, V.Count);
    }

    private void PackBackward(int part)
    {
        (int first, int end) = Share(_panels, part);
        for (int panel = first; panel < end; panel++) _dWeights.Clear(panel);
        for (int slot = 0; slot < 4; slot++)
        {
            (int h, int x) = (TKernel.HiddenGate(slot), TKernel.InputGate(slot));
            (first, end) = Share(h >= 0 ? PanelsOf(_R) : 0, part);
            for (int panel = first; panel < end; panel++) _toHidden.Pack(panel, _U.Values.AsSpan(h * _H * _R), _R, false, slot * _slotPitch, _H, _R);
            (first, end) = Share(x >= 0 && _dX is not null ? PanelsOf(_I) : 0, part);
            for (int panel = first; panel < end; panel++) _toInput.Pack(panel, _W.Values.AsSpan(x * _H * _I), _I, false, slot * _slotPitch, _H, _I);
        }

        if (_Wr is null) return;
        (first, end) = Share(PanelsOf(_H), part);
        for (int panel = first; panel < end; panel++)
        {
            _toUnits.Pack(panel, _Wr.Values, _H, false, 0, _R, _H);
            _dProjection.Clear(panel);
        }
    }

    private void Unpack(int part)
    {
        (int first, int end) = Share(_panels, part);
        for (int panel = first; panel < end; panel++)
        {
            for (int slot = 0; slot < 4; slot++)
            {
                (int h, int x) = (TKernel.HiddenGate(slot), TKernel.InputGate(slot));
                if (h >= 0) _dWeights.AddTo(panel, _U.Gradient.AsSpan(h * _H * _R), _R, true, 0, _R, _H, slot);
                if (x >= 0) _dWeights.AddTo(panel, _W.Gradient.AsSpan(x * _H * _I), _I, true, _R, _I, _H, slot);
                if (x >= 0) _dWeights.AddTo(panel, _b.Gradient.AsSpan(x * _H), 1, true, _R + _I, 1, _H, slot);
                if (h >= 0 && _d is not null) _dWeights.AddTo(panel, _d.Gradient.AsSpan(h * _H), 1, true, _R + _I, 1, _H, slot);
            }
        }

        if (_Wr is null) return;
        (first, end) = Share(PanelsOf(_H), part);
        for (int panel = first; panel < end; panel++) _dProjection.AddTo(panel, _Wr.Gradient, _H, false, 0, _R, _H);
    }
}
