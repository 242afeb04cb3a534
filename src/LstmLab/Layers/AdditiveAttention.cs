using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace LstmLab;

/// <summary>Attention that scores by a small network.
/// <code>e_t = v · tanh(W q + U k_t)</code></summary>
/// <remarks>Weights: <c>query.weight</c> W [A, Q], <c>key.weight</c> U [A, K], <c>score.weight</c> v [1, A], without biases. The keys are
/// mapped once a pass, however often they are attended to. D. Bahdanau, K. Cho, Y. Bengio, "Neural machine translation by jointly learning
/// to align and translate", ICLR 2015, section A.1.2.</remarks>
/// <param name="querySize">Q, features of a query.</param>
/// <param name="keySize">K, features of a key.</param>
/// <param name="attentionSize">A, units of the small network.</param>
/// <exception cref="ShapeException">A size is below 1.</exception>
public sealed class AdditiveAttention<T>(int querySize, int keySize, int attentionSize) : Module<T>
    where T : struct, IBinaryFloatingPointIeee754<T>
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
        SequenceInputs.RequireAttended("AdditiveAttention", inputs.Length);
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

    private protected override void Score(ReadOnlySpan<T> query, ReadOnlySpan<T> keys, Span<T> scores) =>
        Elementwise.Run<T, Scores>(new() { Query = query, Keys = keys, Weight = _weight.Values, E = scores }, 0, scores.Length);

    private protected override void ScoreGradient(
        Span<T> dScores, ReadOnlySpan<T> query, ReadOnlySpan<T> keys, Span<T> dQuery, Span<T> dKeys)
    {
        UnitGradients units = new()
        {
            DScores = dScores,
            Query = query,
            Keys = keys,
            Weight = _weight.Values,
            DQuery = dQuery,
            DKeys = dKeys,
            DWeight = _weight.Gradient,
        };
        Elementwise.Run<T, UnitGradients>(units, 0, query.Length);
    }

    private protected override void RequireWidths(Tensor<T> queries, Tensor<T> keys)
    {
        int size = _weight.Columns;
        if (queries.Length(queries.Rank - 1) != size || keys.Length(2) != size)
            throw new ShapeException($"queries and keys must be mapped to width {size}, but are {queries.Shape()} and {keys.Shape()}.");
    }

    // e_t = Σ_n v_n tanh(q_n + k_tn), of all steps t side by side, units n upwards.
    private ref struct Scores : IElementwise<T>
    {
        public ReadOnlySpan<T> Query, Keys, Weight;
        public Span<T> E;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint t) where V : struct, ILanes<V, T>
        {
            V sum = V.Of(T.Zero);
            for (int n = 0; n < Query.Length; n++)
            {
                V unit = DeterministicMath.Tanh<T, V>(V.Of(Query[n]) + Keys.Load<T, V>((n * (nint)E.Length) + t));
                sum = V.MultiplyAdd(V.Of(Weight[n]), unit, sum);
            }

            E.Store(t, sum);
        }
    }

    // dv += Σ_t de_t tanh(q + k_t); dq += Σ_t g_t, dk_t += g_t with g_t = de_t v (1 − tanh²(q + k_t)), of all units side by side, t
    // upwards.
    private ref struct UnitGradients : IElementwise<T>
    {
        public ReadOnlySpan<T> DScores, Query, Keys, Weight;
        public Span<T> DQuery, DKeys, DWeight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void At<V>(nint n) where V : struct, ILanes<V, T>
        {
            V query = Query.Load<T, V>(n), weight = Weight.Load<T, V>(n), dWeight = DWeight.Load<T, V>(n), dQuery = V.Of(T.Zero);
            for (int t = 0; t < DScores.Length; t++)
            {
                nint at = (t * (nint)Query.Length) + n;
                V unit = DeterministicMath.Tanh<T, V>(query + Keys.Load<T, V>(at)), score = V.Of(DScores[t]);
                V gradient = score * weight * V.MultiplyAdd(V.Of(T.Zero) - unit, unit, V.Of(T.One));
                dWeight = V.MultiplyAdd(score, unit, dWeight);
                dQuery += gradient;
                if (!DKeys.IsEmpty) DKeys.Store(at, DKeys.Load<T, V>(at) + gradient);
            }

            DWeight.Store(n, dWeight);
            if (!DQuery.IsEmpty) DQuery.Store(n, dQuery);
        }
    }
}
