using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>Notebook 00 quotes the document and its translation, section by section, and its links lead to cells that exist.</summary>
public partial class DocumentNotebookTests
{
    private static readonly string[] Languages = ["en", "zh"];

    [Theory]
    [InlineData("zh", "document.zh.md")]
    [InlineData(null, "document.en.md")]
    public void Each_line_quoted_stands_in_the_document(string? language, string name)
    {
        string[] document = File.ReadAllLines(Repository.PathOf("docs", name));
        string[] quoted = [.. Texts("00-document.ipynb").Where(cell => (string?)cell["metadata"]!["lang"] == language)
            .SelectMany(cell => NotebookText.Source(cell).Split('\n')).Where(line => line.StartsWith("> ", StringComparison.Ordinal))
            .Select(line => line[2..]).Where(line => !line.StartsWith("*[", StringComparison.Ordinal))];
        Assert.True(quoted.Length > 150, $"{quoted.Length} lines");
        Assert.Empty(quoted.Except(document));
    }

    [Fact]
    public void Each_section_has_a_heading_in_both_languages()
    {
        JsonNode table = JsonNode.Parse(File.ReadAllText(Repository.PathOf("notebooks", "claims.json")))!;
        string[] headings = [.. Texts("00-document.ipynb").SelectMany(cell => NotebookText.Source(cell).Split('\n'))
            .Where(line => Numbered().IsMatch(line))];
        Assert.Equal(table["sections"]!.AsArray().SelectMany(section =>
            Languages.Select(language => $"## {section!["section"]} {section[language]}")), headings);
    }

    [Theory]
    [InlineData("00-document.ipynb")]
    [InlineData("05-ledger.ipynb")]
    public void Each_link_to_a_notebook_leads_to_a_cell(string name)
    {
        string stored = File.ReadAllText(Repository.PathOf("notebooks", name));
        string[] links = [.. Link().Matches(stored).Select(match => match.Value).Distinct()];
        Assert.NotEmpty(links);
        Assert.All(links.Select(link => link.Split('#')), link =>
            Assert.True(Cells(link[0]).Any(cell => link.Length == 1 || (string?)cell["id"] == link[1]), string.Join('#', link)));
    }

    private static IEnumerable<JsonNode> Texts(string name) => Cells(name).Where(NotebookText.IsMarkdown);

    private static IEnumerable<JsonNode> Cells(string name) => new NotebookText(Repository.PathOf("notebooks", name)).Cells;

    [GeneratedRegex(@"^## \d")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"[\w-]+\.ipynb(#[\w-]+)?")]
    private static partial Regex Link();
}
