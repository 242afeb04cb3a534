namespace LstmLab.Sequences;

/// <summary>A run of symbols of one type, such as the words of a name.</summary>
/// <param name="Type">Its type, such as PER.</param>
/// <param name="Start">Position of its first symbol.</param>
/// <param name="End">Position behind its last symbol.</param>
public readonly record struct TagSpan(string Type, int Start, int End)
{
    /// <summary>The spans of BIO tags, as the evaluation of CoNLL-2000 and 2003 (conlleval) reads them: B-X begins a span of X and I-X goes
    /// on with one; I-X also begins one where no span of X comes before it. O, or any tag without "B-" or "I-", is outside.</summary>
    /// <param name="tags">One tag of each symbol: B-X, I-X or O.</param>
    public static IReadOnlyList<TagSpan> Of(IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        List<TagSpan> spans = [];
        string? type = null;
        int start = 0;
        for (int n = 0; n <= tags.Count; n++)
        {
            string tag = n < tags.Count ? tags[n] : "O";
            bool begins = tag.StartsWith("B-", StringComparison.Ordinal), goesOn = tag.StartsWith("I-", StringComparison.Ordinal);
            string? next = begins || goesOn ? tag[2..] : null;
            if (goesOn && next == type) continue;
            if (type is not null) spans.Add(new(type, start, n));
            (type, start) = (next, n);
        }

        return spans;
    }
}
