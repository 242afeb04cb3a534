using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LstmLab.Jupyter.Packages;

/// <summary>
/// The lines <c>#r "nuget: Id, version"</c> and <c>#i "nuget: source"</c> of a C# cell. They may stand anywhere in it, also after code.
/// </summary>
/// <param name="Code">The cell with these lines empty, so that each other line keeps its number.</param>
/// <param name="Packages">In their order.</param>
/// <param name="Sources">In their order.</param>
internal sealed partial record PackageLines(string Code, IReadOnlyList<PackageReference> Packages, IReadOnlyList<PackageSource> Sources)
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.CSharp14, kind: SourceCodeKind.Script);

    /// <exception cref="PackageException">A line names no package or no source.</exception>
    public static PackageLines Read(string code)
    {
        List<PackageReference> packages = [];
        List<PackageSource> sources = [];
        if (!code.Contains("nuget:", StringComparison.OrdinalIgnoreCase)) return new PackageLines(code, packages, sources);

        var tree = CSharpSyntaxTree.ParseText(code, Parsing);
        var text = tree.GetText();
        var rest = new StringBuilder(code);

        // The compiler's parser tells a directive from the same characters in a comment or a literal.
        foreach (var trivia in tree.GetRoot().DescendantTrivia(descendIntoTrivia: true).Where(trivia => trivia.IsDirective))
        {
            var line = text.Lines.GetLineFromPosition(trivia.SpanStart);
            if (Line().Match(line.ToString()) is not { Success: true } match) continue;

            var (number, named) = (line.LineNumber + 1, match.Groups["named"].Value.Trim());
            if (match.Groups["kind"].Value == "r") packages.Add(PackageReference.Parse(named, number));
            else if (named.Length > 0) sources.Add(new PackageSource(named, number));
            else throw new PackageException(number, "Write #i \"nuget: FOLDER-OR-ADDRESS\".");
            for (var i = line.Start; i < line.End; i++) rest[i] = ' ';
        }

        return new PackageLines(rest.ToString(), packages, sources);
    }

    [GeneratedRegex("""^\s*#\s*(?<kind>[ri])\s*"\s*nuget:(?<named>[^"]*)""", RegexOptions.IgnoreCase)]
    private static partial Regex Line();
}

/// <summary>A package that a cell asks for.</summary>
/// <param name="Id">The name at NuGet; case does not matter.</param>
/// <param name="Version">
/// A version, a range or a pattern, as NuGet has them; "*", the newest that is no preview, where none is given.
/// </param>
/// <param name="Line">Its line in the cell, from 1.</param>
internal sealed partial record PackageReference(string Id, string Version, int Line)
{
    public static PackageReference Parse(string text, int line)
    {
        var parts = text.Split(',', 2, StringSplitOptions.TrimEntries);
        return Name().IsMatch(parts[0]) && parts is [_] or [_, { Length: > 0 }]
            ? new PackageReference(parts[0], parts.ElementAtOrDefault(1) ?? "*", line)
            : throw new PackageException(
                line, $"A package is named by #r \"nuget: Id, version\" or #r \"nuget: Id\", but here stands \"nuget:{text}\".");
    }

    /// <summary>Whether it names one version, not a range or a pattern.</summary>
    public bool IsFixed => Version.IndexOfAny(['*', '[', '(', ',']) < 0;

    public override string ToString() => Version == "*" ? Id : $"{Id}, {Version}";

    [GeneratedRegex(@"^\w[\w.-]*$")]
    private static partial Regex Name();
}

/// <summary>A folder or an address with packages, beside those that NuGet is configured for.</summary>
internal sealed record PackageSource(string Location, int Line)
{
    /// <summary>What NuGet takes; a folder may be relative to the notebook's.</summary>
    public string Resolve(string folder)
    {
        if (Uri.TryCreate(Location, UriKind.Absolute, out var address) && !address.IsFile) return Location;

        var path = Path.GetFullPath(address?.LocalPath ?? Location, folder);
        return Directory.Exists(path)
            ? path
            : throw new PackageException(
                Line, $"The folder {path} of #i \"nuget: {Location}\" does not exist. Create it or correct the path.");
    }
}

/// <summary>A package that a cell asks for and that cannot be had.</summary>
/// <param name="line">The line of the cell that asks for it.</param>
/// <param name="message">Names the package, says what was found and what to do.</param>
internal sealed class PackageException(int line, string message) : Exception(message)
{
    public int Line => line;
}
