using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Packages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;

namespace LstmLab.Jupyter.Execution;

/// <summary>The C# state of one notebook: cells run in order and each sees what earlier ones declared.</summary>
internal sealed class ScriptSession : IDisposable
{
    public const string StillRunning = "The cell is in library code that cannot be stopped from outside; it ends when that returns to the cell. To stop it now, restart the kernel.";

    private static readonly string About =
        $"LstmLab {typeof(ScriptSession).Assembly.GetName().Version!.ToString(3)}, {RuntimeInformation.FrameworkDescription}, C# {LanguageVersion.Latest.MapSpecifiedToEffectiveVersion().ToDisplayString()}, {RuntimeInformation.RuntimeIdentifier}";

    private readonly SessionAssemblies assemblies = new();
    private readonly ScriptOptions options;
    private readonly SessionPackages packages;
    private readonly List<string> packagePaths = [];
    private ScriptState<object>? state;

    /// <summary>How many of the packages' assemblies are known to the cells that have run.</summary>
    private int handedOn;
    private volatile RunningCell? running;
    private int displays;

    private readonly bool interruptible;

    /// <param name="folder">The notebook's folder: base of <c>#r</c> and <c>#load</c>, and current directory of the cells.</param>
    /// <param name="interruptible">Whether cells are compiled with checks for <see cref="InterruptAsync"/>.</param>
    public ScriptSession(string folder, bool interruptible = false)
    {
        DisplayRules.Reset();
        this.interruptible = interruptible;
        Folder = Path.GetFullPath(folder);
        packages = new SessionPackages(Folder);
        options = ScriptOptions.Default
            .WithReferences(ScriptReferences.All)
            .WithMetadataResolver(ScriptReferences.Assemblies(Folder))
            .WithSourceResolver(ScriptReferences.Sources(Folder, interruptible))
            .WithImports(ScriptReferences.Imports)
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithEmitDebugInformation(true)
            .WithFileEncoding(System.Text.Encoding.UTF8)
            .WithWarningLevel(0);
    }

    public string Folder { get; }

    /// <summary>The paths of the assemblies of packages that cells may refer to.</summary>
    public IReadOnlyList<string> PackagePaths => packagePaths;

    /// <summary>How many counted cells have started, failed ones included.</summary>
    public int ExecutionCount { get; private set; }

    /// <summary>What cells read from the console.</summary>
    public TextReader Input { get; set; } = TextReader.Null;

    public int NextDisplayId() => Interlocked.Increment(ref displays);

    /// <summary>Compiles and runs one cell on threads of the pool. Failures are events, not exceptions. What is not counted is asked by a client beside the notebook's cells and has no number.</summary>
    /// <param name="code">The cell's code.</param>
    /// <param name="sink">Receives what the cell emits.</param>
    /// <param name="counted">Whether the cell gets the next execution count.</param>
    /// <param name="language">The kernel that the cell's metadata name, such as "fsharp"; null for C#.</param>
    /// <returns>Why the cell failed; null if it succeeded.</returns>
    public async Task<CellError?> ExecuteAsync(string code, Action<CellEvent> sink, bool counted = true, string? language = null)
    {
        var name = counted ? $"cell {++ExecutionCount}" : "cell without number";
        using var cell = RunningCell.Start(this, sink);
        running = cell;
        var error = await Task.Run(() => RunAsync(code, name, cell)).ConfigureAwait(false);
        running = null;
        cell.Execution.End();
        if (error is not null)
        {
            cell.Emit(new CellFailed(error));
        }

        return error;
    }

    /// <summary>Stops the running cell, if there is one, and keeps the state.</summary>
    /// <returns>False if it still runs after the given time, which its outputs then say.</returns>
    public async Task<bool> InterruptAsync(TimeSpan patience)
    {
        if (running is not { } cell || await cell.Execution.InterruptAsync(patience).ConfigureAwait(false)) return true;

        cell.Emit(new StreamText("stderr", StillRunning + "\n"));
        return false;
    }

    /// <summary>Stops listening to the running cell. Its thread cannot be stopped, so the session must not run another cell.</summary>
    public void Abandon() => running?.Abandon();

    public void Dispose() => assemblies.Loader.Dispose();

