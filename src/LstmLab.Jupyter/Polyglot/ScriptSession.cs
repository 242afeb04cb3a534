using System.Collections.Immutable;
using System.Runtime.InteropServices;
using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Packages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive.Formatting;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>The C# state of one notebook: cells run in order and each sees what earlier ones declared.</summary>
internal sealed class ScriptSession : ICellSession, IDisposable
{
    public const string StillRunning =
        "The cell is in library code that cannot be stopped from outside; it ends when that returns to the cell. "
        + "To stop it now, restart the kernel.";

    public static readonly string About =
        $"LstmLab {typeof(ScriptSession).Assembly.GetName().Version!.ToString(3)}, {RuntimeInformation.FrameworkDescription}, "
        + $"C# {ScriptReferences.Language.ToDisplayString()}, {RuntimeInformation.RuntimeIdentifier}";

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
        Kernels = new NotebookKernels(this);
        options = ScriptOptions.Default
            .WithReferences(ScriptReferences.All)
            .WithMetadataResolver(new AssemblyReferences(Folder))
            .WithSourceResolver(ScriptReferences.Sources(Folder, interruptible))
            .WithImports(ScriptReferences.Imports)
            .WithLanguageVersion(ScriptReferences.Language)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithEmitDebugInformation(true)
            .WithFileEncoding(System.Text.Encoding.UTF8)
            .WithWarningLevel(0);
    }

    public string Folder { get; }

    /// <summary>Loads what cells of all languages refer to.</summary>
    public SessionAssemblies Assemblies { get; } = new();

    /// <summary>The languages of the notebook.</summary>
    public NotebookKernels Kernels { get; }

    /// <summary>What errors call the running cell.</summary>
    public string CellName { get; private set; } = "";

    /// <summary>The paths of the assemblies of packages that cells may refer to.</summary>
    public IReadOnlyList<string> PackagePaths => packagePaths;

    /// <summary>How many counted cells have started, failed ones included.</summary>
    public int ExecutionCount { get; private set; }

    /// <summary>What cells read from the console.</summary>
    public TextReader Input { get; set; } = TextReader.Null;

    /// <summary>What the C# cells have declared, each name once.</summary>
    public IEnumerable<ScriptVariable> Variables => state?.Variables.GroupBy(variable => variable.Name).Select(same => same.Last()) ?? [];

    public int NextDisplayId() => Interlocked.Increment(ref displays);

    /// <summary>
    /// Compiles and runs one cell on threads of the pool. Failures are events, not exceptions. What is not counted is asked by a client
    /// beside the notebook's cells and has no number.
    /// </summary>
    /// <param name="code">The cell's code.</param>
    /// <param name="sink">Receives what the cell emits.</param>
    /// <param name="counted">Whether the cell gets the next execution count.</param>
    /// <param name="language">The kernel that the cell's metadata name, such as "fsharp"; null for C#.</param>
    /// <returns>Why the cell failed; null if it succeeded.</returns>
    public async Task<CellError?> ExecuteAsync(string code, Action<CellEvent> sink, bool counted = true, string? language = null)
    {
        CellName = counted ? $"cell {++ExecutionCount}" : "cell without number";
        using var cell = RunningCell.Start(this, sink);
        running = cell;
        var error = await Task.Run(() => Kernels.RunAsync(code, language)).ConfigureAwait(false);
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
        if (running is not { } cell) return true;

        _ = Kernels.InterruptAsync(patience);
        if (await cell.Execution.InterruptAsync(patience).ConfigureAwait(false)) return true;

        cell.Emit(new StreamText("stderr", StillRunning + "\n"));
        return false;
    }

    /// <summary>Stops listening to the running cell. Its thread cannot be stopped, so the session must not run another cell.</summary>
    public void Abandon() => running?.Abandon();

    public void Dispose()
    {
        Kernels.Dispose();
        Assemblies.Loader.Dispose();

        // A thread that a cell has started keeps the execution context of that cell, and with it this session, for as long as it lives.
        state = null;
    }

    /// <summary>Compiles and runs C# of the running cell, or of a file that it imports.</summary>
    /// <param name="code">The code.</param>
    /// <param name="name">What errors call the code.</param>
    /// <param name="show">Receives the value, if the code has one.</param>
    /// <returns>Why it failed; null if it succeeded.</returns>
    public async Task<CellError?> RunCodeAsync(string code, string name, Action<ShownValue> show)
    {
        var execution = RunningCell.Require().Execution;
        try
        {
            var (declared, disposed) = UsingDeclarations.Read(await AddPackagesAsync(code).ConfigureAwait(false));
            var (script, errors) = Compile(declared, name);
            if (!errors.IsEmpty) return CellError.FromDiagnostics(errors, name);

            Assemblies.LoadReferences(script);
            var exception = await execution.RunAsync(() => RunAsync(script, disposed, show)).ConfigureAwait(false);
            return exception is null ? null : Failure(exception);
        }
        catch (PackageException exception)
        {
            return CellError.OfPackage(exception);
        }
#pragma warning disable CA1031 // Whatever displaying the value or loading an assembly throws is the cell's failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Failure(exception);
        }

        CellError Failure(Exception exception) =>
            execution.Interrupted ? CellError.OfInterrupt(exception, name) : CellError.FromException(exception, name);
    }

    /// <summary>Declares a variable of another language's value, of its own type where C# can name that.</summary>
    public async Task SetAsync(string name, object? value)
    {
        foreach (var type in value is null ? ["object"] : new[] { TypeName.Of(value.GetType()), "object" })
        {
            if (await RunCodeAsync($"{type} {name} = default;", "shared value", _ => { }).ConfigureAwait(false) is null) break;
        }

        var declared = Variables.FirstOrDefault(variable => variable.Name == name)
            ?? throw new ArgumentException($"'{name}' is no name that a C# variable can have.");
        declared.Value = value;
    }

    /// <summary>Restores packages for the cells of any language.</summary>
    /// <exception cref="PackageException">A package cannot be had.</exception>
    public async Task AddPackagesAsync(PackageLines lines)
    {
        var files = packages.Add(lines);
        foreach (var note in files.Notes) RunningCell.Require().Emit(new StreamText("stderr", note + "\n"));
        packagePaths.AddRange(Assemblies.AddPackages(files).Except(packagePaths));
        await Kernels.LoadExtensionsAsync(Assemblies.ExtensionsOf(files), files.Scripts()).ConfigureAwait(false);
    }

    /// <summary>Restores the packages that a cell asks for and returns the rest of its code.</summary>
    private async Task<string> AddPackagesAsync(string code)
    {
        var lines = PackageLines.Read(code);
        if (lines.Packages.Count + lines.Sources.Count > 0) await AddPackagesAsync(lines).ConfigureAwait(false);
        return lines.Code;
    }

    /// <summary>Runs the cell on its own threads and shows its value there, since showing runs code of the notebook, too.</summary>
    private async Task<Exception?> RunAsync(Script<object> script, IReadOnlyList<string> disposed, Action<ShownValue> show)
    {
        var ran = await (state is null
            ? script.RunAsync(globals: null, catchException: _ => true)
            : script.RunFromAsync(state, catchException: _ => true));
        (state, handedOn) = (ran, packagePaths.Count);
        var isShownAlready = ran.ReturnValue is DisplayHandle or DisplayedValue;
        if (ran.Exception is null && HasValue(script, ran.ReturnValue) && !isShownAlready) show(new ShownValue(ran.ReturnValue));
        await UsingDeclarations.DisposeAsync(disposed.Select(name => ran.GetVariable(name)?.Value));
        return ran.Exception;
    }

    /// <summary>
    /// Compiles a cell, with checks for interrupts where a client can send them. Its errors are those of the code as it was written.
    /// </summary>
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

    /// <summary>
    /// The cell after all before it. They hand their references on: to give them again would keep a copy of all symbols for each cell.
    /// </summary>
    private Script<object> Submission(string code, ScriptOptions cellOptions)
    {
        var fresh = packagePaths.Skip(handedOn).Select(path => AssemblyReferences.To(path));
        return state is null
            ? CSharpScript.Create<object>(code, cellOptions.AddReferences(fresh), assemblyLoader: Assemblies.Loader)
            : state.Script.ContinueWith<object>(code, cellOptions.WithReferences(fresh));
    }

    private static ImmutableArray<Diagnostic> Errors(Script script) =>
        [.. script.Compile().Where(d => d.Severity == DiagnosticSeverity.Error)];

    /// <summary>
    /// Whether the cell returned a value, or ends in an expression without a semicolon that has one, which the language calls the
    /// submission's result.
    /// </summary>
    private static bool HasValue(Script script, object? value)
    {
        var compilation = script.GetCompilation();
        var tree = compilation.SyntaxTrees.Last();
        var root = tree.GetRoot();
        return value is not null
            || (root is CompilationUnitSyntax { Members: [.., GlobalStatementSyntax { Statement: ExpressionStatementSyntax last }] }
                && last.SemicolonToken.IsMissing
                && compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type is { SpecialType: not SpecialType.System_Void });
    }
}
