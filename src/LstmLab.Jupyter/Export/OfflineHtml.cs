using System.Net;
using System.Text.RegularExpressions;
using LstmLab.Jupyter.Notebooks;

namespace LstmLab.Jupyter.Export;

/// <summary>
/// HTML that loads nothing: pictures from the notebook's folder become part of it, and what it would load from elsewhere is
/// named in its place. Links to the notebooks beside lead to their pages.
/// </summary>
internal static partial class OfflineHtml
{
    /// <summary>The content security policy by which browsers enforce it, whatever a script tries.</summary>
    public const string Policy = "default-src 'unsafe-inline' 'unsafe-eval' data: blob:; base-uri 'none'; form-action 'none'";

    private const string Attachment = "attachment:";

    private static readonly Dictionary<string, string> ImageTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
    };

    /// <param name="html">The HTML.</param>
    /// <param name="folder">The notebook's folder, base of relative addresses.</param>
    /// <param name="notes">Receives what the page lacks now.</param>
    /// <param name="cell">The cell that may have pictures attached.</param>
    public static string Of(string html, string folder, List<string> notes, NotebookCell? cell = null) =>
        LinkToNotebook().Replace(WithoutLoads(html, folder, notes, cell), "${before}.html${place}");

    private static string WithoutLoads(string html, string folder, List<string> notes, NotebookCell? cell) => Load().Replace(html, load =>
    {
        var url = WebUtility.HtmlDecode(load.Groups["url"].Value);
        if (url is "" or ['#', ..]
            || url.StartsWith("data:", StringComparison.Ordinal)
            || url.StartsWith("blob:", StringComparison.Ordinal))
        {
            return load.Value;
        }

        if (url.StartsWith(Attachment, StringComparison.Ordinal)
            && cell?.Attached(Uri.UnescapeDataString(url[Attachment.Length..])) is { } attached)
        {
            return $"{load.Groups["before"].Value}\"{attached}\"";
        }

        string problem;
        if (!load.Groups["tag"].Value.Equals("img", StringComparison.OrdinalIgnoreCase))
        {
            problem = $"{url} is not loaded: a page needs nothing from outside";
        }
        else if (url.Contains(':') || Path.IsPathRooted(url))
        {
            problem = $"the picture {url} lies outside: a page holds only pictures given by relative paths";
        }
        else
        {
            var path = Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(url)));
            if (File.Exists(path) && ImageTypes.TryGetValue(Path.GetExtension(path), out var type))
            {
                return $"{load.Groups["before"].Value}\"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(path))}\"";
            }

            problem = $"the picture {url} does not exist or is no {string.Join(", ", ImageTypes.Keys)}";
        }

        notes.Add(problem);
        return $"<span class=refused>{Html.Encode(problem)}</span>{load.Value}";
    });

    // A script without an address comes first, so that nothing inside it is taken for an element.
    [GeneratedRegex("""
        <script(?![^>]*\ssrc\s*=)[^>]*>.*?</script |
        (?<before><(?<tag>img|script|link|iframe|embed|object|source|video|audio|image)\b[^>]*?\s(?:src|href|xlink:href|data)\s*=\s*)
        (?: "(?<url>[^"]*)" | '(?<url>[^']*)' | (?<url>[^\s"'>]+) )
        """, RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Load();

    // Pages keep the places of their notebooks to each other.
    [GeneratedRegex("""(?<before><a\s(?:[^>]*\s)?href="[^":#/]+)\.ipynb(?<place>#[^"]*)?(?=")""")]
    private static partial Regex LinkToNotebook();
}
