using System.Text;

namespace LstmLab.Jupyter.Export;

/// <summary>
/// The page from which the pages of a folder are reached: its README.md, in Chinese its README.zh-CN.md, or a list of titles.
/// </summary>
internal static class IndexPage
{
    private static readonly PageText Fallback = new("Notebooks", "笔记本");

    /// <summary>Renders the index for a page that will lie in the folder.</summary>
    /// <param name="folder">The folder of the notebooks.</param>
    /// <param name="pageFolder">The folder of the index.</param>
    /// <param name="series">The notebooks that have pages.</param>
    public static HtmlPage Render(string folder, string pageFolder, NotebookSeries series)
    {
        folder = Path.GetFullPath(folder);
        pageFolder = Path.GetFullPath(pageFolder);
        var (english, chinese) = (Path.Combine(folder, "README.md"), Path.Combine(folder, "README.zh-CN.md"));
        var markdown = new MarkdownRenderer(folder, pageFolder, series, []);
        if (!File.Exists(english)) return List(series, pageFolder);

        var isBilingual = File.Exists(chinese);
        var (body, errors, notes) = (new StringBuilder(), new List<string>(), new List<string>());
        Add(english, isBilingual ? "en" : null);
        if (isBilingual) Add(chinese, "zh");
        var title = new PageText(Title(english) ?? Fallback.English, isBilingual ? Title(chinese) ?? Fallback.Chinese : null);
        return new HtmlPage(Frame(title, isBilingual, markdown.Headings).Around(body.ToString()), errors, notes);

        void Add(string file, string? language)
        {
            markdown.StartCell(null);
            var html = markdown.RenderText(File.ReadAllText(file), language);
            body.Append($"<section class=\"text\"{(language is null ? "" : $" lang=\"{language}\"")}>\n{html}</section>\n");
            errors.AddRange(markdown.Errors.Select(message => $"{file}: {message}"));
            notes.AddRange(markdown.Notes.Select(message => $"{file}: {message}"));
        }
    }

    private static string? Title(string file) => MarkdownRenderer.Title(File.ReadAllText(file));

    private static HtmlPage List(NotebookSeries series, string pageFolder)
    {
        var isBilingual = series.Entries.Any(entry => entry.Title.Chinese is not null);
        var body = new StringBuilder($"<section class=\"text\">\n<h1>{Fallback.ToHtml(isBilingual)}</h1>\n<ul>\n");
        foreach (var entry in series.Entries)
        {
            var address = Html.Encode(series.Address(entry.Source, pageFolder)!);
            body.Append($"<li><a href=\"{address}\">{entry.Title.ToHtml(isBilingual)}</a></li>\n");
        }

        return new HtmlPage(Frame(Fallback, isBilingual, []).Around(body.Append("</ul>\n</section>\n").ToString()), [], []);
    }

    private static PageFrame Frame(PageText title, bool isBilingual, IReadOnlyList<Heading> headings) =>
        new(title, isBilingual, headings, Index: null, Previous: null, Next: null);
}
