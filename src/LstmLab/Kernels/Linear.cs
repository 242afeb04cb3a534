using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LstmLab;

/// <summary>Products of a matrix of weights with many rows, and back, with the same bits on any vector width and number of threads.</summary>
internal abstract class Linear<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For the widest vectors of this processor; b may be none.</summary>
    public static Linear<T> Of(Parameter<T> W, Parameter<T>? b) =>
        Vector512.IsHardwareAccelerated ? new Linear<T, Lanes512<T>>(W, b)
        : Vector256.IsHardwareAccelerated ? new Linear<T, Lanes256<T>>(W, b)
        : new Linear<T, Lanes128<T>>(W, b);

    /// <summary><c>y = W x + b</c>, from b on, inputs upwards.</summary>
    /// <param name="x">Rows of I numbers.</param>
    /// <param name="y">Receives as many rows of O.</param>
    public abstract void Forward(Tensor<T> x, Tensor<T> y);

    /// <summary><c>∂L/∂W += Σ dy xᵀ</c>, <c>∂L/∂b += Σ dy</c>, rows upwards; <c>∂L/∂x = Wᵀ dy</c>, outputs upwards.</summary>
    /// <param name="x">The inputs of Forward.</param>
    /// <param name="dY">∂L/∂y.</param>
    /// <param name="dX">Receives ∂L/∂x; null when nobody wants it.</param>
    public abstract void Backward(Tensor<T> x, Tensor<T> dY, Tensor<T>? dX);
}

/// <inheritdoc/>
/// <remarks>Rows are cut among threads on the way forward and for ∂L/∂x, weights for ∂L/∂W: no two threads add to one sum.</remarks>
internal sealed class Linear<T, V>(Parameter<T> W, Parameter<T>? b) : Linear<T>, IParallelWork where T : struct, IBinaryFloatingPointIeee754<T> where V : struct, ILanes<V, T>
{
    private const int RowsOfTile = GemmMicroKernel<T, V>.RowsOfTile, RowsOfChunk = 128;
    private readonly PackedMatrix<T> _weights = new(), _bias = new(), _toInput = new(), _dWeights = new();
    private readonly AlignedBuffer<T> _scratch = new();
    private readonly int _I = W.Columns, _O = W.Rows;
    private int _rows, _parts;
    private Tensor<T>? _x, _y, _dY, _dX;

    private static int Wide => GemmMicroKernel<T, V>.Wide;

    /// <inheritdoc/>
    public override void Forward(Tensor<T> x, Tensor<T> y)
    {
        (_x, _y, _dY) = (x, y, null);
        _weights.Of(GemmMicroKernel<T, V>.PanelsOf(_O), _I, V.Count);
        _bias.Of(GemmMicroKernel<T, V>.PanelsOf(_O), 1, V.Count);
        for (int panel = 0; panel < GemmMicroKernel<T, V>.PanelsOf(_O); panel++)
        {
            _weights.Pack(panel, W.Values, _I, true, 0, _I, _O);
            if (b is not null) _bias.Pack(panel, b.Values, 1, true, 0, 1, _O);
        }

        Run();
    }

    /// <inheritdoc/>
    public override void Backward(Tensor<T> x, Tensor<T> dY, Tensor<T>? dX)
    {
        (_x, _dY, _dX) = (x, dY, dX);
        _dWeights.Of(GemmMicroKernel<T, V>.PanelsOf(_O), _I, V.Count);
        _toInput.Of(GemmMicroKernel<T, V>.PanelsOf(_I), _O, V.Count);
        for (int panel = 0; panel < GemmMicroKernel<T, V>.PanelsOf(_O); panel++) _dWeights.Clear(panel);
        for (int panel = 0; dX is not null && panel < GemmMicroKernel<T, V>.PanelsOf(_I); panel++) _toInput.Pack(panel, W.Values, _I, false, 0, _O, _I);
        Run();
        for (int panel = 0; panel < GemmMicroKernel<T, V>.PanelsOf(_O); panel++) _dWeights.AddTo(panel, W.Gradient, _I, true, 0, _I, _O);
        if (b is null) return;
        Span<T> rows = dY.Flat();
        for (int at = 0; at < rows.Length; at += _O)
            for (int o = 0; o < _O; o++) b.Gradient[o] += rows[at + o];
    }

    private void Run()
    {
        _rows = (int)(_x!.FlattenedLength / _I);
        _parts = (long)_rows * _I * _O < Workers.MinWorkToParallelizeBatch ? 1 : Threads.Count;
        // A block of sums of each part, and a row of zeros.
        _scratch.Of(((nint)_parts * RowsOfChunk * Wide) + Wide);
        _scratch.Span((nint)_parts * RowsOfChunk * Wide, Wide).Clear();
        Workers.Run(this, _parts);
    }

    /// <inheritdoc/>
    public void Run(int part)
    {
        ref T scratch = ref _scratch.At((nint)part * RowsOfChunk * Wide), zeros = ref _scratch.At((nint)_parts * RowsOfChunk * Wide);
        (int from, int to) = GemmMicroKernel<T, V>.Share(_rows, part, _parts);
        Span<T> x = _x!.Flat()[(from * _I)..];
        if (_dY is null)
        {
            GemmMicroKernel<T, V>.Multiply(to - from, ref MemoryMarshal.GetReference(x), _I, _I, _weights, ref _bias[0], Wide, _O, _y!.Flat()[(from * _O)..], _O, ref scratch);
            return;
        }

        if (_dX is not null) GemmMicroKernel<T, V>.Multiply(to - from, ref MemoryMarshal.GetReference(_dY.Flat()[(from * _O)..]), _O, _O, _toInput, ref zeros, 0, _I, _dX.Flat()[(from * _I)..], _I, ref scratch);
        AddWeights(part, ref scratch);
    }

    private void AddWeights(int part, ref T vectors)
    {
        Span<T> x = _x!.Flat(), dY = _dY!.Flat();
        int tiles = (_I + RowsOfTile - 1) / RowsOfTile, count;
        (int item, int end) = Workers.Partition(GemmMicroKernel<T, V>.PanelsOf(_O) * tiles, part, _parts);
        for (; item < end; item += count)
        {
            (int panel, int tile) = (item / tiles, item % tiles);
            count = Math.Min(tiles - tile, end - item);
            int j = tile * RowsOfTile, width = Math.Min(Wide, _O - (panel * Wide));
            ref T sum = ref Unsafe.Add(ref _dWeights[panel], (nint)j * Wide);
            for (int row = 0, rows; row < _rows; row += rows)
            {
                rows = Math.Min(RowsOfChunk, _rows - row);
                for (int r = 0; r < rows; r++)
                {
                    Span<T> vector = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref vectors, r * Wide), Wide);
                    vector.Clear();
                    dY.Slice(((row + r) * _O) + (panel * Wide), width).CopyTo(vector);
                }

                GemmMicroKernel<T, V>.Multiply(Math.Min(count * RowsOfTile, _I - j), ref x[(row * _I) + j], 1, _I, rows, ref vectors, Wide, ref sum, Wide, ref sum, Wide, _O - (panel * Wide));
            }
        }
    }
}
