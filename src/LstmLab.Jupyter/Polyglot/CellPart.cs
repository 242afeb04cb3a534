using LstmLab.Jupyter.Execution;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>
/// A stretch of a cell that one kernel runs. The package's own parser takes <c>#!</c> at the start of any line for a directive, also within
/// a raw string, renumbers the lines after one, and takes <c>#r "nuget: …"</c> away. So C# and F# are divided here, and only what is
/// neither reaches that parser.
/// </summary>
/// <param name="Line">The line of the cell at which it starts, from 1.</param>
/// <param name="Code">Its text. Code has an empty line for each line above it, so that all keep their numbers.</param>
/// <param name="Kernel">The kernel that is current at its start.</param>
/// <param name="IsCode">Whether it is code of C# or F#, and not a directive or another language.</param>
internal sealed record CellPart(int Line, string Code, string Kernel, bool IsCode)
{
    public const string CSharp = "csharp";
    public const string FSharp = "fsharp";

    private static readonly CSharpParseOptions Script =
        CSharpParseOptions.Default.WithKind(SourceCodeKind.Script).WithLanguageVersion(ScriptReferences.Language);

    public bool IsCSharp => IsCode && Kernel == CSharp;

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
            if (!IsDivided(kernel))
            {
                var next = Array.FindIndex(lines, start + 1, text => IsDivided(Selected(text, kernelNamed)));
                line = next < 0 ? lines.Length : next;
                Add(isCode: false);
                kernel = line < lines.Length ? Selected(lines[line++], kernelNamed)! : kernel;
                continue;
            }

            line = start + FirstDirective(lines[start..], kernel);
            if (line > start) Add(isCode: true);
            if (line == lines.Length) break;

            var selected = Selected(lines[line], kernelNamed);
            kernel = selected ?? kernel;
            if (selected is not null && !IsDivided(selected)) continue;
            start = line++;
            if (selected is null) Add(isCode: false);

            void Add(bool isCode)
            {
                var text = string.Join('\n', lines[start..line]);
                if (string.IsNullOrWhiteSpace(text)) return;

                var padded = isCode ? new string('\n', start) + text : text;
                parts.Add(new CellPart(start + 1, padded, kernel, isCode));
            }
        }

        return parts;
    }

    /// <summary>The C# of a cell, with a space for each other character, so that every position is kept.</summary>
    public static string CSharpOnly(string code, IEnumerable<CellPart> parts)
    {
        var lines = code.Split('\n');
        var kept = parts.Where(part => part.IsCSharp)
            .SelectMany(part => Enumerable.Range(part.Line - 1, part.Code.Split('\n').Length - part.Line + 1))
            .ToHashSet();
        return string.Join('\n', lines.Select((line, index) => kept.Contains(index) ? line : new string(' ', line.Length)));
    }

    /// <summary>The first word of a directive's line, such as <c>#!time</c>.</summary>
    public static string Directive(string line) => line.Trim().Split(' ', '\t')[0];

    private static bool IsDivided(string? kernel) => kernel is CSharp or FSharp;

    private static bool IsDirective(string line) => line.TrimStart().StartsWith("#!", StringComparison.Ordinal);

    private static string? Selected(string line, Func<string, string?> kernelNamed) =>
        IsDirective(line) ? kernelNamed(Directive(line)[2..]) : null;

    /// <summary>
    /// The index of the first line that is a directive; in C#, not one within a literal, a comment or a region that is switched off.
    /// </summary>
    private static int FirstDirective(string[] lines, string kernel)
    {
        var first = Array.FindIndex(lines, IsDirective);
        if (first < 0) return lines.Length;
        if (kernel != CSharp) return first;

        var code = string.Join('\n', lines);
        var directive = SyntaxFactory.ParseTokens(code, options: Script)
            .SelectMany(token => token.LeadingTrivia)
            .Where(trivia => trivia.GetStructure() is BadDirectiveTriviaSyntax or ShebangDirectiveTriviaSyntax)
            .FirstOrDefault(trivia => IsDirective(trivia.ToString()));
        return directive == default ? lines.Length : code.AsSpan(0, directive.SpanStart).Count('\n');
    }
}
