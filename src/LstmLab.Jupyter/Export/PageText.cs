namespace LstmLab.Jupyter.Export;

/// <summary>Words of a page in English and, if it has them, in Chinese.</summary>
internal sealed record PageText(string English, string? Chinese = null)
{
    /// <summary>The words as HTML; where there are two languages, the page's script shows one of them.</summary>
    /// <param name="isBilingual">Whether the page has a Chinese side.</param>
    public string ToHtml(bool isBilingual) => isBilingual && Chinese is not null && Chinese != English
        ? $"<span lang=\"en\">{Html.Encode(English)}</span><span lang=\"zh\">{Html.Encode(Chinese)}</span>"
        : Html.Encode(English);
}
