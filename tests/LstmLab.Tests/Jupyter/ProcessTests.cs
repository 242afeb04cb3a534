using System.Diagnostics;
using System.Text.Json.Nodes;
using LstmLab.Jupyter;
using LstmLab.Jupyter.Notebooks;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>What holds for the program as a process: its locale and its file descriptors.</summary>
[Collection(nameof(RunsCells))]
public class ProcessTests
{
    private const string Locale = """
        using System.Globalization;
        using System.Text;
        Console.WriteLine(1234.5);
        Console.WriteLine(await Task.Run(() => 0.5.ToString()));
        Console.WriteLine(Encoding.GetEncoding(1252).GetString([0x80]) + Encoding.GetEncoding("gb2312").GetString([0xd6, 0xd0]) + "😀");
        Console.WriteLine(1234.5.ToString("N1", new CultureInfo("de-DE")));
        """;

    private const string Child = """
        using System.Diagnostics;
        void Start(string program, params string[] arguments) => Process.Start(program, arguments).WaitForExit();
        Console.WriteLine("first");
        Start("echo", "中文");
        display(1);
        Start("sh", "-c", "echo out; echo error >&2");
        """;

    [Fact]
    public async Task Cells_know_cultures_and_encodings_and_format_by_none()
    {
        var (exitCode, outputs, error) = await RunAsync([Locale], ("LC_ALL", "de_DE.UTF-8"));
        Assert.StartsWith("1234.5\n0.5\n€中😀\n", outputs[0]);

        // As on this machine: with ICU or without.
        var hasIcu = !error.Contains("ICU is not installed", StringComparison.Ordinal);
        Assert.Equal(hasIcu ? 0 : 1, exitCode);
        Assert.Equal(hasIcu, outputs[0].Contains("1.234,5", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_ICU_there_is_the_invariant_culture_which_is_said_once()
    {
        if (!OperatingSystem.IsLinux()) return;

        // Empty files in the place of the library that all of ICU needs.
        using var libraries = new Workspace();
        foreach (var version in Enumerable.Range(50, 100)) libraries.Write($"libicudata.so.{version}", "");
        var (exitCode, outputs, error) = await RunAsync([Locale], ("LD_LIBRARY_PATH", libraries.Folder));
        Assert.Equal(1, exitCode);
        Assert.StartsWith("1234.5\n0.5\n€中😀\n", outputs[0]);
        Assert.Equal(2, error.Split("ICU is not installed").Length);
    }

    [Fact]
    public async Task What_children_and_native_code_print_belongs_to_the_cell()
    {
        if (OperatingSystem.IsWindows()) return;

        const string native = """[System.Runtime.InteropServices.DllImport("libc")] static extern int printf(string text); printf("native, "); Console.WriteLine("managed");""";
        var (exitCode, outputs, _) = await RunAsync([Child, native, "Process.Start(\"cat\").WaitForExit()"]);
        Assert.Equal(0, exitCode);
        Assert.Equal("first\n中文\n1out\nerror\n", outputs[0]);
        Assert.Equal("native, managed\n", outputs[1]);
    }

    [Fact]
    public async Task The_last_words_of_a_process_are_heard()
    {
        if (OperatingSystem.IsWindows()) return;

        var (exitCode, _, error) = await RunAsync(["int Recursive(int n) => Recursive(n + 1) + 1;\nRecursive(0)"]);
        Assert.Equal(1, exitCode);
        Assert.Matches(@"^Stack overflow\.[\s\S]*Recursive[\s\S]*has ended the process, exit code \d+\.", error);
    }

    [Fact]
    public void A_client_gets_the_text_of_a_child_while_it_runs()
    {
        if (OperatingSystem.IsWindows()) return;

        using var workspace = new Workspace();
        using var kernel = new KernelClient(workspace.Folder);
        var id = kernel.SendCell("""System.Diagnostics.Process.Start("sh", ["-c", "echo begun; while [ ! -e release ]; do sleep 0.05; done; printf ended"]).WaitForExit();""");
        kernel.WaitForText(id, "begun\n");
        workspace.Write("release", "");
        kernel.WaitForText(id, "ended");
        Assert.Equal("ok", (string?)kernel.Reply(id)["status"]);
    }

    /// <summary>Runs a notebook by the program, with the text of each cell's outputs: none where the notebook was not written.</summary>
    private static async Task<(int ExitCode, string[] Outputs, string Error)> RunAsync(string[] cells, params (string Name, string Value)[] environment)
    {
        using var workspace = new Workspace();
        ProcessStartInfo start = new("dotnet", [typeof(Program).Assembly.Location, "run", workspace.WriteNotebook("a.ipynb", cells), "-o", Path.Combine(workspace.Folder, "out")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var run = Process.Start(start)!;
        var (output, error) = (run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("中文\n", await output, StringComparison.Ordinal);
        var written = Path.Combine(workspace.Folder, "out", "a.ipynb");
        JsonArray executed = File.Exists(written) ? JsonNode.Parse(File.ReadAllText(written))!["cells"]!.AsArray() : [];
        return (run.ExitCode, [.. executed.Select(cell => string.Concat(cell!["outputs"]!.AsArray().Select(Text)))], await error);
    }

    private static string? Text(JsonNode? output) => NotebookCell.Join(output!["text"] ?? output["data"]?["text/plain"]);
}
