using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>Attention that scores by a small network.
/// <code>e_t = v · tanh(W q + U k_t)</code></summary>
/// <remarks>Weights: <c>query.weight</c> W [A, Q], <c>key.weight</c> U [A, K], <c>score.weight</c> v [1, A], without biases. The keys are mapped once a
/// pass, however often they are attended to. D. Bahdanau, K. Cho, Y. Bengio, "Neural machine translation by jointly learning to align and translate",
/// ICLR 2015, section A.1.2.</remarks>
/// <param name="querySize">Q, features of a query.</param>
/// <param name="keySize">K, features of a key.</param>
/// <param name="attentionSize">A, units of the small network.</param>
/// <exception cref="ShapeException">A size is below 1.</exception>
public sealed class AdditiveAttention<T>(int querySize, int keySize, int attentionSize) : Module<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Dense<T> _query = new(querySize, attentionSize, bias: false), _key = new(keySize, attentionSize, bias: false);
    private readonly AdditiveScore<T> _score = new(attentionSize);
    private Value<T>? _keys, _mapped;
    private long _pass;

    /// <summary>Reads the keys' sequences.</summary>
    /// <param name="queries">[U, B, Q], or one a sequence, [B, Q].</param>
    /// <param name="keys">[T, B, K], with the lengths of its sequences.</param>
    /// <param name="values">[T, B, V]; the keys when left out.</param>
    /// <returns>Contexts [U, B, V] or [B, V], and weights [U, B, T] or [B, T], which sum to 1 over the steps within the length.</returns>
    /// <exception cref="ShapeException">A shape disagrees.</exception>
    public (Value<T> Contexts, Value<T> Weights) Attend(Value<T> queries, Value<T> keys, Value<T>? values = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        keys.Data.Require("keys", "[T, B, K]", -1, -1, keySize);
        if (queries.Data.Rank == 2) queries.Data.Require("queries", "[B, Q]", keys.Data.Length(1), querySize);
        else queries.Data.Require("queries", "[U, B, Q]", -1, keys.Data.Length(1), querySize);
        if (_mapped is null || !ReferenceEquals(_keys, keys) || _pass != keys.Tape.PassNumber)
        {
            _mapped = _key.Forward(keys);
            _keys = keys;
            _pass = keys.Tape.PassNumber;
        }

        return _score.Attend(_query.Forward(queries), _mapped, values ?? keys);
    }

    /// <summary>The contexts of queries, keys and, unless they are the keys, values.</summary>
    public override Value<T> Forward(params ReadOnlySpan<Value<T>> inputs)
    {
        if (inputs.Length is not (2 or 3)) throw new ArgumentException($"AdditiveAttention takes queries, keys and, unless they are the keys, values, but was called with {inputs.Length} inputs.");
        return Attend(inputs[0], inputs[1], inputs.Length == 3 ? inputs[2] : null).Contexts;
    }
}

/// <summary>Attention that scores by <c>e_t = v · tanh(q + k_t)</c>.</summary>
internal sealed class AdditiveScore<T> : Attention<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T> _weight;

    /// <summary>v of zeros, [1, A].</summary>
    public AdditiveScore(int size)
    {
        _weight = new("weight", ParameterRole.Input, 1, size);
        Parameters = [_weight];
    }

    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    public override string Description => $"AdditiveScore({_weight.Columns})";

    private protected override void Score(ReadOnlySpan<T> query, ReadOnlySpan<T> keys, Span<T> scores)
    {
        for (int n = 0; n < query.Length; n++)
        {
            ReadOnlySpan<T> feature = keys.Slice(n * scores.Length, scores.Length);
            Elementwise.Run<T, AddUnit>(new() { Keys = feature, Scores = scores, Query = query[n], Weight = _weight.Values[n] }, 0, scores.Length);
        }
    }

    private protected override void ScoreGradient(T dScore, ReadOnlySpan<T> query, ReadOnlySpan<T> key, Span<T> dQuery, Span<T> dKey) =>
        Elementwise.Run<T, UnitGradients>(
            new() { Score = dScore, Query = query, Key = key, Weight = _weight.Values, DQuery = dQuery, DKey = dKey, DWeight = _weight.Gradient }, 0, key.Length);

    private protected override void RequireWidths(Tensor<T> queries, Tensor<T> keys)
    {
        if (queries.Length(queries.Rank - 1) != _weight.Columns || keys.Length(2) != _weight.Columns)
            throw new ShapeException($"queries and keys must be mapped to width {_weight.Columns}, but are {queries.Shape()} and {keys.Shape()}.");
    }

    // e_t += v_n tanh(q_n + k_tn), of one unit n at all steps.
    private ref struct AddUnit : IElementwise<T>
    {
        public ReadOnlySpan<T> Keys;
        public Span<T> Scores;
        public T Query, Weight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T>
        {
            V unit = DeterministicMath.Tanh<T, V>(V.Of(Query) + Keys.Load<T, V>(n));
            Scores.Store(n, V.MultiplyAdd(V.Of(Weight), unit, Scores.Load<T, V>(n)));
        }
    }

    // dv += de tanh(q + k);  dq += g, dk += g with g = de v (1 − tanh²(q + k)), of all units at one step.
    private ref struct UnitGradients : IElementwise<T>
    {
        public ReadOnlySpan<T> Query, Key, Weight;
        public Span<T> DQuery, DKey, DWeight;
        public T Score;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T>
        {
            V unit = DeterministicMath.Tanh<T, V>(Query.Load<T, V>(n) + Key.Load<T, V>(n)), score = V.Of(Score);
            V gradient = score * Weight.Load<T, V>(n) * V.MultiplyAdd(V.Of(T.Zero) - unit, unit, V.Of(T.One));
            DWeight.Store(n, V.MultiplyAdd(score, unit, DWeight.Load<T, V>(n)));
            if (!DQuery.IsEmpty) DQuery.Store(n, DQuery.Load<T, V>(n) + gradient);
            if (!DKey.IsEmpty) DKey.Store(n, DKey.Load<T, V>(n) + gradient);
        }
    }
}
