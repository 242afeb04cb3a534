using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Jint;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>What notebook 12 promises of its languages, beyond what holds for every notebook.</summary>
public partial class PolyglotNotebookTests
{
    private static readonly JsonArray Cells = JsonNode.Parse(
        File.ReadAllText(Repository.PathOf("notebooks", "12-polyglot.ipynb")))!["cells"]!.AsArray();

    [Fact]
    public void The_chart_of_the_document_is_drawn_word_for_word_and_again_where_no_cell_runs()
    {
        var chart = In("mermaid").First()["#!mermaid\n".Length..];
        Assert.Contains($"```mermaid\n{chart}\n```", string.Join('\n', Cells.Select(cell => Text(cell!["source"]))),
            StringComparison.Ordinal);
        Assert.Contains(chart, File.ReadAllText(Repository.PathOf("docs", "document.zh.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_that_CSharp_trained_answers_in_JavaScript_to_each_move_of_a_slider()
    {
        var engine = new Engine().Execute("""
            var window = globalThis, places = {};
            var document = { getElementById: id => places[id] ??= { value: { "wave-omega": "0.3", "wave-bias": "0" }[id], setAttribute(name, value) { this[name] = value; } } };
            function move(id, value) { places[id].value = value; places[id].oninput(); return places["wave-words"].textContent + places["wave-forecast"].d; }
            """);

        // The last of them throws where the two languages disagree.
        foreach (var script in Outputs("javascript")) engine.Execute(Script().Match(script).Groups[1].Value);
        Assert.EndsWith("Error over 40 steps: 0.048.", engine.Evaluate("places['wave-words'].textContent").AsString(),
            StringComparison.Ordinal);
        var (slower, damped) = (engine.Evaluate("move('wave-omega', '0.2')").AsString(),
            engine.Evaluate("move('wave-bias', '-0.1')").AsString());
        Assert.StartsWith("Given: ω = 0.2, a period of 31.4 steps. Forget bias +0.", slower, StringComparison.Ordinal);
        Assert.StartsWith("Given: ω = 0.2, a period of 31.4 steps. Forget bias -0.1.", damped, StringComparison.Ordinal);
        Assert.NotEqual(slower[slower.IndexOf('M', StringComparison.Ordinal)..], damped[damped.IndexOf('M', StringComparison.Ordinal)..]);
    }

    [Fact]
    public void What_the_scripts_look_for_is_in_the_HTML()
    {
        var html = Assert.Single(Outputs("html"));
        Assert.All(["omega", "bias", "given", "truth", "forecast", "words"], id =>
            Assert.Contains($"id=\"wave-{id}\"", html, StringComparison.Ordinal));
    }

    private static IEnumerable<string> In(string language) => Of(language).Select(cell => Text(cell["source"]));

    private static IEnumerable<string> Outputs(string language) =>
        Of(language).SelectMany(cell => cell["outputs"]!.AsArray()).Select(output => Text(output!["data"]!["text/html"]));

    private static IEnumerable<JsonNode> Of(string language) =>
        Cells.Where(cell => (string?)cell!["metadata"]!["polyglot_notebook"]?["kernelName"] == language)!;

    private static string Text(JsonNode? lines) => string.Concat(lines!.AsArray().Select(line => (string)line!));

    [GeneratedRegex("<script[^>]*>(.*)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();
}
