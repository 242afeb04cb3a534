using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LstmLab;

/// <summary>A linear map of many rows, forward and backward, with the same bits on any vector width and number of threads.</summary>
internal abstract class Linear<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The map for the widest vectors of this processor.</summary>
    /// <param name="W">Weights, [O, I].</param>
    /// <param name="b">Bias, [O], or null.</param>
    public static Linear<T> Of(Parameter<T> W, Parameter<T>? b) =>
        Vector512.IsHardwareAccelerated ? new Linear<T, Lanes512<T>>(W, b)
        : Vector256.IsHardwareAccelerated ? new Linear<T, Lanes256<T>>(W, b)
        : new Linear<T, Lanes128<T>>(W, b);

    /// <summary><c>y = W x + b</c>, summed from b on, inputs ascending.</summary>
    /// <param name="x">[…, I].</param>
    /// <param name="y">Receives […, O].</param>
    public abstract void Forward(Tensor<T> x, Tensor<T> y);

    /// <summary><c>∂L/∂W += Σ dy xᵀ</c>, <c>∂L/∂b += Σ dy</c>, rows ascending; <c>∂L/∂x = Wᵀ dy</c>, outputs ascending.</summary>
    /// <param name="x">The inputs of Forward, […, I].</param>
    /// <param name="dY">∂L/∂y, […, O].</param>
    /// <param name="dX">Receives ∂L/∂x, […, I]; null when it is not wanted.</param>
    public abstract void Backward(Tensor<T> x, Tensor<T> dY, Tensor<T>? dX);
}

/// <inheritdoc/>
/// <remarks>Rows are cut among workers for y and ∂L/∂x, weights for ∂L/∂W: no two workers add to the same sum.</remarks>
internal sealed class Linear<T, V> : Linear<T> where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
{
    private const int RowsOfChunk = 128;
    private readonly Parameter<T> _W;
    private readonly Parameter<T>? _b;
    private readonly PackedMatrix<T> _weights = new(), _bias = new(), _toInput = new(), _dWeights = new();
    private readonly AlignedBuffer<T> _scratch = new();
    private readonly Action<int> _forward, _backward;
    private readonly int _I, _O;
    private int _rows, _parts;
    private Tensor<T>? _x, _y, _dY, _dX;

    /// <summary>The map of W [O, I] and b [O].</summary>
    public Linear(Parameter<T> W, Parameter<T>? b)
    {
        (_W, _b, _I, _O) = (W, b, W.Columns, W.Rows);
        _forward = RunForward;
        _backward = RunBackward;
    }

    private static int PanelWidth => PanelProduct<T, V>.PanelWidth;

    private int OutputPanels => PanelProduct<T, V>.PanelsOf(_O);

    private int InputPanels => PanelProduct<T, V>.PanelsOf(_I);

    /// <inheritdoc/>
    public override void Forward(Tensor<T> x, Tensor<T> y)
    {
        (_x, _y) = (x, y);
        _weights.Resize(OutputPanels, _I, V.Count);
        _bias.Resize(OutputPanels, 1, V.Count);
        for (int panel = 0; panel < OutputPanels; panel++)
        {
            _weights.Pack(panel, _W.Values, _I, true, 0, _I, _O);
            if (_b is not null) _bias.Pack(panel, _b.Values, 1, true, 0, 1, _O);
        }

        Run(_forward);
    }

    /// <inheritdoc/>
    public override void Backward(Tensor<T> x, Tensor<T> dY, Tensor<T>? dX)
    {
        (_x, _dY, _dX) = (x, dY, dX);
        _dWeights.Resize(OutputPanels, _I, V.Count);
        _toInput.Resize(InputPanels, _O, V.Count);
        for (int panel = 0; panel < OutputPanels; panel++) _dWeights.Clear(panel);
        for (int panel = 0; dX is not null && panel < InputPanels; panel++) _toInput.Pack(panel, _W.Values, _I, false, 0, _O, _I);
        Run(_backward);
        for (int panel = 0; panel < OutputPanels; panel++) _dWeights.AddTo(panel, _W.Gradient, _I, true, 0, _I, _O);
        if (_b is null) return;
        Span<T> rows = dY.Flat();
        for (int at = 0; at < rows.Length; at += _O)
            for (int o = 0; o < _O; o++) _b.Gradient[o] += rows[at + o];
    }

