using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>
/// A stretch of a cell that one kernel runs. The package's own parser takes <c>#!</c> at the start of any line for a directive, also within a raw string,
/// and renumbers the lines after one; so C# is divided here, and only what is not C# reaches that parser.
/// </summary>
/// <param name="Line">The line of the cell at which it starts, from 1.</param>
/// <param name="Code">Its text. C# has an empty line for each line above it, so that all keep their numbers.</param>
/// <param name="Kernel">The kernel that is current at its start.</param>
/// <param name="IsCSharp">Whether it is C# code, and not a directive or another language.</param>
internal sealed record CellPart(int Line, string Code, string Kernel, bool IsCSharp)
{
    public const string CSharp = "csharp";

    private static readonly CSharpParseOptions Script = CSharpParseOptions.Default.WithKind(Microsoft.CodeAnalysis.SourceCodeKind.Script).WithLanguageVersion(LanguageVersion.CSharp14);

    /// <summary>Divides a cell.</summary>
    /// <param name="code">The whole cell.</param>
    /// <param name="language">The kernel that the cell begins with.</param>
    /// <param name="kernelNamed">Gives the kernel's name for a name or an alias; null for a word that names no kernel.</param>
    public static IReadOnlyList<CellPart> Divide(string code, string language, Func<string, string?> kernelNamed)
    {
        List<CellPart> parts = [];
        var lines = code.Split('\n');
        var (line, kernel) = (0, language);
        while (line < lines.Length)
        {
            var start = line;
            if (kernel != CSharp)
            {
                line = Array.FindIndex(lines, start + 1, text => Selected(text, kernelNamed) == CSharp) is > 0 and var found ? found : lines.Length;
                parts.Add(new CellPart(start + 1, string.Join('\n', lines[start..line]), kernel, IsCSharp: false));
                kernel = CSharp;
                continue;
            }

            line = start + FirstDirective(lines[start..]);
            if (line > start) Add(CSharp, isCSharp: true, new string('\n', start) + string.Join('\n', lines[start..line]));
            if (line == lines.Length) break;

            kernel = Selected(lines[line], kernelNamed) ?? CSharp;
            if (kernel != CSharp) continue;
            start = line;
            if (Selected(lines[line], kernelNamed) is null) Add(CSharp, isCSharp: false, lines[line]);
            line++;

            void Add(string name, bool isCSharp, string text)
            {
                if (!string.IsNullOrWhiteSpace(text)) parts.Add(new CellPart(start + 1, text, name, isCSharp));
            }
        }

        return parts;
    }

    /// <summary>The C# of a cell, with a space for each other character, so that every position is kept.</summary>
    public static string CSharpOnly(string code, IEnumerable<CellPart> parts)
    {
        var lines = code.Split('\n');
        var kept = parts.Where(part => part.IsCSharp).SelectMany(part => Enumerable.Range(part.Line - 1, part.Code.Split('\n').Length - part.Line + 1)).ToHashSet();
        return string.Join('\n', lines.Select((line, index) => kept.Contains(index) ? line : new string(' ', line.Length)));
    }

    /// <summary>The first word of a directive's line, such as <c>#!time</c>.</summary>
    public static string Directive(string line) => line.Trim().Split(' ', '\t')[0];

    private static string? Selected(string line, Func<string, string?> kernelNamed) =>
        line.TrimStart().StartsWith("#!", StringComparison.Ordinal) ? kernelNamed(Directive(line)[2..]) : null;

    /// <summary>The index of the first line that is a directive and not text within a literal, a comment or a region that is switched off.</summary>
    private static int FirstDirective(string[] lines)
    {
        if (!Array.Exists(lines, line => line.TrimStart().StartsWith("#!", StringComparison.Ordinal))) return lines.Length;

        var code = string.Join('\n', lines);
        var directive = SyntaxFactory.ParseTokens(code, options: Script)
            .SelectMany(token => token.LeadingTrivia)
            .FirstOrDefault(trivia => trivia.GetStructure() is BadDirectiveTriviaSyntax or ShebangDirectiveTriviaSyntax && trivia.ToString().StartsWith("#!", StringComparison.Ordinal));
        return directive == default ? lines.Length : code.AsSpan(0, directive.SpanStart).Count('\n');
    }
}
