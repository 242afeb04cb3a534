using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LstmLab.Tests.Jupyter;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>What the first page shows is what the code does.</summary>
[Collection(nameof(RunsCells))]
public partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Repository.PathOf("README.md"));

    [Fact]
    public async Task The_code_of_the_README_runs()
    {
        using Workspace workspace = new();
        string[] blocks = [.. Code().Matches(Readme).Select(block => block.Groups[1].Value.Replace("lab.csx", Repository.PathOf("notebooks", "lab.csx"), StringComparison.Ordinal))];
        Assert.NotEmpty(blocks);
        var run = await workspace.RunAsync(blocks);
        Assert.True(run.Result.Succeeded, run.Report);
        Assert.Contains("361 parameters, loss", run.Json.ToJsonString(), StringComparison.Ordinal);
    }

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

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)")]
    private static partial Regex Link();
}
