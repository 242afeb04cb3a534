using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public class SessionTests
{
    [Fact]
    public async Task Cells_share_state_and_may_redeclare_it()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("var a = 20; int Twice(int x) => 2 * x;", "var b = await Task.FromResult(a + 1);", "var a = Twice(b);", "a");
        Assert.Equal("42", run.Text(4));
        Assert.Equal([1, 2, 3, 4], run.Json["cells"]!.AsArray().Select(cell => (int)cell!["execution_count"]!));
    }

    [Fact]
    public async Task State_does_not_reach_the_next_notebook()
    {
        using var workspace = new Workspace();
        Assert.True((await workspace.RunAsync("var a = 1;")).Result.Succeeded);
        Assert.Contains("CS0103", (await workspace.RunAsync("a")).Report);
    }

    [Fact]
    public async Task Paths_are_relative_to_the_notebook_and_in_a_loaded_file_to_that_file()
    {
        using var workspace = new Workspace();
        workspace.Write("data.txt", "41");
        workspace.Write("lib/one.csx", "#load \"two.csx\"\nusing System.Text.Json;\nint One() => Two() - 1;");
        workspace.Write("lib/two.csx", "int Two() => 2;");
        var run = await workspace.RunAsync("#load \"lib/one.csx\"", "int.Parse(System.IO.File.ReadAllText(\"data.txt\")) + One()", "JsonSerializer.Serialize(1)");
        Assert.Equal("42", run.Text(2));
        Assert.Contains("CS0103", run.Report);
    }

    [Fact]
    public async Task Cells_import_what_NET_Interactive_imports_and_nothing_more()
    {
        using var workspace = new Workspace();
        var imported = await workspace.RunAsync("new StringBuilder().Append(new ArrayList().Count).Append(new List<int>().Sum()).Append(Task.CompletedTask.IsCompleted).ToString()");
        Assert.Equal("00True", imported.Text(1));
        foreach (var name in new[] { "Path", "Thread", "CultureInfo", "Formatter", "Regex" })
        {
            Assert.Contains("CS0103", (await workspace.RunAsync($"nameof({name})")).Report);
        }
    }

    [Fact]
    public async Task A_trailing_expression_shows_unless_it_is_void_or_ends_in_a_semicolon()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("1 + 1", "1.ToString();", "GC.KeepAlive(1)", "(string)null", "await Task.CompletedTask", "display(7)");
        Assert.Equal("2", run.Text(1));
        Assert.Empty(run.Outputs(2));
        Assert.Empty(run.Outputs(3));
        Assert.Equal("null", run.Text(4));
        Assert.Empty(run.Outputs(5));
        Assert.Equal("display_data", (string?)Assert.Single(run.Outputs(6))!["output_type"]);
    }

    [Fact]
    public async Task Console_and_current_directory_are_given_back()
    {
        using var workspace = new Workspace();
        var (console, folder) = (Console.Out, Directory.GetCurrentDirectory());
        await workspace.RunAsync("throw new Exception();");
        Assert.Same(console, Console.Out);
        Assert.Equal(folder, Directory.GetCurrentDirectory());
    }
}
