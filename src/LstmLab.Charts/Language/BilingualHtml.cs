namespace LstmLab.Charts;

/// <summary>A text in both languages as HTML: a page that knows no switch shows the language that
/// <see cref="Shown"/> names.</summary>
internal static class BilingualHtml
{
    /// <summary>The language that is shown where nothing switches it.</summary>
    public static Language Shown { get; set; }

    /// <summary>The text alone where it is the same in both languages, else a span for each.</summary>
    public static string Of(Bilingual text)
    {
        if (text.Chinese is null)
            return Encode(text.English);
        string hidden = " hidden", english = Shown == Language.English ? "" : hidden, chinese = Shown == Language.Chinese ? "" : hidden;
        return $"<span lang=\"en\"{english}>{Encode(text.English)}</span><span lang=\"zh\"{chinese}>{Encode(text.Chinese)}</span>";
    }

    private static string Encode(string text) => Html.Encode(text).Replace("\n", "<br>", StringComparison.Ordinal);
}
