using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Notebooks;
using LstmLab.Jupyter.Packages;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Directives;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace LstmLab.Jupyter.Polyglot;

/// <summary>
/// The languages of one notebook: this project's C# and the kernels of .NET Interactive as one composite kernel, with the directives of
/// both.
/// </summary>
internal sealed class NotebookKernels : IDisposable
{
    private readonly ScriptSession session;
    private readonly CSharpKernel csharp;
    private readonly FSharpKernel fsharp;
    private readonly InstalledTool tool;
    private readonly KernelOutputs outputs;

    public NotebookKernels(ScriptSession session)
    {
        this.session = session;
        tool = new InstalledTool(session.Folder);
        csharp = new CSharpKernel(session).UseValueSharing().UseWho();
        Root.Add(csharp, ["c#", "C#"]);
        fsharp = new FSharpKernel(session.Folder, session.Assemblies, RestoreAsync).UseValueSharing().UseWho();
        Root.Add(fsharp, ["f#", "F#"]);
        Root.Add(new HtmlKernel());
        Root.Add(JavaScript(), ["js"]);
        Root.Add(new KeyValueStoreKernel().UseWho());
        Root.Add(new MarkdownKernel());
        Root.Add(new MermaidKernel());
        foreach (var (kernel, aliases) in tool.Kernels()) Root.Add(kernel.UseValueSharing(), aliases);
        Root.RegisterForDisposal(tool);
        Root.DefaultKernelName = CellPart.CSharp;
        Root.AddDirective(new KernelActionDirective("#!time"), Time);
        Root.AddDirective(new KernelActionDirective("#!about"), About);
        Root.AddDirective(new KernelActionDirective("#!lsmagic"), List);
        Root.AddDirective<ImportDocument>(Import, ImportAsync);
        Root.RegisterCommandHandler<RequestInput>(Ask);
        outputs = new KernelOutputs(session);
        Root.RegisterForDisposal(Root.KernelEvents.Subscribe(outputs));
    }

    public CompositeKernel Root { get; } = new();

    private static KernelActionDirective Import => new("#!import")
    {
        Parameters = { new("--file") { AllowImplicitName = true, Required = true, TypeHint = "file" } },
    };

    /// <summary>The parts of a cell, each for one kernel.</summary>
    public IReadOnlyList<CellPart> Divide(string code, string? language) =>
        CellPart.Divide(code, language is null ? CellPart.CSharp : NameOf(language) ?? language, NameOf);

    /// <summary>Runs the parts of a cell one after another, as one command of the composite kernel, until one fails.</summary>
    public async Task<CellError?> RunAsync(string code, string? language)
    {
        CellError? error = null;
        outputs.Failures.Clear();
        fsharp.CellName = session.CellName;
        await Root.SendAsync(new Work(null, RunAsync)).ConfigureAwait(false);
        return error;

        async Task RunAsync(KernelCommand command, KernelInvocationContext context)
        {
            // The composite kernel has taken the console for this command; text of any thread belongs to the cell.
            using var console = new ConsoleCapture(RunningCell.Require(), session.Input);
            try
            {
                error = await RunPartsAsync(code, language).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever a kernel throws is the cell's failure.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                error = CellError.FromException(exception, session.CellName);
            }
        }
    }

    /// <summary>Stops a running F# cell; what C# cells need to stop is the session's.</summary>
    public Task InterruptAsync(TimeSpan patience) => fsharp.InterruptAsync(patience);

    public void Dispose() => Root.Dispose();

    private async Task<IReadOnlyList<string>> RestoreAsync(string package)
    {
        await session.AddPackagesAsync(new PackageLines("", [Packages.PackageReference.Parse(package, 1)], [])).ConfigureAwait(false);
        return session.PackagePaths;
    }

    private async Task<CellError?> RunPartsAsync(string code, string? language)
    {
        foreach (var part in Divide(code, language))
        {
            if (Unknown(part) is { } unknown) return unknown;

            KernelCommand command = part switch
            {
                { IsCSharp: true } => new Work(part.Kernel, (work, context) => csharp.RunAsync(part.Code, session.CellName, work, context)),
                { IsCode: true } => new Work(part.Kernel, (work, context) => fsharp.RunAsync(part.Code, work, context)),
                _ => new SubmitCode(part.Code, part.Kernel),
            };
            if (await SendAsync(command).ConfigureAwait(false) is { } error) return error;
        }

        return null;
    }

