using System.Numerics;
using System.Numerics.Tensors;

namespace LstmLab;

/// <summary>Attention that scores by the inner product of query and key, which have the same width K.
/// <code>e_t = q · k_t,  or  q · k_t / √K  when scaled</code></summary>
/// <remarks>It has no weights. T. Luong, H. Pham, C. Manning, "Effective approaches to attention-based neural machine translation",
/// EMNLP 2015, the score "dot"; scaled as in A. Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.2.1.</remarks>
/// <param name="scaled">Whether scores are divided by √K.</param>
public sealed class DotAttention<T>(bool scaled = false) : Attention<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether scores are divided by √K.</summary>
    public bool Scaled => scaled;

    /// <inheritdoc/>
    public override string Description => scaled ? "DotAttention(scaled)" : "DotAttention";

    private protected override void Score(ReadOnlySpan<T> query, ReadOnlySpan<T> keys, Span<T> scores)
    {
        Rows.AddScaled(query, keys, scores);
        if (scaled) TensorPrimitives.Divide(scores, Root(query.Length), scores);
    }

    private protected override void ScoreGradient(
        Span<T> dScores, ReadOnlySpan<T> query, ReadOnlySpan<T> keys, Span<T> dQuery, Span<T> dKeys)
    {
        if (scaled) TensorPrimitives.Divide(dScores, Root(query.Length), dScores);
        if (!dQuery.IsEmpty) Rows.AddScaled(dScores, keys, dQuery);
        if (!dKeys.IsEmpty) Rows.AddOuter(dScores, query, dKeys);
    }

    private protected override void RequireWidths(Tensor<T> queries, Tensor<T> keys)
    {
        if (queries.Length(queries.Rank - 1) == keys.Length(2)) return;
        string found = $"queries are {queries.Shape()}, but keys are {keys.Shape()}";
        throw new ShapeException($"{found}: dot products need equal widths; map one of them with Dense.");
    }

    private static T Root(int width) => T.Sqrt(T.CreateTruncating(width));
}
