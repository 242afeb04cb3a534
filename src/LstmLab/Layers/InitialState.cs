using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Learned initial states of a recurrent layer, the same for every sequence.
/// <code>
/// h0[n, b] = h[n],  c0[n, b] = c[n]             n = layer·D + direction
/// dh[n] += Σ_b dh0[n, b],  dc[n] += Σ_b dc0[n, b],  b upwards
/// </code>
/// <code>
/// private readonly Lstm&lt;float&gt; decoder = new(8, 32);
/// private readonly InitialState&lt;float&gt; start;                 // in the constructor: start = new(decoder);
///
/// (Value&lt;float&gt; h0, Value&lt;float&gt;? c0) = start.For(x);
/// Value&lt;float&gt; y = decoder.ForwardWithStates(x, h0, c0).Y;
/// </code></summary>
/// <remarks>Weights: <c>h</c> [L·D, R] and, if the layer has a cell state, <c>c</c> [L·D, H]. They begin at 0, whatever the initializer:
/// training starts where a layer without learned states does.</remarks>
public sealed class InitialState<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>States of zeros.</summary>
    /// <param name="layer">The layer that starts from them; its sizes are read, it is not kept.</param>
    public InitialState(Recurrent<T> layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        int count = layer.LayerCount * layer.DirectionCount;
        Parameter<T> h = new("h", ParameterRole.InitialState, count, layer.Cell.OutputSize);
        Parameters = layer.Cell.HasCellState ? [h, new("c", ParameterRole.InitialState, count, layer.Cell.CellSize)] : [h];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override string Description => $"InitialState({Parameters[0].Rows} × {Parameters[0].Columns})";

    /// <summary>h0 and, if the layer has a cell state, c0.</summary>
    public override int OutputCount => Parameters.Count;

    /// <inheritdoc/>
    public override int? OutputWidth(int? inputWidth) => Parameters[0].Columns;

    /// <summary>True: of the input, the batch size alone is read, so there is nothing to add.</summary>
    public override bool AddsToInputGradient(int input) => true;

    /// <summary>The states for the sequences of a batch.</summary>
    /// <param name="x">[T, B, I] or [B, I], of which B alone is read.</param>
    /// <returns>h0 [L·D, B, R] and c0 [L·D, B, H]; c0 is null for a layer without a cell state.</returns>
    /// <exception cref="ShapeException">x has another number of axes.</exception>
    public (Value<T> H, Value<T>? C) For(Value<T> x)
    {
        IReadOnlyList<Value<T>> outputs = Record(x);
        return (outputs[0], outputs.Count > 1 ? outputs[1] : null);
    }

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Tensor<T> x = call.Input().Data;
        if (x.Rank is not (2 or 3)) throw new ShapeException($"x must be [T, B, I] or [B, I], but is {x.Shape()}.");
        int batch = x.Length(x.Rank - 2);
        for (int output = 0; output < Parameters.Count; output++)
        {
            Parameter<T> state = Parameters[output];
            Span<T> rows = call.Output(output, null, state.Rows, batch, state.Columns).Flat();
            for (int row = 0; row < state.Rows * batch; row++)
                state.Values.AsSpan(row / batch * state.Columns, state.Columns).CopyTo(rows[(row * state.Columns)..]);
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        for (int output = 0; output < Parameters.Count; output++)
        {
            if (call.OutputGradient(output) is not { } gradient) continue;
            Parameter<T> state = Parameters[output];
            int batch = gradient.Length(1);
            for (int row = 0; row < state.Rows * batch; row++)
            {
                Span<T> sum = state.Gradient.AsSpan(row / batch * state.Columns, state.Columns);
                TensorPrimitives.Add(sum, gradient.Flat().Slice(row * state.Columns, state.Columns), sum);
            }
        }
    }
}
