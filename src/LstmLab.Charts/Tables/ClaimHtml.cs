namespace LstmLab.Charts;

/// <summary>Claims as HTML that fits a narrow page: cards, no columns.</summary>
internal static class ClaimHtml
{
    private const string Line = "margin:4px 0;";

    /// <summary>Everything about a claim: the original sentence, what it means, the verdict and the evidence.</summary>
    public static string Card(Claim claim)
    {
        (string quote, Bilingual text) = (claim.Statement.Quote, claim.Statement.Text);
        // Who reads Chinese has the original; only of code it is said in words, too. The switch of a page leaves zh-CN alone.
        string original = $"<span lang=\"zh-CN\">{Html.Encode(quote)}</span><br>";
        Bilingual meaning = text.Chinese == quote ? new(text.English, "") : text;
        return Framed(claim.Statement, Verdict(claim), $"<p style=\"{Line}opacity:0.85\">{original}{BilingualHtml.Of(meaning)}</p>"
            + $"<p style=\"{Line}\">{BilingualHtml.Of(claim.Evidence)}{Link(claim)}</p>");
    }

    /// <summary>A sentence in the reader's language, with the verdicts on it and the cells that decided.</summary>
    public static string Short(IReadOnlyList<Claim> claims) => Framed(claims[0].Statement, claims.Count > 1 ? "" : Verdict(claims[0]),
        $"<p style=\"{Line}\">{BilingualHtml.Of(claims[0].Statement.Text)}{(claims.Count > 1 ? "" : Link(claims[0]))}</p>"
        + (claims.Count > 1 ? string.Concat(claims.Select(claim => $"<p style=\"{Line}\">{Verdict(claim)}{Link(claim)}</p>")) : ""));

    /// <summary>The sections, each after a space.</summary>
    public static string Where(Statement statement) => string.Concat(statement.Sections.Select(section => $" §{section}"));

    private static string Framed(Statement statement, string verdict, string body) =>
        "<div style=\"border-left:4px solid rgba(128,128,128,0.35);padding:2px 12px;margin:10px 0;max-width:760px;"
        + "overflow-wrap:anywhere\">"
        + $"<p style=\"{Line}\"><strong>{Html.Encode(statement.Id)}</strong>{Html.Encode(Where(statement))} {verdict}</p>{body}</div>";

    private static string Verdict(Claim claim) => $"<span style=\"{Verdicts.Style(claim.Verdict)}padding:1px 8px;border-radius:3px;"
        + $"font-weight:bold\">{BilingualHtml.Of(Verdicts.Marked(claim.Verdict))}</span>";

    private static string Link(Claim claim)
    {
        if (claim.Cell is not { } cell) return "";
        string notebook = Path.GetFileNameWithoutExtension(cell.Split('#')[0]);
        string words = BilingualHtml.Of(($"→ settled in {notebook}", $"→ 判定见 {notebook}"));
        return $" <a style=\"white-space:nowrap\" href=\"{Html.Encode(cell)}\">{words}</a>";
    }
}
