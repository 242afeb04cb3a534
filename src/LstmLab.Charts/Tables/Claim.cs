using System.Text.Json;
using System.Text.Json.Nodes;
using LstmLab.Charts.Display;

namespace LstmLab.Charts;

/// <summary>A claim of the document with the verdict a notebook computed on it. Section, original sentence and translation come from
/// <see cref="LstmLab.Charts.Statement"/>.</summary>
/// <param name="Id">Its name in the table, e.g. A8.</param>
/// <param name="Verdict">What the evidence says; null if nothing was tried.</param>
/// <param name="Evidence">The evidence, with its numbers.</param>
/// <remarks>A stored notebook keeps claims as data beside the text, so that <see cref="ReadFrom"/> collects what the notebooks
/// computed.</remarks>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed record Claim(string Id, Verdict? Verdict, Bilingual Evidence) : IHtmlDisplay
{
    private const string MimeType = "application/vnd.lstmlab.claim+json";

    /// <summary>What the document says.</summary>
    public Statement Statement { get; } = Statement.Find(Id);

    /// <summary>The cell it was read from, as <c>01-gates.ipynb#c24</c>; null for a claim just settled, or not tried.</summary>
    public string? Cell { get; init; }

    /// <summary>Holds if the condition is true, fails if it is false.</summary>
    public static Verdict Is(bool condition) => condition ? Charts.Verdict.Holds : Charts.Verdict.Fails;

    /// <summary>All claims of the document, in the order of the table, each as often as notebooks settle it. The notebooks lie in the
    /// working directory.</summary>
    /// <exception cref="InvalidDataException">A notebook does not settle what the table says it settles.</exception>
    public static IReadOnlyList<Claim> ReadAll()
    {
        IReadOnlyList<Statement> document = Statement.ReadAll();
        var settled = document.SelectMany(statement => statement.Notebooks).Distinct()
            .ToDictionary(name => name, name => ReadFrom(Path.Combine(Statement.Folder, $"{name}.ipynb")));
        return [.. document.SelectMany(statement => statement.Untried is { } why ? [new Claim(statement.Id, null, why)]
            : statement.Notebooks.Select(name => Only(settled[name], statement.Id, name)))];
    }

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
               select Read(data, notebook) with { Cell = $"{Path.GetFileName(notebook)}#{cell["id"]}" },
        ];
    }

    /// <inheritdoc/>
    public string ToHtml() => ClaimHtml.Card(this);

    /// <summary>The claim in a line.</summary>
    public override string ToString() => $"{ToLine()}. {Evidence.English}";

    /// <summary>What a notebook shows and keeps.</summary>
    public IReadOnlyDictionary<string, object> ToMimeBundle() => new Dictionary<string, object>
    {
        [MimeType] = new JsonObject
        {
            ["id"] = Id,
            ["verdict"] = Verdict?.ToString(),
            ["en"] = Evidence.English,
            ["zh"] = Evidence.Chinese,
        },
        ["text/html"] = ToHtml(),
        ["text/plain"] = ((IHtmlDisplay)this).ToPlainText(),
    };

    string IHtmlDisplay.ToPlainText() =>
        $"{ToString()}\n{Id}{ClaimHtml.Where(Statement)} “{Statement.Text.Chinese}”："
        + $"{Verdicts.Marked(Verdict).Chinese}。{Evidence.Chinese}";

    /// <summary>The claim without its evidence.</summary>
    internal string ToLine() => $"{Id}{ClaimHtml.Where(Statement)} “{Statement.Text.English}”: {Verdicts.Marked(Verdict).English}";

    private static Claim Read(JsonNode data, string notebook)
    {
        if (data["id"] is not { } id || !Enum.TryParse((string?)data["verdict"], out Verdict verdict))
            throw new InvalidDataException($"{notebook} stores a claim without 'id' and 'verdict', as older versions did: "
                + $"{data.ToJsonString()}. Settle it by Settle(id, verdict, evidence) and run the notebook again.");
        return new((string)id!, verdict, new((string)data["en"]!, (string?)data["zh"]));
    }

    private static Claim Only(IReadOnlyList<Claim> settled, string id, string notebook)
    {
        Claim[] found = [.. settled.Where(claim => claim.Id == id)];
        return found.Length == 1 ? found[0] : throw new InvalidDataException($"claims.json says that {notebook}.ipynb settles {id}, "
            + $"which should stand there once, but its stored outputs hold it {found.Length} times. Run the notebook, or mend the table.");
    }
}
