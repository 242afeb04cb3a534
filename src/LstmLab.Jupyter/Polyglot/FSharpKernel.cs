using System.Reflection;
using System.Text.RegularExpressions;
using FSharp.Compiler.Diagnostics;
using FSharp.Compiler.Interactive;
using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Packages;
using Microsoft.CodeAnalysis;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.DotNet.Interactive.ValueSharing;
using Microsoft.FSharp.Core;
using Diagnostic = Microsoft.DotNet.Interactive.Diagnostic;
using Evaluated = Microsoft.FSharp.Core.FSharpChoice<
    Microsoft.FSharp.Core.FSharpOption<FSharp.Compiler.Interactive.Shell.FsiValue>?, System.Exception>;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>
/// F# cells, evaluated in this process by F# Interactive, which starts with the first of them. What they load is what C# cells of the
/// session load.
/// </summary>
internal sealed partial class FSharpKernel : Microsoft.DotNet.Interactive.Kernel,
    IKernelCommandHandler<SubmitCode>,
    IKernelCommandHandler<RequestValue>, IKernelCommandHandler<RequestValueInfos>, IKernelCommandHandler<SendValue>,
    IKernelCommandHandler<RequestCompletions>, IKernelCommandHandler<RequestHoverText>
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;
    private const int StackSize = 16 << 20;
    private const string DynamicAssembly = "FSI-ASSEMBLY";
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private const string Quit = "#quit would end the whole notebook. Restart the kernel instead.";

    private readonly string folder;
    private readonly SessionAssemblies assemblies;
    private readonly Func<string, Task<IReadOnlyList<string>>> restorePackage;
    private readonly Lazy<Shell.FsiEvaluationSession> session;
    private CancellationTokenSource compiling = new();
    private volatile Thread? running;
    private volatile bool executing;

    /// <param name="folder">The notebook's folder: base of <c>#r</c> and <c>#load</c>.</param>
    /// <param name="assemblies">Loads what cells of the session refer to, in all languages.</param>
    /// <param name="restorePackage">
    /// Finds the assemblies of <c>#r "nuget: …"</c>, given what follows the colon, such as "Plotly.NET, 6.0.0".
    /// </param>
    public FSharpKernel(string folder, SessionAssemblies assemblies, Func<string, Task<IReadOnlyList<string>>> restorePackage)
        : base("fsharp")
    {
        KernelInfo.LanguageName = "F#";
        KernelInfo.DisplayName = "F#";
        this.folder = Path.GetFullPath(folder);
        this.assemblies = assemblies;
        this.restorePackage = restorePackage;
        session = new(Start);
        RegisterForDisposal(Stop);
    }

    /// <summary>What the running cell is called in stack traces, such as "cell 3".</summary>
    public string CellName { get; set; } = "cell";

    /// <summary>Stops the running cell. What it defined is lost; everything of earlier cells is kept.</summary>
    /// <returns>False if it still runs after the given time. Threads that the cell started itself are not stopped.</returns>
    public async Task<bool> InterruptAsync(TimeSpan patience)
    {
        var thread = running;
        await compiling.CancelAsync().ConfigureAwait(false);
        var aborting = false;
        for (var waited = TimeSpan.Zero; thread?.IsAlive == true && waited < patience; waited += Step)
        {
            if (executing)
            {
                // Returns only when the thread has met the abort, which a thread that waits does after it is woken.
                if (!aborting) _ = Task.Run(Abort);
                aborting = true;
                thread.Interrupt();
            }

            await Task.Delay(Step).ConfigureAwait(false);
        }

        return thread?.IsAlive != true;
    }

    Task IKernelCommandHandler<SubmitCode>.HandleAsync(SubmitCode command, KernelInvocationContext context) =>
        RunAsync(command.Code, command, context);

    /// <summary>Runs code of the running cell and publishes its value.</summary>
    public async Task RunAsync(string code, KernelCommand command, KernelInvocationContext context)
    {
        Evaluated result;
        FSharpDiagnostic[] diagnostics = [];
        try
        {
            var referenced = await ReferencedAsync(code).ConfigureAwait(false);
            (result, diagnostics) = await OnThreadAsync(() => Evaluate(referenced)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a package's restore throws is the cell's failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            result = Evaluated.NewChoice2Of2(exception);
        }

        var shown = diagnostics.Where(d => !d.Severity.IsHidden).Select(d => new Diagnostic(
            new(new(d.StartLine - 1, d.StartColumn), new(d.EndLine - 1, d.EndColumn)),
            d.Severity.IsError ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
            d.ErrorNumberText,
            d.Message)).ToList();
        if (shown.Count > 0)
        {
            var texts = shown.Select(d => new FormattedValue("text/plain", d.ToString()));
            context.Publish(new DiagnosticsProduced(shown, [.. texts], command));
        }
        if (result is Evaluated.Choice1Of2 { Item.Value: { ReflectionValue: not DisplayedValue } value }
            && value.ReflectionType != typeof(Unit))
        {
            var forms = FormattedValue.CreateManyFromObject(value.ReflectionValue);
            context.Publish(new ReturnValueProduced(value.ReflectionValue, command, forms));
        }
        else if (result is Evaluated.Choice2Of2 failure)
        {
            var exception = compiling.IsCancellationRequested ? new CellErrorException(CellError.Of(
                    nameof(KernelInterruptedException),
                    "The cell was interrupted. What it defined is lost; everything of earlier cells is kept."))
                : failure.Item is Shell.FsiCompilationException ? new CellErrorException(Error(diagnostics, code))
                : failure.Item;
            context.Fail(command, exception, exception.Message);
        }
    }

    Task IKernelCommandHandler<RequestValue>.HandleAsync(RequestValue command, KernelInvocationContext context)
    {
        if (session.Value.TryFindBoundValue(command.Name) is { Value.Value.ReflectionValue: var value })
        {
            context.Publish(new ValueProduced(value, command.Name, Formatted(value, command.MimeType), command));
        }
        else
        {
            context.Fail(command, message: $"F# has no value '{command.Name}'. #!who lists those that there are.");
        }

        return Task.CompletedTask;
    }

    Task IKernelCommandHandler<RequestValueInfos>.HandleAsync(RequestValueInfos command, KernelInvocationContext context)
    {
        var bound = session.IsValueCreated ? session.Value.GetBoundValues().Where(b => b.Name != "it") : [];
        var infos = bound.Select(b => new KernelValueInfo(
            b.Name, new FormattedValue("text/plain", ValueText.Of(b.Value.ReflectionValue)), b.Value.ReflectionType));
        context.Publish(new ValueInfosProduced([.. infos], command));
        return Task.CompletedTask;
    }

    Task IKernelCommandHandler<SendValue>.HandleAsync(SendValue command, KernelInvocationContext context) =>
        SetValueAsync(command, context, (name, value, _) => OnThreadAsync(() =>
        {
            if (value is not null) session.Value.AddBoundValue(name, value);
            else session.Value.EvalInteraction($"let ``{name}``: obj = null", null);
            return true;
        }));

    Task IKernelCommandHandler<RequestCompletions>.HandleAsync(RequestCompletions command, KernelInvocationContext context) =>
        EditAsync(command, () => context.Publish(FSharpEditing.Completions(session.Value, command)));

    Task IKernelCommandHandler<RequestHoverText>.HandleAsync(RequestHoverText command, KernelInvocationContext context) =>
        EditAsync(command, () =>
        {
            if (FSharpEditing.Hover(session.Value, command) is { } hover) context.Publish(hover);
        });

    /// <summary>
    /// JSON has no form for some values, such as arrays of two dimensions; within this process they are shared as they are.
    /// </summary>
    private static FormattedValue Formatted(object? value, string mimeType)
    {
        try
        {
            return new(mimeType, value.ToDisplayString(mimeType));
        }
        catch (NotSupportedException)
        {
            return new("text/plain", ValueText.Of(value));
        }
    }

    /// <summary>F# Interactive does one thing at a time: while a cell runs, an editor gets no answer.</summary>
    private Task EditAsync(LanguageServiceCommand command, Action answer) =>
        running is null && command.LinePosition.Line < command.Code.Split('\n').Length ? Task.Run(answer) : Task.CompletedTask;

    private Shell.FsiEvaluationSession Start()
    {
        // Before the handler of F# Interactive, which would load each assembly a second time.
        AppDomain.CurrentDomain.AssemblyResolve += Resolve;
        AppDomain.CurrentDomain.AssemblyLoad += Loaded;

        // With the SDK's reference assemblies, a shared value's System.Int32 would not be F#'s int.
        string[] options = ["fsi", "--targetprofile:netcore", "--usesdkrefs-", "--optimize+", "--nologo", "--quiet", "-I:" + folder];
        var configuration = Shell.FsiEvaluationSession.GetDefaultConfiguration();
        var started = Shell.FsiEvaluationSession.Create(
            configuration, options, TextReader.Null, TextWriter.Null, TextWriter.Null, null, null);
        started.EvalInteraction(FSharpStart.Code, null);
        return started;
    }

    private void Stop()
    {
        AppDomain.CurrentDomain.AssemblyResolve -= Resolve;
        AppDomain.CurrentDomain.AssemblyLoad -= Loaded;
        if (session.IsValueCreated) Release(session.Value);
        compiling.Dispose();
    }

    /// <summary>
    /// Ends F# Interactive. Handlers that it leaves with the process, and caches that wait for more work for ever, lead to its parts, and
    /// a session is 30 MiB. So what these hold is taken from them.
    /// </summary>
    private static void Release(Shell.FsiEvaluationSession session)
    {
        ((IDisposable)session).Dispose();
        foreach (var part in Empty(session).Where(part => part.GetType().DeclaringType == typeof(Shell)))
        {
            (part.GetType().GetProperty("DependencyProvider", Hidden)?.GetValue(part) as IDisposable)?.Dispose();
            Empty(part);
        }
    }

    /// <summary>
    /// Takes from an object what it holds, but not its texts: a handler at the process's end deletes the folder that one names.
    /// </summary>
    private static List<object> Empty(object holder)
    {
        List<object> held = [];
        var fields = holder.GetType().GetFields(Hidden);
        foreach (var field in fields.Where(field => !field.FieldType.IsValueType && field.FieldType != typeof(string)))
        {
            if (field.GetValue(holder) is { } part) held.Add(part);
            field.SetValue(holder, null);
        }

        return held;
    }

    private (Evaluated Result, FSharpDiagnostic[] Diagnostics) Evaluate(string code)
    {
        var evaluated = session.Value.EvalInteractionNonThrowing(
            code, Path.Combine(folder, CellName), FSharpOption<CancellationToken>.Some(compiling.Token));
        return (evaluated.Item1, evaluated.Item2);
    }

    /// <summary>Runs it on a thread of its own, which can be interrupted without harm to others.</summary>
    private Task<T> OnThreadAsync<T>(Func<T> work)
    {
        compiling = new();
        executing = false;
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(Run, StackSize) { IsBackground = true, Name = "F#" };
        running = thread;
        thread.Start();
        return completion.Task;

        void Run()
        {
            try
            {
                completion.SetResult(work());
            }
#pragma warning disable CA1031 // It reaches whoever awaits the work.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                completion.SetException(exception);
            }
            finally
            {
                running = null;
            }
        }
    }

    /// <summary>Ends the running code wherever it is. F# Interactive has this ability, and lets only its own console use it.</summary>
    private void Abort()
    {
        var controller = typeof(Shell.FsiEvaluationSession).GetField("fsiInterruptController", Hidden)!.GetValue(session.Value)!;
        var execution = controller.GetType().GetMethod("ControlledExecution", Hidden)!.Invoke(controller, null)!;
        execution.GetType().GetMethod("TryAbort", Hidden)!.Invoke(execution, null);
    }

    private Assembly? Resolve(object? sender, ResolveEventArgs asked) =>
        asked.RequestingAssembly is { } by && (IsDynamic(by) || by == typeof(Shell).Assembly)
            ? assemblies.Find(new AssemblyName(asked.Name))
            : null;

    /// <summary>A cell is compiled when its assembly is loaded, and runs from then on.</summary>
    private void Loaded(object? sender, AssemblyLoadEventArgs loaded) =>
        executing |= IsDynamic(loaded.LoadedAssembly) && Thread.CurrentThread == running;

    private static bool IsDynamic(Assembly assembly) => assembly.GetName().Name!.StartsWith(DynamicAssembly, StringComparison.Ordinal);

    /// <summary>
    /// The code with its packages referenced and an empty line in place of each; folders of assemblies it refers to are known to the
    /// session.
    /// </summary>
    private async Task<string> ReferencedAsync(string code)
    {
        foreach (Match directive in Directives().Matches(code))
        {
            var (kind, path) = (directive.Groups["kind"].Value, directive.Groups["path"].Value);
            if (kind is "q" or "quit") throw new CellErrorException(CellError.Of(nameof(NotSupportedException), Quit));

            if (path.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase) && kind == "r")
            {
                IReadOnlyList<string> files;
                try
                {
                    files = await restorePackage(path["nuget:".Length..].Trim()).ConfigureAwait(false);
                }
                catch (PackageException exception)
                {
                    var number = code.AsSpan(0, directive.Index).Count('\n') + 1;
                    throw new CellErrorException(CellError.OfPackage(new(number, exception.Message)));
                }

                foreach (var file in files) assemblies.AddFolder(Path.GetDirectoryName(file)!);
                var references = string.Join('\n', files.Select(file => $"#r @\"{file}\""));
                await OnThreadAsync(() => Evaluate(references)).ConfigureAwait(false);
                code = code.Remove(directive.Index, directive.Length).Insert(directive.Index, new string(' ', directive.Length));
            }
            else
            {
                AddFolders(kind, Path.Combine(folder, path));
            }
        }

        return code;
    }

    private void AddFolders(string kind, string path)
    {
        if (kind == "r") assemblies.AddFolder(Path.GetDirectoryName(path)!);
        if (kind != "load" || !File.Exists(path)) return;

        foreach (Match directive in Directives().Matches(File.ReadAllText(path)))
        {
            AddFolders(directive.Groups["kind"].Value, Path.Combine(Path.GetDirectoryName(path)!, directive.Groups["path"].Value));
        }
    }

    private static CellError Error(FSharpDiagnostic[] diagnostics, string code)
    {
        var errors = diagnostics.Where(d => d.Severity.IsError).ToList();
        var lines = code.Split('\n');
        var traceback = new List<string> { CellError.CompilationError };
        foreach (var error in errors)
        {
            var place = $"line {error.StartLine}, column {error.StartColumn + 1}";
            traceback.AddRange($"{place}: {error.ErrorNumberText}: {error.Message}".Split('\n'));
            if (error.StartLine >= 1 && error.StartLine <= lines.Length)
            {
                var marker = new string(' ', error.StartColumn) + "^";
                traceback.AddRange(["    " + lines[error.StartLine - 1].TrimEnd(), "    " + marker]);
            }
        }

        var first = errors.FirstOrDefault();
        return new(CellError.CompilationError, $"{first?.ErrorNumberText}: {first?.Message}", traceback, first?.StartLine);
    }

    [GeneratedRegex("""^[ \t]*#(?<kind>r|load|q|quit)\b([ \t]+@?"(?<path>[^"]*)")?""", RegexOptions.Multiline)]
    private static partial Regex Directives();
}
