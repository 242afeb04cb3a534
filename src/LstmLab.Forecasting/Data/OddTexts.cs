namespace LstmLab.Forecasting;

/// <summary>Counts the values of a column of text that look like numbers or dates.</summary>
internal sealed class OddTexts
{
    private const int MostLetters = 4;

    private readonly List<string> _texts = [];
    private int _all, _like, _line;

    /// <summary>Whether a text begins as a number or a date does, and holds few letters or a unit alone.</summary>
    public static bool LooksLikeNumber(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        int start = 0;
        while (start < text.Length && (text[start] is '+' or '-' or '.' or ',' or '(' or ' ' || char.IsSymbol(text[start]))) start++;
        if (start == text.Length || !char.IsAsciiDigit(text[start])) return false;
        int letters = 0, first = -1;
        for (int n = start; n < text.Length; n++)
        {
            if (!char.IsLetter(text[n])) continue;
            if (first < 0) first = n;
            letters++;
        }

        return letters <= MostLetters || letters == text.Length - first;
    }

    public void Count(ReadOnlySpan<char> text, int line)
    {
        _all++;
        if (LooksLikeNumber(text))
        {
            _like++;
            return;
        }

        if (_texts.Count == 0) _line = line;
        if (_texts.Count == 3) return;
        ReadOnlySpan<char> trimmed = text.Trim();
        foreach (string known in _texts)
            if (trimmed.SequenceEqual(known)) return;
        _texts.Add(trimmed.ToString());
    }

    /// <summary>The first other text with its line, if more than half of the values look like numbers or dates; else null.</summary>
    public (int Line, string First, string Text, int Like, int All)? Found() =>
        2 * _like > _all ? (_line, _texts[0], string.Join(", ", _texts.Select(text => $"'{CsvRemedy.Short(text)}'")), _like, _all) : null;
}
