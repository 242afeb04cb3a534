using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab.Formats;

/// <summary>
/// A recurrent operator of an ONNX graph as a layer, where <see cref="Lstm{T}"/>, <see cref="Gru{T}"/> and <see cref="CellLayer{T}"/>
/// have no place for what it holds: the reverse direction alone, two directions of any cell, initial states, lengths that come with the
/// graph.
/// </summary>
/// <remarks>A sequence of length 0 ends in zero states, even from a non-zero initial state, as in ONNX Runtime; elsewhere in this library
/// it ends as it began.</remarks>
public sealed class OnnxLayer<T> : Recurrent<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly State<T>? _initial;
    private readonly int[]? _lengths;

    /// <summary>Wires cells of one shape.</summary>
    /// <param name="cells">One, or one for each direction.</param>
    /// <param name="reverse">Whether a single cell reads sequences from their end.</param>
    /// <param name="returnSequences">Whether to return [T, B, D·H], or only the final hidden states [B, D·H].</param>
    /// <param name="initial">H and C, [D, B, H], or [D, 1, H] for every sequence the same; null for zeros.</param>
    /// <param name="lengths">Lengths of a batch that come with the graph; a pass's own come first.</param>
    internal OnnxLayer(Cell<T>[] cells, bool reverse, bool returnSequences, State<T>? initial, int[]? lengths)
        : base(1, cells.Length == 2, 0, returnSequences, (_, suffix, second) =>
            new(second ? cells[^1] : cells[0], suffix, reverse || second, prefersKernel: false)) =>
        (IsReverse, _initial, _lengths) = (reverse, initial, lengths);

    /// <summary>Whether it reads sequences from their end only.</summary>
    public bool IsReverse { get; }

    /// <summary>The states a pass starts from; null for zeros.</summary>
    internal State<T>? Initial => _initial;

    /// <summary>Lengths that come with the graph, or null.</summary>
    internal int[]? Lengths => _lengths;

    /// <summary>The graph's lengths and initial states stand for those that a call is not given.</summary>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        base.Forward(call);
        for (int n = ReturnSequences ? 1 : 0; n < call.Outputs.Count; n++) ClearEmpty(call.Input(), call.Outputs[n].Data);
    }

    private protected override IReadOnlyList<int>? LengthsOf(Value<T> x) => x.Lengths ?? _lengths;

    private protected override State<T>? InitialOf(Value<T> x) =>
        _initial is null ? null : new(Of(_initial.H, x.Data.Length(1)), _initial.C is null ? null : Of(_initial.C, x.Data.Length(1)));

    // The final states of an empty sequence are zeros here, so nothing flows back through them.
    private protected override Tensor<T>? GradientOf(Call<T> call, int output)
    {
        Tensor<T>? gradient = base.GradientOf(call, output);
        if (gradient is null || (output == 0 && ReturnSequences) || LengthsOf(call.Input())?.Contains(0) != true) return gradient;
        Tensor<T> own = gradient.To<T, T>();
        ClearEmpty(call.Input(), own);
        return own;
    }

    // [D, 1, H] for a batch.
    private static Tensor<T> Of(Tensor<T> state, int batch)
    {
        if (state.Length(1) == batch || state.Length(1) != 1) return state;
        int size = state.Length(2);
        return Tensors.Fill(n => state.Flat()[(n / (batch * size) * size) + (n % size)], state.Length(0), batch, size);
    }

    // Rows of the sequences of length 0 in [.., B, n].
    private void ClearEmpty(Value<T> x, Tensor<T> tensor)
    {
        if ((x.Lengths ?? _lengths) is not { } lengths) return;
        int size = tensor.Length(tensor.Rank - 1);
        Span<T> values = tensor.Flat();
        for (int row = 0; row < values.Length / size; row++)
        {
            if (lengths[row % lengths.Count] == 0) values.Slice(row * size, size).Clear();
        }
    }
}
