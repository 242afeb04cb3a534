namespace LstmLab.Jupyter.Display;

/// <summary>Escapes for HTML what HTML demands; WebUtility would also turn accents and emoji into numbers.</summary>
internal static class Html
{
    public static string Encode(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal);
}
