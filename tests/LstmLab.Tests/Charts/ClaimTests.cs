using System.Text.Json.Nodes;
using System.Xml.Linq;
using LstmLab.Charts;
using LstmLab.Tests.House;
using Xunit;

namespace LstmLab.Tests.Charts;

/// <summary>The claims of the document: their table, how they are shown, and how they are read again.</summary>
public class ClaimTests
{
    private static readonly string Notebooks = Repository.PathOf("notebooks");

    public ClaimTests() => Statement.Folder = Notebooks;

    public static TheoryData<string> Ids => [.. Enumerable.Range(1, 29).Select(n => $"A{n}")];

    [Theory]
    [InlineData(Verdict.Holds, "✓ holds", "✓ 成立")]
    [InlineData(Verdict.OnlyFor, "◐ true only for …", "◐ 仅在……时成立")]
    [InlineData(Verdict.Misleading, "⚠ misleading", "⚠ 有误导性")]
    [InlineData(Verdict.Fails, "✗ fails", "✗ 不成立")]
    [InlineData(Verdict.CannotBeSettled, "? cannot be settled", "? 无法判定")]
    public void A_verdict_has_a_symbol_and_the_words_of_the_glossary(Verdict verdict, string english, string chinese)
    {
        string html = Table.Of(null, ["verdict"], [verdict]).ToHtml();
        Assert.Contains($">{english}</span>", html, StringComparison.Ordinal);
        Assert.Contains($">{chinese}</span>", html, StringComparison.Ordinal);
        Assert.Contains($"| {english[2..]} | {chinese[2..]} |", File.ReadAllText(Repository.PathOf("docs", "glossary.md")),
            StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_quote_stands_in_the_document_and_its_translation_in_the_translation(string id)
    {
        Statement statement = Statement.Find(id);
        Assert.All(Parts(statement.Quote), part => Assert.Contains(part, Plain("document.zh.md"), StringComparison.Ordinal));

        // What is said in words is code, or explained in brackets.
        if (statement.Text.Chinese == statement.Quote)
            Assert.All(Parts(statement.Text.English), part =>
                Assert.Contains(part, Plain("document.en.md"), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_table_holds_29_claims_and_every_section_that_makes_one_is_a_section_of_it()
    {
        Assert.Equal(Enumerable.Range(1, 29).Select(n => $"A{n}"), Statement.ReadAll().Select(statement => statement.Id));
        string[] sections = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Notebooks, "claims.json")))!["sections"]!.AsArray()
            .Select(section => (string)section!["section"]!)];
        Assert.Empty(Statement.ReadAll().SelectMany(statement => statement.Sections).Except(sections));
        Assert.All(Statement.ReadAll(), statement => Assert.Equal(statement.Untried is null, statement.Notebooks.Count > 0));
    }

    [Fact]
    public void The_notebooks_settle_what_the_table_says_and_nothing_else()
    {
        string[] settled = [.. Directory.EnumerateFiles(Notebooks, "*.ipynb")
            .SelectMany(file => Claim.ReadFrom(file).Select(claim => $"{claim.Id} in {Path.GetFileNameWithoutExtension(file)}"))];
        Assert.Equal(Statement.ReadAll().SelectMany(s => s.Notebooks.Select(name => $"{s.Id} in {name}")).Order(), settled.Order());
    }

    [Fact]
    public void A_claim_shows_sentence_verdict_and_evidence_in_both_languages()
    {
        var claim = new Claim("A9", Verdict.Fails, ("Nothing <0.5> is left.", "什么也没有剩下。"));
        string html = claim.ToHtml().Replace("<br>", "<br/>", StringComparison.Ordinal)
            .Replace(" hidden", " hidden=\"\"", StringComparison.Ordinal);
        var card = XElement.Parse($"<div>{html}</div>");
        Assert.Equal(claim.Statement.Quote, card.Descendants("span").Single(span => (string?)span.Attribute("lang") == "zh-CN").Value);
        Assert.Equal(["✗ fails", claim.Statement.Text.English, "Nothing <0.5> is left."], Spans("en"));
        Assert.Equal(["✗ 不成立", "", "什么也没有剩下。"], Spans("zh"));
        Assert.StartsWith("A9 §2.1", card.Value, StringComparison.Ordinal);

        string[] Spans(string language) =>
            [.. card.Descendants("span").Where(span => (string?)span.Attribute("lang") == language).Select(span => span.Value)];
    }

    [Fact]
    public void A_claim_is_read_again_with_the_cell_that_settled_it()
    {
        var claim = new Claim("A8", Verdict.Misleading, ("Loose.", "不严格。"));
        using var folder = new Workspace();
        string stored = folder.Store("01-x.ipynb", claim.ToMimeBundle());
        Claim read = Assert.Single(Claim.ReadFrom(stored));
        Assert.Equal((claim.Id, claim.Verdict, claim.Evidence, "01-x.ipynb#c24"), (read.Id, read.Verdict, read.Evidence, read.Cell));
        Assert.Contains("href=\"01-x.ipynb#c24\">", read.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_name_the_claim_the_file_and_the_remedy()
    {
        var unknown = Assert.Throws<ArgumentException>(() => new Claim("A30", Verdict.Holds, "x"));
        Assert.StartsWith("There is no claim 'A30' in claims.json; it holds A1, A2, ", unknown.Message, StringComparison.Ordinal);

        using var folder = new Workspace();
        string old = folder.Store("01-gates.ipynb", new Dictionary<string, object>
        {
            ["application/vnd.lstmlab.claim+json"] = new JsonObject { ["Id"] = "A8", ["Verdict"] = "Fails" },
        });
        Assert.Contains("run the notebook again", Assert.Throws<InvalidDataException>(() => Claim.ReadFrom(old)).Message,
            StringComparison.Ordinal);

        Statement.Folder = folder.Path;
        var missing = Assert.Throws<FileNotFoundException>(() => Statement.Find("A1"));
        Assert.Contains(Path.Combine(folder.Path, "claims.json"), missing.Message, StringComparison.Ordinal);

        File.Copy(Path.Combine(Notebooks, "claims.json"), Path.Combine(folder.Path, "claims.json"));
        foreach (string name in Statement.ReadAll().SelectMany(statement => statement.Notebooks).Distinct())
            folder.Store($"{name}.ipynb", new Dictionary<string, object>());
        Assert.StartsWith("claims.json says that 02-backward.ipynb settles A1, ",
            Assert.Throws<InvalidDataException>(() => Claim.ReadAll()).Message, StringComparison.Ordinal);
    }

    private static string[] Parts(string quote) => quote.Split(" … ");

    // The document without the marks of Markdown and TeX, as quotes have it.
    private static string Plain(string name) => File.ReadAllText(Repository.PathOf("docs", name))
        .Replace("**", "", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal)
        .Replace(@"\text{tanh}", "tanh", StringComparison.Ordinal).Replace(@"\odot", "⊙", StringComparison.Ordinal);

    private sealed class Workspace : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("claims").FullName;

        public string Store(string name, IReadOnlyDictionary<string, object> bundle)
        {
            var data = new JsonObject(bundle.Select(part => new KeyValuePair<string, JsonNode?>(part.Key,
                part.Value is JsonNode node ? node.DeepClone() : (string)part.Value)));
            string path = System.IO.Path.Combine(Path, name);
            var outputs = new JsonArray(new JsonObject { ["data"] = data });
            var cells = new JsonArray(new JsonObject { ["id"] = "c24", ["outputs"] = outputs });
            File.WriteAllText(path, new JsonObject { ["cells"] = cells }.ToJsonString());
            return path;
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
