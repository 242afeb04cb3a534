namespace LstmLab;

/// <summary>Text for HTML and XML.</summary>
internal static class Html
{
    /// <summary>
    /// Escapes what the two languages reserve and drops the control characters that XML does not allow; WebUtility would also
    /// turn accents and emoji into numbers. Attributes must stand in double quotes.
    /// </summary>
    public static string Encode(string text)
    {
        var escaped = text
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)
            .Replace("\"", "&quot;", StringComparison.Ordinal);
        return escaped.Any(IsForbidden) ? string.Concat(escaped.Where(c => !IsForbidden(c))) : escaped;
    }

    private static bool IsForbidden(char c) => c is < ' ' and not ('\n' or '\r' or '\t');
}
