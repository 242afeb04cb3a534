using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using FSharp.Compiler.Interactive;
using LstmLab.Jupyter;
using LstmLab.Jupyter.Execution;
using LstmLab.Jupyter.Polyglot;
using Microsoft.CodeAnalysis;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>What a notebook leaves behind in a process that runs others after it.</summary>
[Collection(nameof(RunsCells))]
public class MemoryTests
{
    private const string Probe = "LstmLab.Tests.Probe";

    [Theory]
    [InlineData("")]
    [InlineData("new System.Threading.Thread(static () => System.Threading.Thread.Sleep(System.Threading.Timeout.Infinite)) { IsBackground = true }.Start();")]
    public async Task What_a_session_has_made_is_collected_after_it_even_if_a_thread_of_a_cell_lives_on(string more)
    {
        await RunAsync("csharp", $"var data = new byte[1000]; AppDomain.CurrentDomain.SetData(\"{Probe}\", new WeakReference(data)); {more}", _ => { });
        AssertCollected((WeakReference)AppDomain.CurrentDomain.GetData(Probe)!);
    }

    [Fact]
    public async Task What_FSharp_has_imported_is_collected_after_the_session()
    {
        WeakReference? imported = null;
        await RunAsync("fsharp", "let x = List.init 10 id", session => imported = Imported(session));
        AssertCollected(imported!);
    }

    [Fact]
    public async Task A_notebook_that_is_written_is_let_go_before_the_next_one_runs()
    {
        using var workspace = new Workspace();
        workspace.WriteNotebook("in/a.ipynb", $$"""
            class Shown
            {
                public Dictionary<string, object> ToMimeBundle()
                {
                    var text = new string('x', 1000);
                    AppDomain.CurrentDomain.SetData("{{Probe}}", new WeakReference(text));
                    return new() { ["text/html"] = text, ["text/plain"] = "" };
                }
            }
            """, "new Shown()");
        workspace.WriteNotebook("in/b.ipynb", $$"""
            for (var i = 0; i < 3; i++) { GC.Collect(); GC.WaitForPendingFinalizers(); }
            if (((WeakReference)AppDomain.CurrentDomain.GetData("{{Probe}}")).IsAlive) throw new InvalidOperationException("The outputs of the notebook before are alive.");
            """);

        // In a process of its own: what other tests have left running here may hold more.
        string[] arguments = [typeof(Program).Assembly.Location, "run", Path.Combine(workspace.Folder, "in"), "-o", Path.Combine(workspace.Folder, "out")];
        using var run = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        var output = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, output);
    }

    [Fact]
    public void Metadata_of_an_assembly_is_read_once_for_all_sessions_and_again_when_the_file_is_new()
    {
        using var workspace = new Workspace();
        var path = Path.Combine(workspace.Folder, "a.dll");
        File.Copy(typeof(Markdig.Markdown).Assembly.Location, path);
        var first = Resolve(workspace.Folder);
        Assert.Equal(first, Resolve(workspace.Folder));
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
        Assert.NotEqual(first, Resolve(workspace.Folder));
    }

    private static MetadataId Resolve(string folder) =>
        Assert.Single(new AssemblyReferences(folder).ResolveReference("a.dll", null, MetadataReferenceProperties.Assembly)).GetMetadataId();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task RunAsync(string language, string code, Action<ScriptSession> look) => Task.Run(async () =>
    {
        using var workspace = new Workspace();
        using var session = new ScriptSession(workspace.Folder);
        Assert.Null(await session.ExecuteAsync(code, _ => { }, language: language));
        look(session);
    });

    /// <summary>The tables of all that F# Interactive has read, the largest part of it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Imported(ScriptSession session)
    {
        const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;
        var kernel = session.Kernels.Root.ChildKernels.OfType<FSharpKernel>().Single();
        var interactive = ((Lazy<Shell.FsiEvaluationSession>)typeof(FSharpKernel).GetField("session", Hidden)!.GetValue(kernel)!).Value;
        return new WeakReference(typeof(Shell.FsiEvaluationSession).GetFields(Hidden).Single(field => field.FieldType.Name == "TcImports").GetValue(interactive)!);
    }

    private static void AssertCollected(WeakReference made)
    {
        for (var i = 0; i < 10 && made.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(made.IsAlive);
    }
}
