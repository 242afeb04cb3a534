using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Mathematics;
using Markdig.Helpers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace LstmLab.Jupyter.Export;

/// <summary>Markdown cells as HTML that needs nothing from outside: formulas become MathML, pictures become part of the page.</summary>
/// <param name="sourceFolder">The notebook's folder, base of relative links.</param>
/// <param name="pageFolder">The page's folder, to which relative links are rewritten.</param>
internal sealed class MarkdownRenderer(string sourceFolder, string pageFolder)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseTaskLists().UseAutoLinks().UseMathematics()
        .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough).UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .Build();

    private static readonly Dictionary<string, string> ImageTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
    };

    /// <summary>Renders one cell. What cannot be rendered is added to the errors, and the page shows its source in its place.</summary>
    public string Render(string markdown, List<string> errors)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var block in document.Descendants<MathBlock>().ToList())
        {
            var html = new HtmlBlock(null) { Lines = new StringLineGroup(Math(block.Lines.ToString(), display: true, errors)) };
            var parent = block.Parent!;
            parent[parent.IndexOf(block)] = html;
        }

        foreach (var inline in document.Descendants<MathInline>().ToList())
        {
            inline.ReplaceBy(new HtmlInline(Math(inline.Content.ToString(), inline.DelimiterCount == 2, errors)));
        }

        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            Rewrite(link, errors);
        }

        return document.ToHtml(Pipeline);
    }

    /// <summary>The text of the first heading of level 1, or null.</summary>
    public static string? Title(string markdown) =>
        Markdown.Parse(markdown, Pipeline).Descendants<HeadingBlock>().FirstOrDefault(heading => heading.Level == 1) is { } heading
            ? Markdown.ToPlainText(markdown[heading.Span.Start..(heading.Span.End + 1)]).Trim()
            : null;

    private static string Math(string tex, bool display, List<string> errors)
    {
        try
        {
            return TexToMathML.Convert(tex, display);
        }
        catch (TexException exception)
        {
            errors.Add($"{exception.Message} in the formula {tex.Trim()}");
            return $"<code class=\"math-error\">{Html.Encode(tex)}</code>";
        }
    }

    private void Rewrite(LinkInline link, List<string> errors)
    {
        if (link.Url is not { Length: > 0 } url || url[0] == '#' || url.Contains(':') || Path.IsPathRooted(url))
        {
            if (link is { IsImage: true, Url: { } address } && !address.StartsWith("data:", StringComparison.Ordinal))
            {
                errors.Add($"the picture {address} lies outside: a page holds only pictures given by relative paths");
            }

            return;
        }

        var target = url.Split('#')[0];
        var path = Path.GetFullPath(Path.Combine(sourceFolder, Uri.UnescapeDataString(target)));
        if (link.IsImage)
        {
            if (File.Exists(path) && ImageTypes.TryGetValue(Path.GetExtension(path), out var type))
            {
                link.Url = $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(path))}";
            }
            else
            {
                errors.Add($"the picture {url} does not exist or is no {string.Join(", ", ImageTypes.Keys)}");
            }
        }
        else
        {
            // Executed notebooks keep their places to each other, so a link to a notebook leads to its page.
            var rewritten = target.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase)
                ? Path.ChangeExtension(target, ".html")
                : Path.GetRelativePath(pageFolder, path).Replace('\\', '/');
            link.Url = rewritten + url[target.Length..];
        }
    }
}
