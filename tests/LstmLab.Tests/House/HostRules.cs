using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LstmLab.Tests.House;

/// <summary>What a cell must not hold, because one of the hosts of C# notebooks fails on it or does something else.</summary>
internal static class HostRules
{
    private static readonly CSharpParseOptions Script = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    // What the message says, and the syntax it means.
    private static readonly (string Rule, Func<SyntaxNodeOrToken, bool> Breaks)[] Rules =
    [
        ("scripts have no namespaces", part => part.AsNode() is BaseNamespaceDeclarationSyntax),
        ("scripts have no file types", part =>
        part.AsNode() is BaseTypeDeclarationSyntax type && type.Modifiers.Any(SyntaxKind.FileKeyword)),
        ("scripts have no extension blocks", part => part.IsKind(SyntaxKind.ExtensionBlockDeclaration)),
        ("scripts have no extension methods in a class", part =>
        part.AsNode() is ParameterSyntax parameter && parameter.Modifiers.Any(SyntaxKind.ThisKeyword)
        && parameter.Ancestors().OfType<ClassDeclarationSyntax>().Any()),
        ("variables of a cell are fields and cannot be spans", part =>
        part.AsNode() is FieldDeclarationSyntax { Parent: CompilationUnitSyntax } field && IsSpan(field.Declaration)),
        ("packages by name need a network, and not all hosts take them", part =>
        part.AsNode() is ReferenceDirectiveTriviaSyntax reference
        && reference.File.ValueText.StartsWith("nuget:", StringComparison.Ordinal)),
        ("magic commands are .NET Interactive's", part => part.AsNode() is ShebangDirectiveTriviaSyntax or BadDirectiveTriviaSyntax),
        ("clear_output is the project's kernel's", part => IsName(part, "clear_output")),
        ("display(…).Update appends on .NET Interactive: Live.Show replaces", part =>
        part.AsNode() is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Update",
        Expression: InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "display" } } }),
        ("a host's own types are not in the other hosts", part =>
        part.AsNode() is QualifiedNameSyntax or MemberAccessExpressionSyntax
        && part.ToString() is "Microsoft.DotNet.Interactive" or "LstmLab.Jupyter"),
        ("nobody answers where no user is", part =>
        part.AsNode() is MemberAccessExpressionSyntax && part.ToString() is "Console.ReadLine" or "Console.Read" or "Console.ReadKey"),
    ];

    /// <summary>The rules a cell breaks, each with the line.</summary>
    public static string[] Broken(string cell)
    {
        var tree = CSharpSyntaxTree.ParseText(cell, Script);
        return
        [
            .. from part in tree.GetRoot().DescendantNodesAndTokensAndSelf(descendIntoTrivia: true)
               from rule in Rules
               where rule.Breaks(part)
               select $"line {tree.GetLineSpan(part.Span).StartLinePosition.Line + 1}: {rule.Rule}",
        ];
    }

    private static bool IsName(SyntaxNodeOrToken part, string name) =>
        part.AsNode() is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == name;

    private static bool IsSpan(VariableDeclarationSyntax declaration) =>
        declaration.Type is GenericNameSyntax { Identifier.ValueText: "Span" or "ReadOnlySpan" }
        || declaration.Variables.Any(variable =>
        variable.Initializer?.Value is StackAllocArrayCreationExpressionSyntax
                or InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AsSpan" } });
}
