using System.Text.Json.Nodes;
using LstmLab.Jupyter.Notebooks;
using LstmLab.Jupyter.Running;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>Console and current directory are global: what runs cells must not run beside other tests.</summary>
[CollectionDefinition(nameof(RunsCells), DisableParallelization = true)]
public class RunsCells;

/// <summary>A temporary folder with notebooks, deleted afterwards.</summary>
internal sealed class Workspace : IDisposable
{
    public Workspace() => Directory.CreateDirectory(Folder);

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "lstmlab-" + Guid.NewGuid().ToString("N"));

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Cells that start with "# " are Markdown.</summary>
    public string WriteNotebook(string name, params string[] cells)
    {
        var notebook = new JsonObject
        {
            ["cells"] = new JsonArray([.. cells.Select(source => Cell(source))]),
            ["metadata"] = new JsonObject(),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        return Write(name, notebook.ToJsonString());
    }

    /// <summary>Runs one notebook of the cells and returns it as it is stored, with what the runner reported.</summary>
    public async Task<Executed> RunAsync(params string[] cells)
    {
        var report = new StringWriter();
        var runner = new NotebookRunner(TimeSpan.FromMinutes(2), new ConsoleProgress(report, null));
        var output = Path.Combine(Folder, "out", "notebook.ipynb");
        var result = await runner.RunAsync(Notebook.Read(WriteNotebook("notebook.ipynb", cells)), output, TestContext.Current.CancellationToken);
        return new Executed(result, JsonNode.Parse(File.ReadAllText(output))!, File.ReadAllText(Path.ChangeExtension(output, ".html")), report.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static JsonObject Cell(string source)
    {
        var cell = new JsonObject { ["cell_type"] = source.StartsWith("# ", StringComparison.Ordinal) ? "markdown" : "code", ["metadata"] = new JsonObject(), ["source"] = source };
        if ((string?)cell["cell_type"] == "code")
        {
            cell["outputs"] = new JsonArray();
            cell["execution_count"] = null;
        }

        return cell;
    }
}

internal sealed record Executed(NotebookResult Result, JsonNode Json, string Html, string Report)
{
    public JsonArray Outputs(int cell) => Json["cells"]![cell - 1]!["outputs"]!.AsArray();

    /// <summary>The text/plain of the last output of a cell, or its stream text.</summary>
    public string Text(int cell) => NotebookCell.Join(Outputs(cell)[^1]!["text"] ?? Outputs(cell)[^1]!["data"]!["text/plain"])!;
}