    private async Task<CellError?> RunAsync(string code, string name, RunningCell cell)
    {
        try
        {
            var clock = Stopwatch.StartNew();
            var directives = Directives.Read(code);
            if (directives.About) cell.Emit(new DisplayAdded(NextDisplayId(), MimeBundle.PlainText(About), Transient: false));
            foreach (var path in directives.Imports)
            {
                foreach (var source in Directives.Sources(Path.Combine(Folder, path)))
                {
                    if (await RunAsync(source, Path.GetFileName(path), cell).ConfigureAwait(false) is { } error) return error;
                }
            }

            var failure = string.IsNullOrWhiteSpace(directives.Code) ? null : await RunCodeAsync(directives.Code, name, cell).ConfigureAwait(false);
            if (directives.Time) cell.Emit(new StreamText("stdout", $"Wall time: {clock.Elapsed.TotalMilliseconds:F1} ms\n"));
            return failure;
        }
#pragma warning disable CA1031 // Whatever displaying the value or loading an assembly throws is the cell's failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return cell.Execution.Interrupted ? CellError.OfInterrupt(exception, name) : CellError.FromException(exception, name);
        }
    }

    private async Task<CellError?> RunCodeAsync(string code, string name, RunningCell cell)
    {
        try
        {
            code = AddPackages(code, cell);
        }
        catch (PackageException exception)
        {
            return CellError.OfPackage(exception);
        }

        (code, var disposed) = UsingDeclarations.Read(code);
        var (script, errors) = Compile(code, name);
        if (!errors.IsEmpty) return CellError.FromDiagnostics(errors, name);

        assemblies.LoadReferences(script);
        return await cell.Execution.RunAsync(() => RunAsync(script, cell, disposed)).ConfigureAwait(false) switch
        {
            null => null,
            var exception when cell.Execution.Interrupted => CellError.OfInterrupt(exception, name),
            var exception => CellError.FromException(exception, name),
        };
    }

    /// <summary>Restores the packages that a cell asks for and returns the rest of its code.</summary>
    private string AddPackages(string code, RunningCell cell)
    {
        var lines = PackageLines.Read(code);
        var files = packages.Add(lines);
        foreach (var note in files.Notes) cell.Emit(new StreamText("stderr", note + "\n"));
        packagePaths.AddRange(assemblies.AddPackages(files).Except(packagePaths));
        return lines.Code;
    }

    /// <summary>Runs the cell on its own threads and shows its value there, since showing runs code of the notebook, too.</summary>
    private async Task<Exception?> RunAsync(Script<object> script, RunningCell cell, IReadOnlyList<string> disposed)
    {
        var ran = await (state is null
            ? script.RunAsync(globals: null, catchException: _ => true)
            : script.RunFromAsync(state, catchException: _ => true));
        (state, handedOn) = (ran, packagePaths.Count);
        if (ran.Exception is null && HasValue(script) && ran.ReturnValue is not DisplayHandle) cell.Emit(new CellValue(DisplayRules.Format(ran.ReturnValue)));
        await UsingDeclarations.DisposeAsync(disposed.Select(name => ran.GetVariable(name)?.Value));
        return ran.Exception;
    }

    /// <summary>Compiles a cell, with checks for interrupts where a client can send them. Its errors are those of the code as it was written.</summary>
    private (Script<object> Script, ImmutableArray<Diagnostic> Errors) Compile(string code, string name)
    {
        var written = Submission(code, options.WithFilePath(name));
        if (interruptible)
        {
            var compilation = written.GetCompilation();
            var tree = compilation.SyntaxTrees.Last();
            var checkedCode = InterruptChecks.Add(tree, () => compilation.GetSemanticModel(tree));
            var withChecks = Submission(checkedCode, options.WithFilePath(name));
            if (checkedCode != code && Errors(withChecks).IsEmpty) return (withChecks, []);
        }

        return (written, Errors(written));
    }

    /// <summary>The cell after all before it. They hand their references on: to give them again would keep a copy of all symbols for each cell.</summary>
    private Script<object> Submission(string code, ScriptOptions cellOptions)
    {
        var fresh = packagePaths.Skip(handedOn).Select(path => MetadataReference.CreateFromFile(path));
        return state is null
            ? CSharpScript.Create<object>(code, cellOptions.AddReferences(fresh), assemblyLoader: assemblies.Loader)
            : state.Script.ContinueWith<object>(code, cellOptions.WithReferences(fresh));
    }

    private static ImmutableArray<Diagnostic> Errors(Script script) => [.. script.Compile().Where(d => d.Severity == DiagnosticSeverity.Error)];

    /// <summary>Whether the cell ends in an expression without a semicolon that has a value, which the language calls the submission's result.</summary>
    private static bool HasValue(Script script)
    {
        var compilation = script.GetCompilation();
        var tree = compilation.SyntaxTrees.Last();
        return tree.GetRoot() is CompilationUnitSyntax { Members: [.., GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }] }
            && compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type is { SpecialType: not SpecialType.System_Void };
    }
}
