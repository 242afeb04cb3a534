using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Classification;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using LstmLab.Jupyter.Execution;

namespace LstmLab.Jupyter.Export;

/// <summary>Colours C# by Roslyn's classification, as spans with one class each.</summary>
internal sealed class CodeHighlighter : IDisposable
{
    private readonly AdhocWorkspace workspace = new();
    private readonly Project project;

    public CodeHighlighter() => project = workspace.AddProject(ProjectInfo.Create(
        ProjectId.CreateNewId(), VersionStamp.Default, "notebook", "notebook", LanguageNames.CSharp,
        parseOptions: new CSharpParseOptions(LanguageVersion.Latest, kind: SourceCodeKind.Script),
        compilationOptions: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary),
        metadataReferences: ScriptReferences.All));

    public string Highlight(string code)
    {
        var document = project.AddDocument("cell", SourceText.From(code)).WithSourceCodeKind(SourceCodeKind.Script);
        var spans = Classifier.GetClassifiedSpansAsync(document, new TextSpan(0, code.Length)).GetAwaiter().GetResult();
        var html = new StringBuilder();
        var end = 0;
        foreach (var span in spans.Where(span => Class(span.ClassificationType) is not null).OrderBy(span => span.TextSpan.Start))
        {
            if (span.TextSpan.Start >= end)
            {
                html.Append(WebUtility.HtmlEncode(code[end..span.TextSpan.Start]))
                    .Append($"<span class=\"{Class(span.ClassificationType)}\">{WebUtility.HtmlEncode(code[span.TextSpan.Start..span.TextSpan.End])}</span>");
                end = span.TextSpan.End;
            }
        }

        return html.Append(WebUtility.HtmlEncode(code[end..])).ToString();
    }

    public void Dispose() => workspace.Dispose();

    private static string? Class(string classification) => classification switch
    {
        ClassificationTypeNames.Keyword or ClassificationTypeNames.PreprocessorKeyword => "k",
        ClassificationTypeNames.ControlKeyword => "kc",
        ClassificationTypeNames.StringLiteral or ClassificationTypeNames.VerbatimStringLiteral or ClassificationTypeNames.StringEscapeCharacter => "s",
        ClassificationTypeNames.NumericLiteral => "n",
        ClassificationTypeNames.Comment => "c",
        ClassificationTypeNames.MethodName or ClassificationTypeNames.ExtensionMethodName => "m",
        ClassificationTypeNames.ClassName or ClassificationTypeNames.RecordClassName or ClassificationTypeNames.StructName or ClassificationTypeNames.RecordStructName
            or ClassificationTypeNames.InterfaceName or ClassificationTypeNames.EnumName or ClassificationTypeNames.DelegateName
            or ClassificationTypeNames.TypeParameterName => "t",
        _ => null,
    };
}
