using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Attention that scores by the inner product of query and key, which have the same width K.
/// <code>e_t = q · k_t,  or  q · k_t / √K  when scaled</code></summary>
/// <remarks>It has no weights. T. Luong, H. Pham, C. Manning, "Effective approaches to attention-based neural machine translation", EMNLP 2015, the
/// score "dot"; scaled as in A. Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.2.1.</remarks>
/// <param name="scaled">Whether scores are divided by √K.</param>
public sealed class DotAttention<T>(bool scaled = false) : Attention<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether scores are divided by √K.</summary>
    public bool Scaled => scaled;

    /// <inheritdoc/>
    public override string Description => scaled ? "DotAttention(scaled)" : "DotAttention";

    private protected override void Score(ReadOnlySpan<T> query, ReadOnlySpan<T> keys, Span<T> scores)
    {
        for (int n = 0; n < query.Length; n++) Rows.AddScaled(query[n], keys.Slice(n * scores.Length, scores.Length), scores);
        if (scaled) TensorPrimitives.Divide(scores, Root(query.Length), scores);
    }

    private protected override void ScoreGradient(T dScore, ReadOnlySpan<T> query, ReadOnlySpan<T> key, Span<T> dQuery, Span<T> dKey)
    {
        if (scaled) dScore /= Root(query.Length);
        if (!dQuery.IsEmpty) Rows.AddScaled(dScore, key, dQuery);
        if (!dKey.IsEmpty) Rows.AddScaled(dScore, query, dKey);
    }

    private protected override void RequireWidths(Tensor<T> queries, Tensor<T> keys)
    {
        if (queries.Length(queries.Rank - 1) != keys.Length(2))
            throw new ShapeException($"queries are {queries.Shape()}, but keys are {keys.Shape()}: dot products need equal widths; map one of them with Dense.");
    }

    private static T Root(int width) => T.Sqrt(T.CreateTruncating(width));
}
