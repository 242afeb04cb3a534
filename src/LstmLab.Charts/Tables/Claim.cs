using System.Text.Json;
using System.Text.Json.Nodes;
using LstmLab.Charts.Display;

namespace LstmLab.Charts;

/// <summary>A claim of a document with the verdict a notebook computed on it.</summary>
/// <param name="Id">Its name in the ledger, e.g. A8.</param>
/// <param name="Where">The section, e.g. §2.1.</param>
/// <param name="Says">What the document says.</param>
/// <param name="Verdict">What the evidence says.</param>
/// <param name="Evidence">The evidence, with its number.</param>
/// <remarks>A stored notebook keeps claims as data beside the text, so that <see cref="ReadFrom"/> collects what the notebooks
/// computed.</remarks>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed record Claim(string Id, string Where, string Says, Verdict Verdict, string Evidence) : IHtmlDisplay
{
    private const string MimeType = "application/vnd.lstmlab.claim+json";

    /// <summary>Holds if the condition is true, fails if it is false.</summary>
    public static Verdict Is(bool condition) => condition ? Verdict.Holds : Verdict.Fails;

    /// <summary>The claims in the stored outputs of a notebook, in order.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="JsonException">The file is not JSON.</exception>
    public static IReadOnlyList<Claim> ReadFrom(string notebook)
    {
        JsonNode? root = JsonNode.Parse(File.ReadAllText(notebook));
        return
        [
            .. from cell in root?["cells"]?.AsArray() ?? []
               from output in cell?["outputs"]?.AsArray() ?? []
               let data = output["data"]?[MimeType]
               where data is not null
               select data.Deserialize<Claim>(),
        ];
    }

    /// <inheritdoc/>
    public string ToHtml() =>
        $"<p><strong>{Html.Encode(Id)}</strong> {Html.Encode(Where)} "
        + $"“{Html.Encode(Says)}”: <strong>{TableCell.Words(Verdict)}</strong>. {Html.Encode(Evidence)}</p>";

    /// <summary>The claim in a line.</summary>
    public override string ToString() => $"{Id} {Where} “{Says}”: {TableCell.Words(Verdict)}. {Evidence}";

    /// <summary>What a notebook shows and keeps.</summary>
    public IReadOnlyDictionary<string, object> ToMimeBundle() => new Dictionary<string, object>
    {
        [MimeType] = JsonSerializer.SerializeToNode(this)!,
        ["text/html"] = ToHtml(),
        ["text/plain"] = ToString(),
    };
}
