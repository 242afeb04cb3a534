using System.Collections.Immutable;
using LstmLab.Jupyter.Display;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;

namespace LstmLab.Jupyter.Execution;

/// <summary>The C# state of one notebook: cells run in order and each sees what earlier ones declared.</summary>
internal sealed class ScriptSession : IDisposable
{
    private readonly SessionAssemblies assemblies = new();
    private readonly ScriptOptions options;
    private ScriptState<object>? state;
    private RunningCell? running;
    private int displays;

    /// <param name="folder">The notebook's folder: base of <c>#r</c> and <c>#load</c>, and current directory of the cells.</param>
    public ScriptSession(string folder)
    {
        Folder = Path.GetFullPath(folder);
        options = ScriptOptions.Default
            .WithReferences(ScriptReferences.All)
            .WithMetadataResolver(ScriptReferences.Assemblies(Folder))
            .WithSourceResolver(ScriptReferences.Sources(Folder))
            .WithImports(ScriptReferences.Imports)
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithEmitDebugInformation(true)
            .WithFileEncoding(System.Text.Encoding.UTF8)
            .WithWarningLevel(0);
    }

    public string Folder { get; }

    /// <summary>How many cells have started, failed ones included.</summary>
    public int ExecutionCount { get; private set; }

    public int NextDisplayId() => Interlocked.Increment(ref displays);

    /// <summary>Compiles and runs one cell on a thread of the pool. Failures are events, not exceptions.</summary>
    /// <returns>True if the cell succeeded.</returns>
    public async Task<bool> ExecuteAsync(string code, Action<CellEvent> sink)
    {
        var name = $"cell {++ExecutionCount}";
        using var cell = RunningCell.Start(this, sink);
        running = cell;
        var error = await Task.Run(() => RunAsync(code, name, cell)).ConfigureAwait(false);
        if (error is not null)
        {
            cell.Emit(new CellFailed(error));
        }

        return error is null;
    }

    /// <summary>Stops listening to the running cell. Its thread cannot be stopped, so the session must not run another cell.</summary>
    public void Abandon() => running?.Abandon();

    public void Dispose() => assemblies.Loader.Dispose();

    private async Task<CellError?> RunAsync(string code, string name, RunningCell cell)
    {
        try
        {
            var cellOptions = options.WithFilePath(name);
            var script = state is null
                ? CSharpScript.Create<object>(code, cellOptions, assemblyLoader: assemblies.Loader)
                : state.Script.ContinueWith<object>(code, cellOptions);
            var errors = script.Compile().Where(d => d.Severity == DiagnosticSeverity.Error).ToImmutableArray();
            if (!errors.IsEmpty)
            {
                return CellError.FromDiagnostics(errors, name);
            }

            assemblies.LoadReferences(script);
            var ran = await (state is null
                ? script.RunAsync(globals: null, catchException: _ => true)
                : script.RunFromAsync(state, catchException: _ => true)).ConfigureAwait(false);
            state = ran;
            if (ran.Exception is { } exception)
            {
                return CellError.FromException(exception, name);
            }

            if (HasValue(script) && ran.ReturnValue is not DisplayHandle)
            {
                cell.Emit(new CellValue(DisplayRules.Format(ran.ReturnValue)));
            }

            return null;
        }
#pragma warning disable CA1031 // Whatever displaying the value or loading an assembly throws is the cell's failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return CellError.FromException(exception, name);
        }
    }

    /// <summary>Whether the cell ends in an expression without a semicolon that has a value, which the language calls the submission's result.</summary>
    private static bool HasValue(Script script)
    {
        var compilation = script.GetCompilation();
        var tree = compilation.SyntaxTrees.Last();
        return tree.GetRoot() is CompilationUnitSyntax { Members: [.., GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }] }
            && compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type is { SpecialType: not SpecialType.System_Void };
    }
}
