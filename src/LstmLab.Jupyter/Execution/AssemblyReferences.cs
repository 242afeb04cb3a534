using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;

namespace LstmLab.Jupyter.Execution;

/// <summary>
/// Finds the assemblies that code refers to, and keeps the metadata of each once for all notebooks of the process. Roslyn's own resolver
/// reads whole files again for every session and for every page, about 50 MiB a notebook, into memory that the garbage collector does not
/// see.
/// </summary>
/// <param name="folder">Base of <c>#r</c> in cells; in a loaded file it is the folder of that file.</param>
internal sealed class AssemblyReferences(string folder) : MetadataReferenceResolver
{
    private static readonly ConcurrentDictionary<(string Path, DateTime Written), AssemblyMetadata> Read = new();

    /// <summary>What Roslyn calls an assembly that code does not name, but something that it names does.</summary>
    private static readonly ImmutableArray<string> Implicit = ["<implicit>"];

    private readonly string folder = folder;
    private readonly SourceFileResolver files = new([], folder);

    public override bool ResolveMissingAssemblies => true;

    /// <summary>A reference to an assembly. A file that has been written anew is read again.</summary>
    public static PortableExecutableReference To(string path, DocumentationProvider? documentation = null) => Read
        .GetOrAdd((path, File.GetLastWriteTimeUtc(path)), _ => AssemblyMetadata.Create(
            ModuleMetadata.CreateFromStream(File.OpenRead(path), PEStreamOptions.PrefetchMetadata)))
        .GetReference(documentation, filePath: path);

    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties) =>
        (files.ResolveReference(reference, baseFilePath) ?? SessionAssemblies.Platform.GetValueOrDefault(reference)) is { } path
            ? [To(path).WithProperties(properties)]
            : [];

    /// <summary>
    /// Finds what a referenced assembly refers to: one of this program, or one beside it. What this program's own assembly refers to is
    /// no business of cells.
    /// </summary>
    public override PortableExecutableReference? ResolveMissingAssembly(MetadataReference definition, AssemblyIdentity referenceIdentity)
    {
        if (definition is not PortableExecutableReference { FilePath: { } by } || by == typeof(AssemblyReferences).Assembly.Location)
        {
            return null;
        }

        var path = SessionAssemblies.Platform.GetValueOrDefault(referenceIdentity.Name)
            ?? Path.Combine(Path.GetDirectoryName(by)!, referenceIdentity.Name + ".dll");
        return File.Exists(path) ? To(path).WithAliases(Implicit) : null;
    }

    public override bool Equals(object? other) => other is AssemblyReferences references && references.folder == folder;

    public override int GetHashCode() => folder.GetHashCode(StringComparison.Ordinal);
}
