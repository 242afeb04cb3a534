using LstmLab.Jupyter.Notebooks;

namespace LstmLab.Jupyter.Export;

/// <summary>A notebook that has a page.</summary>
/// <param name="Source">The notebook's file.</param>
/// <param name="Page">The file of its page.</param>
/// <param name="Title">The notebook's title.</param>
internal sealed record SeriesEntry(string Source, string Page, PageText Title);

/// <summary>The notebooks whose pages link to one another, in their order, and the file of their index, or null.</summary>
internal sealed class NotebookSeries
{
    private static readonly PageText IndexText = new("All notebooks", "全部笔记本");

    private readonly List<SeriesEntry> entries;
    private readonly string? index;

    /// <summary>Orders the notebooks by the links of a text, such as the folder's README.md; those it does not name follow.</summary>
    /// <param name="entries">The notebooks in the order of their names.</param>
    /// <param name="readme">The Markdown file whose links give the order; it need not exist.</param>
    /// <param name="index">The file of the index, or null where there is none.</param>
    public NotebookSeries(IEnumerable<SeriesEntry> entries, string? readme, string? index)
    {
        var named = readme is not null && File.Exists(readme)
            ? MarkdownRenderer.Links(File.ReadAllText(readme)).Select(link => FullPath(Path.GetDirectoryName(readme)!, link)).ToList()
            : [];
        this.entries = [.. entries.OrderBy(Place)];
        this.index = index;

        int Place(SeriesEntry entry) => named.IndexOf(Path.GetFullPath(entry.Source)) is >= 0 and var place ? place : int.MaxValue;
    }

    public IReadOnlyList<SeriesEntry> Entries => entries;

    /// <summary>The title of a notebook in the languages it has: its first headings, else the name of its file.</summary>
    public static PageText Title(Notebook notebook)
    {
        var texts = notebook.Cells.Where(cell => cell.IsMarkdown).ToList();
        var chinese = First(texts.Where(cell => cell.Language == "zh"));
        var english = First(texts.Where(cell => cell.Language != "zh"));
        return new PageText(english ?? chinese ?? Path.GetFileNameWithoutExtension(notebook.Path), chinese);

        static string? First(IEnumerable<NotebookCell> cells) =>
            cells.Select(cell => MarkdownRenderer.Title(cell.Source)).FirstOrDefault(title => title is not null);
    }

    /// <summary>The address of a notebook's page, seen from a folder; null if it has none.</summary>
    public string? Address(string source, string pageFolder) =>
        Find(source) is >= 0 and var place ? Relative(pageFolder, entries[place].Page) : null;

    /// <summary>The link to the index.</summary>
    public PageLink? Index(string pageFolder) => index is null ? null : new PageLink(Relative(pageFolder, index), IndexText);

    /// <summary>The link to the notebook so many places behind the given one; null if there is none.</summary>
    public PageLink? Neighbor(string source, int distance, string pageFolder)
    {
        var place = Find(source);
        return place >= 0 && entries.ElementAtOrDefault(place + distance) is { } entry
            ? new PageLink(Relative(pageFolder, entry.Page), entry.Title)
            : null;
    }

    /// <summary>The file that a link leads to.</summary>
    public static string FullPath(string folder, string link) =>
        Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(link.Split('#')[0])));

    private int Find(string source) => entries.FindIndex(entry => Path.GetFullPath(entry.Source) == Path.GetFullPath(source));

    private static string Relative(string pageFolder, string page) =>
        string.Join('/', Path.GetRelativePath(pageFolder, page).Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
}
