using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace LstmLab.Jupyter.Display;

/// <summary>
/// Ids that depend on the text around them alone, in place of those that packages draw at random, so that stored outputs are
/// the same in every run.
/// </summary>
internal static partial class StableIds
{
    /// <summary>HTML with another id for each that is a GUID, also where a script writes it without its hyphens.</summary>
    public static string In(string html)
    {
        var ids = Guid().Matches(html).Select(match => match.Value).Distinct().ToList();
        if (ids.Count == 0) return html;

        var seed = ids.Aggregate(html, (text, id) => Replace(text, id, ""));
        return ids.Select((id, index) => (Id: id, Index: index)).Aggregate(html, (text, found) =>
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{found.Index} {seed}")));
            return Replace(text, found.Id, "id" + hash[..12]);
        });
    }

    private static string Replace(string text, string id, string by) =>
        text.Replace(id, by, StringComparison.Ordinal).Replace(id.Replace("-", "", StringComparison.Ordinal), by, StringComparison.Ordinal);

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Guid();
}
