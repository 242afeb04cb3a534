using System.Net;
using System.Text.RegularExpressions;

namespace LstmLab.Tests.House;

/// <summary>Links within a folder of HTML pages that lead nowhere.</summary>
internal static partial class SiteLinks
{
    /// <summary>Each broken link as page, address and reason. Addresses of other hosts are not looked at.</summary>
    /// <param name="folder">The folder of the site.</param>
    public static IEnumerable<string> Broken(string folder)
    {
        folder = Path.GetFullPath(folder);
        Dictionary<string, HashSet<string>> ids = [];
        foreach (string page in Directory.EnumerateFiles(folder, "*.html", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string html = Script().Replace(File.ReadAllText(page), "");
            foreach (string address in Address().Matches(html).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value)).Distinct())
            {
                if (!Scheme().IsMatch(address) && Problem(page, address) is { } problem)
                    yield return $"{Path.GetRelativePath(folder, page)}: {address}: {problem}";
            }
        }

        string? Problem(string page, string address)
        {
            string[] parts = address.Split('#', 2);
            string path = Uri.UnescapeDataString(parts[0].Split('?')[0]);
            string target = path.Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, path));
            if (Directory.Exists(target)) target = Path.Combine(target, "index.html");
            if (!target.StartsWith(folder, StringComparison.Ordinal)) return "leads out of the site";
            if (!File.Exists(target)) return "no such file";

            bool isAnchor = parts is [_, { Length: > 0 }] && target.EndsWith(".html", StringComparison.Ordinal);
            return !isAnchor || Ids(target).Contains(Uri.UnescapeDataString(parts[1])) ? null : "no such anchor";
        }

        HashSet<string> Ids(string page) => ids.TryGetValue(page, out HashSet<string>? known) ? known
            : ids[page] = [.. Id().Matches(File.ReadAllText(page)).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];
    }

    [GeneratedRegex("<script.*?</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("""<(?:a|img|link|script|iframe)\b[^>]*?\s(?:href|src)="([^"]+)""")]
    private static partial Regex Address();

    [GeneratedRegex("""\s(?:id|name)="([^"]+)""")]
    private static partial Regex Id();

    [GeneratedRegex(@"^(?:\w+:|//)")]
    private static partial Regex Scheme();
}
