using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LstmLab.Jupyter.Export;
using LstmLab.Jupyter.Notebooks;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>What every notebook keeps to, so that it reads well and runs in every host.</summary>
public class NotebookTests
{
    private static readonly string[] Languages = ["fsharp", "html", "javascript", "mermaid"];

    public static TheoryData<string> Notebooks =>
        [.. Directory.EnumerateFiles(Repository.PathOf("notebooks"), "*.ipynb").Select(file => Path.GetFileName(file)!).Order()];

    [Theory, MemberData(nameof(Notebooks))]
    public void It_begins_with_a_title_in_each_language_and_one_plumbing_cell(string name)
    {
        JsonNode[] cells = Cells(name);
        Assert.Matches("^# ", NotebookText.Source(cells[0]));
        Assert.Matches("^# ", NotebookText.Source(cells[1]));
        Assert.True(NotebookText.IsChinese(cells[1]));
        string[] first = NotebookText.Source(Code(name)[0]).Split('\n');
        Assert.Equal("#load \"lab.csx\"", first[0]);
        Assert.All(first[1..], line => Assert.Matches(@"^using [\w.]+;$", line));
    }

    [Theory, MemberData(nameof(Notebooks))]
    public void Its_code_fits_a_page(string name) =>
        Assert.Empty(Code(name).SelectMany(cell => NotebookText.Source(cell).Split('\n').Where(line => line.Length > 95)
            .Select(line => $"cell {(string?)cell["id"]}: {line}")));

    [Theory, MemberData(nameof(Notebooks))]
    public void Its_cells_are_short(string name) =>
        Assert.All(Code(name), cell => Assert.InRange(NotebookText.Source(cell).Split('\n').Length, 1, 45));

    [Theory, MemberData(nameof(Notebooks))]
    public void Its_outputs_are_stored_without_errors_and_its_checks_were_made(string name)
    {
        JsonNode[] code = Code(name);
        Assert.Equal(Enumerable.Range(1, code.Length), code.Select(cell => (int)cell["execution_count"]!));
        JsonNode[] outputs = [.. code.SelectMany(cell => cell["outputs"]!.AsArray())!];
        Assert.DoesNotContain(outputs, output => (string)output["output_type"]! == "error");
        Assert.Contains(outputs, output => output["text"]?.ToJsonString().Contains("\\u2713", StringComparison.Ordinal) ?? false);
        Assert.DoesNotContain(outputs, output => output.ToJsonString().Length > 2_000_000);
    }

    [Theory, MemberData(nameof(Notebooks))]
    public void Its_figures_are_stored_as_pictures_too(string name) =>
        Assert.All(
            Code(name).SelectMany(cell => cell["outputs"]!.AsArray()).Select(output => output!["data"]?.AsObject())
            .Where(data => data?.ContainsKey("application/vnd.plotly.v1+json") ?? false),
            data => Assert.True(data!.ContainsKey("image/svg+xml") && data["application/vnd.plotly.v1+json"] is JsonObject));

    [Theory, MemberData(nameof(Notebooks))]
    public void Its_metadata_opens_it_in_Jupyter_and_in_Polyglot_Notebooks(string name)
    {
        JsonNode metadata = JsonNode.Parse(File.ReadAllText(Repository.PathOf("notebooks", name)))!["metadata"]!;
        Assert.Equal("""{"display_name":"C# (LstmLab)","language":"C#","name":"lstmlab"}""", metadata["kernelspec"]!.ToJsonString());
        JsonNode polyglot = metadata["polyglot_notebook"]!["kernelInfo"]!;
        Assert.Equal("csharp", (string?)polyglot["defaultKernelName"]);
        Assert.Equal(["aliases", "name"],
            polyglot["items"]!.AsArray().SelectMany(item => item!.AsObject()).Select(pair => pair.Key).Distinct());
        string[] listed = [.. polyglot["items"]!.AsArray().Select(item => (string)item!["name"]!)];
        string[] used = [.. Code(name).Select(Language).Append("csharp").Distinct()];
        Assert.Equal(used.Order(), listed.Order());
    }

    [Theory, MemberData(nameof(Notebooks))]
    public void It_uses_only_what_every_host_allows(string name)
    {
        JsonNode[] code = Code(name);
        IEnumerable<string> csharp = code.Where(cell => Language(cell) == "csharp").Select(NotebookText.Source);

        // Languages are for hosts that have them, which are those that share values by directives.
        if (code.Any(cell => Language(cell) != "csharp"))
            csharp = csharp.Select(cell => Regex.Replace(cell, "^#!share ", "//", RegexOptions.Multiline));
        Assert.Empty(csharp.Append(File.ReadAllText(Repository.PathOf("notebooks", "lab.csx"))).SelectMany(HostRules.Broken));
    }

    [Theory, MemberData(nameof(Notebooks))]
    public void Its_page_lacks_nothing(string name)
    {
        HtmlPage page = HtmlPage.Render(Notebook.Read(Repository.PathOf("notebooks", name)), Repository.PathOf("notebooks"));
        Assert.Empty(page.Errors.Concat(page.Notes));
    }

    private static JsonNode[] Cells(string name) => [.. new NotebookText(Repository.PathOf("notebooks", name)).Cells];

    private static JsonNode[] Code(string name) => [.. Cells(name).Where(cell => (string)cell["cell_type"]! == "code")];

    /// <summary>What a cell is written in: its metadata or its first line says so, else C#.</summary>
    private static string Language(JsonNode cell) =>
        (string?)cell["metadata"]!["polyglot_notebook"]?["kernelName"]
        ?? Languages.FirstOrDefault(language => NotebookText.Source(cell).StartsWith("#!" + language, StringComparison.Ordinal))
        ?? "csharp";
}
