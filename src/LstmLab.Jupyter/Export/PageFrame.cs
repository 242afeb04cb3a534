using LstmLab.Jupyter.Display;

namespace LstmLab.Jupyter.Export;

/// <summary>What every page has around its text: a header with links and the choice of the language, contents, style and script.</summary>
/// <param name="Title">The page's title.</param>
/// <param name="IsBilingual">Whether the page has a Chinese side.</param>
/// <param name="Headings">What the table of contents lists.</param>
/// <param name="Index">The link to the index, or null.</param>
/// <param name="Previous">The link to the page before this one, or null.</param>
/// <param name="Next">The link to the page after this one, or null.</param>
internal sealed record PageFrame(
    PageText Title, bool IsBilingual, IReadOnlyList<Heading> Headings, PageLink? Index, PageLink? Previous, PageLink? Next)
{
    private const string Switch = """
        <div class="languages" role="group" aria-label="Language · 语言">
        <button type="button" data-language="en" lang="en-US">English</button>
        <button type="button" data-language="zh" lang="zh-CN">中文</button>
        </div>

        """;

    /// <summary>The whole page around the HTML of its text.</summary>
    public string Around(string text)
    {
        var hasFormulas = text.Contains("class=\"katex\"", StringComparison.Ordinal);
        var hasDiagrams = text.Contains("<div id=\"mermaid-", StringComparison.Ordinal)
            && !text.Contains(Mermaid.LibraryStart, StringComparison.Ordinal);
        var (english, chinese) = (Html.Encode(Title.English), Html.Encode(Title.Chinese ?? Title.English));
        var titles = IsBilingual ? $" data-english=\"{english}\" data-chinese=\"{chinese}\"" : "";
        return $"""
            <!DOCTYPE html>
            <html lang="en"{titles}>
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{OfflineHtml.Policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{english}</title>
            <style>
            {Resource.Text("page.css")}{(hasFormulas ? Tex.Style() : "")}</style>
            <script>
            {Resource.Text("page.js")}</script>
            </head>
            <body>
            {Header()}<div class="page">
            {Contents.Of(Headings, IsBilingual)}<main>
            {text}{Footer()}</main>
            </div>
            {(hasDiagrams ? Mermaid.Library() : "")}
            </body>
            </html>

            """;
    }

    private string Header()
    {
        var links = Link(Index, "index", "") + Neighbors();
        var languages = IsBilingual ? Switch : "";
        return links.Length + languages.Length == 0 ? "" : $"<header class=\"bar\">\n<nav>\n{links}</nav>\n{languages}</header>\n";
    }

    private string Footer()
    {
        var links = Neighbors();
        return links.Length == 0 ? "" : $"<nav class=\"onward\">\n{links}</nav>\n";
    }

    private string Neighbors() => Link(Previous, "previous", "← ") + Link(Next, "next", "", " →");

    private string Link(PageLink? link, string kind, string before, string after = "")
    {
        if (link is null) return "";

        var name = $"<span class=\"name\">{link.Text.ToHtml(IsBilingual)}</span>";
        return $"<a class=\"{kind}\" href=\"{Html.Encode(link.Address)}\">{before}{name}{after}</a>\n";
    }
}

/// <summary>A link to another page.</summary>
internal sealed record PageLink(string Address, PageText Text);
