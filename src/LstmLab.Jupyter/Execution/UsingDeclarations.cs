using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LstmLab.Jupyter.Execution;

/// <summary>
/// <c>using var x = …;</c> at the top level of a cell, which the grammar of scripts takes for a using directive. To the compiler it
/// becomes a plain variable, and the session disposes what it holds when the cell ends.
/// </summary>
internal static class UsingDeclarations
{
    /// <summary>Takes the keyword out.</summary>
    /// <returns>The code with everything else in its place, and the variables in their order.</returns>
    public static (string Code, IReadOnlyList<string> Variables) Read(string code)
    {
        List<string> variables = [];
        if (!code.Contains("using", StringComparison.Ordinal)) return (code, variables);

        var rest = new StringBuilder(code);
        var statements = CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(ScriptReferences.Language)).GetCompilationUnitRoot()
            .Members.OfType<GlobalStatementSyntax>();
        var declarations = statements
            .Select(member => member.Statement)
            .OfType<LocalDeclarationStatementSyntax>()
            .Where(declaration => declaration.UsingKeyword.IsKind(SyntaxKind.UsingKeyword));
        foreach (var found in declarations)
        {
            for (var i = found.SpanStart; i < found.Declaration.SpanStart; i++) rest[i] = rest[i] is '\r' or '\n' ? rest[i] : ' ';
            variables.AddRange(found.Declaration.Variables.Select(variable => variable.Identifier.ValueText));
        }

        return (rest.ToString(), variables);
    }

    /// <summary>Disposes what the variables hold, the last first.</summary>
    public static async Task DisposeAsync(IEnumerable<object?> values)
    {
        foreach (var value in values.Reverse())
        {
            if (value is IAsyncDisposable later) await later.DisposeAsync();
            else (value as IDisposable)?.Dispose();
        }
    }
}
