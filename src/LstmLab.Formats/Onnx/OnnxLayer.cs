using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Formats;

/// <summary>
/// A recurrent operator of an ONNX graph as a layer, where <see cref="Lstm{T}"/>, <see cref="Gru{T}"/> and <see cref="CellLayer{T}"/> have no place for
/// what it holds: the reverse direction alone, two directions of any cell, initial states, sequences of length 0.
/// </summary>
/// <remarks>A sequence of length 0 gives zero outputs and zero final states, even from a non-zero initial state, as in ONNX Runtime.</remarks>
public sealed class OnnxLayer<T> : Recurrent<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly State<T>? _initial;
    private readonly int[]? _lengths;
    private int[] _empty = [];

    /// <summary>Wires cells of one shape.</summary>
    /// <param name="cells">One, or one for each direction.</param>
    /// <param name="reverse">Whether a single cell reads sequences from their end.</param>
    /// <param name="returnSequences">Whether to return [T, B, D·H], or only the final hidden states [B, D·H].</param>
    /// <param name="initial">H and C, [D, B, H], or [D, 1, H] for every sequence the same; null for zeros.</param>
    /// <param name="lengths">Lengths of a batch that come with the graph; a pass's own come first.</param>
    internal OnnxLayer(Cell<T>[] cells, bool reverse, bool returnSequences, State<T>? initial, int[]? lengths)
        : base(1, cells.Length == 2, 0, returnSequences, (_, suffix) =>
            new(suffix == "_l0" ? cells[0] : cells[^1], reverse ? "_l0_reverse" : suffix)) =>
        (IsReverse, _initial, _lengths) = (reverse, initial, lengths);

    /// <summary>Whether it reads sequences from their end only.</summary>
    public bool IsReverse { get; }

    /// <summary>The states a pass starts from; null for zeros.</summary>
    internal State<T>? Initial => _initial;

    /// <summary>Lengths that come with the graph, or null.</summary>
    internal int[]? Lengths => _lengths;

    /// <inheritdoc/>
    /// <remarks>Starts from the graph's initial states; those given to the other overload replace them.</remarks>
    public override Tensor<T> Forward(Tensor<T> x, Pass pass)
    {
        ArgumentNullException.ThrowIfNull(x);
        IReadOnlyList<int>? lengths = pass.Lengths ?? _lengths;
        _empty = lengths is null ? [] : [.. lengths.Index().Where(length => length.Item == 0).Select(length => length.Index)];
        if (_empty.Length > 0) lengths = [.. lengths!.Select(length => length == 0 ? 1 : length)];
        Tensor<T> y = Forward(x, pass with { Lengths = lengths }, _initial is null ? null : new(Of(_initial.H, x.Length(1)), _initial.C is null ? null : Of(_initial.C, x.Length(1))));
        ClearEmpty(y, Final.H.Length(1));
        ClearEmpty(Final.H, Final.H.Length(1));
        if (Final.C is not null) ClearEmpty(Final.C, Final.H.Length(1));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        if (_empty.Length == 0) return base.Backward(dY);
        Tensor<T> own = dY.To<T, T>();
        ClearEmpty(own, Final.H.Length(1));
        return base.Backward(own);
    }

    // [D, 1, H] for a batch.
    private static Tensor<T> Of(Tensor<T> state, int batch)
    {
        if (state.Length(1) == batch || state.Length(1) != 1) return state;
        int size = state.Length(2);
        return Tensors.Fill(n => state.Flat()[(n / (batch * size) * size) + (n % size)], state.Length(0), batch, size);
    }

    // Rows of the sequences of length 0 in [.., B, n].
    private void ClearEmpty(Tensor<T> tensor, int batch)
    {
        int size = tensor.Length(tensor.Rank - 1);
        foreach (int b in _empty)
            for (int row = b; row < tensor.Flat().Length / size; row += batch) tensor.Flat().Slice(row * size, size).Clear();
    }
}
