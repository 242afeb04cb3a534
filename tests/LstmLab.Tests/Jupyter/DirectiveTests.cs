using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public class DirectiveTests
{
    [Fact]
    public async Task An_import_runs_files_and_notebooks_so_that_their_usings_and_variables_reach_the_cell()
    {
        using var workspace = new Workspace();
        workspace.Write("lib/one.csx", "using System.Text.Json;\nint one = 1;");
        workspace.WriteNotebook("lib/two.ipynb", "# Title", "int two = 2;", "two++;");
        var run = await workspace.RunAsync("#!import \"lib/one.csx\"\n#!import lib/two.ipynb\nJsonSerializer.Serialize(one + two)");
        Assert.Equal("4", run.Text(1));
    }

    [Fact]
    public async Task An_imported_notebook_may_be_a_dib_file_and_its_cells_keep_their_languages()
    {
        using var workspace = new Workspace();
        workspace.Write("lib/two.dib", "#!csharp\n\nint one = 1;\n\n#!markdown\n\n# Title\n\n#!fsharp\n\nlet two = 2\n");
        workspace.Write("lib/three.fsx", "let three = two + 1");
        var run = await workspace.RunAsync("#!import lib/two.dib\n#!import lib/three.fsx", "one", "#!fsharp\nthree");
        Assert.True(run.Result.Succeeded, run.Report);
        Assert.Equal(("1", "3"), (run.Text(2), run.Text(3)));
    }

    [Fact]
    public async Task An_import_that_fails_fails_the_cell()
    {
        using var workspace = new Workspace();
        Assert.Contains("#!import: there is no file 'missing.csx'.", (await workspace.RunAsync("#!import missing.csx\n1")).Report, StringComparison.Ordinal);
        workspace.Write("wrong.csx", "missing");
        Assert.Contains("CS0103", (await workspace.RunAsync("#!import wrong.csx\n1")).Report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_and_about_say_what_they_are_asked_and_leave_the_lines_their_numbers()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("#!time\n1", "#!about", "#!csharp\nmissing");
        Assert.Matches(@"^Wall time: \d+\.\d ms\n$", run.Text(1));
        Assert.Equal("1", (string?)run.Outputs(1)[0]!["data"]!["text/plain"]![0]);
        Assert.Matches(@"^LstmLab \d.*\.NET \d+.*C# \d", run.Text(2));
        Assert.Contains("line 2, column 1: CS0103", run.Report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_directive_is_an_error_and_text_that_looks_like_one_is_none()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("var text = \"\"\"\n#!magic\n\"\"\";\ntext", "// above\n#!magic");
        Assert.Equal("#!magic", run.Text(1));
        Assert.Contains("Line 2: '#!magic' is not known; #!about, #!c#, #!C#, ", run.Report, StringComparison.Ordinal);
    }
}
