using System.Text.RegularExpressions;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>Rules of the source that no compiler checks.</summary>
public partial class SourceTests
{
    [Fact]
    public void The_engine_has_one_namespace()
    {
        string[] wrong =
        [
            .. from source in Repository.Sources("src/LstmLab")
               let declared = source.Lines.Single(line => line.StartsWith("namespace ", StringComparison.Ordinal))
               where declared != "namespace LstmLab;"
               select $"{source.Path}: {declared}",
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_engine_computes_with_its_own_functions_random_numbers_and_threads()
    {
        string[] wrong =
        [
            .. from source in Repository.Sources("src/LstmLab")
               from line in source.Lines
               where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
               from Match match in Forbidden().Matches(line)
               select $"{source.Path}: {line.Trim()}",
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        Assert.Empty(Repository.Sources("src").Where(source => source.Lines.Length > 400)
            .Select(source => $"{source.Path}: {source.Lines.Length} lines"));

    [GeneratedRegex(@"\bMathF?\.(?:Exp|Tanh|Log|Log2|Log10|Pow|Sin|Cos|Sinh|Cosh)\b|"
        + @"\bnew Random\b|\bRandom\.Shared\b|\bSystem\.Random\b|\bParallel\.\w+|\bAsParallel\b")]
    private static partial Regex Forbidden();
}
