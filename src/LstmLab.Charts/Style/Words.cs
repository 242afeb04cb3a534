namespace LstmLab.Charts;

/// <summary>A text broken into lines, in both languages; a picture leaves room for the longer one.</summary>
/// <param name="English">The English lines.</param>
/// <param name="Chinese">The Chinese lines; null where the English ones serve both.</param>
internal sealed record Words(string[] English, string[]? Chinese = null)
{
    public static readonly Words None = new([]);

    /// <summary>The larger number of lines.</summary>
    public int Count => Math.Max(English.Length, Chinese?.Length ?? 0);

    /// <summary>True where there is nothing to write.</summary>
    public bool Empty => Count == 0;

    /// <summary>A text on one line, or on as many as it has itself.</summary>
    public static Words Of(Bilingual? text) =>
        text is null or { English.Length: 0 } ? None : new(text.English.Split('\n'), text.Chinese?.Split('\n'));

    /// <summary>Lines no wider than <paramref name="width"/>.</summary>
    public static Words Wrap(Bilingual? text, double width, double size, bool bold = false) => text is null or { English.Length: 0 }
        ? None
        : new(
            TextMetrics.Wrap(text.English, width, size, bold),
            text.Chinese is null ? null : TextMetrics.Wrap(text.Chinese, width, size, bold));

    /// <summary>Several texts under one another.</summary>
    public static Words Join(IEnumerable<Words> parts)
    {
        Words[] all = [.. parts];
        return new(
            [.. all.SelectMany(words => words.English)],
            all.All(words => words.Chinese is null) ? null : [.. all.SelectMany(words => words.In(Language.Chinese))]);
    }

    /// <summary>The lines in a language.</summary>
    public string[] In(Language language) => language == Language.Chinese ? Chinese ?? English : English;

    /// <summary>Width of the longest line of both languages.</summary>
    public double Width(double size, bool bold = false) =>
        English.Concat(Chinese ?? []).Select(line => TextMetrics.Width(line, size, bold)).DefaultIfEmpty(0).Max();
}
