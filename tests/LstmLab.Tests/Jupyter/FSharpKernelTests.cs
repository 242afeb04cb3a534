using System.Runtime.Loader;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Packages;
using LstmLab.Jupyter.Polyglot;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;
using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public sealed class FSharpKernelTests : IDisposable
{
    private readonly Workspace workspace = new();
    private readonly List<string> restored = [];
    private readonly FSharpKernel kernel;

    public FSharpKernelTests() => kernel = new FSharpKernel(workspace.Folder, new SessionAssemblies(), package =>
    {
        restored.Add(package);
        return Task.FromResult<IReadOnlyList<string>>([typeof(Markdig.Markdown).Assembly.Location]);
    });

    public void Dispose()
    {
        kernel.Dispose();
        workspace.Dispose();
    }

    [Fact]
    public async Task Cells_share_state_and_show_the_value_of_a_trailing_expression()
    {
        Assert.Empty(Values(await RunAsync("let x = 3")));
        Assert.Equal([8], Values(await RunAsync("let y = x + 1\ny * 2")));
        Assert.Empty(Values(await RunAsync("()")));
        Assert.Equal([[1, 2]], Values(await RunAsync("[1; 2]")).Cast<IEnumerable<int>>());
        Assert.Equal(5, Assert.Single((await RunAsync("5 |> display")).Events.OfType<DisplayedValueProduced>()).Value);
    }

    [Fact]
    public async Task Cells_have_without_open_what_DotNet_Interactive_opens()
    {
        var result = await RunAsync("""
            open Html
            let names = [ "a"; "<b>" ]
            let view = table [ _style [ "color: blue"; "margin: 0" ] ] [ tr [ _id "first" ] [ for name in names do td [] [ name ] ] ; p [] [ str "<" ] ]
            use writer = new StringWriter()
            writer.Write view
            CSS "p {}"
            Formatter.ListExpansionLimit, Path.GetExtension "a.b", StringBuilder().Length, LaTeXString(@"\alpha").ToString(), string writer
            """);
        var shown = (System.Runtime.CompilerServices.ITuple)Assert.Single(Values(result))!;
        Assert.Equal("""<table style="color: blue; margin: 0"><tr id="first"><td>a</td><td>&lt;b&gt;</td></tr><p>&lt;</p></table>""", shown[4]);
    }

    [Fact]
    public async Task A_package_that_cannot_be_had_is_named_with_its_line()
    {
        using var fsharp = new FSharpKernel(workspace.Folder, new SessionAssemblies(), _ => throw new PackageException(1, "There is no such package."));
        var error = Assert.IsType<CellErrorException>(Failure(await RunAsync("let x = 1\n\n#r \"nuget: Nowhere\"", fsharp)).Exception).Error;
        Assert.Equal(["line 3: There is no such package."], error.Traceback);
    }

    [Fact]
    public async Task What_is_printed_reaches_the_console_and_nothing_else_does()
    {
        var run = await workspace.RunAsync("#!fsharp\nlet x = 3\nprintf \"x is %d\" x");
        Assert.Equal("x is 3", run.Text(1));
        Assert.Single(run.Outputs(1));
    }

    [Fact]
    public async Task A_compilation_error_has_its_code_line_and_column()
    {
        var result = await RunAsync("let a = 1\nlet b = a + \"s\"\nnope");
        var error = Assert.IsType<CellErrorException>(Failure(result).Exception).Error;
        Assert.Equal(2, error.Line);
        Assert.StartsWith("FS0001: The type 'string' does not match the type 'int'", error.Value, StringComparison.Ordinal);
        Assert.Contains(error.Traceback, line => line.StartsWith("line 3, column 1: FS0039: The value or constructor 'nope' is not defined.", StringComparison.Ordinal));
        Assert.Equal(3, result.Events.OfType<DiagnosticsProduced>().Single().Diagnostics.Count);
    }

    [Fact]
    public async Task An_exception_names_the_line_of_the_cell()
    {
        kernel.CellName = "cell 7";
        var exception = Failure(await RunAsync("let n = 1\nif n = 1 then\n    failwith \"boom\"")).Exception;
        var error = CellError.FromException(exception, "cell 7");
        Assert.Equal(3, error.Line);
        Assert.Equal(["System.Exception: boom", "   at top level in cell 7, line 3"], error.Traceback);
    }

    [Fact]
    public async Task Files_are_relative_to_the_notebook_and_packages_are_restored()
    {
        workspace.Write("lib/two.fsx", "let two = 2");
        Assert.Equal([2], Values(await RunAsync("#load \"lib/two.fsx\"\nTwo.two")));
        var result = await RunAsync("#r \"nuget: Markdig, 1.6.0\"\nMarkdig.Markdown.ToPlainText \"*a*\"");
        Assert.Equal(["Markdig, 1.6.0"], restored);
        Assert.Equal(["a\n"], Values(result));
    }

    [Fact]
    public async Task Both_languages_use_the_same_types()
    {
        AssemblyTests.Compile(workspace.Folder, "Shared", "public class Shared(string text) { public string Text => text; }");
        using var session = new ScriptSession(workspace.Folder);
        Assert.Null(await session.ExecuteAsync("#r \"Shared.dll\"\nAppDomain.CurrentDomain.SetData(\"shared\", typeof(Shared));", _ => { }));
        var inCSharp = (Type)AppDomain.CurrentDomain.GetData("shared")!;
        var assemblies = (SessionAssemblies)AssemblyLoadContext.GetLoadContext(inCSharp.Assembly)!;
        using var fsharp = new FSharpKernel(workspace.Folder, assemblies, _ => throw new NotSupportedException());

        await fsharp.SendAsync(new SendValue("shared", Activator.CreateInstance(inCSharp, "from C#"), null));
        Assert.Equal(["from C#"], Values(await RunAsync("shared.Text", fsharp)));
        Assert.Same(inCSharp, Assert.Single(Values(await RunAsync("#r \"Shared.dll\"\ntypeof<Shared>", fsharp))));
        Assert.Equal(["from C#"], Values(await RunAsync("let same: Shared = shared\nsame.Text", fsharp)));
    }

    [Fact]
    public async Task What_a_cell_refers_to_is_loaded_into_the_session()
    {
        AssemblyTests.Compile(workspace.Folder, "Lower", "public class Lower { public int Value => 7; }");
        AssemblyTests.Compile(workspace.Folder, "Upper", "public static class Upper { public static Lower Make() => new(); }", "Lower");
        workspace.Write("lib/lab.fsx", "#r \"../Lower.dll\"\n#r \"../Upper.dll\"");
        var assemblies = new SessionAssemblies();
        using var fsharp = new FSharpKernel(workspace.Folder, assemblies, _ => throw new NotSupportedException());
        var made = Assert.Single(Values(await RunAsync("#load \"lib/lab.fsx\"\nUpper.Make()", fsharp)))!;
        Assert.Same(assemblies, AssemblyLoadContext.GetLoadContext(made.GetType().Assembly));
    }

    [Fact]
    public async Task Values_are_shared_both_ways_under_any_name()
    {
        var numbers = new double[2, 3];
        Assert.Empty((await kernel.SendAsync(new SendValue("type", numbers, new FormattedValue("text/plain", "")))).Events.OfType<CommandFailed>());
        Assert.Empty((await kernel.SendAsync(new SendValue("nothing", null, new FormattedValue("application/json", "null")))).Events.OfType<CommandFailed>());
        Assert.Equal([true], Values(await RunAsync("``type``.[1, 2] <- 5.0\nisNull nothing")));
        Assert.Equal(5, numbers[1, 2]);
        await RunAsync("let back = 1 + 1\nlet table = array2D [[1; 2]]");
        Assert.IsType<int[,]>((await kernel.SendAsync(new RequestValue("table"))).Events.OfType<ValueProduced>().Single().Value);
        Assert.Equal(2, (await kernel.SendAsync(new RequestValue("back"))).Events.OfType<ValueProduced>().Single().Value);
        var infos = (await kernel.SendAsync(new RequestValueInfos())).Events.OfType<ValueInfosProduced>().Single().ValueInfos;
        Assert.Contains("back", infos.Select(info => info.Name));
        Assert.Equal("F# has no value 'none'. #!who lists those that there are.", Failure(await kernel.SendAsync(new RequestValue("none"))).Message);
    }

    [Fact]
    public async Task Completion_and_hover_know_earlier_cells()
    {
        await RunAsync("/// Doubles a number.\nlet twice (x: int) = 2 * x");
        var completions = (await kernel.SendAsync(new RequestCompletions("let a = 1\ntwi", new(1, 3)))).Events.OfType<CompletionsProduced>().Single();
        Assert.Equal("twice", Assert.Single(completions.Completions).InsertText);
        Assert.Equal(new LinePositionSpan(new(1, 0), new(1, 3)), completions.LinePositionSpan);
        Assert.Contains("IndexOf", (await kernel.SendAsync(new RequestCompletions("\"abc\".Ind", new(0, 9)))).Events.OfType<CompletionsProduced>().Single().Completions.Select(item => item.DisplayText));

        var hover = (await kernel.SendAsync(new RequestHoverText("twice 3", new(0, 2)))).Events.OfType<HoverTextProduced>().Single();
        Assert.Equal("val twice: x: int -> int\n\nDoubles a number.", hover.Content.Single(text => text.MimeType == "text/plain").Value.ReplaceLineEndings("\n"));
        hover = (await kernel.SendAsync(new RequestHoverText("System.Math.Abs 3", new(0, 13)))).Events.OfType<HoverTextProduced>().Single();
        Assert.Contains("Returns the absolute value", hover.Content.First().Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("while true do ()")]
    [InlineData("System.Threading.Thread.Sleep 60000")]
    [InlineData("Async.RunSynchronously (Async.Sleep 60000)")]
    [InlineData("try (while true do ()) with _ -> ()")]
    public async Task An_interrupt_keeps_the_state(string endless)
    {
        await RunAsync("let mutable count = 1");
        var started = new ManualResetEventSlim();
        AppDomain.CurrentDomain.SetData("started", (Action)started.Set);
        var running = RunAsync($"count <- 2\n(System.AppDomain.CurrentDomain.GetData \"started\" :?> System.Action).Invoke()\n{endless}");
        Assert.True(started.Wait(TimeSpan.FromMinutes(1)));
        Assert.True(await kernel.InterruptAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("The cell was interrupted. What it defined is lost; everything of earlier cells is kept.", Failure(await running).Message);
        Assert.Equal([2], Values(await RunAsync("count")));
    }

    [Fact]
    public async Task Quit_does_not_end_the_process() =>
        Assert.Equal("#quit would end the whole notebook. Restart the kernel instead.", Failure(await RunAsync("#quit")).Message);

    private Task<KernelCommandResult> RunAsync(string code, FSharpKernel? other = null) => (other ?? kernel).SendAsync(new SubmitCode(code));

    private static IEnumerable<object?> Values(KernelCommandResult result)
    {
        Assert.Empty(result.Events.OfType<CommandFailed>().Select(failed => failed.Message));
        return result.Events.OfType<ReturnValueProduced>().Select(shown => shown.Value);
    }

    private static CommandFailed Failure(KernelCommandResult result) => result.Events.OfType<CommandFailed>().Single();
}
