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
        if (type == typeof(DateTime) || HasBetweenDigits(found, "/-")) return $"{dates}. {text}";
        if (HasBetweenDigits(found, ":")) return $"If it is the time of day, say so: TimeOfDay = \"{column}\". {text}";
        return $"{numbers}, DateFormats how dates are. {text}";
    }

    public static string Short(ReadOnlySpan<char> text) => text.Length > 40 ? $"{text[..40]}…" : text.ToString();

    private static bool HasBetweenDigits(ReadOnlySpan<char> text, string marks)
    {
        for (int n = 1; n + 1 < text.Length; n++)
            if (marks.Contains(text[n]) && char.IsAsciiDigit(text[n - 1]) && char.IsAsciiDigit(text[n + 1])) return true;
        return false;
    }
}
