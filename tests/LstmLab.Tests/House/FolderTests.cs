using Xunit;

namespace LstmLab.Tests.House;

/// <summary>The import rule: within each project folders build on one another without cycles, and in the engine each uses only what is
/// listed here.</summary>
public class FolderTests
{
    // The folders of the engine, and the others of the engine each may use.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Numerics"] = [],
        ["Equations"] = ["Numerics"],
        ["Backpropagation"] = ["Equations", "Kernels", "Numerics"],
        ["Kernels"] = ["Equations", "Numerics"],
        ["Layers"] = ["Backpropagation", "Equations", "Kernels", "Numerics"],
        ["Losses"] = ["Numerics"],
        ["Optimizers"] = ["Numerics"],
        ["Training"] = ["Backpropagation", "Layers", "Losses", "Numerics", "Optimizers"],
        ["GradientChecking"] = ["Backpropagation", "Equations", "Kernels", "Layers", "Losses", "Numerics", "Training"],
        ["StateChecking"] = ["Backpropagation", "Equations", "Layers", "Numerics"],
    };

    // Edges that may come and go: a kernel's factory knows the cells it computes, and gradient checks see whatever they check.
    private static readonly (string From, string To)[] Optional = [("Kernels", "Equations"), ("GradientChecking", "Kernels")];

    public static TheoryData<string> Projects =>
        [.. Directory.EnumerateDirectories(Repository.PathOf("src"), "LstmLab*").Select(folder => Path.GetFileName(folder)!)];

    [Fact]
    public void Every_name_in_the_source_is_resolved() => Assert.Empty(FolderGraph.OfSource.Unresolved);

    [Theory, MemberData(nameof(Projects))]
    public void No_project_has_a_cycle_between_folders(string project) =>
        Assert.Empty(FolderGraph.Cycles(FolderGraph.OfSource.Within(project)));

    [Fact]
    public void A_folder_of_the_engine_uses_only_the_folders_below_it() => Assert.Empty(Forbidden(FolderGraph.OfSource));

    [Fact]
    public void Each_edge_that_is_allowed_in_the_engine_exists() =>
        Assert.Empty(Allowed.SelectMany(folder => folder.Value.Select(to => (folder.Key, to)))
        .Except(FolderGraph.OfSource.Within("LstmLab")).Except(Optional));

    [Theory]
    [InlineData("a relative name", "internal static class Planted { public static object Make() => new Lstm<float>(1, 1); }")]
    [InlineData("a type that is only inferred", "internal static class Planted { public static Lstm<float>[] Make() => [new(1, 1)]; }")]
    [InlineData("an extension method", "internal static class Planted { public static int Make() => 3.AddedInLayers(); }")]
    public void A_planted_violation_is_found(string kind, string use)
    {
        const string extension = "namespace LstmLab; internal static class PlantedExtensions { public static int AddedInLayers(this int "
            + "value) => value; }";
        FolderGraph planted = FolderGraph.OfSource.With(("LstmLab/Numerics/Planted.cs", $"namespace LstmLab; {use}"),
            ("LstmLab/Layers/PlantedExtensions.cs", extension));
        Assert.Empty(planted.Unresolved);
        string found = Assert.Single(Forbidden(planted));
        Assert.StartsWith("Numerics → Layers", found, StringComparison.Ordinal);
        Assert.True(found.Contains("Planted.cs", StringComparison.Ordinal), $"{kind}: {found}");
    }

    [Fact]
    public void A_planted_cycle_is_found()
    {
        FolderGraph planted = FolderGraph.OfSource.With(
            ("LstmLab.Charts/Style/Planted.cs",
            "namespace LstmLab.Charts; internal static class Planted { public static Figure Make(string title) => Figure.New(title); }"));
        string cycle = Assert.Single(FolderGraph.Cycles(planted.Within("LstmLab.Charts")));
        Assert.Contains("Figures", cycle, StringComparison.Ordinal);
        Assert.Contains("Style", cycle, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Forbidden(FolderGraph graph) =>
        from edge in graph.Within("LstmLab")
        where !Allowed.GetValueOrDefault(edge.From, []).Contains(edge.To)
        select $"{edge.From} → {edge.To}: {graph.Edges[($"LstmLab/{edge.From}", $"LstmLab/{edge.To}")]}";
}