    private void Run(Action<int> work)
    {
        _rows = (int)(_x!.FlattenedLength / _I);
        _parts = (long)_rows * _I * _O < Workers.MinWorkToParallelizeBatch ? 1 : Threads.Count;
        // Each part's own block of sums, and a row of zeros.
        _scratch.Resize(((nint)_parts * RowsOfChunk * PanelWidth) + PanelWidth);
        _scratch.Span((nint)_parts * RowsOfChunk * PanelWidth, PanelWidth).Clear();
        Workers.Run(work, _parts);
    }

    private ref T Scratch(int part) => ref _scratch.At((nint)part * RowsOfChunk * PanelWidth);

    private void RunForward(int part)
    {
        (int from, int to) = Tiles.Partition(_rows, part, _parts);
        ref T x = ref MemoryMarshal.GetReference(_x!.Flat()[(from * _I)..]);
        Span<T> y = _y!.Flat()[(from * _O)..];
        PanelProduct<T, V>.MultiplyAll(to - from, ref x, _I, _I, _weights, ref _bias[0], PanelWidth, _O, y, _O, ref Scratch(part));
    }

    private void RunBackward(int part)
    {
        if (_dX is not null)
        {
            (int from, int to) = Tiles.Partition(_rows, part, _parts);
            ref T dY = ref MemoryMarshal.GetReference(_dY!.Flat()[(from * _O)..]), zeros = ref Scratch(_parts);
            Span<T> dX = _dX.Flat()[(from * _I)..];
            PanelProduct<T, V>.MultiplyAll(to - from, ref dY, _O, _O, _toInput, ref zeros, 0, _I, dX, _I, ref Scratch(part));
        }

        AddWeightGradients(part, ref Scratch(part));
    }

    private void AddWeightGradients(int part, ref T vectors)
    {
        Span<T> x = _x!.Flat();
        int tiles = (_I + Tiles.Rows - 1) / Tiles.Rows, count;
        (int item, int end) = Workers.Partition(OutputPanels * tiles, part, _parts);
        for (; item < end; item += count)
        {
            (int panel, int tile) = (item / tiles, item % tiles);
            count = Math.Min(tiles - tile, end - item);
            int j = tile * Tiles.Rows;
            ref T sum = ref Unsafe.Add(ref _dWeights[panel], (nint)j * PanelWidth);
            for (int row = 0, rows; row < _rows; row += rows)
            {
                rows = Math.Min(RowsOfChunk, _rows - row);
                GatherDY(row, rows, panel, ref vectors);
                PanelProduct<T, V>.Multiply<FourVectors>(
                    Math.Min(count * Tiles.Rows, _I - j), ref x[(row * _I) + j], 1, _I, rows, ref vectors, PanelWidth,
                    ref sum, PanelWidth, ref sum, PanelWidth, _O - (panel * PanelWidth));
            }
        }
    }

    // A panel's columns of some rows of dY, with zeros beyond the last column.
    private void GatherDY(int first, int rows, int panel, ref T vectors)
    {
        Span<T> dY = _dY!.Flat();
        int width = Math.Min(PanelWidth, _O - (panel * PanelWidth));
        for (int r = 0; r < rows; r++)
        {
            Span<T> vector = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref vectors, r * PanelWidth), PanelWidth);
            vector.Clear();
            dY.Slice(((first + r) * _O) + (panel * PanelWidth), width).CopyTo(vector);
        }
    }
}
