using System.Collections.Immutable;
using System.Reactive;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Html;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Microsoft.DotNet.Interactive.Formatting;

namespace LstmLab.Jupyter.Execution;

/// <summary>
/// What cells refer to: without <c>#r</c> the .NET runtime's own assemblies, this one, for <c>display</c>, and those of .NET Interactive.
/// </summary>
internal static class ScriptReferences
{
    /// <summary>The version of C# that .NET Interactive has, so that cells run on both.</summary>
    public const LanguageVersion Language = LanguageVersion.CSharp14;

    /// <summary>
    /// What cells need no <c>using</c> for: what .NET Interactive imports, and nothing else, so that a notebook that runs here runs
    /// there; and <c>display</c>.
    /// </summary>
    public static ImmutableArray<string> Imports { get; } =
    [
        "System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq",
        typeof(Microsoft.DotNet.Interactive.Kernel).FullName!, typeof(CellFunctions).FullName!,
    ];

    /// <summary>Assemblies of this program that cells can use.</summary>
    public static ImmutableArray<Assembly> Own { get; } =
    [
        typeof(CellFunctions).Assembly,
        typeof(Formatter).Assembly,
        typeof(Microsoft.DotNet.Interactive.Kernel).Assembly,
        typeof(IHtmlContent).Assembly,
        typeof(Observer).Assembly
    ];

    public static ImmutableArray<MetadataReference> All { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Concat(Own.Select(assembly => assembly.Location))
            .Select(path => AssemblyReferences.To(path)),
    ];

    /// <summary>
    /// Finds <c>#load</c> relative to the file it stands in, in cells to the folder, and keeps the folder out of what debug information
    /// and stack traces show.
    /// </summary>
    public static SourceReferenceResolver Sources(string folder, bool interruptible = false) =>
        interruptible ? new CheckedSources(folder) : new SourceFileResolver([], folder, [new(folder, ".")]);

    /// <summary>Loaded files with checks for interrupts.</summary>
    private sealed class CheckedSources(string folder) : SourceFileResolver([], folder, [new(folder, ".")])
    {
        private static readonly CSharpParseOptions Parsing = new(Language, kind: SourceCodeKind.Script);

        public override SourceText ReadText(string resolvedPath)
        {
            var text = base.ReadText(resolvedPath);
            return SourceText.From(InterruptChecks.Add(CSharpSyntaxTree.ParseText(text, Parsing), bind: null), Encoding.UTF8);
        }
    }
}
