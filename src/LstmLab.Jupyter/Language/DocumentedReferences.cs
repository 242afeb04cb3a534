using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LstmLab.Jupyter.Execution;
using Microsoft.CodeAnalysis;

namespace LstmLab.Jupyter.Language;

/// <summary>
/// References with the XML documentation that lies beside them. For .NET itself that is the SDK's reference pack; without it,
/// the running assemblies serve, undocumented.
/// </summary>
internal sealed class DocumentedReferences(string folder) : MetadataReferenceResolver
{
    private readonly AssemblyReferences resolver = new(folder);

    public static ImmutableArray<MetadataReference> All { get; } = FindPack() is { } pack
        ? [.. Directory.GetFiles(pack, "*.dll").Append(typeof(CellFunctions).Assembly.Location).Select(path => Documented(path))]
        : ScriptReferences.All;

    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties) =>
    [
        .. resolver.ResolveReference(reference, baseFilePath, properties)
            .Select(found => found.FilePath is { } path ? Documented(path) : found),
    ];

    public override bool ResolveMissingAssemblies => resolver.ResolveMissingAssemblies;

    public override PortableExecutableReference? ResolveMissingAssembly(
        MetadataReference definition, AssemblyIdentity referenceIdentity) =>
        resolver.ResolveMissingAssembly(definition, referenceIdentity);

    public override bool Equals(object? other) => other is DocumentedReferences references && references.resolver.Equals(resolver);

    public override int GetHashCode() => resolver.GetHashCode();

    public static PortableExecutableReference Documented(string path)
    {
        var documentation = Path.ChangeExtension(path, ".xml");
        return AssemblyReferences.To(path, File.Exists(documentation) ? XmlDocumentationProvider.CreateFromFile(documentation) : null);
    }

    private static string? FindPack()
    {
        var packs = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref");
        var version = Environment.Version;
        if (!Directory.Exists(packs)) return null;

        return Directory.GetDirectories(packs, $"{version.Major}.{version.Minor}.*")
            .Order(StringComparer.Ordinal)
            .Select(pack => Path.Combine(pack, "ref", $"net{version.Major}.{version.Minor}"))
            .LastOrDefault(Directory.Exists);
    }
}
