using System.Text.RegularExpressions;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>Rules of the source that no compiler checks.</summary>
public partial class SourceTests
{
    // The engine's folders, and the others of the engine each may use.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Numerics"] = [],
        ["Equations"] = ["Numerics"],
        ["Backpropagation"] = ["Equations", "Kernels", "Numerics"],
        ["GradientChecking"] = ["Backpropagation", "Equations", "Kernels", "Layers", "Losses", "Numerics", "Training"],
        ["Kernels"] = ["Numerics"],
        ["Layers"] = ["Backpropagation", "Equations", "Kernels", "Numerics"],
        ["Losses"] = ["Numerics"],
        ["Optimizers"] = ["Numerics"],
        ["Training"] = ["Backpropagation", "Layers", "Losses", "Numerics", "Optimizers"],
        ["Formats"] = ["Backpropagation", "Equations", "Layers", "Losses", "Numerics", "Optimizers", "Training"],
    };

    // File, and what of the forbidden it may use: functions whose bits no result of the engine depends on.
    private static readonly Dictionary<string, string[]> Exceptions = new()
    {
        // Each seed is an experiment of its own, with its own place for the result.
        ["src/LstmLab/Training/Seeds.cs"] = ["Parallel.For"],
    };

    public static TheoryData<string> Folders => [.. Directory.EnumerateDirectories(Repository.PathOf("src", "LstmLab")).Select(folder => Path.GetFileName(folder)!).Where(name => name is not ("bin" or "obj"))];

    [Theory, MemberData(nameof(Folders))]
    public void A_folder_of_the_engine_uses_only_the_folders_below_it(string folder)
    {
        Assert.Contains(folder, Allowed.Keys);
        string[] wrong =
        [
            .. from source in Repository.Sources($"src/LstmLab/{folder}")
               from line in source.Lines
               let used = UsingOrName().Match(line)
               where used.Success && used.Groups[1].Value != folder && Allowed.ContainsKey(used.Groups[1].Value) && !Allowed[folder].Contains(used.Groups[1].Value)
               select $"{source.Path}: {line.Trim()}",
        ];
        Assert.Empty(wrong);
    }

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
               where !Exceptions.GetValueOrDefault(source.Path, []).Contains(match.Value)
               select $"{source.Path}: {line.Trim()}",
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        Assert.Empty(Repository.Sources("src").Where(source => source.Lines.Length > 400).Select(source => $"{source.Path}: {source.Lines.Length} lines"));

    [GeneratedRegex(@"\bLstmLab\.([A-Z]\w*)\b(?=.*;)")]
    private static partial Regex UsingOrName();

    [GeneratedRegex(@"\bMathF?\.(?:Exp|Tanh|Log|Log2|Log10|Pow|Sin|Cos|Sinh|Cosh)\b|\bnew Random\b|\bRandom\.Shared\b|\bSystem\.Random\b|\bParallel\.\w+|\bAsParallel\b")]
    private static partial Regex Forbidden();
}
