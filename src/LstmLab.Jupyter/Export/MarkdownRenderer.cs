using System.Text.RegularExpressions;
using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Notebooks;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Mathematics;
using Markdig.Helpers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace LstmLab.Jupyter.Export;

/// <summary>
/// Markdown cells as HTML that needs nothing from outside: formulas are set, diagrams drawn, pictures become part of the page.
/// </summary>
/// <param name="sourceFolder">The notebook's folder, base of relative links.</param>
/// <param name="pageFolder">The page's folder, to which relative links are rewritten.</param>
/// <param name="series">The notebooks to whose pages links lead.</param>
/// <param name="ids">What elements of the page are already called; ids of headings are added and differ from all of them.</param>
internal sealed partial class MarkdownRenderer(string sourceFolder, string pageFolder, NotebookSeries series, HashSet<string> ids)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseTaskLists().UseAutoLinks().UseMathematics()
        .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough).UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .Build();

    private readonly Tex tex = new();
    private NotebookCell? cell;

    /// <summary>Formulas of the cell that could not be set; the page shows their source.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>What the cell would load and the page lacks; the page says so in its place.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The headings of all cells so far.</summary>
    public List<Heading> Headings { get; } = [];

    /// <summary>What is rendered from now on belongs to the cell, as its pictures do; null for a text that is in no notebook.</summary>
    public void StartCell(NotebookCell? started)
    {
        cell = started;
        Errors.Clear();
        Notes.Clear();
    }

    /// <summary>Renders the text of an output.</summary>
    public string Render(string markdown) => Render(markdown, []);

    /// <summary>Renders a text of the page itself, whose headings the contents list.</summary>
    /// <param name="markdown">The text.</param>
    /// <param name="language">The language of the text, or null.</param>
    public string RenderText(string markdown, string? language)
    {
        List<HeadingBlock> headings = [];
        var html = Render(markdown, headings);
        Headings.AddRange(headings.Select(heading => new Heading(heading.Level, heading.GetAttributes().Id!, Text(heading), language)));
        return html;
    }

    private string Render(string markdown, List<HeadingBlock> headings)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var block in document.Descendants<MathBlock>().ToList())
        {
            Replace(block, Math(block.Lines.ToString(), display: true));
        }

        foreach (var block in document.Descendants<FencedCodeBlock>().Where(block => block.Info == "mermaid").ToList())
        {
            Replace(block, Mermaid.Diagram(block.Lines.ToString()));
        }

        foreach (var inline in document.Descendants<MathInline>().ToList())
        {
            inline.ReplaceBy(new HtmlInline(Math(inline.Content.ToString(), inline.DelimiterCount == 2)));
        }

        foreach (var link in document.Descendants<LinkInline>().Where(link => !link.IsImage))
        {
            Rewrite(link);
        }

        headings.AddRange(document.Descendants<HeadingBlock>());
        foreach (var heading in headings)
        {
            var attributes = heading.GetAttributes();
            var id = attributes.Id is { Length: > 0 } given ? given : "section";
            for (var (free, i) = (id, 2); !ids.Add(id); i++)
            {
                id = $"{free}-{i}";
            }

            attributes.Id = id;
        }

        return OfflineHtml.Of(document.ToHtml(Pipeline), sourceFolder, Notes, cell);
    }

    /// <summary>The text of the first heading of level 1, or null.</summary>
    public static string? Title(string markdown) =>
        Markdown.Parse(markdown, Pipeline).Descendants<HeadingBlock>().FirstOrDefault(heading => heading.Level == 1) is { } heading
            ? Markdown.ToPlainText(markdown[heading.Span.Start..(heading.Span.End + 1)]).Trim()
            : null;

    /// <summary>The local addresses that a text links to, in order.</summary>
    public static IEnumerable<string> Links(string markdown) => Markdown.Parse(markdown, Pipeline).Descendants<LinkInline>()
        .Where(link => !link.IsImage && IsLocal(link.Url)).Select(link => link.Url!);

    /// <summary>
    /// Renders an output of type text/latex: formulas between their delimiters, alone or in text, or one formula without.
    /// </summary>
    public string RenderLatex(string latex) => latex.Contains('$')
        ? Render(latex)
        : Math(Delimiters().Replace(latex.Trim(), ""), display: !latex.TrimStart().StartsWith(@"\(", StringComparison.Ordinal));

    private static void Replace(LeafBlock block, string html)
    {
        var parent = block.Parent!;
        parent[parent.IndexOf(block)] = new HtmlBlock(null) { Lines = new StringLineGroup(html) };
    }

    private string Math(string formula, bool display)
    {
        try
        {
            return tex.ToHtml(formula, display);
        }
        catch (TexException exception)
        {
            Errors.Add($"{exception.Message} in the formula {formula.Trim()}");
            return $"<code class=\"math-error\">{Html.Encode(formula)}</code>";
        }
    }

    private void Rewrite(LinkInline link)
    {
        if (!IsLocal(link.Url)) return;

        // Executed notebooks keep their places to each other, so a link to a notebook leads to its page.
        var url = link.Url!;
        var target = url.Split('#')[0];
        var file = NotebookSeries.FullPath(sourceFolder, target);
        link.Url = (series.Address(file, pageFolder) ?? Path.GetRelativePath(pageFolder, file).Replace('\\', '/')) + url[target.Length..];
    }

    private static bool IsLocal(string? url) => url is { Length: > 0 } && url[0] != '#' && !url.Contains(':') && !Path.IsPathRooted(url);

    /// <summary>A heading's text without links, which stand in no other link.</summary>
    private static string Text(HeadingBlock heading)
    {
        using var html = new StringWriter();
        var renderer = new HtmlRenderer(html);
        Pipeline.Setup(renderer);
        renderer.WriteLeafInline(heading);
        return Anchors().Replace(html.ToString(), "");
    }

    [GeneratedRegex("</?a\\b[^>]*>")]
    private static partial Regex Anchors();

    [GeneratedRegex(@"^\\[\[(]|\\[\])]$")]
    private static partial Regex Delimiters();
}