    /// <summary>Sends a command. One that the package has divided fails as the whole cell, and its own events do not say so.</summary>
    private async Task<CellError?> SendAsync(KernelCommand command)
    {
        var result = await Root.SendAsync(command).ConfigureAwait(false);
        var wholeCell = outputs.Failures.Where(failure => failure.Command is Work { Parent: null });
        var failures = result.Events.OfType<CommandFailed>().Concat(wholeCell).ToList();
        if (failures.Count == 0) return null;

        var failed = failures.Find(failure => failure.Exception is not null) ?? failures[0];
        return failed.Exception switch
        {
            null => CellError.Of("Error", failed.Message),
            CellErrorException { Error: var error } => error,
            var exception => CellError.FromException(exception, session.CellName),
        };
    }

    /// <summary>Why a part cannot run: its kernel, or its directive, is not known.</summary>
    private CellError? Unknown(CellPart part)
    {
        if (NameOf(part.Kernel) is null)
        {
            var names = string.Join(", ", Root.ChildKernels.Select(kernel => kernel.Name).Order());
            return CellError.Of("Error", $"Line {part.Line}: there is no kernel '{part.Kernel}'; there are {names}.");
        }

        if (part.IsCode || part.Kernel is not (CellPart.CSharp or CellPart.FSharp)) return null;

        var directive = CellPart.Directive(part.Code);
        return Directives.Contains(directive)
            ? null
            : CellError.Of("Error", $"Line {part.Line}: '{directive}' is not known; {string.Join(", ", Directives)} are.");
    }

