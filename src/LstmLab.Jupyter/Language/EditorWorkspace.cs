using LstmLab.Jupyter.Execution;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;

namespace LstmLab.Jupyter.Language;

/// <summary>
/// The notebook as an editor sees it: a submission for each cell that has run, each knowing the one before it, and one for
/// the cell being typed.
/// </summary>
/// <param name="folder">The notebook's folder.</param>
/// <param name="packagePaths">The assemblies of packages that cells have asked for so far.</param>
internal sealed class EditorWorkspace(string folder, Func<IReadOnlyList<string>> packagePaths) : IDisposable
{
    private readonly Lazy<AdhocWorkspace> workspace = new(() => new AdhocWorkspace(MefHostServices.DefaultHost));
    private readonly List<string> ran = [];
    private Document? last;
    private int added;

    /// <summary>Takes note of a cell that has run.</summary>
    public void Add(string code) => ran.Add(code);

    /// <summary>The cell being typed, after everything that has run.</summary>
    public Document Open(string code)
    {
        for (; added < ran.Count; added++) last = Submission(ran[added]);
        return Submission(code);
    }

    public void Dispose()
    {
        if (workspace.IsValueCreated) workspace.Value.Dispose();
    }

    private Document Submission(string code)
    {
        var solution = last?.Project.Solution ?? workspace.Value.CurrentSolution;
        var id = ProjectId.CreateNewId();

        // A name of its own: documents of one name would be taken for one file in several projects.
        var name = $"cell {added}.csx";
        var project = ProjectInfo.Create(
            id, VersionStamp.Create(), name, name, LanguageNames.CSharp,
            parseOptions: new CSharpParseOptions(ScriptReferences.Language, DocumentationMode.Parse, SourceCodeKind.Script),
            compilationOptions: new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                usings: ScriptReferences.Imports,
                sourceReferenceResolver: ScriptReferences.Sources(folder),
                metadataReferenceResolver: new DocumentedReferences(folder)),
            projectReferences: last is null ? [] : [new ProjectReference(last.Project.Id)],
            metadataReferences: [.. DocumentedReferences.All, .. packagePaths().Select(DocumentedReferences.Documented)],
            isSubmission: true);
        var document = DocumentId.CreateNewId(id);
        var text = TextLoader.From(TextAndVersion.Create(SourceText.From(code), VersionStamp.Create()));
        return solution.AddProject(project)
            .AddDocument(DocumentInfo.Create(
                document, name, sourceCodeKind: SourceCodeKind.Script, loader: text, filePath: Path.Combine(folder, name)))
            .GetDocument(document)!;
    }
}
