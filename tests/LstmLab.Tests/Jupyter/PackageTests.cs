using System.Text;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Packages;
using LstmLab.Jupyter.Polyglot;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>Packages by name, from a folder, so that no network is needed.</summary>
[Collection(nameof(RunsCells))]
public sealed class PackageTests : IDisposable
{
    private readonly FolderOfPackages packages = new();

    public void Dispose() => packages.Dispose();

    [Fact]
    public async Task Packages_hold_any_number_of_assemblies_and_may_be_part_of_the_framework()
    {
        var below = FolderOfPackages.Compile("Tests.Below", "public class Below { public int Value => 7; }");
        var pair = FolderOfPackages.Compile("Tests.Pair", "public static class Pair { public static Below Make() => new(); }", below);
        var also = FolderOfPackages.Compile("Tests.Also", "public static class Also { public static int Twice(Below below) => 2 * below.Value; }", below);
        packages.Pack("Tests.Below", "1.0.0", [("lib/net8.0/Tests.Below.dll", below)]);
        packages.Pack("Tests.Pair", "1.0.0", [("lib/net8.0/Tests.Pair.dll", pair), ("lib/net8.0/Tests.Also.dll", also)], ("Tests.Below", "1.0.0"));
        packages.Pack("Tests.Empty", "1.0.0", [("build/readme.txt", [])]);
        packages.Pack("Tests.Framework", "1.0.0", [("lib/net8.0/System.Text.Json.dll", FolderOfPackages.Compile("System.Text.Json", "public class Old;"))]);

        var run = await packages.Workspace.RunAsync(
            "var before = 1;\n  #i \"nuget: source\"\n#r \"nuget:Tests.Pair\" // the newest\n#r \"nuget: Tests.Empty\"\n#r \"nuget: Tests.Framework\"\nAlso.Twice(Pair.Make()) + before",
            "new Below().Value + System.Text.Json.JsonSerializer.Serialize(before)",
            "#r \"nuget: Tests.Pair, 1.0\"\n#r \"nuget: Tests.Below, 0.9\"\nAlso.Twice(new Below())");

        Assert.Equal("15", run.Text(1));
        Assert.Equal("71", run.Text(2));
        Assert.Equal("14", run.Text(3));
        Assert.Contains("Tests.Below 1.0.0 is already loaded and is used in place of 0.9.", run.Outputs(3).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Extensions_and_native_libraries_of_packages_are_found()
    {
        var library = FolderOfPackages.Compile("Tests.Library", "public static class Library { public static string Name => \"lib\"; }");
        var extension = FolderOfPackages.Compile(
            "Tests.Extension",
            "public class Extension : Microsoft.DotNet.Interactive.IKernelExtension { public System.Threading.Tasks.Task OnLoadAsync(Microsoft.DotNet.Interactive.Kernel kernel) => System.Threading.Tasks.Task.CompletedTask; public override string ToString() => Library.Name; }",
            library);
        packages.Pack("Tests.Extension", "1.0.0",
        [
            ("lib/net8.0/Tests.Library.dll", library),
            ("interactive-extensions/dotnet/Tests.Extension.dll", extension),
            ("interactive-extensions/dotnet/extension.dib", Encoding.UTF8.GetBytes("#!csharp\n1")),
            ($"runtimes/{System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}/native/libtests.so", [1]),
        ]);

        var session = new SessionPackages(packages.Workspace.Folder);
        var files = session.Add(PackageLines.Read("#i \"nuget: source\"\n#r \"nuget: Tests.Extension\""));
        var assemblies = new SessionAssemblies();
        Assert.Equal(["Tests.Library.dll"], assemblies.AddPackages(files).Select(Path.GetFileName));
        Assert.Equal("lib", Assert.Single(assemblies.ExtensionsOf(files)).ToString());
        Assert.Equal(["#!csharp\n1"], files.Scripts());
        Assert.Equal(["libtests.so"], files.Native.Select(Path.GetFileName));

        // What is there already is not loaded again.
        Assert.Empty(session.Add(PackageLines.Read("#r \"nuget: tests.extension, 1.*\"")).Extensions);
        Assert.Equal(
            "Tests.Extension 1.0.0 is already loaded. To use 2.0.0-beta, restart the kernel and ask for it first.",
            Assert.Throws<PackageException>(() => session.Add(PackageLines.Read("#r \"nuget: Tests.Extension, 2.0.0-beta\""))).Message);
    }

    [Fact]
    public async Task A_package_that_cannot_be_had_fails_its_cell_with_the_reason_and_the_line()
    {
        packages.Pack("Tests.Version", "1.2.3", [("lib/net8.0/Tests.Version.dll", FolderOfPackages.Compile("Tests.Version", ""))]);
        using var session = new ScriptSession(packages.Workspace.Folder);

        var version = (await session.ExecuteAsync("#i \"nuget: source\"\n\n#r \"nuget: Tests.Version, 2.0.0\"", _ => { }))!;
        Assert.Equal(3, version.Line);
        Assert.Matches(@"Package Tests\.Version (has no such version.*1\.2\.3|was not found where NuGet could look)", version.Value);

        var address = "https://127.0.0.1:1/index.json";
        var network = (await session.ExecuteAsync($"#i \"nuget: {address}\"\n#r \"nuget: Tests.Nowhere, 1.0\"", _ => { }))!;
        Assert.Equal(2, network.Line);
        Assert.StartsWith("Package Tests.Nowhere was not found where NuGet could look, and a source cannot be reached: ", network.Value, StringComparison.Ordinal);
        Assert.Contains(address, network.Value, StringComparison.Ordinal);

        Assert.Null(await session.ExecuteAsync("1", _ => { }));
    }

    [Fact]
    public void A_missing_package_is_named() => Assert.Matches(
        @"^Package LstmLab\.Is\.Nowhere (does not exist in .*\. Check its spelling|was not found where NuGet could look)",
        Assert.Throws<PackageException>(() => PackageRestore.Find([new PackageReference("LstmLab.Is.Nowhere", "*", 4)], [])).Message);

    [Fact]
    public async Task A_loaded_file_cannot_name_packages_and_says_where_to()
    {
        packages.Workspace.Write("lab.csx", "#r \"nuget: MathNet.Numerics\"");
        Assert.Contains("put this line into a cell of the notebook, above the #load", (await packages.Workspace.RunAsync("#load \"lab.csx\"")).Report, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_name_packages_are_taken_out_and_no_others()
    {
        const string Kept = "var text = \"\"\"\n#r \"nuget: InText\"\n\"\"\";\n/*\n#r \"nuget: InComment\"\n*/\n#r \"file.dll\"\nvar verbatim = @\"\n#r \"\"nuget: InVerbatim\"\"\n\";\n// #r \"nuget: X\"\n";
        var read = PackageLines.Read(Kept + "  #r \"nuget:One\"\n#r \"nuget: Two.Three, 1.*-*\"\r\nfoo(\n#i \"nuget:https://example.org/v3\"\n);\n# r \"nuget: Four,[1.0,2.0)\"");
        Assert.Equal(Kept, read.Code[..Kept.Length]);
        Assert.Equal(["", "", "foo(", "", ");", ""], read.Code[Kept.Length..].Split('\n').Select(line => line.Trim()));
        Assert.Equal(["One", "Two.Three, 1.*-*", "Four, [1.0,2.0)"], read.Packages.Select(package => package.ToString()));
        Assert.Equal([12, 13, 17], read.Packages.Select(package => package.Line));
        Assert.Equal(new PackageSource("https://example.org/v3", 15), Assert.Single(read.Sources));
    }

    [Theory]
    [InlineData("#r \"nuget: , 1\"", "here stands \"nuget:, 1\"")]
    [InlineData("#r \"nuget:\"", "A package is named by #r \"nuget: Id, version\"")]
    [InlineData("#r \"nuget: Id,\"", "here stands \"nuget:Id,\"")]
    [InlineData("#i \"nuget:\"", "Write #i \"nuget: FOLDER-OR-ADDRESS\"")]
    [InlineData("#i \"nuget: nowhere\"", "of #i \"nuget: nowhere\" does not exist. Create it or correct the path.")]
    [InlineData("#r \"nuget: A, 1.0\"\n#r \"nuget: A, 2.0\"", "asks twice for A: \"A, 1.0\" and \"A, 2.0\"")]
    public void A_line_that_names_nothing_says_what_to_write(string code, string message) => Assert.Contains(
        message, Assert.Throws<PackageException>(() => new SessionPackages(packages.Workspace.Folder).Add(PackageLines.Read(code))).Message, StringComparison.Ordinal);
}
