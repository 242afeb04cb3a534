using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>
/// Attention: each query reads a sequence by the mean of its values, weighted by how well each step's key fits the query.
/// <code>
/// e_t = score(q, k_t)                 t below the sequence's own length
/// α   = softmax(e)                    exactly 0 at steps beyond the length
/// c   = Σ_t α_t v_t                   t upwards
/// </code>
/// Queries q [U, B, Q], keys k [T, B, K], values v [T, B, V]; contexts c [U, B, V] and weights α [U, B, T]. One query a sequence, [B, Q], gives
/// [B, V] and [B, T].
/// </summary>
/// <remarks>The layer may be called at every step of a decoder. The lengths are those of the keys; contexts and weights have the queries'.
/// U·B·T·(K + V) multiply-adds.</remarks>
public abstract class Attention<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private T[] _transposed = [], _gradients = [];

    private protected Attention()
    {
    }

    /// <summary>Contexts and weights.</summary>
    public override int OutputCount => 2;

    /// <summary>Null: it is the width of the values.</summary>
    public override int? OutputWidth(int? inputWidth) => null;

    /// <summary>True for keys and values, which a decoder reads at every step.</summary>
    public override bool AddsToInputGradient(int input) => input > 0;

    /// <summary>Reads the keys' sequences.</summary>
    /// <param name="queries">[U, B, Q], or one a sequence, [B, Q].</param>
    /// <param name="keys">[T, B, K], with the lengths of its sequences.</param>
    /// <param name="values">[T, B, V]; the keys when left out.</param>
    /// <returns>Contexts [U, B, V] or [B, V], and weights [U, B, T] or [B, T], which sum to 1 over the steps within the length.</returns>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    public (Value<T> Contexts, Value<T> Weights) Attend(Value<T> queries, Value<T> keys, Value<T>? values = null)
    {
        IReadOnlyList<Value<T>> outputs = Record(queries, keys, values ?? keys);
        return (outputs[0], outputs[1]);
    }

    /// <summary>The contexts of queries, keys and, unless they are the keys, values.</summary>
    public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
    {
        if (inputs.Length is not (2 or 3)) throw new ArgumentException($"{Description} takes queries, keys and, unless they are the keys, values, but was called with {inputs.Length} inputs.");
        return Attend(inputs[0], inputs[1], inputs.Length == 3 ? inputs[2] : null).Contexts;
    }

    /// <inheritdoc/>
    protected internal override void Forward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> queries = call.Input(), keys = call.Input(1), values = call.Input(2);
        AttentionShape shape = ShapeOf(queries.Data, keys, values.Data);
        Tensor<T> contexts, weights;
        if (queries.Data.Rank == 2)
        {
            contexts = call.Output(0, null, shape.B, shape.V);
            weights = call.Output(1, null, shape.B, shape.T);
        }
        else
        {
            contexts = call.Output(0, queries.Lengths, shape.U, shape.B, shape.V);
            weights = call.Output(1, queries.Lengths, shape.U, shape.B, shape.T);
        }

        contexts.Flat().Clear();
        weights.Flat().Clear();
        for (int b = 0; b < shape.B; b++)
        {
            int length = keys.Lengths?[b] ?? shape.T;
            Span<T> keysOfSequence = Transposed(keys.Data.Flat(), shape, b, length, shape.K);
            for (int u = 0; u < shape.U; u++)
            {
                Span<T> scores = shape.Row(weights, u, b, shape.T)[..length], context = shape.Row(contexts, u, b, shape.V);
                Score(shape.Row(queries.Data, u, b, shape.Q), keysOfSequence, scores);
                SoftmaxRow.Normalize(scores);
                for (int t = 0; t < length; t++) Rows.AddScaled(scores[t], shape.Row(values.Data, t, b, shape.V), context);
            }
        }
    }

    /// <inheritdoc/>
    protected internal override void Backward(Call<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Value<T> queries = call.Input(), keys = call.Input(1), values = call.Input(2);
        AttentionShape shape = ShapeOf(queries.Data, keys, values.Data);
        call.InputGradient(0)?.Flat().Clear();
        for (int b = 0; b < shape.B; b++)
        {
            int length = keys.Lengths?[b] ?? shape.T;
            Span<T> valuesOfSequence = Transposed(values.Data.Flat(), shape, b, length, shape.V);
            for (int u = 0; u < shape.U; u++)
            {
                ReadOnlySpan<T> weights = shape.Row(call.Outputs[1].Data, u, b, shape.T)[..length];
                Span<T> dScores = Workspace(ref _gradients, length);
                dScores.Clear();
                if (call.OutputGradient(1) is { } dWeights) shape.Row(dWeights, u, b, shape.T)[..length].CopyTo(dScores);
                if (call.OutputGradient() is { } dContexts)
                {
                    ReadOnlySpan<T> dContext = shape.Row(dContexts, u, b, shape.V);
                    for (int v = 0; v < shape.V; v++) Rows.AddScaled(dContext[v], valuesOfSequence.Slice(v * length, length), dScores);
                    for (int t = 0; t < length && call.InputGradient(2) is { } dValues; t++)
                        Rows.AddScaled(weights[t], dContext, shape.Row(dValues, t, b, shape.V));
                }

                SoftmaxRow.Gradient(weights, dScores, dScores);
                Span<T> dQuery = call.InputGradient(0) is { } dQueries ? shape.Row(dQueries, u, b, shape.Q) : [];
                for (int t = 0; t < length; t++)
                {
                    Span<T> dKey = call.InputGradient(1) is { } dKeys ? shape.Row(dKeys, t, b, shape.K) : [];
                    ScoreGradient(dScores[t], shape.Row(queries.Data, u, b, shape.Q), shape.Row(keys.Data, t, b, shape.K), dQuery, dKey);
                }
            }
        }
    }

    /// <summary>Writes the scores of one query at all steps of a sequence.</summary>
    /// <param name="query">[Q].</param>
    /// <param name="keys">The sequence's keys, feature by feature: [K, length].</param>
    /// <param name="scores">Receives e, [length]; 0 before.</param>
    private protected abstract void Score(ReadOnlySpan<T> query, ReadOnlySpan<T> keys, Span<T> scores);

    /// <summary>Adds what the score of one step sends back.</summary>
    /// <param name="dScore">∂L/∂e_t.</param>
    /// <param name="query">[Q].</param>
    /// <param name="key">k_t, [K].</param>
    /// <param name="dQuery">∂L/∂q, [Q], or empty if it is not wanted.</param>
    /// <param name="dKey">∂L/∂k_t, [K], or empty if it is not wanted.</param>
    private protected abstract void ScoreGradient(T dScore, ReadOnlySpan<T> query, ReadOnlySpan<T> key, Span<T> dQuery, Span<T> dKey);

    /// <summary>Throws unless queries of that width fit keys of that width.</summary>
    private protected abstract void RequireWidths(Tensor<T> queries, Tensor<T> keys);

    private AttentionShape ShapeOf(Tensor<T> queries, Value<T> keys, Tensor<T> values)
    {
        Sequences.Require(keys, "keys");
        int steps = keys.Data.Length(0), batch = keys.Data.Length(1);
        values.Require("values", "[T, B, V]", steps, batch, -1);
        if (queries.Rank == 2) queries.Require("queries", "[B, Q]", batch, -1);
        else queries.Require("queries", "[U, B, Q]", -1, batch, -1);
        RequireWidths(queries, keys.Data);
        return new(queries.Rank == 2 ? 1 : queries.Length(0), batch, steps, queries.Length(queries.Rank - 1), keys.Data.Length(2), values.Length(2));
    }

    // The steps of one sequence feature by feature, [width, length]: sums over features then run upwards in lanes over time.
    private Span<T> Transposed(ReadOnlySpan<T> x, AttentionShape shape, int b, int length, int width)
    {
        Span<T> transposed = Workspace(ref _transposed, width * length);
        for (int t = 0; t < length; t++)
        {
            ReadOnlySpan<T> row = x.Slice(((t * shape.B) + b) * width, width);
            for (int n = 0; n < width; n++) transposed[(n * length) + t] = row[n];
        }

        return transposed;
    }

    private static Span<T> Workspace(ref T[] array, int count)
    {
        if (array.Length < count) array = new T[count];
        return array.AsSpan(0, count);
    }

    // The sizes of one call.
    private readonly record struct AttentionShape(int U, int B, int T, int Q, int K, int V)
    {
        public Span<TNumber> Row<TNumber>(Tensor<TNumber> tensor, int step, int b, int width) => tensor.Flat().Slice(((step * B) + b) * width, width);
    }
}
