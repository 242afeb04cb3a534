namespace LstmLab.Forecasting;

/// <summary>What an option may do about a field that does not fit its column.</summary>
internal static class CsvRemedy
{
    public static string Of(string column, ReadOnlySpan<char> found, Type? type, Csv csv)
    {
        bool isNumber = OddTexts.LooksLikeNumber(found);
        const string dates = "DateFormats states how dates are written";
        if (column == csv.Time && isNumber)
            return $"{dates}, NumericTime what numbers count, TimeOfDay which column holds the time of day.";
        if (column == csv.Time) return $"{dates}; SkipLast leaves out lines after the table.";
        const string numbers = "ThousandsSeparator, DecimalSeparator and Units state how numbers are written";
        string text = $"If the column is text, say so: Types = new() {{ [\"{column}\"] = typeof(string) }}.";
        if (!isNumber) return $"If '{Short(found)}' means a missing value, say so: MissingMarks = [\"{Short(found)}\"]. {text}";
        if (type == typeof(double)) return $"{numbers}. {text}";
        if (type == typeof(DateTime)) return $"{dates}. {text}";
        return $"{numbers}, DateFormats how dates are, TimeOfDay which column holds the time of day. {text}";
    }

    public static string Short(ReadOnlySpan<char> text) => text.Length > 40 ? $"{text[..40]}…" : text.ToString();
}

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
