using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using LstmLab.Numerics;

namespace LstmLab.Kernels;

/// <content>The way back: chunks of a few steps from the last to the first, first through the states, then into the weights.</content>
internal sealed partial class Unrolling<T, V, TUnits>
{
    private const int RowsOfChunk = 128;
    private readonly Panels<T> _toHidden = new(), _toInput = new(), _toUnits = new(), _dWeights = new(), _dProjection = new();
    private readonly Aligned<T> _dz = new(), _dHidden = new(), _dStates = new(), _dOutputs = new(), _dTotal = new(), _zeros = new(), _chunkInputs = new(), _chunkOutputs = new();
    private readonly int _dzPitch, _hiddenPitch;
    private int _chunkSteps, _chunkRows, _chunk, _chunkEnd, _column;
    private Tensor<T>? _dY, _dX;

    private int OutputPitch => PanelsOf(_H) * Wide;

    /// <inheritdoc/>
    public override void Backward(Tensor<T>? dY, int column, Span<T> dH, Span<T> dC, Tensor<T>? dX)
    {
        if (_keep == Keep.Nothing) throw new InvalidOperationException("The last forward pass was for prediction and kept nothing for the way back: call Forward with ForwardOnly = false first.");
        (_dY, _column, _dX) = (dY, column, dX);
        MakeRoomBackward();
        Run(Phase.PackBackward);
        for (int b = 0; b < _B; b++)
        {
            Take(dH, b, _R, ref _dHidden.At((nint)b * _hiddenPitch), _hiddenPitch);
            Take(dC, b, dC.IsEmpty ? 0 : _H, ref _dStates.At((nint)b * _statePitch), _statePitch);
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
            _dHidden.Span((nint)b * _hiddenPitch, _R).CopyTo(dH.Slice(b * _R, _R));
            if (!dC.IsEmpty) _dStates.Span((nint)b * _statePitch, _H).CopyTo(dC.Slice(b * _H, _H));
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

                if (Ended(s, b)) _dz.Span(DzRow(s, b) * _dzPitch, _dzPitch).Clear();
                else UnitsBackward(s, b, from, to, ref _Wr is null && width > 0 ? ref Unsafe.AsRef(in DYRow(s, b, dY, width)[0]) : ref Unsafe.NullRef<T>(), ref scratch);
            }

            for (int panel = 0; panel < PanelsOf(_R); panel++)
            {
                ref T carried = ref _dHidden.At(((nint)from * _hiddenPitch) + (panel * Wide));
                Tile<T, V>.Multiply(to - from, ref DzAt(s, from), _dzPitch, 1, 4 * _slotPitch, ref _toHidden[panel], Wide, ref carried, _hiddenPitch, ref carried, _hiddenPitch, _R - (panel * Wide));
            }
        }
    }

    // dHidden arrives holding what step s + 1 sent back, and leaves holding what reaches h(s−1) past the products. dY may be none.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void UnitsBackward(int s, int b, int from, int to, ref T dY, ref T scratch)
    {
        nint row = Row(s, b, from, to);
        ref T dz = ref DzAt(s, b), carried = ref _dHidden.At((nint)b * _hiddenPitch), dOutput = ref _Wr is null ? ref carried : ref _dOutputs.At((nint)b * OutputPitch);
        ref T kept = ref _kept.At(row * _keptPitch), before = ref _states.At(row * _statePitch), after = ref Unsafe.Add(ref before, (nint)(to - from) * _statePitch), dState = ref _dStates.At((nint)b * _statePitch);
        for (int at = 0; at < _padded; at += V.Count)
        {
            V dh = V.Load(ref Unsafe.Add(ref dOutput, at));
            if (!Unsafe.IsNullRef(ref dY)) dh += at + V.Count <= _R ? V.Load(ref Unsafe.Add(ref dY, at)) : LoadLast(ref Unsafe.Add(ref dY, at), _R - at, ref scratch);
            V past = TUnits.Backward(dh, ref Unsafe.Add(ref kept, (nint)at * 4), V.Load(ref Unsafe.Add(ref before, at)), V.Load(ref Unsafe.Add(ref after, at)), ref Unsafe.Add(ref dState, at), ref Unsafe.Add(ref dz, at), _slotPitch);
            if (_Wr is null) past.Store(ref Unsafe.Add(ref carried, at));
        }
    }

    // ( 8) dM = W_rᵀ dH of the rows of one step; dH itself is kept for dW_r.
    private void ProjectBackward(int s, int from, int to, ReadOnlySpan<T> allDY, int width)
    {
        for (int b = from; b < to; b++)
        {
            Span<T> carried = _dHidden.Span((nint)b * _hiddenPitch, _R), total = _dTotal.Span(DzRow(s, b) * _hiddenPitch, _R);
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
            Tile<T, V>.Multiply(to - from, ref _dTotal.At(DzRow(s, from) * _hiddenPitch), _hiddenPitch, 1, _R, ref _toUnits[panel], Wide, ref _zeros.At(0), 0, ref _dOutputs.At(((nint)from * OutputPitch) + (panel * Wide)), OutputPitch);
    }

    // The chunk's share of ∂L/∂ of all weights, and its ∂L/∂x: each part its own weights, its own sequences.
    private void WeightsBackward(int part, int parts, int from, int to, ref T scratch)
    {
        int rows = (_chunkEnd - _chunk) * _B;
        // From the last row up: t downwards, b downwards, as Bptt adds.
        Accumulate(_dWeights, _panels, _R + _I + 1, ref Unsafe.Add(ref InOrder(_inputs, _pitch, _chunkInputs, part), (nint)(rows - 1) * _pitch), _pitch, ref _dz.At((nint)(rows - 1) * _dzPitch), _dzPitch, V.Count, _slotPitch, rows, part, parts, ref scratch);
        if (_Wr is not null)
            Accumulate(_dProjection, PanelsOf(_H), _R, ref _dTotal.At((nint)(rows - 1) * _hiddenPitch), _hiddenPitch, ref Unsafe.Add(ref InOrder(_outputs, _statePitch, _chunkOutputs, part), (nint)(rows - 1) * _statePitch), _statePitch, Wide, V.Count, rows, part, parts, ref scratch);
        if (_dX is null) return;
        Span<T> dX = _dX.Flat();
        for (int s = _chunk; s < _chunkEnd; s++)
        {
            for (int panel = 0; panel < PanelsOf(_I); panel++)
            {
                for (int b = from; b < to; b += RowsOfBlock)
                {
                    int count = Math.Min(RowsOfBlock, to - b);
                    Tile<T, V>.Multiply(count, ref DzAt(s, b), _dzPitch, 1, 4 * _slotPitch, ref _toInput[panel], Wide, ref _zeros.At(0), 0, ref scratch, Wide, _I - (panel * Wide));
                    for (int r = 0; r < count; r++) Narrow(ref Unsafe.Add(ref scratch, r * Wide), panel, _I).CopyTo(dX[((((TimeOf(s, b + r) * _B) + b + r) * _I) + (panel * Wide))..]);
                }
            }
        }
    }

    // The chunk's rows in the order of t, then b: as they are, or gathered from all parts.
    private ref T InOrder(Aligned<T> all, int pitch, Aligned<T> gathered, int part)
    {
        if (_parts == 1) return ref all.At(Row(_chunk, 0) * pitch);
        nint start = (nint)part * _chunkRows * pitch, at = start;
        for (int s = _chunk; s < _chunkEnd; s++)
        {
            for (int p = 0, from = 0, to; p < _parts; p++, from = to)
            {
                to = Share(p + 1, _parts);
                all.Span(Row(s, from, from, to) * pitch, (to - from) * pitch).CopyTo(gathered.Span(at, (to - from) * pitch));
                at += (to - from) * pitch;
            }
        }

        return ref gathered.At(start);
    }

    // sums[panel][j] += Σ_ρ a[ρ, j] · p[ρ][panel's vectors], ρ downwards. The panel's vectors are gathered first: they lie far apart.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Accumulate(Panels<T> sums, int panels, int columns, ref T a, int aPitch, ref T p, int pPitch, int panelStep, int vectorStep, int rows, int part, int parts, ref T vectors)
    {
        int tiles = (columns + RowsOfTile - 1) / RowsOfTile, end = panels * tiles * (part + 1) / parts, count;
        for (int item = panels * tiles * part / parts; item < end; item += count)
        {
            (int panel, int tile) = (item / tiles, item % tiles);
            count = Math.Min(tiles - tile, end - item);
            ref T source = ref Unsafe.Add(ref p, (nint)panel * panelStep);
            ref T target = ref vectors;
            for (int row = 0; row < rows; row++)
            {
                for (int v = 0; v < 4; v++) V.Load(ref Unsafe.Add(ref source, v * vectorStep)).Store(ref Unsafe.Add(ref target, v * V.Count));
                source = ref Unsafe.Subtract(ref source, pPitch);
                target = ref Unsafe.Add(ref target, Wide);
            }

            int j = tile * RowsOfTile;
            ref T sum = ref Unsafe.Add(ref sums[panel], (nint)j * Wide);
            Tile<T, V>.Multiply(Math.Min(count * RowsOfTile, columns - j), ref Unsafe.Add(ref a, j), 1, -aPitch, rows, ref vectors, Wide, ref sum, Wide, ref sum, Wide);
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

    private nint DzRow(int s, int b) => ((nint)(s - _chunk) * _B) + b;

    private ref T DzAt(int s, int b) => ref _dz.At(DzRow(s, b) * _dzPitch);

    private void MakeRoomBackward()
    {
        _dz.Of((nint)_chunkRows * _dzPitch);
        if (_parts > 1) _chunkInputs.Of((nint)_parts * _chunkRows * _pitch);
        _dHidden.Of((nint)_B * _hiddenPitch);
        _dStates.Of((nint)_B * _statePitch);
        _dWeights.Of(_panels, _R + _I + 1, V.Count);
        _toHidden.Of(PanelsOf(_R), 4 * _slotPitch, V.Count);
        if (_dX is not null) _toInput.Of(PanelsOf(_I), 4 * _slotPitch, V.Count);
        if (_Wr is null) return;
        if (_parts > 1) _chunkOutputs.Of((nint)_parts * _chunkRows * _statePitch);
        _dTotal.Of((nint)_chunkRows * _hiddenPitch);
        _dOutputs.Of((nint)_B * OutputPitch);
        _toUnits.Of(PanelsOf(_H), _R, V.Count);
        _dProjection.Of(PanelsOf(_H), _R, V.Count);
    }

    private void PackBackward(int part, int parts)
    {
        for (int panel = Share(_panels, part, parts); panel < Share(_panels, part + 1, parts); panel++) _dWeights.Clear(panel);
        for (int slot = 0; slot < 4; slot++)
        {
            (int h, int x) = (TUnits.HiddenGate(slot), TUnits.InputGate(slot));
            for (int panel = Share(PanelsOf(_R), part, parts); h >= 0 && panel < Share(PanelsOf(_R), part + 1, parts); panel++)
                _toHidden.Pack(panel, _U.Values.AsSpan(h * _H * _R), _R, false, slot * _slotPitch, _H, _R);
            for (int panel = Share(PanelsOf(_I), part, parts); x >= 0 && _dX is not null && panel < Share(PanelsOf(_I), part + 1, parts); panel++)
                _toInput.Pack(panel, _W.Values.AsSpan(x * _H * _I), _I, false, slot * _slotPitch, _H, _I);
        }

        for (int panel = Share(PanelsOf(_H), part, parts); _Wr is not null && panel < Share(PanelsOf(_H), part + 1, parts); panel++)
        {
            _toUnits.Pack(panel, _Wr.Values, _H, false, 0, _R, _H);
            _dProjection.Clear(panel);
        }
    }

    private void Unpack(int part, int parts)
    {
        for (int panel = Share(_panels, part, parts); panel < Share(_panels, part + 1, parts); panel++)
        {
            for (int slot = 0; slot < 4; slot++)
            {
                (int h, int x) = (TUnits.HiddenGate(slot), TUnits.InputGate(slot));
                if (h >= 0) _dWeights.AddTo(panel, _U.Gradient.AsSpan(h * _H * _R), _R, true, 0, _R, _H, slot);
                if (x >= 0) _dWeights.AddTo(panel, _W.Gradient.AsSpan(x * _H * _I), _I, true, _R, _I, _H, slot);
                if (x >= 0) _dWeights.AddTo(panel, _b.Gradient.AsSpan(x * _H), 1, true, _R + _I, 1, _H, slot);
                if (h >= 0 && _d is not null) _dWeights.AddTo(panel, _d.Gradient.AsSpan(h * _H), 1, true, _R + _I, 1, _H, slot);
            }
        }

        for (int panel = Share(PanelsOf(_H), part, parts); _Wr is not null && panel < Share(PanelsOf(_H), part + 1, parts); panel++)
            _dProjection.AddTo(panel, _Wr.Gradient, _H, false, 0, _R, _H);
    }
}
