using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LstmLab.Tests.House;

/// <summary>Which folders of src use which others, as the compiler sees it: each name in the source is resolved to the file that declares
/// what it names.
/// Relative names, extension methods and types that no <c>using</c> names are therefore seen; names in comments are not counted.</summary>
/// <remarks>All projects are one compilation, which is made once: loading what they refer to takes longer than resolving their
/// names.</remarks>
internal sealed class FolderGraph
{
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Options = new(LanguageVersion.Latest);

    private readonly CSharpCompilation _compilation;
    private readonly Dictionary<SyntaxTree, string> _folders;
    private readonly SortedDictionary<(string From, string To), string> _edges = [];
    private readonly SortedSet<string> _unresolved = new(StringComparer.Ordinal);

    private FolderGraph(CSharpCompilation compilation, Dictionary<SyntaxTree, string> folders, IEnumerable<SyntaxTree> resolved)
    {
        (_compilation, _folders) = (compilation, folders);
        Parallel.ForEach(resolved, Resolve);
    }

    /// <summary>The graph of src as it is.</summary>
    public static FolderGraph OfSource { get; } = Make();

    /// <summary>Each pair of folders, as "Project/Folder", of which the first uses the second, with one place where it does.</summary>
    public IReadOnlyDictionary<(string From, string To), string> Edges => _edges;

    /// <summary>Names that the compiler does not know: edges that are not seen.</summary>
    public IReadOnlyCollection<string> Unresolved => _unresolved;

    /// <summary>The edges within one project, by folder; "." holds the files that lie in none.</summary>
    public IEnumerable<(string From, string To)> Within(string project) =>
        from edge in _edges.Keys
        where edge.From.StartsWith($"{project}/", StringComparison.Ordinal) && edge.To.StartsWith($"{project}/", StringComparison.Ordinal)
        select (edge.From[(project.Length + 1)..], edge.To[(project.Length + 1)..]);

    /// <summary>The edges of this graph and of further sources, given by their path within src.</summary>
    public FolderGraph With(params (string Path, string Text)[] planted)
    {
        Dictionary<SyntaxTree, string> trees = planted.ToDictionary(file => Parse(file.Path, file.Text), file => FolderOf(file.Path));
        FolderGraph graph = new(_compilation.AddSyntaxTrees(trees.Keys), _folders.Concat(trees).ToDictionary(), trees.Keys);
        foreach (var (edge, place) in _edges) graph._edges.TryAdd(edge, place);
        return graph;
    }

    private static FolderGraph Make()
    {
        string src = Repository.PathOf("src");
        Dictionary<SyntaxTree, string> folders = [];
        foreach (string file in Directory.EnumerateFiles(src, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string path = Path.GetRelativePath(src, file).Replace('\\', '/');
            folders.Add(Parse(path, File.ReadAllText(file)), FolderOf(path));
        }

        IEnumerable<SyntaxTree> others = Generated().Select(File.ReadAllText).Append(ImplicitUsings).Select(text => Parse("", text));
        CSharpCompilationOptions options = new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true);
        return new(CSharpCompilation.Create("src", [.. folders.Keys, .. others], References(), options), folders, folders.Keys);
    }

    private static SyntaxTree Parse(string path, string text) => CSharpSyntaxTree.ParseText(text, Options, path);

    private static string FolderOf(string path)
    {
        string folder = path[..path.LastIndexOf('/')];
        return folder.Contains('/') ? folder : $"{folder}/.";
    }

    /// <summary>Folders that use one another, directly or through others: each group is a cycle.</summary>
    public static IReadOnlyList<string> Cycles(IEnumerable<(string From, string To)> edges)
    {
        ILookup<string, string> next = edges.ToLookup(edge => edge.From, edge => edge.To);
        Dictionary<string, HashSet<string>> reached = next.ToDictionary(from => from.Key, from => Reached(from.Key));
        return [.. reached.Keys.Where(name => reached[name].Contains(name))
            .GroupBy(name =>
            string.Join(" ↔ ",
            reached[name].Where(other => reached.GetValueOrDefault(other, []).Contains(name)).Order(StringComparer.Ordinal)))
            .Select(group => group.Key)];

        HashSet<string> Reached(string start)
        {
            HashSet<string> found = [];
            Queue<string> open = new([start]);
            while (open.TryDequeue(out string? folder))
                foreach (string to in next[folder].Where(found.Add)) open.Enqueue(to);
            return found;
        }
    }

    private void Resolve(SyntaxTree tree)
    {
        SemanticModel model = _compilation.GetSemanticModel(tree);
        string from = _folders[tree];
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
        {
            if (node is not (SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax)
                || node.Parent is NameEqualsSyntax { Parent: UsingDirectiveSyntax }) continue;
            SymbolInfo info = model.GetSymbolInfo(node);
            ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
            string place = $"{tree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
            if (symbol is null && node is SimpleNameSyntax { Identifier.ValueText: not ("var" or "nameof" or "notnull" or "_") }
                && model.GetTypeInfo(node).Type is null or IErrorTypeSymbol)
                lock (_unresolved) _unresolved.Add($"{place}: {node}");
            if (symbol is IMethodSymbol { ReducedFrom: { } extension }) symbol = extension;
            if (symbol is null or INamespaceSymbol) continue;
            // A type whose parts lie in several folders belongs to each of them.
            string[] to = [.. symbol.OriginalDefinition.DeclaringSyntaxReferences.Select(part =>
                _folders.GetValueOrDefault(part.SyntaxTree)).OfType<string>().Distinct()];
            if (to.Contains(from)) continue;
            foreach (string other in to)
                lock (_edges) _edges.TryAdd((from, other), $"{place} uses {symbol.Name}");
        }
    }

    // What protoc made when the project was built.
    private static string[] Generated()
    {
        string made = Repository.PathOf("artifacts", "obj", "LstmLab.Formats", "release");
        string[] folders = [Path.Combine(made, "Onnx", "Files"), Path.Combine(made, "TensorBoard")];
        return [.. folders.Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*.cs"))];
    }

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => !Path.GetFileName(file).StartsWith("LstmLab", StringComparison.Ordinal))
            .Select(file => MetadataReference.CreateFromFile(file));
}