    /// <summary>What a line of C# or F# can begin with.</summary>
    private List<string> Directives =>
    [
        .. Root.KernelInfo.SupportedDirectives.Concat(csharp.KernelInfo.SupportedDirectives)
            .Select(directive => directive.Name)
            .Where(name => name.StartsWith("#!", StringComparison.Ordinal))
            .Distinct()
            .Order(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>Loads the extensions of packages, which may add kernels, directives and formatters.</summary>
    public async Task LoadExtensionsAsync(IEnumerable<IKernelExtension> extensions, IEnumerable<string> scripts)
    {
        // That of DataFrames would show them with random ids; this program has a table of its own.
        foreach (var extension in extensions)
        {
            var assembly = extension.GetType().Assembly;
            var name = assembly.GetName().Name;
            if (name == "Microsoft.Data.Analysis.Interactive") continue;

            await extension.OnLoadAsync(Root).ConfigureAwait(false);
            if (name == "Plotly.NET.Interactive") ShowPlotly(assembly);
        }

        foreach (var script in scripts) await Root.SendAsync(new SubmitCode(script)).ConfigureAwait(false);
    }

    /// <summary>Puts plotly.js on the page, where the charts of Plotly.NET.Interactive find it without a network.</summary>
    private static void ShowPlotly(Assembly interactive)
    {
        var plotly = AssemblyLoadContext.GetLoadContext(interactive)!.LoadFromAssemblyName(new AssemblyName("Plotly.NET"));
        var bundle = MimeBundle.PlainText("Charts of Plotly.NET are interactive: plotly.js is on the page.");
        bundle.Add("text/html", PlotlyScript.Of(plotly));
        RunningCell.Require().Emit(new DisplayAdded(RunningCell.Require().NextDisplayId(), bundle, Transient: true));
    }

    /// <summary>What other languages, and directives, complete at a position.</summary>
    public Task<CompletionsProduced?> CompleteAsync(string code, LinePosition position) =>
        AnswerAsync<CompletionsProduced>(new RequestCompletions(code, position));

    /// <summary>What other languages, and directives, say of a position.</summary>
    public Task<HoverTextProduced?> HoverAsync(string code, LinePosition position) =>
        AnswerAsync<HoverTextProduced>(new RequestHoverText(code, position));

    private async Task<T?> AnswerAsync<T>(KernelCommand command)
        where T : KernelEvent
    {
        var result = await Root.SendAsync(command).ConfigureAwait(false);
        return result.Events.OfType<T>().FirstOrDefault();
    }

    private string? NameOf(string nameOrAlias) => Root.ChildKernels
        .FirstOrDefault(kernel => kernel.Name == nameOrAlias || kernel.KernelInfo.Aliases.Contains(nameOrAlias))?.Name;

    /// <summary>The package's kernel, which loses values that come as JSON.</summary>
    private static JavaScriptKernel JavaScript()
    {
        var kernel = new JavaScriptKernel().UseValueSharing();
        kernel.RegisterCommandHandler<SendValue>((command, context) =>
        {
            var json = command.Value is { } shared ? shared.ToDisplayString("application/json") : command.FormattedValue.Value;
            var value = json.Replace("</", @"<\/", StringComparison.Ordinal);
            return kernel.FrontendEnvironment.ExecuteClientScript($"{command.Name} = {value};", context);
        });
        return kernel;
    }

    private static Task Time(KernelCommand command, KernelInvocationContext context)
    {
        var clock = Stopwatch.StartNew();
        var cell = RunningCell.Require();
        context.OnComplete(_ =>
        {
            var text = FormattableString.Invariant($"Wall time: {clock.Elapsed.TotalMilliseconds:F1} ms\n");
            cell.Emit(new StreamText("stdout", text));
        });
        return Task.CompletedTask;
    }

    private Task List(KernelCommand command, KernelInvocationContext context)
    {
        context.DisplayAs(string.Join('\n', Directives), "text/plain");
        return Task.CompletedTask;
    }

    private static Task About(KernelCommand command, KernelInvocationContext context)
    {
        context.Publish(new DisplayedValueProduced(ScriptSession.About, command, new ShownValue(ScriptSession.About)));
        return Task.CompletedTask;
    }

    /// <summary>Runs a file of C# or F#, or the cells of a notebook, in the importing notebook's own session.</summary>
    private async Task ImportAsync(ImportDocument command, KernelInvocationContext context)
    {
        var path = Path.Combine(session.Folder, command.FilePath);
        if (!File.Exists(path))
        {
            context.Fail(command, message: $"#!import: there is no file '{command.FilePath}'. Give its path relative to the notebook.");
        }
        else if (Path.GetExtension(path).ToLowerInvariant() is ".ipynb" or ".dib")
        {
            var notebook = Notebook.Read(path);
            foreach (var cell in notebook.Cells.Where(cell => cell.IsExecutable))
            {
                if (await RunPartsAsync(cell.Source, cell.Kernel ?? notebook.Kernel).ConfigureAwait(false) is not { } error) continue;
                context.Fail(command, new CellErrorException(error));
                break;
            }
        }
        else if (Path.GetExtension(path).ToLowerInvariant() is ".fs" or ".fsx")
        {
            await fsharp.RunAsync(await File.ReadAllTextAsync(path).ConfigureAwait(false), command, context).ConfigureAwait(false);
        }
        else
        {
            var code = await File.ReadAllTextAsync(path).ConfigureAwait(false);
            await csharp.RunAsync(code, Path.GetFileName(path), command, context).ConfigureAwait(false);
        }
    }

    private Task Ask(RequestInput command, KernelInvocationContext context)
    {
        if (session.Input is CellInput input && input.Ask(command.Prompt, command.IsPassword) is { } answer)
        {
            context.Publish(new InputProduced(answer, command));
        }
        else
        {
            context.Fail(command, message: $"'{command.Prompt}' asks for input, but nobody is there to answer: "
                + "run the notebook in a client, such as Jupyter or VS Code.");
        }

        return Task.CompletedTask;
    }

    /// <summary>Work that needs no parser.</summary>
    private sealed class Work : KernelCommand
    {
        public Work(string? kernel, Func<KernelCommand, KernelInvocationContext, Task> handle)
            : base(kernel) => Handler = (command, context) => handle(command, context);
    }
}
