using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>What the first page shows is what the code does.</summary>
public partial class ReadmeTests
{
    [Fact]
    public void The_picture_of_the_README_is_a_figure_of_notebook_02()
    {
        string picture = File.ReadAllText(Repository.PathOf("notebooks", "gradient-flow.svg")).ReplaceLineEndings("\n");
        JsonNode notebook = JsonNode.Parse(File.ReadAllText(Repository.PathOf("notebooks", "02-backward.ipynb")))!;
        IEnumerable<string> figures =
            from cell in notebook["cells"]!.AsArray()
            from output in cell!["outputs"]?.AsArray() ?? []
            let svg = output!["data"]?["image/svg+xml"]?.AsArray()
            where svg is not null
            select string.Concat(svg.Select(line => (string)line!));
        Assert.Contains(picture, figures);
    }

    [Theory, InlineData("README.md"), InlineData("README.zh-CN.md")]
    public void The_example_is_taken_from_the_notebook_hello_lstm(string readme)
    {
        string code = string.Join('\n', new NotebookText(Repository.PathOf("notebooks", "hello-lstm.ipynb")).Cells
            .Where(cell => !NotebookText.IsMarkdown(cell)).Select(NotebookText.Source));
        string example = DocumentedCodeTests.Blocks(readme).Single();
        Assert.Contains("model.Train(", example, StringComparison.Ordinal);
        Assert.All(example.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(line, code.Split('\n')));
    }

    [Fact]
    public void Every_local_link_of_the_Markdown_files_leads_somewhere()
    {
        string[] dead =
        [
            .. from file in Directory.EnumerateFiles(Repository.PathOf(), "*.md", SearchOption.AllDirectories)
               where !file.Contains("/artifacts/", StringComparison.Ordinal)
               from Match link in Link().Matches(File.ReadAllText(file))
               let target = Path.Combine(Path.GetDirectoryName(file)!, link.Groups[1].Value)
               where !File.Exists(target) && !Directory.Exists(target)
               select $"{Path.GetRelativePath(Repository.PathOf(), file)}: {link.Groups[1].Value}",
        ];
        Assert.Empty(dead);
    }

    [Fact]
    public void What_is_said_of_public_notebooks_is_what_their_record_holds()
    {
        string[][] rows = [.. File.ReadLines(Repository.PathOf("docs", "public-notebooks-2026-11-27.tsv")).Skip(1)
            .Select(line => line.Split('\t'))];
        string passed = $"{rows.Count(row => row[5] == "passed")}", before = $"{rows.Count(row => row[4] == "passed")}";
        Assert.All(rows, row => Assert.Equal(row[5] == "passed", row[6].Length == 0));
        string record = File.ReadAllText(Repository.PathOf("docs", "public-notebooks-2026-11-27.md"));
        Assert.Contains($"Of {rows.Length} public notebooks that were tried as they are, {passed} ran to their end", record,
            StringComparison.Ordinal);
        Assert.Contains($"it had been {before}.", record, StringComparison.Ordinal);
        string readme = File.ReadAllText(Repository.PathOf("src", "LstmLab.Jupyter", "README.md"));
        Assert.Contains($"Of {rows.Length} public notebooks, taken as they are, {passed} run to their end", readme,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_said_of_public_graphs_is_what_their_record_holds()
    {
        string[][] rows = [.. File.ReadLines(Repository.PathOf("docs", "public-graphs-2026-11-27.tsv")).Skip(1)
            .Select(line => line.Split('\t'))];
        int Of(string opens) => rows.Count(row => row[6] == opens);
        string record = File.ReadAllText(Repository.PathOf("docs", "public-graphs-2026-11-27.md"));
        Assert.Contains(
            $"Of {rows.Length} public ONNX files with recurrent networks, {Of("chain") + Of("replay")} open: {Of("chain")} as chains of this "
            + $"library's layers and {Of("replay")} node by node.", record, StringComparison.Ordinal);
        Assert.Contains($"They lie in {rows.Select(row => row[0]).Distinct().Count()} public repositories", record, StringComparison.Ordinal);
        foreach (IGrouping<string, string[]> reason in rows.Where(row => row[6] == "refused").GroupBy(row => row[8]))
            Assert.Contains($"| {reason.Key} | {reason.Count()} |", record, StringComparison.Ordinal);
        double[] differences = [.. rows.Where(row => row[6] != "refused" && !row[7].StartsWith("not run", StringComparison.Ordinal))
            .Select(row => double.Parse(row[7], CultureInfo.InvariantCulture))];
        Assert.Contains($"The largest of all is {differences.Max():0.0E+00}.", record, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)")]
    private static partial Regex Link();
}
