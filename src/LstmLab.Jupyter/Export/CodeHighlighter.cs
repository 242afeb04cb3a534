using System.Text;
using LstmLab.Jupyter.Execution;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Classification;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace LstmLab.Jupyter.Export;

/// <summary>Colors C# by Roslyn's classification, as spans with one class each, none of which goes over the end of a line.</summary>
internal static class CodeHighlighter
{
    // Directives that select no other language for what follows.
    private static readonly string[] Directives =
        ["#!csharp", "#!c#", "#!about", "#!connect", "#!import", "#!set", "#!share", "#!time", "#!who", "#!whos"];

    /// <summary>Whether the cell is C#, by the directives above its code.</summary>
    public static bool IsCSharp(string cell) => cell.Split('\n').Select(line => line.Trim())
        .SkipWhile(line => line.Length == 0)
        .TakeWhile(line => line.StartsWith("#!", StringComparison.Ordinal))
        .All(line => Directives.Contains(line.Split(' ')[0], StringComparer.OrdinalIgnoreCase));

    /// <summary>HTML of each cell. All cells are classified as one script, so that each knows what the others declare and load.</summary>
    public static IReadOnlyList<string> Highlight(IReadOnlyList<string> cells, string folder)
    {
        using var workspace = new AdhocWorkspace();
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "notebook", "notebook", LanguageNames.CSharp,
            parseOptions: new CSharpParseOptions(LanguageVersion.Latest, kind: SourceCodeKind.Script),
            compilationOptions: new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                usings: ScriptReferences.Imports,
                sourceReferenceResolver: ScriptReferences.Sources(folder),
                metadataReferenceResolver: new AssemblyReferences(folder)),
            metadataReferences: ScriptReferences.All));
        var code = string.Join('\n', cells);
        var path = Path.Combine(folder, "notebook.csx");
        var document = workspace.AddDocument(DocumentInfo.Create(
            DocumentId.CreateNewId(project.Id), "notebook.csx", sourceCodeKind: SourceCodeKind.Script,
            loader: TextLoader.From(TextAndVersion.Create(SourceText.From(code), VersionStamp.Default, path)), filePath: path));
        var spans = Classifier.GetClassifiedSpansAsync(document, new TextSpan(0, code.Length)).GetAwaiter().GetResult()
            .Where(span => Class(span.ClassificationType) is not null).OrderBy(span => span.TextSpan.Start).ToList();

        var pages = new List<string>();
        var start = 0;
        foreach (var cell in cells)
        {
            pages.Add(Mark(code, start, start + cell.Length, spans));
            start += cell.Length + 1;
        }

        return pages;
    }

    private static string Mark(string code, int start, int end, IEnumerable<ClassifiedSpan> spans)
    {
        var html = new StringBuilder();
        foreach (var span in spans.Where(span => span.TextSpan.Start >= start && span.TextSpan.End <= end))
        {
            // A token can be classified twice, as static and as what it is.
            if (span.TextSpan.Start >= start)
            {
                var lines = Html.Encode(code[span.TextSpan.Start..span.TextSpan.End]).Split('\n');
                html.Append(Html.Encode(code[start..span.TextSpan.Start]))
                    .AppendJoin('\n', lines.Select(line => $"<span class=\"{Class(span.ClassificationType)}\">{line}</span>"));
                start = span.TextSpan.End;
            }
        }

        return html.Append(Html.Encode(code[start..end])).ToString();
    }

    private static string? Class(string classification) => classification switch
    {
        ClassificationTypeNames.Keyword or ClassificationTypeNames.PreprocessorKeyword => "k",
        ClassificationTypeNames.ControlKeyword => "kc",
        ClassificationTypeNames.StringLiteral or ClassificationTypeNames.VerbatimStringLiteral
            or ClassificationTypeNames.StringEscapeCharacter => "s",
        ClassificationTypeNames.NumericLiteral => "n",
        ClassificationTypeNames.Comment => "c",
        ClassificationTypeNames.MethodName or ClassificationTypeNames.ExtensionMethodName => "m",
        ClassificationTypeNames.ClassName or ClassificationTypeNames.RecordClassName
            or ClassificationTypeNames.StructName or ClassificationTypeNames.RecordStructName
            or ClassificationTypeNames.InterfaceName or ClassificationTypeNames.EnumName or ClassificationTypeNames.DelegateName
            or ClassificationTypeNames.TypeParameterName => "t",
        _ => null,
    };
}
