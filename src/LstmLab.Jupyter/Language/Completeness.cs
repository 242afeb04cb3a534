using System.Text.Json.Nodes;
using LstmLab.Jupyter.Execution;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LstmLab.Jupyter.Language;

/// <summary>Whether code is ready to run: a console frontend asks after each line.</summary>
internal static class Completeness
{
    private const string Indent = "    ";

    private static readonly CSharpParseOptions Script = new(ScriptReferences.Language, kind: SourceCodeKind.Script);

    public static JsonObject Answer(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(code, Script);
        if (!SyntaxFactory.IsCompleteSubmission(tree)) return new JsonObject { ["status"] = "incomplete", ["indent"] = NextIndent(code) };

        var isInvalid = tree.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return new JsonObject { ["status"] = isInvalid ? "invalid" : "complete" };
    }

    /// <summary>That of the last line, and one step more after an opening brace.</summary>
    private static string NextIndent(string code)
    {
        var line = code.TrimEnd('\n').Split('\n')[^1];
        return line[..^line.TrimStart().Length] + (line.TrimEnd().EndsWith('{') ? Indent : "");
    }
}
