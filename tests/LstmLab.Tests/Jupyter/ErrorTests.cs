using LstmLab.Jupyter.Notebooks;
using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public class ErrorTests
{
    [Fact]
    public async Task A_compile_error_names_line_column_and_code()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("# Title", "var a = 1;\nvar b = missing + a;");
        var error = run.Outputs(2)[0]!;
        Assert.Equal("CompilationError", (string?)error["ename"]);
        Assert.Equal("CS0103: The name 'missing' does not exist in the current context", (string?)error["evalue"]);
        Assert.Equal(
            ["CompilationError", "line 2, column 9: CS0103: The name 'missing' does not exist in the current context", "    var b = missing + a;", "            ^"],
            error["traceback"]!.AsArray().Select(line => (string?)line));
        Assert.Contains("notebook.ipynb, cell 2 (code cell 1), line 2: var b = missing + a;", run.Report);
    }

    [Theory]
    [InlineData("File.Exists(\"a\")", "CS0103", "File is in System.IO: put 'using System.IO;' first.")]
    [InlineData("using var s = new StringReader(\"abc\");\ns.ReadLine()", "CS0246", "StringReader is in System.IO: put 'using System.IO;' first.")]
    [InlineData("CultureInfo.InvariantCulture", "CS0103", "put 'using System.Globalization;' first.")]
    [InlineData("Regex.Match(\"a\", \"b\")", "CS0103", "put 'using System.Text.RegularExpressions;' first.")]
    public async Task A_name_of_a_usual_namespace_brings_the_using_that_it_lacks(string code, string id, string remedy)
    {
        using var workspace = new Workspace();
        var text = (string?)(await workspace.RunAsync(code)).Outputs(1)[0]!["evalue"];
        Assert.StartsWith(id, text, StringComparison.Ordinal);
        Assert.EndsWith(remedy, text, StringComparison.Ordinal);
        var lines = remedy.Split('\'');
        Assert.Equal("ok", (await workspace.RunAsync($"{lines[1]}\n{code}")).Result.Result);
    }

    [Fact]
    public async Task A_runtime_error_names_the_line_of_its_cell_and_of_the_method_that_threw()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("int Divide(int x)\n{\n    return 1 / x;\n}", "var zero = 0;\n\nDivide(zero);");
        Assert.Equal(
            ["System.DivideByZeroException: Attempted to divide by zero.", "   at Divide(Int32 x) in cell 1, line 3", "   at top level in cell 2, line 3"],
            run.Outputs(2)[0]!["traceback"]!.AsArray().Select(line => (string?)line));
        Assert.Contains("cell 2 (code cell 2), line 3: Divide(zero);", run.Report);
    }

    [Fact]
    public async Task An_error_in_a_loaded_file_names_that_file()
    {
        using var workspace = new Workspace();
        workspace.Write("lab.csx", "\nvoid Fail() => throw new InvalidOperationException(\"no\");");
        var run = await workspace.RunAsync("#load \"lab.csx\"", "\nFail();");
        Assert.Equal(
            ["System.InvalidOperationException: no", "   at Fail() in lab.csx, line 2", "   at top level in cell 2, line 2"],
            run.Outputs(2)[0]!["traceback"]!.AsArray().Select(line => (string?)line));
    }

    [Fact]
    public async Task Wrappers_are_removed()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("Task.Run(() => throw new ArgumentException(\"inner\")).Wait();");
        Assert.Equal("System.ArgumentException", (string?)run.Outputs(1)[0]!["ename"]);
        Assert.Equal("inner", (string?)run.Outputs(1)[0]!["evalue"]);
    }

    [Fact]
    public async Task Cells_after_a_failure_are_not_run()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("throw new Exception(\"stop\");", "1");
        Assert.Equal(("failed in cell 1", 1, 2), (run.Result.Result, run.Result.CellsRun, run.Result.CellCount));
        Assert.Empty(run.Outputs(2));
    }

    [Theory]
    [InlineData("{\"cells\": [}", "(1,12): not JSON")]
    [InlineData("[]", "not a notebook: 'nbformat'")]
    [InlineData("{\"cells\": [], \"nbformat\": 3}", "nbformat 3: convert with 'jupyter nbconvert --to notebook --nbformat 4")]
    [InlineData("{\"cells\": [], \"nbformat\": 5}", "nbformat is 5, but only 4 is supported.")]
    [InlineData("{\"cells\": [{\"cell_type\": \"code\"}], \"nbformat\": 4}", "cell 1 is invalid")]
    public void An_invalid_file_is_named_with_the_place(string text, string message)
    {
        using var workspace = new Workspace();
        var path = workspace.Write("bad.ipynb", text);
        Assert.StartsWith(path + (message[0] == '(' ? "" : ": ") + message, Assert.Throws<NotebookException>(() => Notebook.Read(path)).Message);
    }
}
