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
/// Queries q [U, B, Q], keys k [T, B, K], values v [T, B, V]; contexts c [U, B, V] and weights α [U, B, T]. One query a sequence,
/// [B, Q], gives [B, V] and [B, T].
/// </summary>
/// <remarks>The layer may be called at every step of a decoder. The lengths are those of the keys; contexts and weights have the queries'.
/// U·B·T·(K + V) multiply-adds.</remarks>
public abstract class Attention<T> : Layer<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    // Of one sequence at a time: its features one after another, its steps one after another, and the gradients of both.
    private T[] _features = [], _steps = [], _dScores = [], _dKeys = [], _dValues = [];

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
        SequenceInputs.RequireAttended(Description, inputs.Length);
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
            ReadOnlySpan<T> keysOfSequence = Features(keys.Data, shape, b, length, shape.K);
            ReadOnlySpan<T> valuesOfSequence = Steps(values.Data, shape, b, length, shape.V);
            for (int u = 0; u < shape.U; u++)
            {
                Span<T> scores = shape.Row(weights, u, b, shape.T)[..length], context = shape.Row(contexts, u, b, shape.V);
                Score(shape.Row(queries.Data, u, b, shape.Q), keysOfSequence, scores);
                SoftmaxRow.Normalize(scores);
                Rows.AddScaled(scores, valuesOfSequence, context);
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
            ReadOnlySpan<T> valuesOfSequence = Features(values.Data, shape, b, length, shape.V);
            ReadOnlySpan<T> keysOfSequence = Steps(keys.Data, shape, b, length, shape.K);
            Span<T> dKeys = call.InputGradient(1) is null ? [] : Cleared(ref _dKeys, length * shape.K);
            Span<T> dValues = call.InputGradient(2) is null ? [] : Cleared(ref _dValues, length * shape.V);
            for (int u = 0; u < shape.U; u++)
            {
                ReadOnlySpan<T> weights = shape.Row(call.Outputs[1].Data, u, b, shape.T)[..length];
                Span<T> dScores = Cleared(ref _dScores, length);
                if (call.OutputGradient(1) is { } dWeights) shape.Row(dWeights, u, b, shape.T)[..length].CopyTo(dScores);
                if (call.OutputGradient() is { } dContexts)
                {
                    ReadOnlySpan<T> dContext = shape.Row(dContexts, u, b, shape.V);
                    Rows.AddScaled(dContext, valuesOfSequence, dScores);
                    if (!dValues.IsEmpty) Rows.AddOuter(weights, dContext, dValues);
                }

                SoftmaxRow.Gradient(weights, dScores, dScores);
                Span<T> dQuery = call.InputGradient(0) is { } dQueries ? shape.Row(dQueries, u, b, shape.Q) : [];
                ScoreGradient(dScores, shape.Row(queries.Data, u, b, shape.Q), keysOfSequence, dQuery, dKeys);
            }

            AddSteps(dKeys, call.InputGradient(1), shape, b, shape.K);
            AddSteps(dValues, call.InputGradient(2), shape, b, shape.V);
        }
    }

    /// <summary>Writes the scores of one query at all steps of a sequence.</summary>
    /// <param name="query">[Q].</param>
    /// <param name="keys">The sequence's keys, feature by feature: [K, length].</param>
    /// <param name="scores">Receives e, [length]; 0 before.</param>
    private protected abstract void Score(ReadOnlySpan<T> query, ReadOnlySpan<T> keys, Span<T> scores);

    /// <summary>Adds what the scores of one query send back.</summary>
    /// <param name="dScores">∂L/∂e, [length]; may be overwritten.</param>
    /// <param name="query">[Q].</param>
    /// <param name="keys">The sequence's keys, [length, K].</param>
    /// <param name="dQuery">Receives ∂L/∂q, [Q], 0 before; empty if it is not wanted.</param>
    /// <param name="dKeys">Receives ∂L/∂k in addition, [length, K]; empty if it is not wanted.</param>
    private protected abstract void ScoreGradient(
        Span<T> dScores, ReadOnlySpan<T> query, ReadOnlySpan<T> keys, Span<T> dQuery, Span<T> dKeys);

    /// <summary>Throws unless queries of that width fit keys of that width.</summary>
    private protected abstract void RequireWidths(Tensor<T> queries, Tensor<T> keys);

    private AttentionShape ShapeOf(Tensor<T> queries, Value<T> keys, Tensor<T> values)
    {
        SequenceInputs.Require(keys, "keys");
        int steps = keys.Data.Length(0), batch = keys.Data.Length(1);
        values.Require("values", "[T, B, V]", steps, batch, -1);
        if (queries.Rank == 2) queries.Require("queries", "[B, Q]", batch, -1);
        else queries.Require("queries", "[U, B, Q]", -1, batch, -1);
        RequireWidths(queries, keys.Data);
        int queriesOfSequence = queries.Rank == 2 ? 1 : queries.Length(0);
        return new(queriesOfSequence, batch, steps, queries.Length(queries.Rank - 1), keys.Data.Length(2), values.Length(2));
    }

    // The steps of one sequence feature by feature, [width, length]: sums over features then run upwards in lanes over time.
    private ReadOnlySpan<T> Features(Tensor<T> x, AttentionShape shape, int b, int length, int width)
    {
        Span<T> features = Workspace(ref _features, width * length);
        for (int t = 0; t < length; t++)
        {
            ReadOnlySpan<T> row = shape.Row(x, t, b, width);
            for (int n = 0; n < width; n++) features[(n * length) + t] = row[n];
        }

        return features;
    }

    // The steps of one sequence one after another, [length, width]: apart from each other they would meet in the same places of the cache.
    private ReadOnlySpan<T> Steps(Tensor<T> x, AttentionShape shape, int b, int length, int width)
    {
        Span<T> steps = Workspace(ref _steps, width * length);
        for (int t = 0; t < length; t++) shape.Row(x, t, b, width).CopyTo(steps[(t * width)..]);
        return steps;
    }

    private static void AddSteps(ReadOnlySpan<T> steps, Tensor<T>? sums, AttentionShape shape, int b, int width)
    {
        for (int t = 0; t * width < steps.Length; t++)
        {
            Span<T> sum = shape.Row(sums!, t, b, width);
            TensorPrimitives.Add(sum, steps.Slice(t * width, width), sum);
        }
    }

    private static Span<T> Cleared(ref T[] array, int count)
    {
        Span<T> workspace = Workspace(ref array, count);
        workspace.Clear();
        return workspace;
    }

    private static Span<T> Workspace(ref T[] array, int count)
    {
        if (array.Length < count) array = new T[count];
        return array.AsSpan(0, count);
    }

    // The sizes of one call.
    private readonly record struct AttentionShape(int U, int B, int T, int Q, int K, int V)
    {
        public Span<TNumber> Row<TNumber>(Tensor<TNumber> tensor, int step, int b, int width) =>
            tensor.Flat().Slice(((step * B) + b) * width, width);
    }
}
