using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Formats;

/// <summary>
/// A recurrent operator of an ONNX graph as a layer, where <see cref="Lstm{T}"/>, <see cref="Gru{T}"/> and <see cref="CellLayer{T}"/>
/// have no place for
/// what it holds: the reverse direction alone, two directions of any cell, initial states, lengths that come with the graph.
/// </summary>
/// <remarks>A sequence of length 0 ends in zero states, even from a non-zero initial state, as in ONNX Runtime; elsewhere in this
/// library it ends as it began.</remarks>
public sealed class OnnxLayer<T> : Recurrent<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly State<T>? _initial;
    private readonly int[]? _lengths;
    private IReadOnlyList<int>? _lengthsOfPass;

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
    /// <remarks>The graph's lengths and initial states stand for those that are not given.</remarks>
    public override Tensor<T> Forward(Tensor<T> x, Pass pass, State<T>? initial)
    {
        ArgumentNullException.ThrowIfNull(x);
        _lengthsOfPass = pass.Lengths ?? _lengths;
        initial ??= OfBatch(x.Length(1));
        Tensor<T> y = base.Forward(x, pass with { Lengths = _lengthsOfPass }, initial);
        ClearEmpty(Final);
        if (!ReturnSequences) ClearEmpty(y);
        return y;
    }

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = base.Backward(dY);
        ClearEmpty(DInitial);
        return dX;
    }

    private State<T>? OfBatch(int batch) =>
        _initial is null ? null : new(Of(_initial.H, batch), _initial.C is null ? null : Of(_initial.C, batch));

    // [D, 1, H] for a batch.
    private static Tensor<T> Of(Tensor<T> state, int batch)
    {
        if (state.Length(1) == batch || state.Length(1) != 1) return state;
        int size = state.Length(2);
        return Tensors.Fill(n => state.Flat()[(n / (batch * size) * size) + (n % size)], state.Length(0), batch, size);
    }

    private void ClearEmpty(State<T> state)
    {
        ClearEmpty(state.H);
        if (state.C is not null) ClearEmpty(state.C);
    }

    // Rows of the sequences of length 0 in [.., B, n].
    private void ClearEmpty(Tensor<T> tensor)
    {
        int batch = tensor.Length(tensor.Rank - 2), size = tensor.Length(tensor.Rank - 1);
        for (int row = 0; _lengthsOfPass is not null && row < tensor.Flat().Length / size; row++)
            if (_lengthsOfPass[row % batch] == 0) tensor.Flat().Slice(row * size, size).Clear();
    }
}
