using System.Text.RegularExpressions;
using LstmLab.Tests.Jupyter;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>The C# blocks of a page run in their order, as cells of one notebook in the folder notebooks.</summary>
[Collection(nameof(RunsCells))]
public partial class DocumentedCodeTests
{
    /// <summary>The first pages, and each guide: a new one is tested without a change here.</summary>
    public static TheoryData<string> Pages =>
    [
        .. Directory.EnumerateFiles(Repository.Root, "README*.md")
            .Concat(Directory.EnumerateFiles(Repository.PathOf("docs", "guides"), "*.md"))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(file => Blocks(file).Length > 0).Order(StringComparer.Ordinal),
    ];

    [Theory, MemberData(nameof(Pages))]
    public async Task The_code_of_a_page_runs(string page)
    {
        using Workspace workspace = new();
        Executed run = await workspace.RunAsync([.. Blocks(page).Select(Placed)]);
        Assert.True(run.Result.Succeeded, run.Report);
    }

    [Fact]
    public void Pages_with_code_are_found() => Assert.Superset(new HashSet<string> { "README.md", "docs/guides/your-own-csv.md" },
        Pages.Select(page => page.Data).ToHashSet());

    /// <summary>The C# blocks of a page.</summary>
    internal static string[] Blocks(string page) =>
        [.. Code().Matches(File.ReadAllText(Repository.PathOf(page)).ReplaceLineEndings("\n")).Select(block => block.Groups[1].Value)];

    /// <summary>The notebook runs elsewhere, where it may leave files, so what it reads is named in full.</summary>
    private static string Placed(string code) => code
        .Replace("\"lab.csx\"", $"\"{Repository.PathOf("notebooks", "lab.csx")}\"", StringComparison.Ordinal)
        .Replace("\"../datasets/", $"\"{Repository.PathOf("datasets").Replace('\\', '/')}/", StringComparison.Ordinal);

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();
}
