namespace LstmLab.Sequences;

/// <summary>How many spans were found, of one type or of all.</summary>
/// <param name="Right">Spans that were predicted with exactly the true type, start and end.</param>
/// <param name="Predicted">Spans that were predicted.</param>
/// <param name="True">Spans that are there.</param>
public readonly record struct SpanScore(int Right, int Predicted, int True)
{
    /// <summary>Right over predicted; 0 if none was predicted.</summary>
    public double Precision => Predicted == 0 ? 0 : (double)Right / Predicted;

    /// <summary>Right over true; 0 if none is there.</summary>
    public double Recall => True == 0 ? 0 : (double)Right / True;

    /// <summary>The harmonic mean of precision and recall, <c>2 Right / (Predicted + True)</c>; 0 if there is no span at all.</summary>
    public double F1 => Predicted + True == 0 ? 0 : 2.0 * Right / (Predicted + True);

    /// <summary>Counts the spans of a corpus, of each type and of all.</summary>
    /// <param name="pairs">True and predicted BIO tags of each sequence, equally many.</param>
    /// <returns>All: the counts of all types together, whose F1 is CoNLL's (the micro average); ByType: each type that is there or was
    /// predicted, in ordinal order.</returns>
    /// <exception cref="ArgumentException">A sequence has more true tags than predicted ones, or fewer.</exception>
    public static (SpanScore All, IReadOnlyDictionary<string, SpanScore> ByType) Of(
        IEnumerable<(IReadOnlyList<string> True, IReadOnlyList<string> Predicted)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        SortedDictionary<string, SpanScore> byType = new(StringComparer.Ordinal);
        foreach ((int n, (IReadOnlyList<string> tags, IReadOnlyList<string> found)) in pairs.Index())
        {
            if (tags.Count != found.Count)
                throw new ArgumentException(
                    $"Pair {n} has {tags.Count} true tags and {found.Count} predicted ones; each symbol has one.", nameof(pairs));
            HashSet<TagSpan> truth = [.. TagSpan.Of(tags)];
            foreach (TagSpan span in truth) Add(span.Type, new(0, 0, 1));
            foreach (TagSpan span in TagSpan.Of(found)) Add(span.Type, new(truth.Contains(span) ? 1 : 0, 1, 0));
        }

        return (byType.Values.Aggregate(default(SpanScore), Sum), byType);

        void Add(string type, SpanScore counts) => byType[type] = Sum(byType.GetValueOrDefault(type), counts);
    }

    private static SpanScore Sum(SpanScore a, SpanScore b) => new(a.Right + b.Right, a.Predicted + b.Predicted, a.True + b.True);
}
