using System.Diagnostics;
using System.Text.Json.Nodes;
using LstmLab.Jupyter;
using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public class RunCommandTests
{
    [Fact]
    public async Task Help_names_the_options_and_exit_codes()
    {
        var (exitCode, output, _) = await RunAsync("run", "--help");
        Assert.Equal(0, exitCode);
        Assert.All(["<paths>", "--output", "--timeout", "*.dib", "artifacts/notebooks", "Exit code: 0"], part => Assert.Contains(part, output));
    }

    [Fact]
    public async Task A_failing_notebook_ends_with_1_and_the_others_run()
    {
        using var workspace = new Workspace();
        workspace.WriteNotebook("in/a.ipynb", "# A", "int zero = 0;\nint x = 1 / zero;");
        workspace.WriteNotebook("in/sub/b.ipynb", "1");
        var target = Path.Combine(workspace.Folder, "out");
        var (exitCode, output, _) = await RunAsync("run", Path.Combine(workspace.Folder, "in"), "--output", target);
        Assert.Equal(1, exitCode);
        Assert.Contains("a.ipynb, cell 2 (code cell 1), line 2: int x = 1 / zero;", output);
        Assert.Contains("System.DivideByZeroException: Attempted to divide by zero.", output);
        Assert.Matches(@"a\.ipynb +1/1 +\d+\.\d  failed in cell 2\n", output);
        Assert.Matches(@"b\.ipynb +1/1 +\d+\.\d  ok\n", output);
        Assert.True(File.Exists(Path.Combine(target, "a.html")));
        Assert.True(File.Exists(Path.Combine(target, "sub", "b.ipynb")));
        Assert.DoesNotContain('\r', output);
    }

    [Fact]
    public async Task A_cell_over_its_time_ends_the_run_after_writing_what_there_is()
    {
        using var workspace = new Workspace();
        var release = Path.Combine(workspace.Folder, "release");
        workspace.WriteNotebook("in/a.ipynb", $"while (!System.IO.File.Exists(@\"{release}\")) await Task.Delay(10);");
        workspace.WriteNotebook("in/b.ipynb", "1");
        var (exitCode, output, _) = await RunAsync("run", Path.Combine(workspace.Folder, "in"), "-o", Path.Combine(workspace.Folder, "out"), "--timeout", "0.1");
        File.WriteAllText(release, "");
        Assert.Equal(1, exitCode);
        Assert.Contains("CellTimeout: The cell took longer than 0.1 seconds, the limit set by --timeout.", output);
        Assert.Matches(@"b\.ipynb +0/1 +0\.0  not run\n", output);
        Assert.Contains("CellTimeout", File.ReadAllText(Path.Combine(workspace.Folder, "out", "a.ipynb")));
        Assert.False(File.Exists(Path.Combine(workspace.Folder, "out", "b.ipynb")));
    }

    [Theory]
    [InlineData("int F(int n) => F(n + 1) + 1;\nF(0)")]
    [InlineData("Environment.Exit(0);")]
    [InlineData("System.Diagnostics.Process.GetCurrentProcess().Kill();")]
    public async Task A_cell_that_ends_the_process_is_named(string fatal)
    {
        using var workspace = new Workspace();
        var notebook = workspace.WriteNotebook("in/a.ipynb", "# A", "1", fatal);
        ProcessStartInfo start = new("dotnet", [typeof(Program).Assembly.Location, "run", notebook, "-o", Path.Combine(workspace.Folder, "out")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var run = Process.Start(start)!;
        var (output, error) = (run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, run.ExitCode);
        Assert.Matches(@"a\.ipynb, cell 3 \(code cell 2\) has ended the process, exit code \d+\.", await error);
        Assert.Contains("[2/2]", await output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_use_ends_with_2_and_runs_nothing()
    {
        using var workspace = new Workspace();
        var notebook = workspace.WriteNotebook("in/a.ipynb", "1");
        var same = workspace.WriteNotebook("other/a.ipynb", "1");
        var invalid = workspace.Write("bad.ipynb", "{");
        var file = workspace.Write("file", "");
        Directory.CreateDirectory(Path.Combine(workspace.Folder, "empty"));
        await Refuses("missing: no such file or folder.", "run", "missing");
        await Refuses("holds no notebook (*.ipynb, *.dib).", "run", Path.Combine(workspace.Folder, "empty"));
        await Refuses("file: not a notebook: the name must end with .ipynb or .dib.", "run", file);
        await Refuses("not JSON", "run", notebook, invalid);
        await Refuses("would both be written to", "run", notebook, same);
        await Refuses("would be overwritten by its own result", "run", notebook, "-o", Path.GetDirectoryName(notebook)!);
        await Refuses("cannot be written", "run", notebook, "-o", Path.Combine(file, "out"));
        await Refuses("--timeout is 'x', but must be more than 0", "run", notebook, "--timeout", "x");
        await Refuses("Required argument", "run");
    }

    [Fact]
    public async Task A_tagged_cell_may_fail_or_is_left_as_it_is()
    {
        using var workspace = new Workspace();
        var notebook = workspace.Write("in/tags.ipynb", """
            {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
              {"cell_type": "code", "id": "a", "metadata": {"tags": ["raises-exception"]}, "source": "throw new Exception(\"meant\");", "outputs": [], "execution_count": null},
              {"cell_type": "code", "id": "b", "metadata": {"tags": ["x", "skip-execution"]}, "source": "throw new Exception();", "execution_count": 7,
               "outputs": [{"output_type": "stream", "name": "stdout", "text": "stored"}]},
              {"cell_type": "code", "id": "c", "metadata": {}, "source": "1", "outputs": [], "execution_count": null}]}
            """);
        var target = Path.Combine(workspace.Folder, "out");
        var (exitCode, output, _) = await RunAsync("run", notebook, "-o", target);
        Assert.Equal(0, exitCode);
        Assert.Matches(@"tags\.ipynb +2/2 +\d+\.\d  ok\n", output);
        var cells = JsonNode.Parse(File.ReadAllText(Path.Combine(target, "tags.ipynb")))!["cells"]!;
        Assert.Equal("meant", (string?)cells[0]!["outputs"]![0]!["evalue"]);
        Assert.Equal(7, (int?)cells[1]!["execution_count"]);
        Assert.Equal("stored", (string?)cells[1]!["outputs"]![0]!["text"]);
        Assert.Equal(2, (int?)cells[2]!["execution_count"]);
        Assert.Contains("stored", File.ReadAllText(Path.Combine(target, "tags.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_excuses_no_cell_that_takes_too_long()
    {
        using var workspace = new Workspace();
        var release = Path.Combine(workspace.Folder, "release");
        var notebook = workspace.Write("a.ipynb", """
            {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
              {"cell_type": "code", "id": "a", "metadata": {"tags": ["raises-exception"]}, "source": "while (!System.IO.File.Exists(\"release\")) await Task.Delay(10);", "outputs": []},
              {"cell_type": "code", "id": "b", "metadata": {}, "source": "1", "outputs": []}]}
            """);
        var (exitCode, output, _) = await RunAsync("run", notebook, "-o", Path.Combine(workspace.Folder, "out"), "--timeout", "0.1");
        File.WriteAllText(release, "");
        Assert.Equal(1, exitCode);
        Assert.Matches(@"a\.ipynb +1/2 .* failed in cell 1\n", output);
    }

    [Fact]
    public async Task A_notebook_of_another_language_is_refused_by_name_and_the_others_run()
    {
        using var workspace = new Workspace();
        var foreign = workspace.Write("in/a.ipynb", """
            {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
             "cells": [{"cell_type": "code", "id": "a", "metadata": {}, "source": "import numpy", "outputs": [], "execution_count": null}]}
            """);
        workspace.Write("in/b.dib", "#!markdown\n\n# Title\n\n#!csharp\n\n20 + 1\n");
        var target = Path.Combine(workspace.Folder, "out");
        await Refuses("a.ipynb: a notebook in python, which this program does not run. Run it with a kernel of that language, as by 'jupyter nbconvert", "run", foreign);
        var (exitCode, output, error) = await RunAsync("run", Path.GetDirectoryName(foreign)!, "-o", target);
        Assert.Equal(1, exitCode);
        Assert.Contains("a notebook in python", error);
        Assert.Matches(@"a\.ipynb +0/1 +0\.0  another language\n", output);
        Assert.Matches(@"b\.dib +1/1 +\d+\.\d  ok\n", output);
        Assert.False(File.Exists(Path.Combine(target, "a.ipynb")));
        Assert.Contains("\"21\"", File.ReadAllText(Path.Combine(target, "b.ipynb")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(target, "b.html")));
    }

    private static async Task Refuses(string message, params string[] args)
    {
        var (exitCode, _, error) = await RunAsync(args);
        Assert.Contains(message, error);
        Assert.Equal(2, exitCode);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        return (await Program.RunAsync(args, output, error), output.ToString(), error.ToString());
    }
}
