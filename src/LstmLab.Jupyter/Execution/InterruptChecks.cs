using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LstmLab.Jupyter.Execution;

/// <summary>
/// Writes <see cref="CellInterrupt.Check"/> into the loops of a cell, its lambdas, and its functions that call something: a volatile read
/// each, so that endless loops and endless recursion can be stopped. Only text within lines is added, so that each line keeps its number.
/// </summary>
internal sealed class InterruptChecks : CSharpSyntaxWalker
{
    private const string Check = "global::LstmLab.Jupyter.CellInterrupt.Check();";

    private readonly List<(int Start, int Length, string Text)> edits = [];
    private readonly Func<SemanticModel>? bind;

    private InterruptChecks(Func<SemanticModel>? bind) => this.bind = bind;

    /// <summary>The code with checks; the same text if it needs none or is not valid.</summary>
    /// <param name="tree">The code.</param>
    /// <param name="bind">Gives the meaning of its lambdas; without it, lambdas that are expressions get no check.</param>
    public static string Add(SyntaxTree tree, Func<SemanticModel>? bind)
    {
        var code = tree.GetText().ToString();
        var root = tree.GetRoot();
        if (root.ContainsDiagnostics) return code;

        var checks = new InterruptChecks(bind);
        checks.Visit(root);
        var text = new StringBuilder();
        var copied = 0;
        foreach (var (start, length, inserted) in checks.edits.OrderBy(edit => edit.Start))
        {
            text.Append(code, copied, start - copied).Append(inserted);
            copied = start + length;
        }

        return text.Append(code, copied, code.Length - copied).ToString();
    }

    public override void VisitWhileStatement(WhileStatementSyntax node) => Loop(node, node.Statement);

    public override void VisitDoStatement(DoStatementSyntax node) => Loop(node, node.Statement);

    public override void VisitForStatement(ForStatementSyntax node) => Loop(node, node.Statement);

    public override void VisitForEachStatement(ForEachStatementSyntax node) => Loop(node, node.Statement);

    public override void VisitForEachVariableStatement(ForEachVariableStatementSyntax node) => Loop(node, node.Statement);

    public override void VisitLabeledStatement(LabeledStatementSyntax node)
    {
        Insert(node.ColonToken.Span.End, Check);
        DefaultVisit(node);
    }

    public override void VisitMethodDeclaration(MethodDeclarationSyntax node) =>
        Function(node, node.Body, node.ExpressionBody, node.SemicolonToken, node.ReturnType, node.Modifiers);

    public override void VisitLocalFunctionStatement(LocalFunctionStatementSyntax node) =>
        Function(node, node.Body, node.ExpressionBody, node.SemicolonToken, node.ReturnType, node.Modifiers);

    public override void VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node) => Lambda(node);

    public override void VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node) => Lambda(node);

    public override void VisitAnonymousMethodExpression(AnonymousMethodExpressionSyntax node)
    {
        Insert(node.Block.OpenBraceToken.Span.End, Check);
        DefaultVisit(node);
    }

    private void Loop(SyntaxNode loop, StatementSyntax body)
    {
        if (body is BlockSyntax block)
        {
            Insert(block.OpenBraceToken.Span.End, Check);
            DefaultVisit(loop);
            return;
        }

        Insert(body.Span.Start, "{" + Check);
        DefaultVisit(loop);
        Insert(body.Span.End, "}");
    }

    private void Function(
        SyntaxNode function,
        BlockSyntax? body,
        ArrowExpressionClauseSyntax? arrow,
        SyntaxToken semicolon,
        TypeSyntax returns,
        SyntaxTokenList modifiers)
    {
        var calls = function.DescendantNodes().Any(node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax);
        if (calls && body is not null)
        {
            Insert(body.OpenBraceToken.Span.End, Check);
        }
        else if (calls
            && arrow is { Expression: not (RefExpressionSyntax or ThrowExpressionSyntax) }
            && !modifiers.Any(SyntaxKind.AsyncKeyword))
        {
            var isVoid = returns is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };
            edits.Add((arrow.ArrowToken.SpanStart, arrow.ArrowToken.Span.Length, "{" + Check + (isVoid ? "" : "return")));
            DefaultVisit(function);
            Insert(semicolon.Span.End, "}");
            return;
        }

        DefaultVisit(function);
    }

    private void Lambda(LambdaExpressionSyntax lambda)
    {
        if (lambda.Block is { } block)
        {
            Insert(block.OpenBraceToken.Span.End, Check);
            DefaultVisit(lambda);
        }
        else if (lambda.ExpressionBody is not (null or RefExpressionSyntax or ThrowExpressionSyntax) && bind?.Invoke() is { } model
            && model.GetTypeInfo(lambda).ConvertedType is { Name: not "Expression" }
            && model.GetSymbolInfo(lambda).Symbol is IMethodSymbol method)
        {
            var isStatement = method.ReturnsVoid || (method.IsAsync && method.ReturnType is not INamedTypeSymbol { IsGenericType: true });
            Insert(lambda.ExpressionBody.SpanStart, "{" + Check + (isStatement ? "" : "return "));
            DefaultVisit(lambda);
            Insert(lambda.ExpressionBody.Span.End, ";}");
        }
    }

    private void Insert(int position, string text) => edits.Add((position, 0, text));
}
