using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace LstmLab.Jupyter.Execution;

/// <summary>What every cell may use without <c>#r</c>: the .NET runtime's own assemblies and this one, for <c>display</c>.</summary>
internal static class ScriptReferences
{
    public static ImmutableArray<MetadataReference> All { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Append(typeof(CellFunctions).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];
}
