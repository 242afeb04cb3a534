using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public class AssemblyTests
{
    [Fact]
    public async Task What_a_referenced_assembly_needs_is_found_beside_it()
    {
        using var workspace = new Workspace();
        WriteAssemblies(workspace);
        var run = await workspace.RunAsync("#r \"bin/Upper.dll\"\nvar made = Upper.Make();", "made.Value");
        Assert.Equal("7", run.Text(2));
    }

    [Fact]
    public async Task A_type_is_the_same_by_every_way_to_it()
    {
        using var workspace = new Workspace();
        WriteAssemblies(workspace);
        workspace.Write("lib/lab.csx", "#r \"../bin/Upper.dll\"\nLower FromLab() => Upper.Make();");
        var run = await workspace.RunAsync("#load \"lib/lab.csx\"", "#r \"bin/Lower.dll\"\nLower own = new();", "FromLab().GetType() == own.GetType() && Upper.Accepts(own)");
        Assert.Equal("True", run.Text(3));
    }

    [Fact]
    public async Task Static_state_starts_afresh_in_every_notebook()
    {
        using var workspace = new Workspace();
        WriteAssemblies(workspace);
        string[] cells = ["#r \"bin/Lower.dll\"\nLower.Calls++;", "Lower.Calls++;", "Lower.Calls"];
        Assert.Equal("2", (await workspace.RunAsync(cells)).Text(3));
        Assert.Equal("2", (await workspace.RunAsync(cells)).Text(3));
    }

    [Fact]
    public async Task Who_asks_for_an_older_version_gets_the_one_that_is_there()
    {
        using var workspace = new Workspace();
        WriteAssemblies(workspace);
        var folder = Path.Combine(workspace.Folder, "bin");
        Compile(folder, "Lower", "[assembly: System.Reflection.AssemblyVersion(\"2.0.0.0\")] public class Lower { public int Value => 8; }");
        Compile(folder, "Top", "public static class Top { public static bool Join() => Upper.Accepts(new Lower()) && Upper.Make() is Lower; }", "Lower", "Upper");
        var run = await workspace.RunAsync("#r \"bin/Lower.dll\"\n#r \"bin/Top.dll\"\nvar lower = new Lower();", "Top.Join()");
        Assert.Equal("True", run.Text(2));
    }

    private static void WriteAssemblies(Workspace workspace)
    {
        var folder = Directory.CreateDirectory(Path.Combine(workspace.Folder, "bin")).FullName;
        Compile(folder, "Lower", "public class Lower { public static int Calls; public int Value => 7; }");
        Compile(folder, "Upper", "public static class Upper { public static Lower Make() => new(); public static bool Accepts(Lower lower) => true; }", "Lower");
    }

    internal static void Compile(string folder, string name, string code, params string[] references)
    {
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(code)],
            [.. references.Select(reference => Path.Combine(folder, reference + ".dll")).Append(typeof(object).Assembly.Location).Select(path => MetadataReference.CreateFromFile(path))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.True(compilation.Emit(Path.Combine(folder, name + ".dll")).Success);
    }
}
