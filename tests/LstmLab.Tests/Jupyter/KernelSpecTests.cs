using System.Text.Json.Nodes;
using LstmLab.Jupyter;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>How Jupyter learns of the kernel.</summary>
public class KernelSpecTests
{
    [Fact]
    public async Task Install_writes_the_entry_and_uninstall_leaves_nothing_behind()
    {
        using var workspace = new Workspace();
        Assert.Equal(0, (await RunAsync("install", "--prefix", workspace.Folder)).ExitCode);
        var file = Path.Combine(workspace.Folder, "share", "jupyter", "kernels", "lstmlab", "kernel.json");
        var entry = JsonNode.Parse(File.ReadAllText(file))!;
        Assert.Equal(("C# (LstmLab)", "C#", "message"), ((string?)entry["display_name"], (string?)entry["language"], (string?)entry["interrupt_mode"]));
        Assert.Equal(["kernel", "start", "{connection_file}"], entry["argv"]!.AsArray().TakeLast(3).Select(part => (string?)part));
        Assert.True(File.Exists((string?)entry["argv"]![0]));
        Assert.Contains(Path.GetDirectoryName(file)!, (await RunAsync("list", "--prefix", workspace.Folder)).Output, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("uninstall", "--prefix", workspace.Folder)).ExitCode);
        Assert.Equal([Path.Combine(workspace.Folder, "share")], Directory.GetFileSystemEntries(workspace.Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Kernels_of_others_are_neither_listed_nor_removed()
    {
        using var workspace = new Workspace();
        var foreign = workspace.Write("share/jupyter/kernels/lstmlab/kernel.json", "{\"argv\": [\"x\"], \"metadata\": {}}");
        Assert.Equal("", (await RunAsync("list", "--prefix", workspace.Folder)).Output);
        var (exitCode, _, error) = await RunAsync("uninstall", "--prefix", workspace.Folder);
        Assert.Equal(2, exitCode);
        Assert.Contains("no kernel 'lstmlab' of this program", error, StringComparison.Ordinal);
        Assert.True(File.Exists(foreign));
    }

    [Fact]
    public async Task A_name_that_Jupyter_does_not_take_is_refused()
    {
        using var workspace = new Workspace();
        var (exitCode, _, error) = await RunAsync("install", "--prefix", workspace.Folder, "--name", "../x");
        Assert.Equal(2, exitCode);
        Assert.Contains("--name is '../x'", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(workspace.Folder));
    }

    [Theory]
    [InlineData("{", "not a connection file")]
    [InlineData("{\"transport\":\"ipc\",\"ip\":\"x\",\"shell_port\":1,\"control_port\":1,\"stdin_port\":1,\"iopub_port\":1,\"hb_port\":1}", "transport is 'ipc', but only tcp is supported.")]
    public async Task A_connection_file_that_cannot_be_used_is_named(string text, string message)
    {
        using var workspace = new Workspace();
        var path = workspace.Write("connection.json", text);
        var (exitCode, _, error) = await RunAsync("start", path);
        Assert.Equal(2, exitCode);
        Assert.StartsWith($"lstmlab: {path}: {message}", error, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        StringWriter output = new(), error = new();
        return (await Program.RunAsync(["kernel", .. arguments], output, error), output.ToString(), error.ToString());
    }
}
