using LstmLab.Charts.Display;

namespace LstmLab.Charts;

/// <summary>Claims one below the other, readable on a narrow page.</summary>
/// <param name="claims">The claims.</param>
/// <param name="evidence">Shows the original sentence and the evidence; else the sentence in the reader's language, once with all
/// verdicts on it.</param>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class ClaimList(IEnumerable<Claim> claims, bool evidence) : IHtmlDisplay
{
    private readonly Claim[] claims = [.. claims];

    /// <inheritdoc/>
    public string ToHtml() => string.Join('\n', evidence ? claims.Select(ClaimHtml.Card)
        : claims.GroupBy(claim => claim.Id).Select(same => ClaimHtml.Short([.. same])));

    /// <summary>The claims, one a line.</summary>
    public override string ToString() => string.Join('\n', claims.Select(claim => evidence ? claim.ToString() : claim.ToLine()));

    /// <summary>What a notebook shows.</summary>
    public IReadOnlyDictionary<string, object> ToMimeBundle() => new Dictionary<string, object>
    {
        ["text/html"] = ToHtml(),
        ["text/plain"] = ToString(),
    };
}
