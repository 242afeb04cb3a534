using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;

namespace LstmLab.Jupyter.Packages;

/// <summary>Resolves <c>#r "nuget: Id, version"</c>, and paths relative to the file they stand in.</summary>
internal sealed class PackageReferences(string folder) : MetadataReferenceResolver
{
    private const string Prefix = "nuget:";

    private readonly ScriptMetadataResolver paths = ScriptMetadataResolver.Default.WithBaseDirectory(folder);

    private static readonly ConcurrentDictionary<string, string> Failures = [];
    private static readonly ConcurrentDictionary<string, string> Native = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Why a reference was not found; empty for one that is no package.</summary>
    public static string Failure(string message) => Failures.FirstOrDefault(failure => message.Contains($"'{failure.Key}'", StringComparison.Ordinal)).Value ?? "";

    /// <summary>The path of a package's native library; null if none of the packages has it.</summary>
    public static string? NativeLibrary(string name) =>
        new[] { name, $"lib{name}.so", $"{name}.so", $"lib{name}.dylib", $"{name}.dll" }.Select(file => Native.GetValueOrDefault(file)).FirstOrDefault(path => path is not null);

    public override ImmutableArray<PortableExecutableReference> ResolveReference(string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        if (!reference.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return paths.ResolveReference(reference, baseFilePath, properties);

        try
        {
            var files = PackageRestore.Find(reference[Prefix.Length..].Trim());
            foreach (var path in files.Native) Native[Path.GetFileName(path)] = path;
            return [.. files.Assemblies.Select(path => MetadataReference.CreateFromFile(path, properties))];
        }
        catch (PackageException exception)
        {
            Failures[reference] = exception.Message;
            return [];
        }
    }

    public override bool ResolveMissingAssemblies => paths.ResolveMissingAssemblies;

    public override PortableExecutableReference? ResolveMissingAssembly(MetadataReference definition, AssemblyIdentity referenceIdentity) => paths.ResolveMissingAssembly(definition, referenceIdentity);

    public override bool Equals(object? other) => other is PackageReferences references && references.paths.Equals(paths);

    public override int GetHashCode() => paths.GetHashCode();
}
