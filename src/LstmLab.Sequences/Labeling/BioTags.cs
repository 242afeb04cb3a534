namespace LstmLab.Sequences;

/// <summary>Tags that mark spans of tokens: B-x begins a span of type x, I-x goes on with it, O stands outside.</summary>
/// <remarks>L. Ramshaw, M. Marcus, "Text chunking using transformation-based learning", 1995, in the form of CoNLL-2003's IOB2.</remarks>
public static class BioTags
{
    /// <summary>The tags of span types: O, then B and I of each type.</summary>
    /// <param name="types">The types, e.g. PERSON.</param>
    public static string[] Of(params IEnumerable<string> types)
    {
        ArgumentNullException.ThrowIfNull(types);
        return ["O", .. types.SelectMany(type => (string[])[$"B-{type}", $"I-{type}"])];
    }

    /// <summary>Which tag may follow which, for <see cref="Crf{T}"/>: I-x only B-x or I-x, and no sequence begins with I-x.</summary>
    /// <param name="tags">The tags in the order of their numbers.</param>
    /// <returns>Whether a tag may follow another; null is the place before the first and after the last tag.</returns>
    /// <exception cref="ArgumentException">A tag is neither O nor B-x nor I-x.</exception>
    public static Func<int?, int?, bool> MayFollow(IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        string[] names = [.. tags];
        int wrong = Array.FindIndex(names, tag => tag != "O" && !IsOf(tag, 'B') && !IsOf(tag, 'I'));
        if (wrong >= 0)
            throw new ArgumentException($"tags[{wrong}] must be O, B-type or I-type, but is '{names[wrong]}'.", nameof(tags));
        return MayFollow;

        bool MayFollow(int? from, int? to)
        {
            if (to is not { } next || !IsOf(names[next], 'I')) return true;
            return from is { } last && names[last] != "O" && names[last][2..] == names[next][2..];
        }
    }

    private static bool IsOf(string tag, char kind) => tag.Length > 2 && tag[0] == kind && tag[1] == '-';
}
