using System.Diagnostics.CodeAnalysis;
using LstmLab.Charts.Display;

namespace LstmLab.Charts;

/// <summary>A text in two languages. A string is one that is the same in both, a pair is English and Chinese:
/// <c>("epoch", "轮次")</c>. Shown by a notebook it is a paragraph.</summary>
/// <param name="English">The English text.</param>
/// <param name="Chinese">The Chinese text; null where the English one serves both.</param>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
[SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named alternate.")]
public sealed record Bilingual(string English, string? Chinese = null) : IHtmlDisplay
{
    /// <summary>A text that is the same in both languages; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator Bilingual?(string? text) => text is null ? null : new(text);

    /// <summary>English and Chinese.</summary>
    public static implicit operator Bilingual((string English, string Chinese) both) => new(both.English, both.Chinese);

    /// <summary>The text in a language; English where there is no Chinese.</summary>
    internal string In(Language language) => language == Language.Chinese ? Chinese ?? English : English;

    /// <summary>A paragraph in which a page switches the language.</summary>
    public string ToHtml() => $"<p>{BilingualHtml.Of(this)}</p>";

    /// <summary>The English text.</summary>
    public override string ToString() => English;

    /// <summary>The paragraph by MIME type: HTML, and plain text in both languages.</summary>
    public IReadOnlyDictionary<string, object> ToMimeBundle() => new Dictionary<string, object>
    {
        ["text/html"] = ToHtml(),
        ["text/plain"] = ((IHtmlDisplay)this).ToPlainText(),
    };

    string IHtmlDisplay.ToPlainText() => Chinese is null ? English : $"{English}\n{Chinese}";
}
