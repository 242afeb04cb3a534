using System.Text;
using System.Text.Json.Nodes;
using LstmLab.Jupyter.Notebooks;
using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public class NotebookFileTests
{
    /// <summary>As Python's nbformat writes it: sorted keys, one space, nothing escaped that need not be.</summary>
    private const string AsJupyterWritesIt = """
        {
         "cells": [
          {
           "attachments": {},
           "cell_type": "markdown",
           "id": "5e1f",
           "metadata": {
            "tags": []
           },
           "source": [
            "# 遗忘门 · 𝜎 <b> & 'x' \u001b\t\"\\\n",
            "last"
           ]
          }
         ],
         "metadata": {
          "kernelspec": {
           "name": "lstmlab"
          },
          "unknown": {
           "number": 1.50,
           "truth": true
          }
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """;

    [Theory]
    [InlineData("markdown", "{}", true)]
    [InlineData("code", """{ "polyglot_notebook": { "kernelName": "fsharp" } }""", true)]
    [InlineData("code", "{}", false)]
    public void A_notebook_is_refused_for_its_language_only_if_a_cell_depends_on_it(string type, string metadata, bool runs)
    {
        using var workspace = new Workspace();
        var path = workspace.Write("a.ipynb", $$"""
            { "cells": [ { "cell_type": "{{type}}", "metadata": {{metadata}}, "source": "1", "outputs": [] } ],
              "metadata": { "kernelspec": { "name": "python3", "language": "python" } }, "nbformat": 4, "nbformat_minor": 5 }
            """);
        Assert.Equal(runs, Notebook.Read(path).Refusal is null);
    }

    [Fact]
    public void A_file_of_Jupyter_comes_back_byte_for_byte()
    {
        using var workspace = new Workspace();
        var text = AsJupyterWritesIt.ReplaceLineEndings("\n");
        var target = Path.Combine(workspace.Folder, "new", "copy.ipynb");
        Notebook.Read(workspace.Write("a.ipynb", text)).Write(target);
        Assert.Equal(text, File.ReadAllText(target));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(target)!));
    }

    [Fact]
    public void Missing_ids_follow_from_the_position_and_never_collide()
    {
        using var workspace = new Workspace();
        var path = workspace.Write("a.ipynb", """
            {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [
              {"cell_type": "markdown", "source": "a"}, {"cell_type": "markdown", "source": "b", "id": "cell-1"}, {"cell_type": "markdown", "source": "c"}]}
            """);
        var json = Notebook.Read(path).ToJson();
        Assert.Contains("\"id\": \"cell-1-\"", json);
        Assert.Contains("\"id\": \"cell-3\"", json);
        Assert.Contains("\"nbformat_minor\": 5", json);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_text_and_another_encoding_is_named()
    {
        using var workspace = new Workspace();
        var path = workspace.Write("a.ipynb", "");
        File.WriteAllText(path, AsJupyterWritesIt, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Single(Notebook.Read(path).Cells);
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes("{\n\"a\": \"é\"}"));
        Assert.Equal($"{path}(2): not UTF-8, the encoding of notebooks: byte 9 is 0xE9. Save the file as UTF-8.", Message(path));
    }

    [Fact]
    public void An_older_format_is_refused_with_the_command_that_converts_it()
    {
        using var workspace = new Workspace();
        var path = workspace.Write("a.ipynb", """{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}""");
        Assert.Equal($"{path}: nbformat 3: convert with 'jupyter nbconvert --to notebook --nbformat 4 {path}' and run what that writes.", Message(path));
    }

    [Fact]
    public void A_dib_file_becomes_a_notebook_with_a_kernel_for_each_cell()
    {
        using var workspace = new Workspace();
        var path = workspace.Write("a.dib", """
            #!meta

            {"kernelInfo":{"defaultKernelName":"fsharp","items":[{"aliases":[],"name":"fsharp"}]}}

            #!fsharp

            let a = 1

            #!markdown

            # Title · 标题

            #!c#

            #!time
            var x = 1;

            #!sql

            SELECT 1

            """);
        var notebook = Notebook.Read(path);
        Assert.Equal(["let a = 1", "# Title · 标题", "#!time\nvar x = 1;", "SELECT 1"], notebook.Cells.Select(cell => cell.Source));
        Assert.Equal(["fsharp", null, null, "sql"], notebook.Cells.Select(cell => cell.Kernel));
        Assert.Equal([false, true, false, false], notebook.Cells.Select(cell => cell.IsMarkdown));
        Assert.Equal("csharp", notebook.Kernel);
        var json = notebook.ToJson();
        Assert.Equal(json, Notebook.Read(workspace.Write("b.ipynb", json)).ToJson());
        Assert.Contains("\"id\": \"cell-4\"", json);
        var broken = workspace.Write("c.dib", "#!meta\n\n{\n\n#!csharp\n\n1\n");
        Assert.StartsWith($"{broken}: what stands between '#!meta' and the next cell is not JSON: ", Message(broken));
    }

    [Theory]
    [InlineData("{}", "csharp", null)]
    [InlineData("""{"kernelspec": {"name": ".net-fsharp", "language": "F#"}}""", "fsharp", null)]
    [InlineData("""{"kernelspec": {"name": ".net-csharp"}, "polyglot_notebook": {"kernelInfo": {"defaultKernelName": "pwsh"}}}""", "pwsh", null)]
    [InlineData("""{"kernelspec": {"name": "lstmlab-dev", "language": "C#"}}""", "csharp", null)]
    [InlineData("""{"language_info": {"name": "polyglot-notebook"}}""", "csharp", null)]
    [InlineData("""{"kernelspec": {"name": "ir"}, "language_info": {"name": "R"}}""", "csharp", "R")]
    public void A_notebook_names_its_language_in_several_ways(string metadata, string kernel, string? foreign) =>
        Assert.Equal((kernel, foreign), Languages.OfNotebook(JsonNode.Parse(metadata)));

    [Theory]
    [InlineData("""{"vscode": {"languageId": "html"}, "dotnet_interactive": {"language": "sql"}, "polyglot_notebook": {"kernelName": "F#"}}""", "fsharp")]
    [InlineData("""{"vscode": {"languageId": "html"}, "dotnet_interactive": {"language": "powershell"}}""", "pwsh")]
    [InlineData("""{"vscode": {"languageId": "javascript"}, "dotnet_interactive": 1}""", "javascript")]
    [InlineData("""{"vscode": {"languageId": "polyglot-notebook"}}""", null)]
    [InlineData("""{"polyglot_notebook": {"kernelName": "mine"}}""", "mine")]
    public void So_does_a_cell(string metadata, string? kernel) => Assert.Equal(kernel, Languages.OfCell(JsonNode.Parse(metadata)));

    private static string Message(string path) => Assert.Throws<NotebookException>(() => Notebook.Read(path)).Message;

    [Fact]
    public async Task Running_the_result_again_gives_the_same_bytes()
    {
        using var workspace = new Workspace();
        string[] cells = ["# Title", "record R(int A);\nConsole.WriteLine(\"x\");\nnew[] { new R(1) }", "new { B = 2 }", "Task.Delay(1)", "throw new Exception();"];
        await workspace.RunAsync(cells);
        var output = Path.Combine(workspace.Folder, "out", "notebook.ipynb");
        var first = File.ReadAllText(output);
        var again = Path.Combine(workspace.Folder, "again.ipynb");
        var runner = new LstmLab.Jupyter.Running.NotebookRunner(
            TimeSpan.FromMinutes(2), new LstmLab.Jupyter.Running.ConsoleProgress(TextWriter.Null, null));
        await runner.RunAsync(Notebook.Read(output), again, TestContext.Current.CancellationToken);
        Assert.Equal(first, File.ReadAllText(again));
    }
}
