using System.IO.Compression;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LstmLab.Tests.Jupyter;

/// <summary>A NuGet source of small packages in a temporary folder, and a package folder of its own for what is restored from it.</summary>
internal sealed class FolderOfPackages : IDisposable
{
    private readonly string? before = Environment.GetEnvironmentVariable("NUGET_PACKAGES");

    public FolderOfPackages()
    {
        Directory.CreateDirectory(Source);
        Environment.SetEnvironmentVariable("NUGET_PACKAGES", Path.Combine(Workspace.Folder, "restored"));
    }

    public Workspace Workspace { get; } = new();

    public string Source => Path.Combine(Workspace.Folder, "source");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("NUGET_PACKAGES", before);
        Workspace.Dispose();
    }

    /// <summary>Makes a package that depends on others, given by id and version.</summary>
    public void Pack(string id, string version, IEnumerable<(string Path, byte[] Content)> files, params (string Id, string Version)[] dependencies)
    {
        using var zip = ZipFile.Open(Path.Combine(Source, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        var needs = string.Concat(dependencies.Select(need => $"<dependency id=\"{need.Id}\" version=\"{need.Version}\" />"));
        var specification = $"""
            <package><metadata>
              <id>{id}</id><version>{version}</version><authors>Tests</authors><description>A package of the tests.</description>
              <dependencies><group targetFramework="net8.0">{needs}</group></dependencies>
            </metadata></package>
            """;
        foreach (var (path, content) in files.Prepend(($"{id}.nuspec", Encoding.UTF8.GetBytes(specification))))
        {
            using var entry = zip.CreateEntry(path).Open();
            entry.Write(content);
        }
    }

    /// <summary>An assembly of the code, which may refer to other such assemblies and to those of the host.</summary>
    public static byte[] Compile(string name, string code, params byte[][] references)
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string[] hosts = ["Microsoft.DotNet.Interactive.dll", "Microsoft.DotNet.Interactive.Formatting.dll"];
        string[] paths =
        [
            typeof(object).Assembly.Location, Path.Combine(runtime, "System.Runtime.dll"), .. hosts.Select(name => Path.Combine(AppContext.BaseDirectory, name)),
        ];
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(code)],
            [.. paths.Select(path => MetadataReference.CreateFromFile(path)), .. references.Select(image => MetadataReference.CreateFromImage(image))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        return result.Success ? stream.ToArray() : throw new InvalidOperationException(string.Join('\n', result.Diagnostics));
    }
}
