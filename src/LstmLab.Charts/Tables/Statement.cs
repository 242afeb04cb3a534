using System.Text.Json;
using System.Text.Json.Nodes;

namespace LstmLab.Charts;

/// <summary>A sentence of the document that can be tested. The table <c>claims.json</c> beside the notebooks holds them all.</summary>
/// <param name="Id">Its name, e.g. A8.</param>
/// <param name="Sections">The sections of the document that say it.</param>
/// <param name="Quote">The original sentence; parts of it are joined by " … ".</param>
/// <param name="Text">A translation; of code, what it says in words.</param>
/// <param name="Notebooks">The notebooks that settle it, e.g. <c>01-gates</c>.</param>
/// <param name="Untried">Why no notebook settles it; null if one does.</param>
public sealed record Statement(
    string Id, IReadOnlyList<string> Sections, string Quote, Bilingual Text, IReadOnlyList<string> Notebooks, Bilingual? Untried)
{
    private const string Name = "claims.json";

    /// <summary>The folder of the table and the notebooks: the working directory, but for tests.</summary>
    internal static string Folder { get; set; } = ".";

    /// <summary>All statements, read from <c>claims.json</c> in the working directory, which is the notebook's folder.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="JsonException">The file is not JSON.</exception>
    public static IReadOnlyList<Statement> ReadAll()
    {
        string path = Path.GetFullPath(Path.Combine(Folder, Name));
        if (!File.Exists(path))
            throw new FileNotFoundException($"The table of the claims, {Name}, should lie in the folder of the notebook, but there is no "
                + $"{path}. Run the notebook in the folder 'notebooks'.");
        JsonNode table = JsonNode.Parse(File.ReadAllText(path))!;
        return [.. table["claims"]!.AsArray().Select(claim => Read(claim!))];
    }

    /// <summary>The statement of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Statement Find(string id)
    {
        IReadOnlyList<Statement> all = ReadAll();
        return all.FirstOrDefault(statement => statement.Id == id) ?? throw new ArgumentException(
            $"There is no claim '{id}' in {Name}; it holds {string.Join(", ", all.Select(statement => statement.Id))}. "
            + "Correct the name, or add the claim to the table.");
    }

    private static Statement Read(JsonNode claim)
    {
        string quote = (string)claim["quote"]!;
        return new((string)claim["id"]!, Texts(claim["sections"]!), quote, new((string)claim["en"]!, (string?)claim["zh"] ?? quote),
            Texts(claim["notebooks"]!), claim["untried"] is { } why ? new((string)why["en"]!, (string)why["zh"]!) : null);
    }

    private static string[] Texts(JsonNode list) => [.. list.AsArray().Select(text => (string)text!)];
}
