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
