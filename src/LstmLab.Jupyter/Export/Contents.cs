using System.Text;

namespace LstmLab.Jupyter.Export;

/// <summary>A heading of a page: its level, the id that links lead to, its text as HTML, and its language if it has one.</summary>
internal sealed record Heading(int Level, string Id, string Text, string? Language);

/// <summary>The table of contents of a page: one list for each language, and the headings without a language in both.</summary>
internal static class Contents
{
    private static readonly PageText Title = new("Contents", "目录");

    /// <summary>Empty where a page has fewer than two sections.</summary>
    public static string Of(IReadOnlyList<Heading> headings, bool isBilingual)
    {
        var sections = headings.Where(heading => heading.Level is 2 or 3).ToList();
        if (sections.Count < 2) return "";

        var lists = isBilingual ? List(sections, "en") + List(sections, "zh") : List(sections, null);
        return $"<details class=\"contents\"><summary>{Title.ToHtml(isBilingual)}</summary>\n<nav>\n{lists}</nav>\n</details>\n";
    }

    private static string List(IEnumerable<Heading> headings, string? language)
    {
        var list = new StringBuilder(language is null ? "<ul>\n" : $"<ul lang=\"{language}\">\n");
        foreach (var heading in headings.Where(heading => language is null || (heading.Language ?? language) == language))
        {
            list.Append($"<li class=\"level{heading.Level}\"><a href=\"#{Html.Encode(heading.Id)}\">{heading.Text}</a></li>\n");
        }

        return list.Append("</ul>\n").ToString();
    }
}
